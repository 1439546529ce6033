/// What stands in a field of a comma-separated file.
package enum CsvField: Equatable, Sendable {
    case empty
    /// Words that somebody typed. What a spreadsheet would run as a formula gets an apostrophe before it.
    case text(String)
    /// A number as it is to be written, with a point for decimals and a minus in front where it is negative.
    case number(String)
}

/// Writes comma-separated values as RFC 4180 gives them: CRLF at the end of each row, quotes only where needed.
package struct CsvWriter {
    package private(set) var bytes: [UInt8] = []
    private let separator: UInt8

    /// With a byte order mark Excel reads UTF-8 as such; other programs want none.
    package init(byteOrderMark: Bool = true, separator: Unicode.Scalar = ",") {
        self.separator = UInt8(ascii: separator)
        if byteOrderMark { bytes = [0xEF, 0xBB, 0xBF] }
    }

    package mutating func add(_ row: [CsvField]) {
        // A row of one empty field must not become a blank line, which readers pass over.
        if row == [.empty] || row == [.text("")] { bytes += [34, 34] }
        for (index, field) in row.enumerated() {
            if index > 0 { bytes.append(separator) }
            switch field {
            case .empty: break
            case .text(let text): write(Self.isFormula(text) ? "'" + text : text)
            case .number(let number): write(Self.isNumber(number) || !Self.isFormula(number) ? number : "'" + number)
            }
        }
        bytes += [13, 10]
    }

    /// Hands out what was written so far, so that a long export need not be held whole.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func write(_ text: String) {
        let needsQuotes = text.utf8.contains { $0 == separator || $0 == 34 || $0 == 10 || $0 == 13 }
        guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
        bytes.append(34)
        for byte in text.utf8 {
            if byte == 34 { bytes.append(34) }
            bytes.append(byte)
        }
        bytes.append(34)
    }

    /// Whether Excel or LibreOffice would take the text for a formula (OWASP: CSV injection). Spaces before the sign
    /// do not stop them, nor do the wide signs of East Asian keyboards.
    private static func isFormula(_ text: String) -> Bool {
        if let first = text.unicodeScalars.first, first == "\t" || first == "\r" || first == "\n" { return true }
        guard let first = text.unicodeScalars.first(where: { $0 != " " }) else { return false }
        return "=+-@＝＋－＠".unicodeScalars.contains(first)
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return digits.first?.isASCII == true && digits.first?.isNumber == true
            && digits.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 || $0 == 69 || $0 == 101 || $0 == 45 }
    }
}
