import Kernel
import Records

/// What an instrument comes to on returns, without anything stored. Nobody answers in a trial: items that persons score
/// are undetermined, and points are those of the items that formulas score.
struct Trial: Sendable {
    struct Result: Sendable {
        /// The rule that excludes it, counted from 0.
        var exclusion: Int?
        var known: Rational = .zero
        /// Whether every item that a formula scores has its points; else there are at least so many.
        var isComputed = false
        /// Whether every item has.
        var isWhole = false
        var grade: Grade?
    }

    /// Why a formula says nothing of a return.
    enum Cause: Hashable, Sendable {
        case figure(FormulaInput)
        case fault(FormulaFault)
        /// The value is in none of the steps that are known.
        case noStep
        /// The formula itself says that it is missing.
        case unsaid
    }

    /// How many returns are undetermined, and for how many of them each cause is one.
    struct Open: Sendable {
        private(set) var count = 0
        private(set) var causes: [Cause: Int] = [:]

        fileprivate mutating func add(_ outcome: FormulaOutcome?) {
            count += 1
            for cause in Self.causes(outcome) { causes[cause, default: 0] += 1 }
        }

        private static func causes(_ outcome: FormulaOutcome?) -> [Cause] {
            switch outcome {
            case nil: []
            case .value?: [.noStep]
            case .undetermined(let causes)?:
                causes == FormulaCauses()
                    ? [.unsaid] : causes.missing.map { .figure($0) } + causes.faults.map { .fault($0) }
            }
        }
    }

    struct ItemCount: Sendable {
        let item: Instrument.Item
        /// How many reach each step; see `Instrument.Rule.steps`.
        fileprivate(set) var steps: [Int]
        fileprivate(set) var open = Open()
    }

    struct RuleCount: Sendable {
        let rule: Instrument.ExclusionRule
        fileprivate(set) var count = 0
        fileprivate(set) var open = Open()
    }

    let instrument: Instrument
    /// Why it grades nothing: what is not known of it, or that it is for other years.
    let refusal: Failure?
    /// Of each return, in their order.
    private(set) var results: [Result] = []
    private(set) var items: [ItemCount]
    private(set) var exclusions: [RuleCount]

    init(_ instrument: Instrument, on returns: TrialReturns) {
        self.instrument = instrument
        refusal = Self.refusal(of: instrument, returns.year)
        items = instrument.items.map { ItemCount(item: $0, steps: Array(repeating: 0, count: $0.rule?.steps ?? 0)) }
        exclusions = instrument.exclusions.map { RuleCount(rule: $0) }
        results.reserveCapacity(returns.members.count)
        for member in returns.members { add(member.inputs, returns.year) }
    }

    private static func refusal(of instrument: Instrument, _ year: Year) -> Failure? {
        do {
            try instrument.requireWhole()
            guard instrument.isFor(year) else {
                throw Failure(.refused, "scoring.other-years", ["instrument": instrument.code])
            }
            return nil
        } catch let failure as Failure {
            return failure
        } catch {
            return Failure(.defect, "scoring.no-grade")
        }
    }

    private mutating func add(_ inputs: ScoringInputs, _ year: Year) {
        var result = Result()
        for place in exclusions.indices {
            let outcome = exclusions[place].rule.when.evaluate(inputs.value).outcome
            if outcome == .value(.yesNo(true)) {
                exclusions[place].count += 1
                result.exclusion = place
                results.append(result)
                return
            }
            if !outcome.isValue { exclusions[place].open.add(outcome) }
        }
        let scoring = Scoring(instrument, year, inputs)
        for (place, line) in scoring.lines.enumerated() {
            if let step = line.step {
                items[place].steps[step] += 1
            } else {
                items[place].open.add(line.evaluation?.outcome)
            }
        }
        result.known = scoring.knownPoints
        result.isComputed = scoring.lines.allSatisfy { $0.points != nil || !$0.item.isComputed }
        result.isWhole = scoring.total != nil
        if refusal == nil, result.isWhole { result.grade = try? scoring.grade() }
        results.append(result)
    }

    /// The items that no formula scores.
    var answered: [Instrument.Item] { instrument.items.filter { $0.rule?.isAnswered ?? false } }
    /// The most points of the items that a formula scores; `nil`: not known.
    var maximum: Rational? { Instrument.sum(instrument.items.filter(\.isComputed).map(\.maximum)) }
    var hasComputedItems: Bool { instrument.items.contains(where: \.isComputed) }
    /// Whether a trial can come to grades.
    var grades: Bool { refusal == nil && answered.isEmpty }

    var scored: Int { results.count { $0.exclusion == nil } }
    func count(_ belongs: (Result) -> Bool) -> Int { results.count { $0.exclusion == nil && belongs($0) } }

    /// Points by tens, the last as far as the maximum.
    func ten(of points: Rational) -> Int {
        func tens(_ points: Rational) -> (whole: Int, isExact: Bool) {
            let unit = points.denominator * 10
            let (quotient, rest) = points.numerator.quotientAndRemainder(dividingBy: unit)
            return (Int(clamping: rest < 0 ? quotient - 1 : quotient), rest == 0)
        }
        guard let maximum else { return tens(points).whole }
        let last = tens(maximum)
        return min(tens(points).whole, max(0, last.isExact ? last.whole - 1 : last.whole))
    }

    /// The tens that returns are in, from the lowest on: those whose points are all known, and those that have at
    /// least so many.
    var tens: [(ten: Int, computed: Int, part: Int)] {
        var counts: [Int: (computed: Int, part: Int)] = [:]
        for result in results where result.exclusion == nil {
            let ten = ten(of: result.known)
            if result.isComputed {
                counts[ten, default: (0, 0)].computed += 1
            } else {
                counts[ten, default: (0, 0)].part += 1
            }
        }
        guard let (first, last) = counts.keys.min().flatMap({ first in counts.keys.max().map { (first, $0) } }) else {
            return []
        }
        return (first...last).map { ($0, counts[$0]?.computed ?? 0, counts[$0]?.part ?? 0) }
    }
}

extension Instrument.Item {
    /// Whether a formula scores it.
    var isComputed: Bool { rule.map { !$0.isAnswered } ?? false }
}

extension Instrument.Rule {
    /// How many steps a trial tells apart: the bands; yes and no; none, a part and all of the points.
    fileprivate var steps: Int {
        switch self {
        case .bands(_, let bands): bands.count
        case .condition: 2
        case .share: 3
        case .choice, .byPerson: 0
        }
    }
}

extension Scoring.Line {
    /// The step of `Instrument.Rule.steps` that was reached.
    fileprivate var step: Int? {
        guard let points else { return nil }
        switch item.rule {
        case .bands: return band
        case .condition: return evaluation?.outcome == .value(.yesNo(true)) ? 0 : 1
        case .share: return points <= .zero ? 0 : item.maximum.map { points < $0 } ?? true ? 1 : 2
        case .choice, .byPerson, nil: return nil
        }
    }
}
