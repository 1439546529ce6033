import Assessment

/// SplitMix64 (Steele, Lea, Flood 2014): the same formulas on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}

/// Makes formulas that fit together, down to the units: powers of đồng, persons and m².
struct SketchMaker {
    typealias Powers = SIMD3<Int>

    static let none = Powers(0, 0, 0)
    static let bases = [Powers(1, 0, 0), Powers(0, 1, 0), Powers(0, 0, 1)]
    static let wage = Powers(1, -1, 0)
    static let numbers: [String: Powers] = [
        "revenue": bases[0], "costs": bases[0], "members": bases[1], "staff": bases[1], "land": bases[2], "wage": wage,
        "share": none, "points": none,
    ]
    static let truths = ["audited", "fined"]
    static let names: [String: FormulaType] =
        numbers.mapValues { .number(unit($0)) }.merging(truths.map { ($0, .yesNo) }) { a, _ in a }

    var random: SplitMix

    static func unit(_ powers: Powers) -> FormulaUnit {
        var unit = FormulaUnit.none
        for (index, base) in [FormulaUnit.vnd, .person, .squareMetre].enumerated() {
            for _ in 0..<abs(powers[index]) { unit = powers[index] > 0 ? unit * base : unit / base }
        }
        return unit
    }

    mutating func number(_ powers: Powers, _ depth: Int) -> Sketch {
        guard depth > 0, random.below(8) > 0 else { return leaf(powers) }
        let deeper = depth - 1
        switch random.below(9) {
        case 0, 1: return .infix(number(powers, deeper), random.pick(["+", "-"]), loose(powers, deeper))
        case 2: return .infix(loose(powers, deeper), random.pick(["+", "-"]), number(powers, deeper))
        case 3:
            let other = random.pick(Self.bases + [Self.none, Self.none])
            return .infix(number(powers &- other, deeper), "*", number(other, deeper))
        case 4, 5:
            let other = random.pick(Self.bases + [Self.none, Self.none])
            return .infix(number(powers &+ other, deeper), "/", number(other, deeper))
        case 6:
            return random.below(2) == 0 ? .prefix("-", number(powers, deeper)) : .call("abs", [number(powers, deeper)])
        case 7:
            let rest = (0...random.below(2)).map { _ in loose(powers, deeper) }
            return .call(random.pick(["min", "max"]), rest + [number(powers, deeper)])
        default: return .call("if", [truth(deeper), number(powers, deeper), loose(powers, deeper)])
        }
    }

    /// What may stand beside a number of this unit: also `missing`, or a number without unit.
    private mutating func loose(_ powers: Powers, _ depth: Int) -> Sketch {
        switch random.below(8) {
        case 0: .word("missing")
        case 1, 2: literal(isPercent: false)
        default: number(powers, depth)
        }
    }

    mutating func truth(_ depth: Int) -> Sketch {
        guard depth > 0, random.below(6) > 0 else {
            return .word(random.pick(["yes", "no", "missing"] + Self.truths + Self.truths.map { $0 + ".previous" }))
        }
        let deeper = depth - 1
        switch random.below(8) {
        case 0: return .prefix("not", truth(deeper))
        case 1: return .infix(truth(deeper), random.pick(["=", "<>"]), truth(deeper))
        case 2: return .call("known", [random.below(2) == 0 ? truth(deeper) : number(Self.wage, deeper)])
        case 3: return .call("if", [truth(deeper), truth(deeper), truth(deeper)])
        case 4, 5: return .infix(truth(deeper), random.pick(["and", "or"]), truth(deeper))
        default:
            let powers = random.pick(Self.bases + [Self.none])
            return .infix(
                number(powers, deeper), random.pick(["<", "<=", ">", ">=", "=", "<>"]), loose(powers, deeper))
        }
    }

    private mutating func leaf(_ powers: Powers) -> Sketch {
        if powers == Self.none, random.below(2) == 0 { return literal(isPercent: random.below(4) == 0) }
        let fitting = Self.numbers.filter { $0.value == powers }.keys.sorted()
        if !fitting.isEmpty { return .word(random.pick(fitting) + random.pick(["", "", ".previous"])) }
        var product: Sketch?
        for (base, name) in ["revenue", "members", "land"].enumerated() {
            for _ in 0..<abs(powers[base]) {
                let sign = powers[base] > 0 ? "*" : "/"
                product = .infix(product ?? literal(isPercent: false), sign, .word(name))
            }
        }
        return product ?? .word("share")
    }

    private mutating func literal(isPercent: Bool) -> Sketch {
        .literal(
            digits: random.below(random.pick([2, 12, 2000, 3_000_000])), decimals: random.pick([0, 0, 0, 1, 3]),
            isPercent: isPercent)
    }

    /// What a return tells, one value in four missing, some of them 0.
    mutating func values() -> [String: Sketch.Cell] {
        var values: [String: Sketch.Cell] = [:]
        for name in Self.names.keys.sorted() {
            for key in [name, name + ".previous"] where random.below(4) > 0 { values[key] = value(of: name) }
        }
        return values
    }

    mutating func value(of name: String) -> Sketch.Cell {
        if Self.truths.contains(name) { return .truth(2 * random.below(2)) }
        return .fraction(Int128(random.below(random.pick([3, 50, 100_000]))) - 2, 1)
    }
}
