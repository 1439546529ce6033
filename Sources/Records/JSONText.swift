package import Persistence

/// JSON written as text. Foundation's encoder takes ten times as long for the two small objects of a history row.
package struct JSONText: Sendable {
    package private(set) var text = "{"

    package init() {}

    package mutating func add(_ name: String, _ value: SQLValue) {
        switch value {
        case .null: add(name, raw: "null")
        case .integer(let number): add(name, raw: String(number))
        case .real(let number): add(name, raw: number.isFinite ? String(number) : "null")
        case .text(let string): add(name, raw: JSONText.quoted(string))
        case .bytes(let bytes): add(name, raw: String(bytes.count))
        }
    }

    package mutating func add(_ name: String, raw: String) {
        if text.utf8.count > 1 { text += "," }
        text += JSONText.quoted(name)
        text += ":"
        text += raw
    }

    package var object: String { text + "}" }
    package var isEmpty: Bool { text.utf8.count == 1 }

    package static func quoted(_ string: String) -> String {
        var quoted = "\""
        quoted.reserveCapacity(string.utf8.count + 2)
        // 0xE2 begins U+2028 and U+2029.
        let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0xE2 }
        if isPlain {
            quoted += string
            quoted += "\""
            return quoted
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..<"\u{20}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
