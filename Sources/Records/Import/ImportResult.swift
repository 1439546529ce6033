package import Kernel

/// What became of a row of the file.
package enum RowFate: String, Sendable, CaseIterable { case added, changed, unchanged, skipped, asked, refused }

/// A source row and its fate.
package struct ImportedRow: Sendable {
    package let sheet: String
    package let row: Int
    package let title: String
    package var fate: RowFate
    package var subject: Int64?
    package var findings: [Diagnostic]
}

/// What an import did, or would do.
package struct ImportResult: Sendable {
    package let type: String
    package let file: String
    package let sha256: String
    package let asOf: Day
    package var rows: [ImportedRow]
    /// Findings about sheets, columns and totals.
    package var findings: [Diagnostic]
    /// Sheets with a table that was read, and the row of its header.
    package var headers: [String: Int]
    /// Every sheet, read or not.
    package var sheets: [ReadSheet] = []
    /// Under which number the changes stand in the history; `nil` where there were none.
    package var batch: Int64?
    /// The same content was applied before and nothing has changed since.
    package var wasAppliedBefore = false

    package func count(_ fate: RowFate) -> Int { rows.count { $0.fate == fate } }
    package var counts: [RowFate: Int] {
        Dictionary(uniqueKeysWithValues: RowFate.allCases.map { ($0, count($0)) })
    }
    /// The fate of every row, in one word: two results with the same one do the same.
    package var promise: String {
        let lines = rows.map { row in
            // A new record has its number only once it is stored.
            let subject = row.fate == .added ? "" : row.subject.map(String.init) ?? ""
            return "\(row.sheet)\t\(row.row)\t\(row.fate.rawValue)\t\(subject)\t\(row.title)"
        }
        return sha256Hex(Array((["\(asOf)"] + lines).joined(separator: "\n").utf8))
    }
    /// Every finding, in the order of the file.
    package var diagnostics: [Diagnostic] { findings + rows.flatMap(\.findings) }
}
