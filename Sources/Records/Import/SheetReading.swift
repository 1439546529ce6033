import Documents
import Kernel

/// What a row of the table turned out to be.
enum RowNature: Equatable { case entry, blank, total, heading }

/// A sheet read into entries: the table found, each row understood or left out with its reason, totals compared.
struct SheetReading<Form: ImportForm> {
    struct Line {
        let row: Int
        var entry: Form.Entry?
        var findings: [Diagnostic]
        /// Something in it is refused or must be answered first.
        var isOpen: Bool
        var skipReason: Diagnostic?
    }

    let sheet: String
    let header: TableHeader?
    /// Where no header was found: what may have been meant as one.
    var guesses: [TableHeader.Column] = []
    let lines: [Line]
    /// Findings about the sheet as a whole, its columns and its total rows.
    let findings: [Diagnostic]
}

/// Reads the sheets of a workbook by one form.
struct SheetReader<Form: ImportForm> {
    let aliases: ColumnAliases
    let vocabulary: Vocabulary
    let answers: ImportAnswers
    let asOf: Day
    let context: Form.Context
    private let columns = Form.columns

    func read(_ outline: SheetOutline, _ rows: [SheetRow]) -> SheetReading<Form> {
        let filled = rows.filter { !$0.cells.allSatisfy(\.isBlank) }
        guard !filled.isEmpty else { return SheetReading(sheet: outline.name, header: nil, lines: [], findings: []) }
        let finder = HeaderFinder<Form>(aliases: aliases, outline: outline)
        guard var header = finder.find(in: rows) else {
            let first = filled.first { row in row.cells.count { !$0.isBlank } >= 3 } ?? filled[0]
            // What programs keep on hidden sheets, such as the choices of a template, is no list.
            let place = Place(sheet: outline.name, row: first.number)
            let details = ["sheet": outline.name]
            let finding =
                outline.isHidden
                ? Diagnostic(.note, "sheet.hidden-unread", at: place, details)
                : Diagnostic(.error, "sheet.no-header", at: place, details)
            return SheetReading(
                sheet: outline.name, header: nil, guesses: finder.guess(first), lines: [], findings: [finding])
        }
        var body = rows.filter { $0.number > header.lastRow }
        fillDown(&body, outline)
        var findings = examine(&header, body, outline)
        if outline.isHidden {
            let place = Place(sheet: outline.name, row: header.firstRow)
            findings.append(Diagnostic(.warning, "sheet.hidden", at: place, ["sheet": outline.name]))
        }
        findings += convertLegacyColumns(of: &body, header, outline)
        // A heading that lost its second row leaves open which column is which: nothing of the sheet is read.
        let isUsable = findings.allSatisfy { $0.severity < .error }
        let words = SheetWords(
            name: outline.name,
            lines: rows.filter { $0.number < header.firstRow }.flatMap { $0.cells.compactMap(\.plainText) })
        for index in header.columns.indices where header.columns[index].unit == nil {
            header.columns[index].unit = words.moneyUnit
        }
        let lines = isUsable ? self.lines(body, header, outline, words, &findings) : []
        return SheetReading(sheet: outline.name, header: header, lines: lines, findings: findings)
    }

    /// A merged block over several rows says the same of each.
    private func fillDown(_ body: inout [SheetRow], _ outline: SheetOutline) {
        for block in outline.merged where block.rows.count > 1 && block.columns.count == 1 {
            let column = block.columns.lowerBound
            guard let first = body.firstIndex(where: { $0.number == block.rows.lowerBound }) else { continue }
            let cell = body[first][column: column]
            guard !cell.isBlank else { continue }
            for index in body.indices where block.rows.contains(body[index].number) && index != first {
                while body[index].cells.count < column { body[index].cells.append(.blank) }
                body[index].cells[column - 1] = cell
            }
        }
    }

