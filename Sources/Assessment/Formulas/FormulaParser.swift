import Kernel

/// A part of a formula that has been read: what it says, what it comes to and the column where it begins.
struct FormulaPart {
    var tree: FormulaTree
    /// `.missing` also where an error was found, so that one mistake is not reported again further out.
    var type: FormulaType
    var column: Int
}

/// Reads a formula by precedence climbing. Unknown names and types that do not fit are collected; the first place that
/// cannot be read ends the reading.
struct FormulaParser {
    static let longest = 2000
    static let deepest = 64

    let names: [String: FormulaType]
    var errors: [FormulaError] = []
    /// In the order of the text.
    private(set) var inputs: [FormulaInput] = []
    private var scanner: FormulaScanner
    private var token: FormulaToken
    private var depth = 0

    init(_ text: String, names: [String: FormulaType]) {
        let characters = Array(text.prefix(Self.longest + 1))
        if characters.count > Self.longest {
            errors.append(FormulaError("formula.too-long", at: Self.longest + 1, ["limit": "\(Self.longest)"]))
        }
        self.names = names
        scanner = FormulaScanner(characters)
        token = scanner.next()
    }

    mutating func formula() throws(FormulaErrors) -> FormulaPart {
        var whole: FormulaPart?
        if errors.isEmpty {
            do throws(FormulaError) {
                whole = try part(.or)
                if token.kind != .end { throw unexpected }
            } catch {
                errors.append(error)
            }
        }
        guard let whole, errors.isEmpty else { throw FormulaErrors(errors) }
        return whole
    }

    private var unexpected: FormulaError {
        token.kind == .end
            ? FormulaError("formula.unexpected-end", at: token.column)
            : FormulaError("formula.unexpected", at: token.column, ["found": token.text])
    }

    private mutating func advance() { token = scanner.next() }

    private mutating func take(_ mark: String) throws(FormulaError) {
        guard token.says(mark) else { throw unexpected }
        advance()
    }

    /// What holds together at `level` or tighter.
    private mutating func part(_ level: FormulaLevel) throws(FormulaError) -> FormulaPart {
        var left = try operand(level)
        while token.kind == .mark, let sign = FormulaOperator(rawValue: token.text), sign.level >= level {
            let column = token.column
            advance()
            let right = try part(sign.level.tighter)
            left = combined(left, sign, right, at: column)
            if sign.level == .comparison, token.kind == .mark,
                FormulaOperator(rawValue: token.text)?.level == .comparison
            {
                throw FormulaError("formula.chained-comparison", at: token.column, ["found": token.text])
            }
        }
        return left
    }

    private mutating func operand(_ level: FormulaLevel) throws(FormulaError) -> FormulaPart {
        let begin = token
        switch begin.kind {
        case .number(let number, let isPercent):
            advance()
            if number == nil { errors.append(FormulaError("formula.number-too-large", at: begin.column)) }
            return FormulaPart(
                tree: .number(number ?? ExactDecimal(mantissa: 0), isPercent: isPercent),
                type: isPercent ? .number(.none) : .bareNumber, column: begin.column)
        case .input(let input):
            advance()
            if token.says("(") { return try unknownFunction(begin) }
            return named(input, at: begin.column)
        case .mark:
            advance()
            return try marked(begin, level)
        case .end, .stray: throw unexpected
        }
    }

    private mutating func marked(_ begin: FormulaToken, _ level: FormulaLevel) throws(FormulaError) -> FormulaPart {
        let column = begin.column
        if let function = FormulaFunction(rawValue: begin.text) {
            return called(function, try arguments(), at: column)
        }
        switch begin.text {
        case "yes", "no": return FormulaPart(tree: .truth(begin.text == "yes"), type: .yesNo, column: column)
        case "missing": return FormulaPart(tree: .missing, type: .missing, column: column)
        case "-": return negated(try nested(.sign, in: begin), at: column)
        case "not" where level <= .not: return denied(try nested(.not, in: begin), at: column)
        case "(":
            var inner = try nested(.or, in: begin)
            inner.column = column
            try take(")")
            return inner
        default: throw FormulaError("formula.unexpected", at: column, ["found": begin.text])
        }
    }

    /// A part inside of `begin`.
    private mutating func nested(_ level: FormulaLevel, in begin: FormulaToken) throws(FormulaError) -> FormulaPart {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw FormulaError("formula.too-deep", at: begin.column, ["limit": "\(Self.deepest)"])
        }
        return try part(level)
    }

    private mutating func arguments() throws(FormulaError) -> [FormulaPart] {
        let begin = token
        try take("(")
        var arguments: [FormulaPart] = []
        while !token.says(")") {
            if !arguments.isEmpty { try take(",") }
            arguments.append(try nested(.or, in: begin))
        }
        advance()
        return arguments
    }

    private mutating func unknownFunction(_ begin: FormulaToken) throws(FormulaError) -> FormulaPart {
        errors.append(FormulaError("formula.unknown-function", at: begin.column, ["name": begin.text]))
        _ = try arguments()
        return FormulaPart(tree: .missing, type: .missing, column: begin.column)
    }

    private mutating func named(_ input: FormulaInput, at column: Int) -> FormulaPart {
        let type = names[input.name]
        if type == nil { errors.append(FormulaError("formula.unknown-name", at: column, ["name": input.name])) }
        if !inputs.contains(input) { inputs.append(input) }
        return FormulaPart(tree: .input(input, isYesNo: type == .yesNo), type: type ?? .missing, column: column)
    }
}
