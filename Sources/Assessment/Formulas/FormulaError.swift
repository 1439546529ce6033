/// What is wrong with the text of a formula. The words are in the text files under `code`; `details` fill their
/// `{placeholders}`.
package struct FormulaError: Error, Hashable, Sendable {
    package var code: String
    /// Where it begins, counted in characters from 1.
    package var column: Int
    package var details: [String: String]

    package init(_ code: String, at column: Int, _ details: [String: String] = [:]) {
        self.code = code
        self.column = column
        self.details = details
    }
}

/// Everything found wrong, from left to right: all unknown names and type errors up to the first place where the text
/// cannot be read.
package struct FormulaErrors: Error, Equatable, Sendable {
    /// Never empty.
    package let all: [FormulaError]

    init(_ errors: [FormulaError]) { all = errors.sorted { ($0.column, $0.code) < ($1.column, $1.code) } }
}
