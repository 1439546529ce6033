import Kernel
import Persistence
import Records
import Registry

/// The points of a case at one level as they are kept: of every item what it was computed from, and who set it why. What
/// stands here stays, whatever becomes of the return and the instrument.
package struct ScoreSheet: Decodable, Sendable, Equatable {
    struct Line: Decodable, Sendable, Equatable {
        let item: String
        /// `nil`: undetermined.
        var points: Hundredths?
        /// The step that was reached, counted from 0.
        var band: Int?
        var inputs: [Input]
        /// What a person answered.
        var answer: String?
        /// Why the points are others than at the level before, and which level says so.
        var reason: String?
        var level: Level?
        /// Who set them there; `nil`: the program, from the inputs.
        var by: Int64?
    }

    /// Who looks at a self-assessment.
    enum Level: String, Decodable, Sendable { case review, check }

    /// A value that was used: exact, `yes`, `no`, or `nil` where it was missing.
    struct Input: Decodable, Sendable, Equatable {
        let name: String
        let value: String?
    }

    /// Why a cooperative is not graded, or a rule that decides its grade.
    struct Rule: Decodable, Sendable, Equatable {
        let name: String
        let inputs: [Input]
    }

    struct Override: Decodable, Sendable, Equatable {
        let grade: String
        let rule: Rule
    }

    /// The version of the return that was read; `nil`: there was none.
    var returnVersion: Int?
    var lines: [Line] = []
    var exclusion: Rule?
    var override: Override?
    /// Rules of exclusion and of grades of which nobody can tell whether they hold.
    var openRules: [Rule] = []

    var total: Hundredths? {
        lines.reduce(Hundredths.zero as Hundredths?) { sum, line in
            guard let sum, let points = line.points else { return nil }
            return sum + points
        }
    }
    var known: Hundredths { lines.compactMap(\.points).reduce(.zero, +) }
    var undetermined: [String] { lines.filter { $0.points == nil }.map(\.item) }

    subscript(item: String) -> Line? { lines.first { $0.item == item } }

    /// As computed. `by`: who gave the answers.
    init(_ scoring: Scoring, _ inputs: ScoringInputs, answers: [String: String] = [:], by account: Int64? = nil) {
        returnVersion = inputs.record?.version
        lines = scoring.lines.map { line in
            let answer = answers[line.item.id]
            return Line(
                item: line.item.id, points: line.points.flatMap { $0.rounded(places: 2) }.flatMap { Hundredths($0) },
                band: line.band, inputs: Self.inputs(line.evaluation), answer: answer,
                by: answer == nil ? nil : account)
        }
        let evaluated = { (formula: Formula) in formula.evaluate(inputs.value) }
        override = scoring.override.map {
            Override(grade: $0.grade.rawValue, rule: Rule($0.name, evaluated($0.when)))
        }
        openRules = scoring.openOverrides.map { Rule($0.name, evaluated($0.when)) }
        for rule in scoring.instrument.exclusions {
            let evaluation = evaluated(rule.when)
            if !evaluation.outcome.isValue { openRules.append(Rule(rule.name, evaluation)) }
        }
    }

    static func inputs(_ evaluation: FormulaEvaluation?) -> [Input] {
        (evaluation?.used ?? []).map { use in
            let value: String? =
                switch use.value {
                case .number(let number)?: number.description
                case .yesNo(let isYes)?: isYes ? "yes" : "no"
                case nil: nil
                }
            return Input(name: use.input.description, value: value)
        }
    }

    /// The grade that the points and rules come to. Throws `scoring.incomplete` while the instrument is,
    /// `scoring.undetermined` with the items without points.
    func grade(by instrument: Instrument) throws -> Grade {
        try instrument.requireWhole()
        guard let total else {
            throw Failure(.refused, "scoring.undetermined", ["ids": undetermined.joined(separator: ", ")])
        }
        if let override, let grade = Grade(rawValue: override.grade) { return grade }
        let points = Rational(total.count).divided(by: 100) ?? .zero
        guard let band = instrument.grades.first(where: { points >= $0.from }) else {
            throw Failure(.defect, "scoring.no-grade")
        }
        let open = instrument.overrides.first { rule in
            rule.grade != band.grade && openRules.contains { $0.name == rule.name }
        }
        if let open { throw Failure(.refused, "scoring.undetermined", ["ids": open.name]) }
        return band.grade
    }
}

extension ScoreSheet.Rule {
    fileprivate init(_ name: String, _ evaluation: FormulaEvaluation) {
        self.init(name: name, inputs: ScoreSheet.inputs(evaluation))
    }
}

extension ScoreSheet {
    /// Of a cooperative that a rule of the instrument excludes; `nil` where none does for certain.
    static func excluding(_ instrument: Instrument, _ inputs: ScoringInputs) -> (Exclusion, ScoreSheet)? {
        for rule in instrument.exclusions {
            let evaluation = rule.when.evaluate(inputs.value)
            guard evaluation.outcome == .value(.yesNo(true)) else { continue }
            var sheet = ScoreSheet()
            sheet.returnVersion = inputs.record?.version
            sheet.exclusion = Rule(rule.name, evaluation)
            return (rule.reason, sheet)
        }
        return nil
    }

    private init() {}
}
