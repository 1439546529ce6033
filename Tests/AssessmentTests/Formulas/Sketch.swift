/// A formula as the tests think of it: made at random (`SketchMaker`), written by rules of its own, and computed on a
/// stack instead of a tree, with fractions that are not those of the library.
indirect enum Sketch {
    case literal(digits: Int, decimals: Int, isPercent: Bool)
    /// `yes`, `no`, `missing`, or a name.
    case word(String)
    case prefix(String, Sketch)
    case infix(Sketch, String, Sketch)
    case call(String, [Sketch])

    static let tightness = [
        "or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "=": 4, "<>": 4, "+": 5, "-": 5, "*": 6, "/": 6,
    ]

    private var tightness: Int {
        switch self {
        case .prefix("-", _): 7
        case .prefix(let sign, _), .infix(_, let sign, _): Self.tightness[sign, default: 0]
        default: 8
        }
    }

    /// With needless parentheses and spaces here and there.
    func text(_ random: inout SplitMix) -> String {
        var text = ""
        for token in tokens(0, &random) {
            let needsSpace = text.last.map(Self.isWord) == true && token.first.map(Self.isWord) == true
            text += [needsSpace ? " " : "", " ", " \n "][random.below(3)] + token
        }
        return text
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private func tokens(_ outer: Int, _ random: inout SplitMix) -> [String] {
        let isWrapped = tightness < outer || random.below(10) == 0
        let tokens: [String]
        switch self {
        case .literal(let digits, let decimals, let isPercent):
            let padded = String(repeating: "0", count: decimals + 1) + String(digits)
            let number = padded.dropLast(decimals) + (decimals > 0 ? "." : "") + padded.suffix(decimals)
            tokens = [String(number)] + (isPercent ? ["%"] : [])
        case .word(let word): tokens = [word]
        case .prefix(let sign, let operand): tokens = [sign] + operand.tokens(tightness, &random)
        case .infix(let left, let sign, let right):
            let leftmost = tightness == 4 ? 5 : tightness
            tokens = left.tokens(leftmost, &random) + [sign] + right.tokens(tightness + 1, &random)
        case .call(let name, let arguments):
            let inner = arguments.map { $0.tokens(0, &random) }
            tokens = [name, "("] + Array(inner.joined(separator: [","])) + [")"]
        }
        return isWrapped ? ["("] + tokens + [")"] : tokens
    }
}