    /// Names the columns that nothing reads, are hidden, nameless or twice there.
    private func examine(
        _ header: inout TableHeader, _ body: [SheetRow], _ outline: SheetOutline
    ) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var seen: Set<String> = []
        func place(_ column: Int) -> Place { Place(sheet: outline.name, row: header.firstRow, column: column) }
        for index in header.columns.indices {
            let column = header.columns[index]
            if column.isHidden {
                findings.append(
                    Diagnostic(.warning, "column.hidden", at: place(column.number), ["column": column.title]))
                header.columns[index].target = nil
            } else if let target = column.target {
                if !seen.insert(target).inserted {
                    findings.append(
                        Diagnostic(.error, "column.twice", at: place(column.number), ["column": column.title]))
                }
            } else if !isNumbering(column.title) {
                findings.append(Diagnostic(.note, "column.unread", at: place(column.number), ["column": column.title]))
            }
        }
        let named = Set(header.columns.map(\.number))
        let width = body.map(\.cells.count).max() ?? 0
        for number in 1...max(1, width) where !named.contains(number) {
            guard body.contains(where: { !$0[column: number].isBlank }) else { continue }
            let left = header.columns.last { $0.number < number }
            let isGroup = left.map { aliases.parents.contains(HeadingText.plain($0.title)) } ?? false
            if isGroup, number == left.map({ $0.number + 1 }) {
                findings.append(
                    Diagnostic(.error, "column.second-row-missing", at: place(number), ["column": left?.title ?? ""]))
            } else if body.count(where: { !$0[column: number].isBlank }) > 1 {
                findings.append(Diagnostic(.warning, "column.nameless", at: place(number)))
            }
        }
        return findings
    }

    private func isNumbering(_ title: String) -> Bool {
        ["stt", "tt", "so tt", "so thu tu", "no"].contains(fold(title))
    }

    private func lines(
        _ body: [SheetRow], _ header: TableHeader, _ outline: SheetOutline, _ words: SheetWords,
        _ findings: inout [Diagnostic]
    ) -> [SheetReading<Form>.Line] {
        var lines: [SheetReading<Form>.Line] = []
        var totals = Totals<Form>(sheet: outline.name, header: header)
        let table = ReadTable<Form>(header, columns)
        let last = body.last { nature($0, header) == .entry }?.number ?? 0
        var expected = header.lastRow + 1
        for row in body {
            // Rows that the file leaves out are blank too.
            for gap in expected..<max(expected, row.number) where gap < last {
                lines.append(blank(gap, outline))
            }
            expected = row.number + 1
            switch nature(row, header) {
            case .blank: if row.number < last { lines.append(blank(row.number, outline)) }
            case .heading:
                totals.beginSection()
                lines.append(skipped(row.number, outline, "row.heading", .note))
            case .total:
                findings += totals.compare(row, vocabulary: vocabulary)
                lines.append(skipped(row.number, outline, "row.total", .note))
            case .entry:
                let line = read(row, table, outline, words)
                if let entry = line.entry { totals.add(entry) }
                lines.append(line)
            }
        }
        return lines
    }

    private func blank(_ row: Int, _ outline: SheetOutline) -> SheetReading<Form>.Line {
        skipped(row, outline, "row.blank", .warning)
    }

    private func skipped(
        _ row: Int, _ outline: SheetOutline, _ code: String, _ severity: Diagnostic.Severity
    ) -> SheetReading<Form>.Line {
        let why = Diagnostic(severity, code, at: Place(sheet: outline.name, row: row))
        return SheetReading.Line(
            row: row, entry: nil, findings: severity == .note ? [] : [why], isOpen: false, skipReason: why)
    }

    /// Long lists repeat their heading over each part.
    private func isHeadingAgain(_ row: SheetRow, _ header: TableHeader) -> Bool {
        let known = header.columns.lazy.filter { $0.target != nil }
        func isTitle(_ column: TableHeader.Column) -> Bool {
            row[column: column.number].plainText.map { fold($0) == fold(column.title) } ?? false
        }
        return known.first.map(isTitle) ?? false && known.allSatisfy(isTitle)
    }

    private func nature(_ row: SheetRow, _ header: TableHeader) -> RowNature {
        let filled = row.cells.indices.filter { !row.cells[$0].isBlank }
        guard !filled.isEmpty else { return .blank }
        if isHeadingAgain(row, header) { return .heading }
        let mapped = header.columns.count { $0.target != nil && !row[column: $0.number].isBlank }
        let opening = row.cells.prefix(3).lazy.compactMap(\.plainText).first.map(fold) ?? ""
        if opening.hasPrefix("cong ") || opening == "cong" || opening.hasPrefix("cong:")
            || opening.hasPrefix("tong cong")
            || opening.hasPrefix("tong so") || opening == "tong"
        {
            return .total
        }
        let isNumbered =
            row.cells.first.map { cell in
                if case .number = cell.value { return true }
                return cell.plainText.map { Int($0) != nil } ?? false
            } ?? false
        return mapped >= 3 || isNumbered && mapped >= 1 ? .entry : .heading
    }

    private func read(
        _ row: SheetRow, _ table: ReadTable<Form>, _ outline: SheetOutline, _ words: SheetWords
    ) -> SheetReading<Form>.Line {
        var entry = Form.entry()
        var findings: [Diagnostic] = []
        var isOpen = false
        let place = Place(sheet: outline.name, row: row.number)
        if row.isHidden { findings.append(Diagnostic(.warning, "row.hidden", at: place)) }
        let subject = table.subject.flatMap { row[column: $0].plainText } ?? ""
        let answers = RowAnswers(subject: subject, answers: answers)
        for (column, target, title, known) in table.columns {
            var cellPlace = place
            cellPlace.column = column.number
            var reading = CellReading(
                cell: row[column: column.number], place: cellPlace, title: title,
                moneyUnit: column.unit, areaUnit: column.areaUnit, year: column.year, vocabulary: vocabulary,
                answers: answers, column: target)
            known.read(&reading, &entry, context)
            if known.isRequired, reading.cell.isBlank { reading.find(.error, "cell.required") }
            findings += reading.findings
            isOpen = isOpen || reading.isOpen
        }
        var whole = RowReading(
            context: context, asOf: asOf, sheet: words,
            columns: table.numbers,
            place: place, findings: findings, isOpen: isOpen)
        Form.check(&entry, &whole)
        return SheetReading.Line(
            row: row.number, entry: entry, findings: whole.findings, isOpen: whole.isOpen, skipReason: whole.skipReason)
    }
}

