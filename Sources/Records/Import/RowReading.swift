import Documents
package import Kernel

/// A row whose cells have been read, looked at as a whole. Findings go to the cell of the column they name.
package struct RowReading<Context: Sendable> {
    package let context: Context
    package let asOf: Day
    package let sheet: SheetWords
    /// The table's columns by the form's names, counted from 1.
    let columns: [String: Int]
    let place: Place
    package private(set) var findings: [Diagnostic]
    package private(set) var isOpen: Bool
    /// Why the row is left out although nothing is wrong with it.
    package private(set) var skipReason: Diagnostic?

    init(
        context: Context, asOf: Day, sheet: SheetWords, columns: [String: Int], place: Place,
        findings: [Diagnostic], isOpen: Bool
    ) {
        self.context = context
        self.asOf = asOf
        self.sheet = sheet
        self.columns = columns
        self.place = place
        self.findings = findings
        self.isOpen = isOpen
    }

    package mutating func find(
        _ severity: Diagnostic.Severity, _ code: String, in column: String?, _ details: [String: String] = [:]
    ) {
        var place = place
        if let column { place.column = columns[column] }
        findings.append(Diagnostic(severity, code, at: place, details))
        if severity >= .question { isOpen = true }
    }

    package mutating func skip(_ code: String, _ details: [String: String] = [:]) {
        let why = Diagnostic(.warning, code, at: place, details)
        findings.append(why)
        skipReason = why
    }

    /// Whether the cell of a column has been refused or is missing an answer.
    package func isBad(_ column: String) -> Bool {
        findings.contains { $0.severity >= .question && $0.place.column == columns[column] && $0.place.column != nil }
    }

    package func has(_ column: String) -> Bool { columns[column] != nil }
}

/// What a sheet says outside its table: its name, and the text above and below.
package struct SheetWords: Sendable {
    package let name: String
    package let lines: [String]

    package init(name: String, lines: [String]) {
        self.name = name
        self.lines = lines
    }
}
