/// Which of a form's columns a person said that a heading of their workbooks means, by the heading as it is compared
/// (`HeadingText.key`). An empty text: nothing reads it.
package struct ColumnMapping: Equatable, Sendable, Codable {
    package var targets: [String: String]

    package init(_ targets: [String: String] = [:]) { self.targets = targets }
}

/// What a sheet was taken for, so that a person can say otherwise.
package struct ReadSheet: Equatable, Sendable, Codable {
    package struct Column: Equatable, Sendable, Codable {
        /// Counted from 1.
        package let number: Int
        /// As the sheet says it.
        package let title: String
        /// As it is compared, and remembered.
        package let heading: String
        /// The form's column that reads it.
        package let target: String?
    }

    package let name: String
    /// The last row of the header; `nil` where no table was found, and the columns are then guesses.
    package let headerRow: Int?
    package let columns: [Column]
}

extension ReadSheet {
    init(_ outline: String, _ header: TableHeader?, else row: [TableHeader.Column]) {
        name = outline
        headerRow = header?.lastRow
        columns = (header?.columns ?? row).filter { !$0.heading.isEmpty }.map {
            Column(number: $0.number, title: $0.title, heading: $0.heading, target: $0.target)
        }
    }
}
