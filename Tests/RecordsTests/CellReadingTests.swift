import Documents
import Kernel
import Testing

@testable import Records

@Suite("A cell") struct CellReadingTests {
    private func reading(_ cell: Cell, unit: MoneyUnit? = .million, answers: ImportAnswers = ImportAnswers())
        -> CellReading
    {
        CellReading(
            cell: cell, place: Place(sheet: "Trang 1", row: 7, column: 2), title: "@orchard.trees", moneyUnit: unit,
            year: nil, vocabulary: OrchardForm.vocabulary, answers: RowAnswers(subject: "Vườn A", answers: answers),
            column: "trees")
    }

    /// What reading gives, and the codes of what it finds.
    private func read<V>(
        _ cell: Cell, unit: MoneyUnit? = .million, _ read: (inout CellReading) -> V?
    ) -> (value: V?, codes: [String]) {
        var reading = reading(cell, unit: unit)
        let value = read(&reading)
        #expect(reading.findings.allSatisfy { $0.place.cell == "B7" && $0.details["field"] == "@orchard.trees" })
        #expect(reading.isOpen == reading.findings.contains { $0.severity >= .question })
        return (value, reading.findings.map(\.code))
    }

    private static let counts: [(Cell, Int?, [String])] = [
        (42, 42, []), ("42", 42, []), ("1.250", 1250, []), (" 12 ", 12, []),
        (Cell(.number(12.5, literal: "12.5")), nil, ["cell.not-whole"]),
        (-3, nil, ["cell.negative"]), ("42 ha", nil, ["cell.unit-mismatch"]),
        ("42 triệu đồng", nil, ["cell.unit-mismatch"]),
        ("5%", nil, ["cell.unit-mismatch"]), ("1,250", nil, ["cell.ambiguous-number"]),
        ("12.5", nil, ["cell.ambiguous-number"]),
        ("mười hai", nil, ["cell.not-a-number"]), (nil, nil, []), ("  ", nil, []),
        (Cell(.bool(true)), nil, ["cell.not-a-number"]),
        (Cell(.error("#REF!")), nil, ["cell.excel-error"]),
        (Cell(.number(7, literal: "7"), formula: "3+4"), 7, ["cell.formula"]),
        (Cell(.empty, formula: "A1"), nil, ["cell.formula-without-result"]),
        (Cell(.error("#DIV/0!"), formula: "1/0"), nil, ["cell.excel-error"]),
        (Cell(.day("2024-01-01", seconds: 0)), nil, ["cell.not-a-number"]),
        ("99999999999999999999", nil, ["cell.not-a-number"]),
    ]

    @Test("is read as a whole number", arguments: counts) func count(cell: Cell, value: Int?, codes: [String]) {
        let (found, said) = read(cell) { $0.count() }
        #expect(found == value)
        #expect(said == codes)
    }

    private static let amounts: [(Cell, MoneyUnit?, Money?, [String])] = [
        (5, .million, 5_000_000, []), ("2,5", .million, 2_500_000, []), (5, .dong, 5, []), (5, .thousand, 5_000, []),
        ("1,2", .billion, 1_200_000_000, []), ("1.250.000 đ", .million, 1_250_000, []),
        ("3 tỷ", .million, 3_000_000_000, []),
        (5, nil, nil, ["cell.no-money-unit"]), ("5 triệu", nil, 5_000_000, []),
        ("5 ha", .million, nil, ["cell.unit-mismatch"]),
        ("1,25", .dong, nil, ["cell.not-whole-dong"]), (-5, .million, -5_000_000, []),
        ("1,250", .million, nil, ["cell.ambiguous-number"]),
    ]

    @Test("is read as money, in its own unit or the column's", arguments: amounts)
    func money(cell: Cell, unit: MoneyUnit?, value: Money?, codes: [String]) {
        let (found, said) = read(cell, unit: unit) { $0.money() }
        #expect(found == value)
        #expect(said == codes)
    }

    private static let areas: [(Cell, Area?, [String])] = [
        (2, 20_000, []), ("1,5", 15_000, []), ("1,5 ha", 15_000, []), ("300 m2", 300, []),
        ("3 công", nil, ["cell.unit-mismatch"]),
        ("5 kg", nil, ["cell.unit-mismatch"]), ("0,00001", nil, ["cell.not-whole-square-metres"]),
    ]

