import Documents
import Kernel
import Testing

@testable import Records

@Suite("A sheet") struct SheetTests {
    private let title: [Cell] = ["DANH SÁCH VƯỜN CÂY"]
    private let one: [Cell] = ["STT", "Tên vườn", "Số cây", "Giá trị (triệu đồng)"]
    private let row: [Cell] = [1, "Vườn A", 12, 5]

    @Test("has its columns under a heading of one row, wherever that stands in the first twenty")
    func oneRow() throws {
        for first in [1, 5, 20] {
            let reading = OrchardForm.read([one, row], first: first)
            #expect(reading.header?.firstRow == first)
            #expect(reading.header?.lastRow == first)
            #expect(reading.header?.columns.map(\.target) == [nil, "name", "trees", "worth"])
            #expect(reading.findings == [])
            let line = try #require(reading.lines.first)
            #expect(line.row == first + 1)
            #expect(line.entry?.name == "Vườn A")
            #expect(line.entry?.trees == 12)
            #expect(line.entry?.worth == 5_000_000)
        }
    }

    @Test("is not read where the heading stands lower, or there is none, or too little of it")
    func noHeading() {
        for reading in [
            OrchardForm.read([one, row], first: 21), OrchardForm.read([row, row]), OrchardForm.read([title]),
            OrchardForm.read([["Tên vườn", "Số cây"], ["Vườn A", 1]]),
            OrchardForm.read([["Số cây", "Giá trị", "Diện tích"], [1, 2, 3]]),
        ] {
            #expect(reading.header == nil)
            #expect(reading.lines.isEmpty)
            #expect(reading.findings.map(\.code) == ["sheet.no-header"])
            #expect(reading.findings.first?.severity == .error)
        }
        #expect(OrchardForm.read([]).findings == [])
        #expect(OrchardForm.read([[nil, nil]]).findings == [])
    }

    @Test("has its columns under a heading of two rows whose upper cells are merged, numbers below it or not")
    func twoRows() throws {
        let merged = [
            MergedRange(rows: 2...2, columns: 3...4), MergedRange(rows: 2...3, columns: 1...1),
            MergedRange(rows: 2...3, columns: 2...2),
        ]
        let heading: [[Cell]] = [
            title, ["TT", "Tên vườn", "Số cây", nil, "Diện tích (ha)"],
            [nil, nil, "Tổng số", "Trong đó: đang cho trái", nil],
        ]
        let entry: [Cell] = [1, "Vườn A", 12, 7, "1,5"]
        for numbers in [[], [["(1)", "(2)", "(3)", "(4)", "(5)"]], [[1, 2, 3, 4, 5]]] as [[[Cell]]] {
            let reading = OrchardForm.read(heading + numbers + [entry], merged: merged)
            #expect(reading.header?.firstRow == 2)
            #expect(reading.header?.lastRow == 3 + numbers.count)
            #expect(reading.header?.columns.compactMap(\.target) == ["name", "trees", "bearing", "area"])
            #expect(reading.findings == [])
            #expect(reading.lines.count == 1)
            let line = try #require(reading.lines.first?.entry)
            #expect((line.trees, line.bearing, line.area) == (12, 7, 15_000))
        }
    }

    @Test("whose merged heading lost its second row is not read") func lostRow() {
        let reading = OrchardForm.read(
            [["Tên vườn", "Số cây", nil, "Diện tích"], ["Vườn A", 12, 7, 1]],
            merged: [MergedRange(rows: 1...1, columns: 2...3)])
        #expect(reading.findings.map(\.code) == ["column.second-row-missing"])
        #expect(reading.findings.first?.place == Place(sheet: "Trang 1", row: 1, column: 3))
        #expect(reading.lines.isEmpty)
    }

