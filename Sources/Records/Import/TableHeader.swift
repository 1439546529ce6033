import Documents
import Kernel

/// Where a sheet's table begins and what its columns are.
struct TableHeader: Sendable {
    struct Column: Sendable {
        /// Counted from 1.
        let number: Int
        /// What the header says, as a person reads it: `Số thành viên / Nữ`.
        let title: String
        /// As it is compared.
        let heading: String
        /// The form's column that reads it; `nil` where nothing does.
        var target: String?
        var unit: MoneyUnit?
        var areaUnit: AreaUnit?
        /// `Xếp loại năm 2023`.
        var year: Int?
        var isHidden = false
    }

    /// The last row that belongs to the header.
    let lastRow: Int
    let firstRow: Int
    var columns: [Column]
    var findings: [Diagnostic] = []

    func column(_ target: String) -> Column? { columns.first { $0.target == target } }
}

/// Finds the header of a table within the first rows of a sheet: one row or two, merged or not, with or without a row
/// of column numbers below it.
struct HeaderFinder<Form: ImportForm> {
    let aliases: ColumnAliases
    let outline: SheetOutline

    /// Rows at the top of a sheet in which a header may stand.
    static var reach: Int { 20 }

    func find(in rows: [SheetRow]) -> TableHeader? {
        let top = rows.filter { $0.number <= Self.reach }
        var best: (score: Int, header: TableHeader)?
        for (index, row) in top.enumerated() {
            let next = index + 1 < top.count ? top[index + 1] : nil
            for child in [nil, next] where child == nil || child?.number == row.number + 1 {
                let header = header(parent: row, child: child)
                let targets = targets(of: header)
                guard targets.count >= 3, Form.columns.allSatisfy({ !$0.isRequired || targets.contains($0.name) })
                else { continue }
                if let child, isLine(row), targets == self.targets(of: self.header(parent: child, child: nil)) {
                    continue
                }
                let score = best?.score ?? 0
                if targets.count > score || targets.count == score && child.map({ reaches(row, $0) }) ?? false {
                    best = (targets.count, header)
                }
            }
        }
        guard let header = best?.header else { return nil }
        return withoutNumberRow(header, rows)
    }

    /// Whether cells merged downwards, or blocks merged over cells below, show that both rows are one heading: also where
    /// no column that the form reads has two.
    private func reaches(_ row: SheetRow, _ child: SheetRow) -> Bool {
        outline.merged.contains { $0.rows.lowerBound == row.number && $0.rows.contains(child.number) }
    }

    private func targets(of header: TableHeader) -> Set<String> { Set(header.columns.compactMap(\.target)) }

    /// A title, or `ĐVT: triệu đồng` right above the heading, which adds nothing to it.
    private func isLine(_ row: SheetRow) -> Bool { row.cells.count { !$0.isBlank } <= 2 }

    /// The cells of a row, as if they were headings.
    func guess(_ row: SheetRow) -> [TableHeader.Column] { header(parent: row, child: nil).columns }

    private func header(parent: SheetRow, child: SheetRow?) -> TableHeader {
        var columns: [TableHeader.Column] = []
        for number in 1...max(parent.cells.count, child?.cells.count ?? 0, 1) {
            let above = parentText(parent, column: number, spreads: child != nil)
            let below = child.flatMap { words($0[column: number]) }
            guard above != nil || below != nil else { continue }
            let title = [above, below].compactMap(\.self).joined(separator: " / ")
            let heading = HeadingText(parent: above, child: below)
            var column = TableHeader.Column(number: number, title: title, heading: heading.key)
            column.target = aliases.target(of: heading)
            column.unit = MoneyUnit(in: title)
            column.areaUnit = AreaUnit(in: title)
            column.year = heading.year
            column.isHidden = outline.hiddenColumns.contains(number)
            columns.append(column)
        }
        return TableHeader(lastRow: child?.number ?? parent.number, firstRow: parent.number, columns: columns)
    }

    /// The text over a column: its own, or that of the merged block which it is part of.
    private func parentText(_ row: SheetRow, column: Int, spreads: Bool) -> String? {
        if let own = words(row[column: column]) { return own }
        guard spreads,
            let block = outline.merged.first(where: { $0.rows.contains(row.number) && $0.columns.contains(column) })
        else { return nil }
        return words(row[column: block.columns.lowerBound])
    }

    private func words(_ cell: Cell) -> String? {
        switch cell.value {
        case .text(let text):
            let clean = CleanText(text).text
            // A heading in an old encoding names its column as well.
            return clean.isEmpty ? nil : LegacyText.guess(clean)?.converted ?? clean
        case .number(_, let literal): return literal
        default: return nil
        }
    }

    /// A row `(1) (2) (3)` below the header belongs to it.
    private func withoutNumberRow(_ header: TableHeader, _ rows: [SheetRow]) -> TableHeader {
        guard let row = rows.first(where: { $0.number == header.lastRow + 1 }) else { return header }
        let numbers = row.cells.compactMap { cell -> Int? in
            guard !cell.isBlank else { return nil }
            return words(cell).flatMap { Int($0.filter { $0 != "(" && $0 != ")" }) } ?? -1
        }
        guard numbers.count >= 3, numbers == Array(1...numbers.count) else { return header }
        return TableHeader(
            lastRow: row.number, firstRow: header.firstRow, columns: header.columns, findings: header.findings)
    }
}
