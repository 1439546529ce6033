import Kernel

struct FormulaToken: Equatable {
    enum Kind: Equatable {
        /// `nil` where it has more digits than 64 bits hold.
        case number(ExactDecimal?, isPercent: Bool)
        case input(FormulaInput)
        /// A sign, or a word with a meaning of its own: its text says which.
        case mark
        case end
        /// Nothing that a formula can hold.
        case stray
    }

    var kind: Kind
    var text: String
    /// Where it begins, counted in characters from 1.
    var column: Int

    func says(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Takes the text of a formula apart, one token after the other; `.end` comes back for ever.
struct FormulaScanner {
    private static let signs: Set = ["<=", ">=", "<>", "+", "-", "*", "/", "(", ")", "<", ">", "=", ","]
    private static let words: Set = ["and", "or", "not", "min", "max", "if", "abs", "known", "yes", "no", "missing"]

    private let characters: [Character]
    private var index = 0

    init(_ characters: [Character]) { self.characters = characters }

    mutating func next() -> FormulaToken {
        skip(while: \.isWhitespace)
        let start = index
        let kind = kind()
        return FormulaToken(kind: kind, text: String(characters[start..<index]), column: start + 1)
    }

    private mutating func kind() -> FormulaToken.Kind {
        guard index < characters.count else { return .end }
        if characters[index].isDigit { return number() }
        if characters[index].isPartOfWord { return word() }
        for end in [index + 2, index + 1] where end <= characters.count {
            if Self.signs.contains(String(characters[index..<end])) {
                index = end
                return .mark
            }
        }
        index += 1
        return .stray
    }

    private mutating func number() -> FormulaToken.Kind {
        var whole = digits()
        while peek(0) == "_", peek(1)?.isDigit == true {
            index += 1
            whole += digits()
        }
        var fraction = ""[...]
        if peek(0) == ".", peek(1)?.isDigit == true {
            index += 1
            fraction = digits()[...]
        }
        while fraction.last == "0" { fraction.removeLast() }
        let mantissa = fraction.count <= 18 ? Int64(whole + fraction) : nil
        let number = mantissa.map { ExactDecimal(mantissa: $0, scale: fraction.count) }
        if peek(0)?.isPartOfWord == true {
            skip(while: \.isPartOfWord)
            return .stray
        }
        let end = index
        skip(while: \.isWhitespace)
        let isPercent = peek(0) == "%"
        index = isPercent ? index + 1 : end
        return .number(number, isPercent: isPercent)
    }

    private mutating func word() -> FormulaToken.Kind {
        let start = index
        skip(while: \.isPartOfWord)
        let word = characters[start..<index]
        guard word[start] != "_", word.allSatisfy(\.isNameCharacter) else { return .stray }
        if Self.words.contains(String(word)) { return .mark }
        let suffix = ".previous"
        let end = index + suffix.count
        let isPrevious =
            characters[index...].starts(with: suffix) && (end == characters.count || !characters[end].isPartOfWord)
        if isPrevious { index = end }
        return .input(FormulaInput(String(word), isPrevious: isPrevious))
    }

    private func peek(_ distance: Int) -> Character? {
        index + distance < characters.count ? characters[index + distance] : nil
    }

    private mutating func skip(while matches: (Character) -> Bool) {
        while index < characters.count, matches(characters[index]) { index += 1 }
    }

    private mutating func digits() -> String {
        let start = index
        skip(while: \.isDigit)
        return String(characters[start..<index])
    }
}

extension Character {
    fileprivate var isDigit: Bool { asciiValue.map { (48...57).contains($0) } ?? false }
    /// Also of words that no formula can hold, such as `doanh_thú`, so that they are refused whole.
    fileprivate var isPartOfWord: Bool { self == "_" || isLetter || isNumber }

    /// `a` to `z`, digits and `_`.
    var isNameCharacter: Bool { self == "_" || isDigit || asciiValue.map { (97...122).contains($0) } ?? false }
}
