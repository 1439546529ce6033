package import Kernel

/// A statement with its values apart: what is literal is SQL, what is interpolated is bound, an interpolated `SQL` is
/// inserted. No value ever becomes text of a statement.
///
///     let query: SQL = "SELECT name FROM registry_cooperative WHERE unit_id = \(unit) AND \(condition)"
package struct SQL: ExpressibleByStringInterpolation, Hashable, Sendable {
    /// The text with `?` where a value goes.
    package private(set) var text: String
    package private(set) var values: [SQLValue]

    package init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    package init(stringInterpolation parts: StringInterpolation) {
        text = parts.text
        values = parts.values
    }

    /// A name of a table or column, from a description, never from a user. Anything but `a…z 0…9 _ .` is a defect.
    package init(name: String) {
        precondition(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 46 })
        text = name
        values = []
    }

    /// Text that a record type's description or a list's columns make, never from a user, with the values of its `?`s.
    package init(described text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }

    package static func + (a: SQL, b: SQL) -> SQL { "\(a)\(b)" }

    package static let empty: SQL = ""

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ value: some SQLBindable) {
            text += "?"
            values.append(value.sqlValue)
        }
        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            text += "?"
            values.append(value.sqlValue)
        }
        package mutating func appendInterpolation(_ sql: SQL) {
            text += sql.text
            values += sql.values
        }
        /// See `SQL.init(described:_:)`.
        package mutating func appendInterpolation(described text: String) { self.text += text }
        /// A list for `IN (…)`. An empty list becomes `NULL`, which nothing equals.
        package mutating func appendInterpolation(list: some Sequence<some SQLBindable>) {
            let bound = list.map(\.sqlValue)
            text += bound.isEmpty ? "NULL" : String(repeating: "?, ", count: bound.count - 1) + "?"
            values += bound
        }
    }
}

extension Sequence<SQL> {
    package func joined(separator: SQL) -> SQL {
        var parts = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        var isFirst = true
        for part in self {
            if !isFirst { parts.appendInterpolation(separator) }
            parts.appendInterpolation(part)
            isFirst = false
        }
        return SQL(stringInterpolation: parts)
    }
}

/// A value as a database keeps it. Booleans are 0 and 1, days are ISO text, instants and money are integers.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    /// Throws for what not every engine can keep: `persistence.nul` for text with a NUL character,
    /// `persistence.not-a-number` for NaN.
    func checkStorable() throws {
        switch self {
        case .text(let text) where text.utf8.contains(0): throw Failure(.invalid, "persistence.nul")
        case .real(let number) where number.isNaN: throw Failure(.invalid, "persistence.not-a-number")
        default: break
        }
    }
}

/// What can be bound to a statement.
package protocol SQLBindable: Sendable {
    var sqlValue: SQLValue { get }
}

/// What can be read from a column of a row. Throws `persistence.unexpected-value` where the column holds another type.
package protocol SQLReadable {
    init(_ row: Row, at index: Int) throws
}

extension SQLValue: SQLBindable { package var sqlValue: SQLValue { self } }
extension Int: SQLBindable { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension Int64: SQLBindable { package var sqlValue: SQLValue { .integer(self) } }
extension Double: SQLBindable { package var sqlValue: SQLValue { .real(self) } }
extension Bool: SQLBindable { package var sqlValue: SQLValue { .integer(self ? 1 : 0) } }
extension String: SQLBindable { package var sqlValue: SQLValue { .text(self) } }
extension [UInt8]: SQLBindable { package var sqlValue: SQLValue { .bytes(self) } }
extension Optional: SQLBindable where Wrapped: SQLBindable {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
extension Identifier: SQLBindable { package var sqlValue: SQLValue { .integer(number) } }
extension Day: SQLBindable { package var sqlValue: SQLValue { .text(description) } }
extension PartialDay: SQLBindable { package var sqlValue: SQLValue { .text(description) } }
extension Instant: SQLBindable { package var sqlValue: SQLValue { .integer(milliseconds) } }
extension Money: SQLBindable { package var sqlValue: SQLValue { .integer(vnd) } }
extension Area: SQLBindable { package var sqlValue: SQLValue { .integer(squareMetres) } }
extension Hundredths: SQLBindable { package var sqlValue: SQLValue { .integer(count) } }
extension Year: SQLBindable { package var sqlValue: SQLValue { .integer(Int64(number)) } }
extension Weight: SQLBindable { package var sqlValue: SQLValue { .integer(grams) } }

extension Int: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = Int(try row.integer(index)) }
}
extension Int64: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = try row.integer(index) }
}
extension Double: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = try row.real(index) }
}
extension Bool: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = try row.integer(index) != 0 }
}
extension String: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = try row.text(index) }
}
extension [UInt8]: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self = try row.bytes(index) }
}
extension Optional: SQLReadable where Wrapped: SQLReadable {
    package init(_ row: Row, at index: Int) throws {
        self = row.isNull(index) ? nil : try Wrapped(row, at: index)
    }
}
extension Identifier: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(try row.integer(index)) }
}
extension Day: SQLReadable {
    package init(_ row: Row, at index: Int) throws {
        let text = try row.text(index)
        guard let day = Day(text) else { throw row.unexpected(index, wanted: "day") }
        self = day
    }
}
extension PartialDay: SQLReadable {
    package init(_ row: Row, at index: Int) throws {
        let text = try row.text(index)
        guard let day = PartialDay(text) else { throw row.unexpected(index, wanted: "day") }
        self = day
    }
}
extension Instant: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(milliseconds: try row.integer(index)) }
}
extension Money: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(vnd: try row.integer(index)) }
}
extension Area: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(squareMetres: try row.integer(index)) }
}
extension Hundredths: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(try row.integer(index)) }
}
extension Year: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(Int(try row.integer(index))) }
}
extension Weight: SQLReadable {
    package init(_ row: Row, at index: Int) throws { self.init(grams: try row.integer(index)) }
}