    @Test("is read as an area, in hectares unless it says otherwise", arguments: areas)
    func area(cell: Cell, value: Area?, codes: [String]) {
        let (found, said) = read(cell) { $0.area() }
        #expect(found == value)
        #expect(said == codes)
    }

    private static let dates: [(Cell, PartialDay?, [String])] = [
        (Cell(.day("2018-03-15", seconds: 0)), "2018-03-15", []), ("15/3/2018", "2018-03-15", []),
        ("3/2018", "2018-03", []),
        (2018, "2018", []), ("2018", "2018", []), (43_174, "2018-03-15", ["cell.date-as-number"]),
        ("43174", "2018-03-15", ["cell.date-as-number"]),
        ("15/3/18", "2018-03-15", ["cell.two-digit-year"]), ("31/02/2018", nil, ["cell.impossible-date"]),
        ("hôm qua", nil, ["cell.not-a-date"]), ("1/1/2031", nil, ["cell.future-date"]), (5, nil, ["cell.not-a-date"]),
        (nil, nil, []),
        (Cell(.error("#N/A")), nil, ["cell.excel-error"]),
    ]

    @Test("is read as a date, as exactly as it tells one", arguments: dates)
    func date(cell: Cell, value: PartialDay?, codes: [String]) {
        let (found, said) = read(cell) { $0.date(notAfter: "2024-06-30") }
        #expect(found == value)
        #expect(said == codes)
    }

    private static let lines: [(Cell, String?, [String])] = [
        (" Vườn  A ", "Vườn A", []), (12, "12", []), (Cell(.day("2018-03-15", seconds: 0)), "15/03/2018", []),
        ("A<script>", nil, ["text.markup"]), ("=cmd()", "=cmd()", ["text.like-a-formula"]),
        ("@x", "@x", ["text.like-a-formula"]),
        ("Tân\u{200B}Phú", "TânPhú", ["cell.invisible-characters"]), ("Hîp t¸c x·", nil, ["cell.legacy-encoding"]),
        (Cell(.text(String(repeating: "a", count: 256))), nil, ["text.too-long"]), (nil, nil, []),
        (Cell(.text("A"), formula: "B1"), "A", ["cell.formula"]),
    ]

    @Test("is read as one line of text", arguments: lines) func text(cell: Cell, value: String?, codes: [String]) {
        let (found, said) = read(cell) { $0.text() }
        #expect(found == value)
        #expect(said == codes)
    }

    @Test("is read as a person's name, a tax code, a phone, a choice") func others() {
        #expect(read("Ông NGUYỄN VĂN AN") { $0.person() } == ("Nguyễn Văn An", []))
        #expect(read("Lê Thị Đào") { $0.person() } == ("Lê Thị Đào", []))
        #expect(read("0314409058") { $0.taxCode() } == ("0314409058", []))
        #expect(read("0314409059") { $0.taxCode() } == ("0314409059", ["cell.tax-code-check-digit"]))
        #expect(read("3.70991E+09") { $0.taxCode() } == (nil, ["cell.tax-code-scientific"]))
        #expect(read("123") { $0.taxCode() } == (nil, ["cell.bad-tax-code"]))
        #expect(read(912_345_678) { $0.phone() } == ("0912345678", []))
        #expect(read("12") { $0.phone() } == (nil, ["cell.bad-phone"]))
        #expect(read("bưởi") { $0.choice(Fruit.self, problem: "x") } == (.pomelo, []))
        #expect(read("xoài") { $0.choice(Fruit.self, problem: "x") } == (nil, ["x"]))
    }

    @Test("that is ambiguous takes what a person answered") func answered() {
        var answers = ImportAnswers()
        answers[ImportQuestion(subject: "vuon a", column: "trees", value: "1,250")] = "1250"
        var reading = reading("1,250", answers: answers)
        #expect(reading.count() == 1250)
        #expect(reading.findings == [])

        answers[ImportQuestion(subject: "vuon a", column: "trees", value: "1,5")] = "yes"
        answers[ImportQuestion(subject: "vuon a", column: "trees", value: "12.5")] = "yes"
        var understood = self.reading("12.5", answers: answers)
        #expect(understood.money() == 12_500_000)
        #expect(understood.findings == [])
    }
}

private func == <V: Equatable>(a: (value: V?, codes: [String]), b: (V?, [String])) -> Bool {
    a.value == b.0 && a.codes == b.1
}
