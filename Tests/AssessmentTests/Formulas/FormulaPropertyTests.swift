import Assessment
import Foundation
import Testing

/// 20,000 formulas in the usual tests; `HOPTAC_FORMULAS=1000000` in the long check.
@Suite("Any formula") struct FormulaPropertyTests {
    static let count = ProcessInfo.processInfo.environment["HOPTAC_FORMULAS"].flatMap(Int.init) ?? 20_000

    private static func outcome(_ cell: Sketch.Cell) -> FormulaOutcome {
        switch cell {
        case .fraction(let above, let below):
            Rational(above, over: below).map { .value(.number($0)) }
                ?? .undetermined(FormulaCauses(faults: [.overflow]))
        case .truth(let rank): .value(.yesNo(rank == 2))
        case .gap(let gap):
            .undetermined(
                FormulaCauses(
                    missing: Set(gap.subtracting([Sketch.zeroDivision]).map(input)),
                    faults: gap.contains(Sketch.zeroDivision) ? [.divisionByZero] : []))
        }
    }

    private static func input(_ name: String) -> FormulaInput {
        FormulaInput(String(name.prefix { $0 != "." }), isPrevious: name.hasSuffix(".previous"))
    }

    private static func evaluate(_ formula: Formula, _ values: [String: Sketch.Cell]) -> FormulaEvaluation {
        formula.evaluate { input in
            guard let cell = values[input.description], case .value(let value) = outcome(cell) else { return nil }
            return value
        }
    }

    @Test("comes to what a stack machine computes, also after it is written and read again") func reference() throws {
        var (unsure, known, long) = (0, 0, 0)
        for seed in 0..<Self.count {
            var maker = SketchMaker(random: SplitMix(state: UInt64(seed)))
            let powers = maker.random.pick(SketchMaker.bases + [SketchMaker.none, SketchMaker.wage])
            let isNumber = maker.random.below(3) > 0
            let depth = 1 + maker.random.below(4)
            let sketch = isNumber ? maker.number(powers, depth) : maker.truth(depth)
            let text = sketch.text(&maker.random)
            if text.count > 2000 {
                long += 1
                continue
            }
            let formula = try Formula(parsing: text, names: SketchMaker.names)
            let again = try Formula(parsing: formula.description, names: SketchMaker.names)
            guard again == formula, again.description == formula.description,
                formula.type.fits(isNumber ? .number(SketchMaker.unit(powers)) : .yesNo)
            else {
                Issue.record("seed \(seed): \(text) became \(formula) of \(formula.type)")
                continue
            }
            let values = maker.values()
            let evaluation = Self.evaluate(formula, values)
            do {
                let expected = Self.outcome(try sketch.cell(values))
                if evaluation.outcome != expected {
                    Issue.record("seed \(seed): \(formula) is \(evaluation.outcome), not \(expected)")
                }
            } catch is Sketch.Unsure { unsure += 1 }
            if let problem = Self.problem(formula, evaluation, values, &maker) {
                Issue.record("seed \(seed): \(formula): \(problem)")
            }
            if evaluation.outcome.isKnown { known += 1 }
        }
        #expect(unsure < Self.count / 20, "The reference must be able to tell nearly always.")
        #expect(long < Self.count / 100)
        #expect(Self.count / 10 < known && known < Self.count * 9 / 10)
    }

    /// What is wrong with the used values, or with what is known before everything is known.
    private static func problem(
        _ formula: Formula, _ evaluation: FormulaEvaluation, _ values: [String: Sketch.Cell], _ maker: inout SketchMaker
    ) -> String? {
        let used = Set(evaluation.used.map(\.input))
        let unknown = evaluation.used.filter { $0.value == nil }.map(\.input)
        if used.count != evaluation.used.count { return "used one value twice" }
        if !used.isSubset(of: formula.inputs) { return "used what it does not name" }
        if case .undetermined(let causes) = evaluation.outcome {
            return causes.missing.isSubset(of: unknown) ? nil : "misses what is known"
        }
        if formula.description.contains("known(") { return nil }
        var filled = values
        for input in unknown { filled[input.description] = maker.value(of: input.name) }
        return evaluate(formula, filled).outcome == evaluation.outcome ? nil : "changes with what was missing"
    }

    @Test("is read or refused, whatever is typed") func hostile() {
        var random = SplitMix(state: 20_241_124)
        var (read, codes) = (0, Set<String>())
        for seed in 0..<Self.count {
            var maker = SketchMaker(random: SplitMix(state: UInt64(seed)))
            let valid = seed.isMultiple(of: 4) ? "" : maker.number(SketchMaker.none, 2).text(&maker.random)
            let text = Self.mutated(valid, changes: valid.isEmpty ? 40 : 3, &random)
            do {
                let formula = try Formula(parsing: text, names: SketchMaker.names)
                _ = Self.evaluate(formula, maker.values())
                read += 1
                if (try? Formula(parsing: formula.description, names: SketchMaker.names)) != formula {
                    Issue.record("\(text) became \(formula)")
                }
            } catch {
                codes.formUnion(error.all.map(\.code))
                let columns = error.all.map(\.column)
                if columns.isEmpty || columns != columns.sorted()
                    || columns.contains(where: { !(1...text.count + 1).contains($0) })
                {
                    Issue.record("\(text) is refused at \(columns)")
                }
            }
        }
        #expect(Self.count / 20 < read && read < Self.count / 2)
        let wanted = [
            "unexpected", "unexpected-end", "unknown-name", "unknown-function", "unit-mismatch", "not-a-number",
            "not-yes-or-no", "argument-count", "chained-comparison", "number-too-large",
        ]
        #expect(Self.count < 5000 || codes.isSuperset(of: wanted.map { "formula.\($0)" }))
    }

    private static let pieces =
        [
            "revenue", "members", "points", "audited", ".previous", "mystery", "min(", "max(", "if(", "abs(", "known(",
            "sum(", "yes", "no", "missing", " and ", " or ", "not ", "(", ")", ",", "+", "-", "*", "/", "<", "<=", ">",
            ">=", "=", "<>", "%", "1", "0", "1_000", "12.5", "9223372036854775808", "_", ".", " ", "\n", "\r\n", "\t",
        ] + [
            "A", "é", "e\u{301}", "5\u{301}", "👩‍🌾", "\u{0}", "\u{200B}", "１", "٣", "×", "≤", "\u{202E}", "\u{A0}", "\"",
        ]

    private static func mutated(_ text: String, changes: Int, _ random: inout SplitMix) -> String {
        var characters = Array(text)
        for _ in 0..<random.below(changes) + 1 {
            let at = random.below(characters.count + 1)
            let end = min(characters.count, at + random.below(6))
            switch random.below(text.isEmpty ? 2 : 5) {
            case 0, 1: characters.insert(contentsOf: random.pick(pieces), at: at)
            case 2: characters.removeSubrange(at..<end)
            case 3: characters.insert(contentsOf: characters[at..<end], at: random.below(characters.count + 1))
            default: characters.replaceSubrange(at..<end, with: random.pick(pieces))
            }
        }
        return String(characters)
    }
}

extension FormulaOutcome {
    fileprivate var isKnown: Bool { if case .value = self { true } else { false } }
}
