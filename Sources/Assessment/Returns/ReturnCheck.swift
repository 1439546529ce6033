import Kernel
package import Persistence
package import Records
import Registry

/// What the rules find in returns. Asked, not refused, since it may be true; refused only where a rule blocks.
package enum ReturnCheck {
    package struct Finding: Sendable, Equatable {
        let rule: String
        package let field: String
        let importance: ReturnImportance
        let blocks: Bool
        package let code: String
        package let details: [String: String]

        /// Whether somebody must say or change something.
        var isAsked: Bool { importance != .note }
        var severity: Diagnostic.Severity { blocks ? .error : isAsked ? .warning : .note }
    }

    /// Of one return, beside the year before and the register.
    package static func findings(of record: AnnualReturn, in db: Connection) throws -> [Finding] {
        let rules = try ReturnRules(in: db)
        let around = try ReturnSurroundings(of: record.year, cooperatives: [record.cooperative], in: db)
        return rules.findings(of: record, in: around)
    }

    package static let doubts: @Sendable (AnnualReturn, Connection) throws -> [Doubt] = { record, db in
        try findings(of: record, in: db).map {
            Doubt(rule: $0.rule, field: $0.field, severity: $0.severity, code: $0.code, details: $0.details)
        }
    }
}

/// The rules, read once for an operation.
struct ReturnRules: Sendable {
    fileprivate struct Rule: Sendable {
        let record: ReturnRule
        let left: Formula
        let right: Formula
    }

    fileprivate let all: [Rule]

    init(in db: Connection) throws {
        try self.init(ReturnRule.list(where: "1 = 1 ORDER BY sort_key, id", in: db))
    }

    init(_ records: [ReturnRule]) throws {
        all = try records.map { record in
            do {
                return Rule(
                    record: record, left: try ReturnRule.formula(record.left),
                    right: try ReturnRule.formula(record.right))
            } catch {
                throw Failure(.defect, "return_rule.unreadable", ["rule": record.code])
            }
        }
    }

    func findings(of record: AnnualReturn, in around: ReturnSurroundings) -> [ReturnCheck.Finding] {
        let (now, previous) = around.inputs(of: record)
        return findings(of: now, after: previous)
    }

    /// In the order of the form.
    func findings(of now: ReturnInputs, after previous: ReturnInputs?) -> [ReturnCheck.Finding] {
        let year = now.record.year
        let found = all.compactMap { rule -> ReturnCheck.Finding? in
            guard (rule.record.firstYear ?? year) <= year, year <= (rule.record.lastYear ?? year) else { return nil }
            return rule.finding { ($0.isPrevious ? previous : now)?[$0.name] }
        }
        let places = Dictionary(
            uniqueKeysWithValues: AnnualReturn.figures.enumerated().map { ($0.element.name, $0.offset) })
        return found.enumerated().sorted {
            (places[$0.element.field] ?? 0, $0.offset) < (places[$1.element.field] ?? 0, $1.offset)
        }.map(\.element)
    }
}

extension ReturnRules.Rule {
    fileprivate func finding(_ value: (FormulaInput) -> FormulaValue?) -> ReturnCheck.Finding? {
        let (left, right) = (left.evaluate(value), right.evaluate(value))
        var code = "return_check.found"
        switch (left.outcome, right.outcome) {
        case (.value(let a), .value(let b)):
            guard record.comparison.holds(a, b) == false else { return nil }
        default:
            // A formula that says `missing` itself asks nothing.
            guard record.whenMissing == .ask, left.outcome.lacks || right.outcome.lacks else { return nil }
            code = "return_check.not-known"
        }
        func details(_ language: Language) -> String {
            var values = ["left": left.outcome.words(self.left.type, language)]
            values["right"] = right.outcome.words(self.right.type, language)
            for input in self.left.inputs + self.right.inputs {
                values[input.description] =
                    value(input).map { $0.words(ReturnInputs.names[input.name] ?? .bareNumber, language) } ?? "–"
            }
            return values.reduce(language == .vi ? record.messageVi : record.messageEn) { text, value in
                text.replacing("{\(value.key)}", with: value.value)
            }
        }
        return ReturnCheck.Finding(
            rule: record.code, field: record.field.name, importance: record.importance, blocks: record.blocks,
            code: code,
            details: [
                "rule": record.code, "field": "@annual_return.\(record.field.name)", "message.vi": details(.vi),
                "message.en": details(.en),
            ])
    }
}

extension FormulaOutcome {
    /// Whether it has no value for want of another.
    fileprivate var lacks: Bool {
        if case .undetermined(let causes) = self { !causes.missing.isEmpty || !causes.faults.isEmpty } else { false }
    }

    fileprivate func words(_ type: FormulaType, _ language: Language) -> String {
        if case .value(let value) = self { value.words(type, language) } else { "–" }
    }
}

extension FormulaValue {
    /// As messages say it, which name the unit themselves: money in million đồng, areas in hectares, shares in percent.
    fileprivate func words(_ type: FormulaType, _ language: Language) -> String {
        guard case .number(let number) = self else {
            return switch (self == .yesNo(true), language) {
            case (true, .vi): "có"
            case (false, .vi): "không"
            case (true, .en): "yes"
            case (false, .en): "no"
            }
        }
        let scaled =
            switch type {
            case .number(.vnd), .number(.vnd / .person): number.divided(by: 1_000_000)
            case .number(.squareMetre): number.divided(by: 10_000)
            case .number(.none): number.times(100)
            default: number as Rational?
            }
        let shown = scaled ?? number
        return shown.rounded(places: 2).map { NumberText.shown($0, language) } ?? shown.decimal(places: 2)
    }
}
