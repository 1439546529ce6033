/// Percent-encoding of RFC 3986 over UTF-8, strict in reading: what is not whole is refused, never repaired.
enum PercentCoding {
    /// `nil` for a `%` without two hexadecimal digits, for bytes that are no UTF-8, and for a zero character, which no
    /// database keeps. `plusIsSpace`: in queries and forms, not in paths.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        let source = text.utf8
        guard source.contains(where: { $0 == percent || $0 == plus || $0 == 0 }) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = source.startIndex
        while index < source.endIndex {
            var byte = source[index]
            source.formIndex(after: &index)
            if byte == percent {
                guard let high = digit(source, &index), let low = digit(source, &index) else { return nil }
                byte = high << 4 | low
            } else if byte == plus, plusIsSpace {
                byte = UInt8(ascii: " ")
            }
            if byte == 0 { return nil }
            bytes.append(byte)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isUnreserved) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 2)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [percent, hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let percent = UInt8(ascii: "%")
    private static let plus = UInt8(ascii: "+")
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
        default: false
        }
    }

    private static func digit<Bytes: Collection<UInt8>>(_ source: Bytes, _ index: inout Bytes.Index) -> UInt8? {
        guard index < source.endIndex else { return nil }
        let byte = source[index]
        source.formIndex(after: &index)
        switch byte {
        case 48...57: return byte - 48
        case 65...70: return byte - 55
        case 97...102: return byte - 87
        default: return nil
        }
    }
}
