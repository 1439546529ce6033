package import Persistence

/// JSON written as text. Foundation's encoder takes ten times as long for the two small objects of a history row.
package struct JSONText: Sendable {
    private var utf8: [UInt8] = [0x7B]

    package init() {}

    package mutating func add(_ name: String, _ value: SQLValue) {
        switch value {
        case .null: add(name, raw: "null")
        case .integer(let number): add(name, raw: String(number))
        case .real(let number): add(name, raw: number.isFinite ? String(number) : "null")
        case .text(let string):
            begin(name)
            utf8.append(quoted: string)
        case .bytes(let bytes): add(name, raw: String(bytes.count))
        }
    }

    package mutating func add(_ name: String, raw: String) {
        begin(name)
        utf8 += raw.utf8
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { utf8.append(0x2C) }
        utf8.append(quoted: name)
        utf8.append(0x3A)
    }

    package var object: String { String(decoding: utf8, as: UTF8.self) + "}" }
    package var isEmpty: Bool { utf8.count == 1 }

    package static func quoted(_ string: String) -> String {
        var utf8: [UInt8] = []
        utf8.append(quoted: string)
        return String(decoding: utf8, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(quoted string: String) {
        append(0x22)
        for byte in string.utf8 {
            switch byte {
            case 0x22, 0x5C:
                append(0x5C)
                append(byte)
            case 0x0A: self += #"\n"#.utf8
            case 0x0D: self += #"\r"#.utf8
            case 0x09: self += #"\t"#.utf8
            case ..<0x20:
                self += (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8
                self += String(byte, radix: 16).utf8
            // U+2028 and U+2029, which end a line in a script.
            case 0xA8 where suffix(2) == [0xE2, 0x80], 0xA9 where suffix(2) == [0xE2, 0x80]:
                removeLast(2)
                self += (byte == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8
            default: append(byte)
            }
        }
        append(0x22)
    }
}
