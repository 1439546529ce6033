/// Text typed in the encodings before Unicode, which shows as Latin letters with the wrong accents: `Hîp t¸c x·` (TCVN3)
/// and `Hôïp taùc xaõ` (VNI) are `Hợp tác xã`.
package enum LegacyText {
    package enum Encoding: String, Sendable, CaseIterable {
        /// TCVN 5712:1993 VN3, also called ABC; fonts `.Vn…`. Capitals with tones exist only in the fonts `.Vn…H`, which
        /// draw small letters as capitals: the text converted is small.
        case tcvn3
        /// VNI for Windows, fonts `VNI-…`: a letter and, behind it, its marks.
        case vni
    }

    /// The encoding of a text that can be nothing else, and its Unicode form. Conservative: `nil` for plain ASCII, for
    /// Vietnamese in Unicode, for other languages, and for short text that may be either; several cells of one column
    /// joined by line ends tell more than one. Every word must become a Vietnamese syllable.
    package static func guess(_ text: String) -> (encoding: Encoding, converted: String)? {
        var hasAccents = false
        for scalar in text.unicodeScalars where scalar.value > 127 {
            if scalar.value > 255, scalar.properties.isAlphabetic || (0x300...0x36F).contains(scalar.value) {
                return nil
            }
            if (0xA1...0xFF).contains(scalar.value) { hasAccents = true }
        }
        guard hasAccents else { return nil }
        for encoding in Encoding.allCases where isCertain(text, encoding) {
            return (encoding, converted(text, from: encoding))
        }
        return nil
    }

    /// The Unicode form; what the encoding does not know stays.
    package static func converted(_ text: String, from encoding: Encoding) -> String {
        let letters = tables[encoding] ?? [:]
        var result = String.UnicodeScalarView()
        var scalars = Array(text.unicodeScalars)[...]
        while let first = scalars.first {
            if let second = scalars.dropFirst().first, let letter = letters[[first, second]] {
                result.append(letter)
                scalars = scalars.dropFirst(2)
            } else {
                result.append(letters[[first]] ?? first)
                scalars = scalars.dropFirst()
            }
        }
        return String(result)
    }

    /// Each letter as the encoding writes it, seen as Latin-1, and as it is in Unicode.
    package static func letters(of encoding: Encoding) -> [(legacy: String, letter: String)] {
        (tables[encoding] ?? [:]).map { key, letter in
            var legacy = String.UnicodeScalarView()
            legacy.append(contentsOf: key)
            return (String(legacy), String(letter))
        }
    }

    private static func isCertain(_ text: String, _ encoding: Encoding) -> Bool {
        var evidence = 0
        var isStrong = false
        let words = text.unicodeScalars.split { isSpace($0.value) || $0.value < 128 && !$0.properties.isAlphabetic }
        for word in words where word.contains(where: { (0xA1...0xFF).contains($0.value) }) {
            let raw = String(String.UnicodeScalarView(word))
            let letters = converted(raw, from: encoding)
            guard Syllable.isPossible(letters) else { return false }
            // A sign by itself or beside one letter (©, 3·N, µm) may be just that.
            if word.count == 1 || word.count == 2 && !word.contains(where: { $0.value >= 0xC0 }) { continue }
            if !Syllable.isPossible(raw) {
                evidence += 1
                isStrong = isStrong || word.count > 2 && encoding == .tcvn3
            }
        }
        return evidence > 1 || evidence == 1 && isStrong
    }

    private static let tables: [Encoding: [[Unicode.Scalar]: Unicode.Scalar]] = [.tcvn3: tcvn3(), .vni: vni()]

    private static func tcvn3() -> [[Unicode.Scalar]: Unicode.Scalar] {
        let legacy = """
            µ¶·¸¹ ¨»¼½¾Æ ©ÇÈÉÊË ® ÌÎÏÐÑ ªÒÓÔÕÖ ×ØÜÝÞ ßáâãä «åæçèé ¬êëìíî ïñòóô \u{AD}õö÷øù úûüýþ ¡¢§£¤¥¦
            """
        let letters = """
            àảãáạ ăằẳẵắặ âầẩẫấậ đ èẻẽéẹ êềểễếệ ìỉĩíị òỏõóọ ôồổỗốộ ơờởỡớợ ùủũúụ ưừửữứự ỳỷỹýỵ ĂÂĐÊÔƠƯ
            """
        return Dictionary(
            zip(legacy.unicodeScalars, letters.unicodeScalars).filter { $0.0 != " " }.map { ([$0.0], $0.1) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func vni() -> [[Unicode.Scalar]: Unicode.Scalar] {
        // Marks of a plain vowel, of one with a breve, of one with a circumflex; ngang huyền hỏi ngã sắc nặng.
        let plain = Array("\u{0}øûõùï".unicodeScalars)
        let breve = Array("êèúüéë".unicodeScalars)
        let circumflex = Array("âàåãáä".unicodeScalars)
        var table: [[Unicode.Scalar]: Unicode.Scalar] = [:]
        func capital(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
            scalar.properties.uppercaseMapping.unicodeScalars.first ?? scalar
        }
        func enter(_ key: [Unicode.Scalar], _ letter: Unicode.Scalar) {
            table[key] = letter
            table[key.map(capital)] = capital(letter)
            // Aø: a capital with the mark of a small letter.
            if key.count == 2 { table[[capital(key[0]), key[1]]] = capital(letter) }
        }
        func enter(_ base: Unicode.Scalar, _ marks: [Unicode.Scalar], _ letters: String) {
            for (mark, letter) in zip(marks, letters.unicodeScalars) {
                if mark != "\u{0}" { enter([base, mark], letter) } else if base != letter { enter([base], letter) }
            }
        }
        enter("a", plain, "aàảãáạ")
        enter("a", breve, "ăằẳẵắặ")
        enter("a", circumflex, "âầẩẫấậ")
        enter("e", plain, "eèẻẽéẹ")
        enter("e", circumflex, "êềểễếệ")
        enter("o", plain, "oòỏõóọ")
        enter("o", circumflex, "ôồổỗốộ")
        enter("ô", plain, "ơờởỡớợ")
        enter("u", plain, "uùủũúụ")
        enter("ö", plain, "ưừửữứự")
        enter("y", plain, "yỳỷỹý")
        for (legacy, letter) in zip("ìæóíòîñ".unicodeScalars, "ìỉĩíịỵđ".unicodeScalars) { enter([legacy], letter) }
        return table
    }
}
