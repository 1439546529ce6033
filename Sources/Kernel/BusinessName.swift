/// The name of a cooperative, group or union as matching compares it. `HTX DVNN Bạch Đằng` and `Hợp tác xã Dịch vụ nông
/// nghiệp Bạch Đằng` are one name.
package struct BusinessName: Hashable, Sendable {
    /// Abbreviations written out, punctuation dropped, folded: `hop tac xa dich vu nong nghiep bach dang`. Equal keys are
    /// the same name, but for diacritics that were left out.
    package let exact: String
    /// `exact` with its diacritics, tone marks in one place: tells `Thanh An` from `Thạnh An`. Preferred where it matches.
    package let toned: String
    /// Folded and without the words that many names share: `bach dang`. Only proposes near matches, never decides.
    package let core: String

    package init(_ name: String) {
        let words = Self.expanded(Self.words(of: name))
        toned = words.joined(separator: " ")
        exact = fold(toned)
        let folded = exact.split(separator: " ").map(String.init)
        let core = Self.withoutNoise(folded)
        self.core = (core.isEmpty ? folded : core).joined(separator: " ")
    }

    /// Whether the cores differ by no more than a slip of the pen: one letter from 8 letters on, two from 16.
    package func isNear(_ other: BusinessName) -> Bool {
        if core == other.core { return true }
        let (a, b) = (Array(core.utf8), Array(other.core.utf8))
        let allowed = min(a.count, b.count) >= 16 ? 2 : min(a.count, b.count) >= 8 ? 1 : 0
        guard allowed > 0, abs(a.count - b.count) <= allowed else { return false }
        var previous = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for (j, other) in b.enumerated() {
                row.append(min(previous[j] + (letter == other ? 0 : 1), previous[j + 1] + 1, row[j] + 1))
            }
            guard row.contains(where: { $0 <= allowed }) else { return false }
            previous = row
        }
        return previous[b.count] <= allowed
    }

    /// Small letters with their diacritics; `&` is a word, `H.T.X` is `htx`.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            if !word.isEmpty { words.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        for scalar in Kernel.toned(name).unicodeScalars {
            if Letter(scalar.value) != nil || (48...57).contains(scalar.value)
                || scalar.value > 127 && scalar.properties.isAlphabetic
            {
                word.append(scalar)
            } else {
                end()
                if scalar == "&" { words.append("và") }
            }
        }
        end()
        // Letters one by one belong together where they make a known abbreviation.
        var index = 0
        while index < words.count {
            let run = words[index...].prefix { $0.utf8.count == 1 }
            if run.count > 1, parts(run.joined()) != nil { words.replaceSubrange(run.indices, with: [run.joined()]) }
            index += max(1, run.count)
        }
        return words
    }

    private static func expanded(_ words: [String]) -> [String] {
        words.flatMap { parts($0) ?? [$0] }
    }

    /// `dvnn` is `dịch vụ nông nghiệp`; `nil` for what is no abbreviation.
    private static func parts(_ word: String) -> [String]? {
        guard word.utf8.allSatisfy(abbreviationLetters.contains) else { return nil }
        var parts: [String] = []
        var rest = word[...]
        while !rest.isEmpty {
            guard let (short, long) = abbreviations.first(where: { rest.hasPrefix($0.0) }) else { return nil }
            parts += long
            rest = rest.dropFirst(short.count)
        }
        return parts
    }

    private static let abbreviationLetters = Array("cdhlmnstvx".utf8)
    /// Longer ones first.
    private static let abbreviations: [(String, [String])] = [
        ("lhhtx", ["liên", "hiệp", "hợp", "tác", "xã"]), ("htx", ["hợp", "tác", "xã"]), ("tht", ["tổ", "hợp", "tác"]),
        ("cnc", ["công", "nghệ", "cao"]), ("nn", ["nông", "nghiệp"]), ("dv", ["dịch", "vụ"]),
        ("tm", ["thương", "mại"]),
        ("sx", ["sản", "xuất"]),
    ]

    /// Folded, by their first word; longer ones first.
    private static let noise: [String: [[String]]] = Dictionary(
        grouping: [
            "lien hiep hop tac xa", "hop tac xa", "to hop tac", "cong nghe cao", "nong nghiep", "dich vu", "thuong mai",
            "san xuat", "kinh doanh", "tong hop", "va",
        ].map { $0.split(separator: " ").map(String.init) }, by: { $0[0] })

    private static func withoutNoise(_ words: [String]) -> [String] {
        var kept: [String] = []
        var rest = words[...]
        while let first = rest.first {
            if let phrase = noise[first]?.first(where: { rest.starts(with: $0) }) {
                rest = rest.dropFirst(phrase.count)
            } else {
                kept.append(first)
                rest = rest.dropFirst()
            }
        }
        return kept
    }
}
