/// Names that Excel accepts for sheets.
enum SheetName {
    /// `name` without what Excel forbids (`[]:*?/\`, control characters, an apostrophe at either end, more than 31
    /// UTF-16 units, the reserved `History`), made different from `taken` by a number. Letter case makes no difference.
    static func acceptable(_ name: String, taken: [String]) -> String {
        let scalars = name.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.value < 32 || scalar.value == 0x7F || "[]:*?/\\".unicodeScalars.contains(scalar) ? " " : scalar
        }
        var base = String(String.UnicodeScalarView(scalars))
        base = base.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        while base.hasPrefix("'") { base.removeFirst() }
        base = cut(base, to: 31)
        while base.hasSuffix("'") { base.removeLast() }
        if base.isEmpty { base = "Sheet" }
        if base.lowercased() == "history" { base += "_" }
        let used = Set(taken.map { $0.lowercased() })
        var candidate = base
        var number = 2
        while used.contains(candidate.lowercased()) {
            let suffix = " (\(number))"
            candidate = cut(base, to: 31 - suffix.utf16.count) + suffix
            number += 1
        }
        return candidate
    }

    /// At most `limit` UTF-16 units, never half a character.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var result = ""
        var count = 0
        for character in text {
            count += character.utf16.count
            if count > limit { break }
            result.append(character)
        }
        return result
    }
}
