import Documents
package import Kernel

extension ImportResult {
    /// The workbook that was read, given back with its bad cells marked and the reasons in a column of their own.
    /// `badOnly`: without the rows that were stored.
    package func annotated(_ workbook: [UInt8], badOnly: Bool, _ t: Texts) throws -> [UInt8] {
        let names = try Workbook.open(bytes: workbook).sheets.map(\.name)
        let index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let marks = diagnostics.filter { $0.severity > .note }.compactMap { finding -> WorkbookMark? in
            guard let sheet = finding.place.sheet.flatMap({ index[$0] }), let row = finding.place.row else {
                return nil
            }
            return WorkbookMark(
                sheet: sheet, row: row, column: finding.place.column, severity: finding.severity,
                message: t(finding.code, finding.details))
        }
        var stored: [Int: Set<Int>] = [:]
        for row in rows where badOnly && [.added, .changed, .unchanged].contains(row.fate) {
            if let sheet = index[row.sheet] { stored[sheet, default: []].insert(row.row) }
        }
        let headers = headers.compactMap { name, row in index[name].map { ($0, row) } }
        return try Workbook.annotated(
            workbook: workbook, marks: marks,
            reasonColumn: ReasonColumn(
                title: t["import.reason-column"], headerRows: Dictionary(uniqueKeysWithValues: headers)),
            removing: stored)
    }
}
