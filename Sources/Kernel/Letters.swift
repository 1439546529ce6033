/// What the rules of order and folding need to know of a letter, from one table: the 29 Vietnamese letters with their
/// tones, and f j w z, small and capital. Everything else is left to the general Unicode rules.
struct Letter {
    /// `tone` of an accent that Vietnamese does not have.
    static let foreignTone = 6

    /// Bits 0…5: place in the alphabet from 1; 6…8: tone; 9: capital. 0: not in the table.
    let bits: UInt16

    /// Place in the alphabet: a 1, ă 2, â 3, b 4 … z 33.
    @inline(__always) var place: Int { Int(bits & 63) }
    /// 0 ngang, 1 huyền, 2 hỏi, 3 ngã, 4 sắc, 5 nặng.
    @inline(__always) var tone: Int { Int(bits >> 6 & 7) }
    @inline(__always) var isCapital: Bool { bits & 512 != 0 }
    /// The letter without any mark, small: `ấ` is `a`, `Đ` is `d`.
    @inline(__always) var base: UInt8 { Letters.shared.base[place] }

    /// `nil` for what is not in the table. `Ð` and `ð` (eth) are `đ`: a common slip of the keyboard.
    @inline(__always) init?(_ scalar: UInt32) {
        let index: Int
        switch scalar {
        case 0..<0x250: index = Int(scalar)
        case 0x1EA0..<0x1F00: index = Int(scalar) - 0x1EA0 + 0x250
        default: return nil
        }
        bits = Letters.shared.table[index]
        if bits == 0 { return nil }
    }
}

/// The table behind `Letter`, made once.
struct Letters: Sendable {
    static let shared = Letters()

    /// One row per letter in alphabetical order; its toned forms in the order of the tones.
    private static let alphabet = [
        "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c", "d", "đ", "eèẻẽéẹ", "êềểễếệ", "f", "g", "h", "iìỉĩíị", "j", "k", "l",
        "m", "n", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "p", "q", "r", "s", "t", "uùủũúụ", "ưừửữứự", "v", "w", "x", "yỳỷỹýỵ",
        "z",
    ]
    private static let bases = Array("aaabcddeefghijklmnooopqrstuuvwxyz".utf8)

    let table: [UInt16]
    /// By place in the alphabet.
    let base: [UInt8]
    /// The small letter by `place * 6 + tone`.
    let small: [Unicode.Scalar]

    private init() {
        var table = [UInt16](repeating: 0, count: 0x250 + 0x60)
        var small = [Unicode.Scalar](repeating: "?", count: 34 * 6)
        func enter(_ scalar: Unicode.Scalar, _ bits: Int) {
            let value = Int(scalar.value)
            table[value < 0x250 ? value : value - 0x1EA0 + 0x250] = UInt16(bits)
        }
        for (index, row) in Self.alphabet.enumerated() {
            for (tone, scalar) in row.unicodeScalars.enumerated() {
                let bits = index + 1 | tone << 6
                enter(scalar, bits)
                for capital in scalar.properties.uppercaseMapping.unicodeScalars { enter(capital, bits | 512) }
                small[(index + 1) * 6 + tone] = scalar
            }
        }
        let crossed = Int(table[0x111])
        enter("\u{F0}", crossed)
        enter("\u{D0}", crossed | 512)
        self.table = table
        self.small = small
        base = [0] + Self.bases
    }
}

/// Reads the next scalar of UTF-8 that is known to be valid (a Swift string's), and moves on.
@inline(__always) func nextScalar(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
    let first = UInt32(bytes[index])
    if first < 0x80 {
        index += 1
        return first
    }
    func more(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3F) }
    switch first {
    case ..<0xE0:
        let scalar = (first & 0x1F) << 6 | more(1)
        index += 2
        return scalar
    case ..<0xF0:
        let scalar = (first & 0x0F) << 12 | more(1) << 6 | more(2)
        index += 3
        return scalar
    default:
        let scalar = (first & 0x07) << 18 | more(1) << 12 | more(2) << 6 | more(3)
        index += 4
        return scalar
    }
}

/// Spaces of every width, tabs and line ends.
func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x20, 0x09...0x0D, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
}

/// Characters that nobody sees and nobody typed on purpose: zero widths, direction marks, soft hyphens, controls.
func isInvisible(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0...0x08, 0x0E...0x1F, 0x7F...0x84, 0x86...0x9F, 0xAD, 0x34F, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E,
        0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
        true
    default: false
    }
}