/// What reading a row needs to know of its table, found once.
private struct ReadTable<Form: ImportForm> {
    typealias Known = ImportColumn<Form.Entry, Form.Context>

    let columns: [(column: TableHeader.Column, target: String, title: String, known: Known)]
    /// The table's columns by the form's names.
    let numbers: [String: Int]
    /// The column that says what the row is about.
    let subject: Int?

    init(_ header: TableHeader, _ known: [Known]) {
        columns = header.columns.compactMap { column in
            guard let target = column.target, let known = known.first(where: { $0.name == target }) else { return nil }
            return (column, target, "@\(Form.name).\(target)", known)
        }
        numbers = Dictionary(
            header.columns.compactMap { column in column.target.map { ($0, column.number) } },
            uniquingKeysWith: { first, _ in first })
        subject = known.first(where: \.isRequired).flatMap { header.column($0.name) }?.number
    }
}

extension SheetWords {
    /// `Đơn vị tính: triệu đồng` above the table.
    var moneyUnit: MoneyUnit? {
        lines.lazy.filter { fold($0).hasPrefix("don vi tinh") || fold($0).hasPrefix("dvt") }
            .compactMap(MoneyUnit.init(in:)).first
    }
}

extension Cell {
    /// The cell's text or number as text, trimmed; `nil` when blank.
    var plainText: String? {
        switch value {
        case .text(let text):
            let clean = CleanText(text).text
            return clean.isEmpty ? nil : clean
        case .number(_, let literal): return literal
        default: return nil
        }
    }
}
