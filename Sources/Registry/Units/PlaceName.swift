import Kernel

/// A unit's name as somebody wrote it: `P.Vĩnh Tân`, `TT Phước Vĩnh`, `Thanh Tuyen`, `xã Hoà Lợi`.
struct PlaceName {
    /// One way to understand it.
    struct Reading: Equatable {
        /// `phường`, where the text gives one.
        var kind: String?
        var key: String
        var folded: String
    }

    /// The whole text as a name comes first, for the communes that are called `Xa Dung` or `Phường Đúc`.
    let readings: [Reading]
    /// Whether the text has any Vietnamese letter. Without one it may be a name whose marks were left out.
    let hasMarks: Bool

    /// `kinds`: the words for the kinds of units of the level, such as `thị trấn`.
    init(_ text: String, kinds: [String]) {
        let text = toned(text)
        let hasMarks = text != fold(text)
        var readings = [PlaceName.reading(nil, text)]
        for kind in kinds {
            let initials = kind.split(separator: " ").compactMap(\.first).map(String.init)
            var openings = [kind + " ", kind + "."]
            openings += [".", " "].map { initials.joined() + $0 }
            openings += [".", " "].map { initials.joined(separator: ".") + $0 }
            if !hasMarks { openings.append(fold(kind) + " ") }
            let short = initials.joined()
            if let digit = text.dropFirst(short.count).first, text.hasPrefix(short), digit.isNumber {
                readings.append(PlaceName.reading(kind, String(text.dropFirst(short.count))))
            }
            if let opening = openings.first(where: text.hasPrefix) {
                readings.append(PlaceName.reading(kind, String(text.dropFirst(opening.count))))
            }
        }
        self.readings = readings.filter { !$0.key.isEmpty }
        self.hasMarks = hasMarks
    }

    private static func reading(_ kind: String?, _ name: String) -> Reading {
        let key = PlaceName.key(name)
        return Reading(kind: kind, key: key, folded: fold(key))
    }

    /// Equal for names that are the same with their marks: case, tone-mark placement (`hoà`, `hòa`), hyphens, apostrophes
    /// and `II` for 2 do not count.
    static func key(_ name: String) -> String {
        var letters = String.UnicodeScalarView()
        for scalar in toned(name).unicodeScalars where !apostrophes.contains(scalar) {
            let counts = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            letters.append(counts ? scalar : " ")
        }
        let words = String(letters).split(separator: " ").map { word -> Substring in
            if let number = numerals[String(word)] { return Substring(number) }
            return word.allSatisfy(\.isNumber) ? Substring(word.drop { $0 == "0" }) : word
        }
        return words.joined(separator: " ")
    }

    private static let numerals = ["ii": "2", "iii": "3", "iv": "4"]

    private static let apostrophes: Set<Unicode.Scalar> = ["'", "\u{2019}", "\u{2018}", "\u{02BC}", "`"]

    /// Whether one letter was mistaken, left out or added. Digits are never a slip: `Phường 1` is not `Phường 2`.
    static func isOneLetterOff(_ one: String, _ other: String) -> Bool {
        let (short, long) = one.unicodeScalars.count <= other.unicodeScalars.count ? (one, other) : (other, one)
        let a = Array(short.unicodeScalars)
        let b = Array(long.unicodeScalars)
        guard a.count >= 4, b.count - a.count <= 1, a != b else { return false }
        let head = zip(a, b).prefix { $0 == $1 }.count
        let isSame = a.count == b.count ? a[(head + 1)...] == b[(head + 1)...] : a[head...] == b[(head + 1)...]
        let slips = [b[head]] + (a.count == b.count ? [a[head]] : [])
        return isSame && !slips.contains { $0.properties.numericType != nil }
    }
}
