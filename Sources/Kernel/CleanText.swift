import Foundation

/// Text as it is stored: NFC, trimmed, single spaces, without invisible characters, eth (`Ð`, `ð`) put right to `Đ`, `đ`.
package struct CleanText: Equatable, Sendable {
    package let text: String
    /// The invisible characters that were taken out, in their order: zero widths, direction marks, controls.
    package let removed: [Unicode.Scalar]

    /// `lines`: line ends are kept (as `\n`, at most one empty line in a row); otherwise they become spaces.
    package init(_ text: String, lines: Bool = false) {
        var text = text
        if text.withUTF8(isClean) {
            self.text = text
            removed = []
            return
        }
        // In TCVN3 the soft hyphen is the letter ư and Ð the letter é.
        let isLegacy = LegacyText.guess(text) != nil
        var removed: [Unicode.Scalar] = []
        var clean = String.UnicodeScalarView()
        var pendingSpace = false
        var pendingLines = 0
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            if isSpace(scalar.value) {
                if lines, [0x0A, 0x0D, 0x85, 0x2028, 0x2029].contains(scalar.value) { pendingLines += 1 }
                pendingSpace = true
                continue
            }
            if isInvisible(scalar.value), !(isLegacy && scalar == "\u{AD}") {
                removed.append(scalar)
                continue
            }
            if pendingSpace, !clean.isEmpty {
                clean.append(contentsOf: [" ", "\n", "\n\n"][min(pendingLines, 2)].unicodeScalars)
            }
            pendingSpace = false
            pendingLines = 0
            switch scalar {
            case "\u{D0}" where !isLegacy: clean.append("Đ")
            case "\u{F0}": clean.append("đ")
            default: clean.append(scalar)
            }
        }
        self.text = String(clean).precomposedStringWithCanonicalMapping
        self.removed = removed
    }
}

/// The stored form of one line of text.
package func normalised(_ text: String) -> String { CleanText(text).text }

/// Whether the text is surely in its stored form already: printable ASCII, composed Latin letters and general punctuation
/// with single spaces inside. Nearly all text is, so nothing is copied.
private func isClean(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.first != 32, bytes.last != 32 else { return false }
    var index = 0
    var wasSpace = false
    while index < bytes.count {
        let scalar = nextScalar(bytes, &index)
        switch scalar {
        case 32:
            if wasSpace { return false }
        case 33..<127, 0xA1..<0xAD, 0xAE..<0xD0, 0xD1..<0xF0, 0xF1..<0x250, 0x1EA0..<0x1F00, 0x2010..<0x2027: break
        default: return false
        }
        wasSpace = scalar == 32
    }
    return true
}
