package import Kernel

/// Rows of a comma-separated file (RFC 4180), one at a time: UTF-8 with or without a byte order mark, lines ended by
/// LF, CRLF or both mixed, fields in quotes where they hold separators, quotes or line ends. Blank lines are passed over.
///
/// Fails with `csv.*` and the number of the line, counted from 1, where it cannot be right.
package struct CsvReader {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var nextLine = 1
    /// Fields of the row before.
    private var columns = 0

    /// The line that the last row began on.
    package private(set) var line = 0

    /// A field longer than this is a missing quote.
    private static let longestField = 1_000_000

    /// `separator` is one ASCII character.
    package init(_ bytes: [UInt8], separator: Unicode.Scalar = ",") {
        self.bytes = bytes
        self.separator = UInt8(ascii: separator)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    package init(_ text: String, separator: Unicode.Scalar = ",") {
        self.init(Array(text.utf8), separator: separator)
    }

    /// The next row; nil after the last.
    package mutating func next() throws(Failure) -> [String]? {
        while position < bytes.count, isLineEnd(bytes[position]) { passLineEnd() }
        guard position < bytes.count else { return nil }
        line = nextLine
        var row: [String] = []
        row.reserveCapacity(columns)
        defer { columns = row.count }
        while true {
            row.append(try field())
            guard position < bytes.count else { return row }
            if isLineEnd(bytes[position]) {
                passLineEnd()
                return row
            }
            position += 1
        }
    }

    /// All rows that are left.
    package mutating func rest() throws(Failure) -> [[String]] {
        var rows: [[String]] = []
        while let row = try next() { rows.append(row) }
        return rows
    }

    private func failure(_ code: String) -> Failure { Failure(.invalid, code, ["line": "\(nextLine)"]) }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

    private mutating func passLineEnd() {
        if bytes[position] == 13, position + 1 < bytes.count, bytes[position + 1] == 10 { position += 1 }
        position += 1
        nextLine += 1
    }

    /// Reads up to the separator, line end or end of the file behind the field.
    private mutating func field() throws(Failure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            let separator = separator
            let end = bytes.withUnsafeBufferPointer { bytes in
                var end = start
                while end < bytes.count, bytes[end] != separator, bytes[end] != 10, bytes[end] != 13, bytes[end] != 34 {
                    end += 1
                }
                return end
            }
            position = end
            if end < bytes.count, bytes[end] == UInt8(ascii: "\"") { throw failure("csv.quote") }
            return try text(bytes[start..<end])
        }
        return try quoted()
    }

    private mutating func quoted() throws(Failure) -> String {
        let began = nextLine
        position += 1
        var content: [UInt8] = []
        while true {
            guard position < bytes.count, content.count < Self.longestField else {
                throw Failure(.invalid, "csv.open-quote", ["line": "\(began)"])
            }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
            } else if byte == 10 || (byte == 13 && (position + 1 == bytes.count || bytes[position + 1] != 10)) {
                nextLine += 1
            }
            content.append(byte)
            position += 1
        }
        guard position == bytes.count || bytes[position] == separator || isLineEnd(bytes[position]) else {
            throw failure("csv.quote")
        }
        return try text(content[...])
    }

    private func text(_ content: ArraySlice<UInt8>) throws(Failure) -> String {
        guard content.count <= Self.longestField else { throw failure("csv.too-long") }
        guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
            throw failure("csv.encoding")
        }
        return text
    }
}
