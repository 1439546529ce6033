import Documents
import Kernel
import Persistence

/// The running sums of a sheet, to compare with its total rows. A total row is no subject: it is compared, reported
/// where it differs, and never stored.
struct Totals<Form: ImportForm> {
    let sheet: String
    let header: TableHeader
    private let columns = Form.columns
    private var section: [String: Int64] = [:]
    private var whole: [String: Int64] = [:]
    private var sectionIsEmpty = true

    init(sheet: String, header: TableHeader) {
        self.sheet = sheet
        self.header = header
    }

    mutating func add(_ entry: Form.Entry) {
        sectionIsEmpty = false
        for column in columns {
            guard let value = column.summed?(entry) else { continue }
            section[column.name, default: 0] += value
            whole[column.name, default: 0] += value
        }
    }

    mutating func beginSection() {
        section = [:]
        sectionIsEmpty = true
    }

    /// A total compares with the rows since the last total or section heading; a grand total, or one with no rows
    /// since the last total, with all rows of the sheet.
    mutating func compare(_ row: SheetRow, vocabulary: Vocabulary) -> [Diagnostic] {
        let opening = row.cells.prefix(3).lazy.compactMap(\.plainText).first.map(fold) ?? ""
        let isGrand = sectionIsEmpty || opening.hasPrefix("tong cong")
        let sums = isGrand ? whole : section
        var findings: [Diagnostic] = []
        for column in header.columns {
            guard let target = column.target, let known = columns.first(where: { $0.name == target }),
                known.summed != nil, let shown = shown(row[column: column.number], column, known.kind),
                let sum = sums[target], sum != shown
            else { continue }
            findings.append(
                Diagnostic(
                    .warning, "row.total-differs", at: Place(sheet: sheet, row: row.number, column: column.number),
                    [
                        "field": "@\(Form.name).\(target)", "shown": said(shown, known.kind),
                        "true": said(sum, known.kind),
                    ]))
        }
        if !isGrand { beginSection() }
        return findings
    }

    private func shown(_ cell: Cell, _ column: TableHeader.Column, _ kind: ValueKind) -> Int64? {
        var number: ExactDecimal?
        switch cell.value {
        case .number(_, let literal): number = NumberText.decimal(literal: literal)
        case .text(let text): if case .number(let decimal, _) = NumberText.parse(text) { number = decimal }
        default: break
        }
        let factor: Int64 =
            switch kind {
            case .money: (column.unit ?? .million).rawValue
            case .area: (column.areaUnit ?? .hectare).squareMetres ?? 10_000
            default: 1
            }
        return number?.scaled(toInteger: factor)
    }

    private func said(_ value: Int64, _ kind: ValueKind) -> String {
        switch kind {
        case .money: NumberText.millions(Money(vnd: value), .vi)
        case .area: NumberText.hectares(Area(squareMetres: value), .vi)
        default: NumberText.grouped(value, .vi)
        }
    }
}
