package import Persistence

/// Which rows of a type a reader may see, as a condition over the table under an alias.
package struct RowScope: Sendable {
    private let make: (@Sendable (_ alias: String) -> SQL)?
    /// Whether it leaves a small part of the rows, found by an index.
    package let isNarrow: Bool

    package init(isNarrow: Bool, _ condition: @escaping @Sendable (_ alias: String) -> SQL) {
        make = condition
        self.isNarrow = isNarrow
    }

    private init() {
        make = nil
        isNarrow = false
    }

    package static let all = RowScope()

    /// `nil`: every row.
    package func condition(_ alias: String) -> SQL? { make?(alias) }
}
