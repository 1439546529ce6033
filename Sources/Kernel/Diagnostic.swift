/// Where in a file something stands. Rows and columns count from 1, as a person counts them.
package struct Place: Hashable, Sendable {
    package var file: String?
    package var sheet: String?
    package var row: Int?
    package var column: Int?

    package init(file: String? = nil, sheet: String? = nil, row: Int? = nil, column: Int? = nil) {
        self.file = file
        self.sheet = sheet
        self.row = row
        self.column = column
    }

    /// The column as a spreadsheet writes it: 1 is `A`, 27 is `AA`.
    package var columnLetters: String? { column.map(Place.letters) }

    /// `B7`, or as much of it as is known.
    package var cell: String { (columnLetters ?? "") + (row.map(String.init) ?? "") }

    package static func letters(_ column: Int) -> String {
        var rest = column
        var letters = ""
        while rest > 0 {
            letters = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + letters
            rest = (rest - 1) / 26
        }
        return letters
    }
}

/// A finding about something read: what is wrong or doubtful, where, what was understood. An import returns them all.
/// The words are in the text files under `code`; `details` fill their `{placeholders}`.
package struct Diagnostic: Equatable, Sendable {
    package enum Severity: String, Comparable, Sendable, CaseIterable {
        /// Said for the record: a conversion that is certain, a column that nothing reads.
        case note
        /// Stored or skipped as the message says, and a person should look.
        case warning
        /// Stored only when a person confirms what was understood.
        case question
        /// Not stored until corrected.
        case error

        package static func < (a: Self, b: Self) -> Bool {
            allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
        }
    }

    package var severity: Severity
    package var code: String
    package var place: Place
    package var details: [String: String]

    package init(_ severity: Severity, _ code: String, at place: Place = Place(), _ details: [String: String] = [:]) {
        self.severity = severity
        self.code = code
        self.place = place
        self.details = details
    }
}
