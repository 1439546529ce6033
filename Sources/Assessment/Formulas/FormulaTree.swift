import Kernel

/// How tightly the parts of a formula hold together, loosest first.
enum FormulaLevel: Int, Comparable {
    case or, and, not, comparison, sum, product, sign, atom

    var tighter: FormulaLevel { FormulaLevel(rawValue: rawValue + 1) ?? .atom }
    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

enum FormulaOperator: String, Sendable {
    case or, and
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="
    case equal = "="
    case unequal = "<>"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"

    var level: FormulaLevel {
        switch self {
        case .or: .or
        case .and: .and
        case .less, .atMost, .more, .atLeast, .equal, .unequal: .comparison
        case .plus, .minus: .sum
        case .times, .over: .product
        }
    }
}

enum FormulaFunction: String, Sendable {
    case min, max
    case choice = "if"
    case absolute = "abs"
    case known

    var argumentCount: ClosedRange<Int> {
        switch self {
        case .min, .max: 2...Int.max
        case .choice: 3...3
        case .absolute, .known: 1...1
        }
    }
}

/// What a formula says, apart from how it is written: spaces and superfluous parentheses are gone.
indirect enum FormulaTree: Equatable, Sendable, CustomStringConvertible {
    struct Step: Equatable, Sendable {
        var sign: FormulaOperator
        var operand: FormulaTree
    }

    case number(ExactDecimal, isPercent: Bool)
    case truth(Bool)
    case missing
    case input(FormulaInput, isYesNo: Bool)
    case minus(FormulaTree)
    case not(FormulaTree)
    /// Operators of one level, from left to right. In one node, so that a long sum is no deep tree.
    case chain(FormulaTree, [Step])
    case call(FormulaFunction, [FormulaTree])

    static func joined(_ left: FormulaTree, _ sign: FormulaOperator, _ right: FormulaTree) -> FormulaTree {
        let step = Step(sign: sign, operand: right)
        if case .chain(let first, let steps) = left, left.level == sign.level, sign.level != .comparison {
            return .chain(first, steps + [step])
        }
        return .chain(left, [step])
    }

    private var level: FormulaLevel {
        switch self {
        case .chain(_, let steps): steps.first?.sign.level ?? .atom
        case .minus: .sign
        case .not: .not
        case .number, .truth, .missing, .input, .call: .atom
        }
    }

    /// Canonical, and never too long to be read again.
    var description: String {
        let text = text(separator: "_")
        return text.count > FormulaParser.longest ? tightText : text
    }

    /// With `separator` between the thousands of a number.
    private func text(separator: String, in outer: FormulaLevel = .or) -> String {
        func inner(_ tree: FormulaTree, _ level: FormulaLevel = .or) -> String {
            tree.text(separator: separator, in: level)
        }
        let text =
            switch self {
            case .number(let number, let isPercent): number.text(separator: separator) + (isPercent ? " %" : "")
            case .truth(let isYes): isYes ? "yes" : "no"
            case .missing: "missing"
            case .input(let input, _): input.description
            case .minus(let operand): "-" + inner(operand, .sign)
            case .not(let operand): "not " + inner(operand, .not)
            case .chain(let first, let steps):
                steps.reduce(inner(first, level.tighter)) { text, step in
                    "\(text) \(step.sign.rawValue) \(inner(step.operand, level.tighter))"
                }
            case .call(let function, let arguments):
                "\(function.rawValue)(\(arguments.map { inner($0) }.joined(separator: ", ")))"
            }
        return level < outer ? "(\(text))" : text
    }

    /// Without what can be left out, and so never longer than a text that says the same.
    private var tightText: String {
        let characters = Array(text(separator: ""))
        let kept = characters.indices.filter { index in
            characters[index] != " "
                || characters[index - 1].isNameCharacter && characters[index + 1].isNameCharacter
        }
        return String(kept.map { characters[$0] })
    }
}

extension ExactDecimal {
    /// `1_250.5`; of a number that is not below zero.
    fileprivate func text(separator: String) -> String {
        let digits = String(mantissa)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let whole = padded.dropLast(scale)
        let grouped = whole.enumerated().map { index, digit in
            index > 0 && whole.count > 4 && (whole.count - index).isMultiple(of: 3)
                ? "\(separator)\(digit)" : "\(digit)"
        }
        return grouped.joined() + (scale > 0 ? "." : "") + padded.suffix(scale)
    }
}