    @Test("names the columns that nothing reads, that are there twice, that are hidden, that have no name")
    func columns() {
        let unread = OrchardForm.read([one + ["Ghi chú"], row + ["tốt"]])
        #expect(unread.findings.map(\.code) == ["column.unread"])
        #expect(unread.findings.first?.severity == .note)
        #expect(unread.findings.first?.details["column"] == "Ghi chú")
        #expect(unread.findings.first?.place.cell == "E1")

        let twice = OrchardForm.read([one + ["Tổng số cây"], row + [13]])
        #expect(twice.findings.map(\.code) == ["column.twice"])
        #expect(twice.findings.first?.place.cell == "E1")
        #expect(twice.lines.isEmpty)

        let hidden = OrchardForm.read([one + ["Diện tích"], row + [3]], hidden: [5])
        #expect(hidden.findings.map(\.code) == ["column.hidden"])
        #expect(hidden.lines.first?.entry?.area == nil)

        let nameless = OrchardForm.read([one, row + [3], row + [4]])
        #expect(nameless.findings.map(\.code) == ["column.nameless"])
        #expect(nameless.lines.count == 2)
    }

    @Test("has its totals compared and never read as rows")
    func totals() {
        let reading = OrchardForm.read([
            one, [1, "Vườn A", 12, 5], [2, "Vườn B", 8, "2,5"], [nil, "Cộng", 20, "7,5"], ["II", "Huyện Phú Giáo"],
            [3, "Vườn C", 30, 1], [nil, "Cộng:", 31, 1], [nil, "TỔNG CỘNG", 50, 9],
        ])
        #expect(reading.lines.compactMap(\.entry).map(\.name) == ["Vườn A", "Vườn B", "Vườn C"])
        #expect(reading.findings.map(\.code) == ["row.total-differs", "row.total-differs"])
        #expect(reading.findings.map(\.place.cell) == ["C7", "D8"])
        #expect(reading.findings[0].details["shown"] == "31")
        #expect(reading.findings[0].details["true"] == "30")
        #expect(reading.findings[1].details["true"]?.hasPrefix("8,5") == true)
        #expect(reading.findings.allSatisfy { $0.severity == .warning })
    }

    private static let moneyHeadings: [(heading: String, worth: Money?)] = [
        ("(triệu đồng)", 5_000_000), ("\n(tr.đ)", 5_000_000), ("(million VND)", 5_000_000), ("(đồng)", 5),
        ("(VND)", 5), ("(1.000 đ)", 5_000), ("(1.000.000 đồng)", 5_000_000), ("(nghìn đồng)", 5_000),
        ("(ĐVT: triệu đồng VN)", 5_000_000), ("(tỷ đồng)", 5_000_000_000), ("", nil), ("(hoạt động)", nil),
        ("(trăm triệu đồng)", nil), ("(USD)", nil), ("(theo hợp đồng)", nil),
    ]

    @Test("has its money in the unit of the heading, and in none where that is not known", arguments: moneyHeadings)
    func moneyUnit(heading: String, worth: Money?) throws {
        let reading = OrchardForm.read([["Tên vườn", "Số cây", Cell(.text("Giá trị \(heading)"))], ["Vườn A", 12, 5]])
        let line = try #require(reading.lines.first)
        #expect(line.entry?.worth == worth)
        #expect(line.findings.map(\.code) == (worth == nil ? ["cell.no-money-unit"] : []))
    }

    private static let areaHeadings: [(heading: String, area: Area?)] = [
        ("", 50_000), ("(ha)", 50_000), ("(đất canh tác)", 50_000), ("(héc-ta)", 50_000), ("(m2)", 5), ("(m²)", 5),
        ("(công)", nil), ("(mẫu)", nil), ("(ĐVT: sào)", nil), ("(1.000 m2)", nil), ("(tấn)", nil),
    ]

    @Test("has its areas in the unit of the heading, and in none that cannot be converted", arguments: areaHeadings)
    func areaUnit(heading: String, area: Area?) throws {
        let reading = OrchardForm.read([
            ["Tên vườn", "Số cây", Cell(.text("Diện tích \(heading)"))], ["Vườn A", 12, 5],
        ])
        let line = try #require(reading.lines.first)
        #expect(line.entry?.area == area)
        #expect(line.findings.map(\.code) == (area == nil ? ["cell.no-area-unit"] : []))
    }

    @Test("has its totals compared in the unit that stands above the table or in the heading")
    func totalUnits() {
        let reading = OrchardForm.read([
            ["ĐVT: đồng"], ["Tên vườn", "Số cây", "Giá trị", "Diện tích (m2)"], ["Vườn A", 1, 5, 300],
            ["Vườn B", 1, 7, 200], ["Cộng", 2, 12, 500],
        ])
        #expect(reading.lines.compactMap(\.entry?.worth) == [5, 7])
        #expect(reading.findings == [])
    }

