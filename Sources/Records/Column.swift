package import Kernel
package import Persistence

/// A type that a field can have.
package protocol Column: SQLBindable, SQLReadable, Equatable {
    static var storage: Storage { get }
    static var kind: ValueKind { get }
    static var isRequired: Bool { get }
    /// Nobody has filled this in.
    var isUnset: Bool { get }
    /// Reads it from a cell of a workbook; `nil`: blank, or what is there has left a finding.
    static func parse(_ cell: inout CellReading, today: Day) -> Self?
    /// From a value as it is stored; `nil` where that is of another type.
    static func taking(_ value: SQLValue) -> Self?
    /// What a field left blank means; `nil`: it must not be left blank.
    static var blank: Self? { get }
    /// The type whose records it names, and the value that names one.
    static var reference: (any Referenced.Type)? { get }
    static func naming(_ record: Int64) -> Self?
}

/// How an engine keeps a column.
package enum Storage: Sendable, Equatable { case integer, text }

extension Column {
    package static var isRequired: Bool { true }
    package var isUnset: Bool { false }
    package static var blank: Self? { nil }
    package static var reference: (any Referenced.Type)? { nil }
    package static func naming(_ record: Int64) -> Self? { nil }
}

extension Optional: Column where Wrapped: Column {
    package static var storage: Storage { Wrapped.storage }
    package static var kind: ValueKind { Wrapped.kind }
    package static var isRequired: Bool { false }
    package var isUnset: Bool { self == nil }
}

extension String: Column {
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .text }
    package var isUnset: Bool { isEmpty }
}

extension Int: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .integer }
}

extension Bool: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .flag }
}

extension Money: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .money }
}

extension Area: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .area }
}

extension Hundredths: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .hundredths }
}

extension Year: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .year }
    package var isUnset: Bool { number == 0 }
}

extension Day: Column {
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .day }
    package var isUnset: Bool { self == .unset }
}

extension PartialDay: Column {
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .partialDay }
}

extension Identifier: Column {
    package static var storage: Storage { .integer }
    package static var kind: ValueKind { .reference((Subject.self as? any Referenced.Type)?.referenceName ?? "") }
    package var isUnset: Bool { number == 0 }
}

/// A type whose identifiers a field may hold. `referenceName` is the word in its addresses.
package protocol Referenced: SendableMetatype {
    static var referenceName: String { get }
    /// The columns by which the rows of a workbook name one in `field`; none: a workbook cannot.
    static func referenceColumns(of field: String) -> [String]
    static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder
}

extension Referenced {
    package static func referenceColumns(of field: String) -> [String] { [] }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        ReferenceFinder { _, _ in nil }
    }
}

/// An enumeration that a field may hold: stored as its raw value, shown under the text key `key.rawValue`, read from
/// any of the wordings under `key.rawValue.aliases`.
package protocol Choice: Column, RawRepresentable<String>, CaseIterable {
    static var key: String { get }
}

extension Choice {
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .choice(key, allCases.map(\.rawValue)) }
    package var sqlValue: SQLValue { .text(rawValue) }
    package init(_ row: Row, at index: Int) throws {
        guard let value = Self(rawValue: try row.text(index)) else { throw row.unexpected(index, wanted: Self.key) }
        self = value
    }
    package var textKey: String { "\(Self.key).\(rawValue)" }
}

/// Digits that are no number and never become one: a tax code, a phone number.
package struct Code: Column, Hashable, Sendable, ExpressibleByStringLiteral {
    package var text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }
    package init(_ row: Row, at index: Int) throws { text = try row.text(index) }

    package var sqlValue: SQLValue { .text(text) }
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .code }
    package var isUnset: Bool { text.isEmpty }
}
