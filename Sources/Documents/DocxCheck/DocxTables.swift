/// Rows against the grid of their table.
extension DocxCheck {
    mutating func checkTables(_ root: MarkupElement, _ part: String) {
        var problems: [String] = []
        root.walk { if $0.name == "w:tbl" { Self.table($0, &problems) } }
        problems.forEach { report(part, $0) }
    }

    private static func table(_ table: MarkupElement, _ problems: inout [String]) {
        let width = table.first("w:tblGrid")?.elements.count { $0.name == "w:gridCol" } ?? 0
        let rows = within(table, "w:tr")
        if rows.isEmpty { problems.append("a w:tbl has no rows") }
        // Merged cells that a row may continue: first column and width.
        var merged: [Int: Int] = [:]
        for (number, row) in rows.enumerated() {
            let place = "row \(number + 1) of a table"
            let cells = within(row, "w:tc")
            if cells.isEmpty { problems.append("\(place) has no cells") }
            let properties = row.first("w:trPr")
            var column = properties.map { count($0, "w:gridBefore", otherwise: 0) } ?? 0
            var continued: [Int: Int] = [:]
            for cell in cells {
                let cellProperties = cell.first("w:tcPr")
                let span = cellProperties.map { count($0, "w:gridSpan", otherwise: 1) } ?? 1
                if let merge = cellProperties?.first("w:vMerge") {
                    if merge["w:val"] != "restart", merged[column] != span {
                        problems.append("\(place) continues a merged cell that does not begin above")
                    }
                    continued[column] = span
                }
                column += span
            }
            merged = continued
            column += properties.map { count($0, "w:gridAfter", otherwise: 0) } ?? 0
            if column != width { problems.append("\(place) has \(column) columns, its grid \(width)") }
        }
    }

    private static func count(_ properties: MarkupElement, _ name: String, otherwise: Int) -> Int {
        guard let element = properties.first(name) else { return otherwise }
        // A million columns would do no harm here, but a number that overflows would.
        return element["w:val"].flatMap { Int($0) }.map { min(max($0, 0), 1_000) } ?? otherwise
    }

    /// The rows of a table or the cells of a row, also those wrapped in content controls.
    private static func within(_ element: MarkupElement, _ name: String) -> [MarkupElement] {
        element.elements.flatMap { child -> [MarkupElement] in
            if child.name == name { return [child] }
            let wraps = ["w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:del"]
            return wraps.contains(child.name) ? within(child, name) : []
        }
    }
}