    @Test("says which rows between others are blank") func blank() {
        let reading = OrchardForm.read([one, row, [], [nil, " "], [2, "Vườn B", 8, 2], [], ["Người lập biểu"]])
        #expect(reading.lines.filter { $0.entry != nil }.map(\.row) == [2, 5])
        #expect(reading.lines.flatMap(\.findings).map(\.code) == ["row.blank", "row.blank"])
        #expect(reading.lines.flatMap(\.findings).compactMap(\.place.row) == [3, 4])
    }

    @Test("may repeat its heading over each part") func headingAgain() {
        let reading = OrchardForm.read([one, row, ["Huyện B"], one, [2, "Vườn B", 8, 2]])
        #expect(reading.lines.compactMap(\.entry?.name) == ["Vườn A", "Vườn B"])
        #expect(reading.lines.flatMap(\.findings) == [])
    }

    @Test("that is hidden is read with a warning, or left out where it has no table") func hiddenSheet() {
        let list = OrchardForm.read([one, row], isHidden: true)
        #expect(list.findings.map(\.code) == ["sheet.hidden"])
        #expect(list.lines.count == 1)
        let choices = OrchardForm.read([["a"], ["b"]], isHidden: true)
        #expect(choices.findings.map(\.code) == ["sheet.hidden-unread"])
        #expect(choices.findings.first?.severity == .note)
    }

    // MARK: Old encodings

    private func names(_ names: [String]) -> SheetReading<OrchardForm> {
        OrchardForm.read([one] + names.enumerated().map { [Cell(integerLiteral: $0 + 1), Cell(.text($1)), 1, 1] })
    }

    @Test("with a whole column in an old encoding has it converted, and says so once")
    func converted() throws {
        let tcvn3 = names(["V\u{AD}ên Hîp Ph¸t", "V\u{AD}ên T©n Phó", "Lan", "Minh"])
        #expect(tcvn3.lines.compactMap(\.entry?.name) == ["Vườn Hợp Phát", "Vườn Tân Phú", "Lan", "Minh"])
        #expect(tcvn3.lines.allSatisfy { $0.findings.isEmpty })
        let finding = try #require(tcvn3.findings.first)
        #expect(tcvn3.findings.count == 1)
        #expect(finding.code == "cell.converted-encoding")
        #expect(finding.severity == .warning)
        #expect(finding.place == Place(sheet: "Trang 1", row: 1, column: 2))
        #expect(finding.details == ["field": "@orchard.name", "encoding": "TCVN3"])

        let vni = names(["Vöôøn Taân Phuù", "Vöôøn Bình Myõ", "Thoâng"])
        #expect(vni.lines.compactMap(\.entry?.name) == ["Vườn Tân Phú", "Vườn Bình Mỹ", "Thông"])
        #expect(vni.findings.map { $0.details["encoding"] } == ["VNI"])
    }

    @Test("with a lone cell of an old encoding has it refused with the text it probably means")
    func lone() throws {
        for others in [["Vườn Tân Phú", "Vườn Đa"], ["Tân Bình", "Hà Nam"], ["Lan"], []] {
            let reading = names(["Hîp t¸c x· T©n Phó"] + others)
            #expect(reading.findings == [])
            let finding = try #require(reading.lines.first?.findings.first)
            #expect(finding.code == "cell.legacy-encoding")
            #expect(finding.details["proposal"] == "Hợp tác xã Tân Phú")
            #expect(reading.lines.dropFirst().compactMap(\.entry?.name) == others)
            #expect(reading.lines.dropFirst().allSatisfy { $0.findings.isEmpty })
        }
    }

    @Test("is found under a heading of an old encoding") func legacyHeading() {
        let reading = OrchardForm.read([["Tªn v\u{AD}ên", "Sè c©y", "DiÖn tÝch"], ["A", 1, 1]])
        #expect(reading.header?.columns.map(\.target) == ["name", "trees", "area"])
    }
}
