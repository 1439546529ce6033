extension Sketch {
    enum Cell: Equatable {
        case fraction(Int128, Int128)
        /// `no` 0, `yes` 2.
        case truth(Int)
        case gap(Set<String>)
    }

    /// The reference cannot tell, for its own fractions overflow.
    struct Unsure: Error {}

    static let zeroDivision = "!divisionByZero"

    /// Everything is computed, also what is not needed.
    func cell(_ values: [String: Cell]) throws -> Cell {
        var stack: [Cell] = []
        for step in postfix {
            switch step {
            case .push(let cell): stack.append(cell)
            case .load(let name): stack.append(values[name] ?? .gap([name]))
            case .apply(let name, let count):
                let cells = Array(stack.suffix(count))
                stack.removeLast(count)
                stack.append(try Self.applied(name, cells))
            }
        }
        return stack[0]
    }

    private enum PostfixStep { case push(Cell), load(String), apply(String, Int) }

    private var postfix: [PostfixStep] {
        switch self {
        case .literal(let digits, let decimals, let isPercent):
            let below = (0..<decimals + (isPercent ? 2 : 0)).reduce(Int128(1)) { power, _ in power * 10 }
            return [.push(.fraction(Int128(digits), below))]
        case .word("yes"): return [.push(.truth(2))]
        case .word("no"): return [.push(.truth(0))]
        case .word("missing"): return [.push(.gap([]))]
        case .word(let name): return [.load(name)]
        case .prefix(let sign, let operand): return operand.postfix + [.apply("prefix \(sign)", 1)]
        case .infix(let left, let sign, let right): return left.postfix + right.postfix + [.apply(sign, 2)]
        case .call(let name, let parts): return parts.flatMap(\.postfix) + [.apply(name, parts.count)]
        }
    }

    private static func applied(_ name: String, _ cells: [Cell]) throws -> Cell {
        var gaps: Set<String>?
        for case .gap(let gap) in cells { gaps = (gaps ?? []).union(gap) }
        switch (name, gaps, cells[0]) {
        case ("known", _, _): return .truth(gaps == nil ? 2 : 0)
        case ("and", _, _), ("or", _, _):
            let ranks = cells.map { if case .truth(let rank) = $0 { rank } else { 1 } }
            let rank = name == "and" ? min(ranks[0], ranks[1]) : max(ranks[0], ranks[1])
            return rank == 1 ? .gap(gaps ?? []) : .truth(rank)
        case ("if", _, .truth(let rank)): return cells[rank == 2 ? 1 : 2]
        case ("if", _, .gap(let gap)):
            if case .gap = cells[1] { return .gap(gaps ?? gap) }
            return try cells[1] == cells[2] || sign(cells[1], cells[2]) == 0 ? cells[1] : .gap(gaps ?? gap)
        default: break
        }
        if let gaps { return .gap(gaps) }
        switch (name, cells[0]) {
        case ("prefix not", .truth(let rank)): return .truth(2 - rank)
        case ("prefix -", _): return try combined(.fraction(0, 1), "-", cells[0])
        case ("abs", _): return try sign(cells[0], .fraction(0, 1)) == -1 ? applied("prefix -", cells) : cells[0]
        case ("min", _): return try cells.dropFirst().reduce(cells[0]) { try sign($1, $0) == -1 ? $1 : $0 }
        case ("max", _): return try cells.dropFirst().reduce(cells[0]) { try sign($1, $0) == 1 ? $1 : $0 }
        case ("+", _), ("-", _), ("*", _), ("/", _): return try combined(cells[0], name, cells[1])
        default:
            let signs = ["<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1], "=": [0], "<>": [-1, 1]][name] ?? []
            return try .truth(signs.contains(sign(cells[0], cells[1])) ? 2 : 0)
        }
    }

    private static func sign(_ left: Cell, _ right: Cell) throws -> Int {
        switch (left, right) {
        case (.truth(let a), .truth(let b)): return (a - b).signum()
        case (.fraction, .fraction):
            guard case .fraction(let above, _) = try combined(left, "-", right) else { throw Unsure() }
            return Int(above.signum())
        default: return 9
        }
    }

    private static func combined(_ left: Cell, _ sign: String, _ right: Cell) throws -> Cell {
        guard case .fraction(let a, let b) = left, case .fraction(let c, let d) = right else { throw Unsure() }
        func times(_ x: Int128, _ y: Int128) throws -> Int128 {
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            // A bit is kept free for the sum.
            if overflow || product.magnitude >= 1 << 126 { throw Unsure() }
            return product
        }
        func reduced(_ above: Int128, _ below: Int128) -> Cell {
            var (x, y) = (abs(above), abs(below))
            while x != 0 { (x, y) = (y % x, x) }
            return .fraction(above / y * below.signum(), abs(below) / y)
        }
        switch sign {
        case "+": return reduced(try times(a, d) + times(c, b), try times(b, d))
        case "-": return reduced(try times(a, d) - times(c, b), try times(b, d))
        case "*": return reduced(try times(a, c), try times(b, d))
        default: return c == 0 ? .gap([zeroDivision]) : reduced(try times(a, d), try times(b, c))
        }
    }
}
