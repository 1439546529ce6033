package import Kernel

/// Markup with its values escaped: what is literal is markup, what is interpolated is escaped so that it may stand in
/// text and in quoted attributes, an interpolated `HTML` is inserted, an absent one leaves nothing, a sequence with a
/// row function is repeated.
///
///     let cell: HTML = "<td><a href=\"/cooperatives/\(row.id)\">\(row.name)</a></td>"
///     let table: HTML = "<tbody>\(rows, cooperativeRow)</tbody>"
///
/// An optional text has no place here on purpose: the page says what unknown looks like.
package struct HTML: ExpressibleByStringInterpolation, Equatable, Sendable, CustomStringConvertible {
    /// The markup as UTF-8.
    package private(set) var bytes: [UInt8]

    package static let empty: HTML = ""

    package init(stringLiteral literal: String) { bytes = Array(literal.utf8) }

    package init(stringInterpolation parts: StringInterpolation) { bytes = parts.bytes }

    /// For long tables: written piece by piece into one buffer, instead of making a value of each cell.
    package init(_ write: (inout StringInterpolation) -> Void) {
        var parts = StringInterpolation(literalCapacity: 1 << 15, interpolationCount: 0)
        write(&parts)
        bytes = parts.bytes
    }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    package static func + (a: HTML, b: HTML) -> HTML { "\(a)\(b)" }

    package struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        package mutating func appendLiteral(_ literal: String) {
            var literal = literal
            literal.withUTF8 { bytes.append(contentsOf: $0) }
        }

        package mutating func appendInterpolation(_ text: String) {
            var text = text
            text.withUTF8 { escape($0) }
        }

        package mutating func appendInterpolation(_ text: Substring) {
            var text = text
            text.withUTF8 { escape($0) }
        }

        package mutating func appendInterpolation(_ number: some FixedWidthInteger) {
            bytes.append(contentsOf: String(number).utf8)
        }

        package mutating func appendInterpolation(_ flag: Bool) { appendLiteral(flag ? "true" : "false") }

        package mutating func appendInterpolation<Subject>(_ id: Identifier<Subject>) { appendInterpolation(id.number) }

        package mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }

        package mutating func appendInterpolation(_ html: HTML?) {
            if let html { bytes.append(contentsOf: html.bytes) }
        }

        package mutating func appendInterpolation<Rows: Sequence>(_ rows: Rows, _ row: (Rows.Element) -> HTML) {
            for element in rows { bytes.append(contentsOf: row(element).bytes) }
        }

        /// ` name="value"` with the space before it, or nothing where there is no value.
        package mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            appendName(name)
            appendLiteral("=\"")
            appendInterpolation(value)
            appendLiteral("\"")
        }

        /// ` name` with the space before it where it holds.
        package mutating func appendInterpolation(attribute name: StaticString, if holds: Bool) {
            if holds { appendName(name) }
        }

        private mutating func appendName(_ name: StaticString) {
            bytes.append(UInt8(ascii: " "))
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        /// Appends runs without `& < > " '` whole, since most values have none of them.
        private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
            var clean = 0
            for index in text.indices {
                let entity: StaticString
                switch text[index] {
                case UInt8(ascii: "&"): entity = "&amp;"
                case UInt8(ascii: "<"): entity = "&lt;"
                case UInt8(ascii: ">"): entity = "&gt;"
                case UInt8(ascii: "\""): entity = "&quot;"
                case UInt8(ascii: "'"): entity = "&#39;"
                default: continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[clean..<index]))
                entity.withUTF8Buffer { bytes.append(contentsOf: $0) }
                clean = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[clean...]))
        }
    }
}

extension Sequence<HTML> {
    package func joined(separator: HTML = "") -> HTML {
        var result: HTML?
        for part in self { result = result.map { "\($0)\(separator)\(part)" } ?? part }
        return result ?? .empty
    }
}
