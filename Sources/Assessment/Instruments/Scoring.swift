package import Kernel
import Persistence
import Records

/// An instrument applied to the return of one cooperative and year: every item with what it was computed from.
package struct Scoring: Sendable {
    package struct Line: Sendable {
        package let item: Instrument.Item
        /// What the formula used, with its value; `nil` where there is no formula.
        let evaluation: FormulaEvaluation?
        /// The step that was reached, counted from 0.
        let band: Int?
        /// `nil`: undetermined. Never zero for want of a value.
        package let points: Rational?
        /// How much more the value must be for the next step, and the points that it brings.
        let next: (distance: Rational, gain: Rational)?
    }

    package let instrument: Instrument
    package let lines: [Line]
    /// Of the items that could be scored.
    package var knownPoints: Rational { Instrument.sum(lines.map(\.points).filter { $0 != nil }) ?? .zero }
    /// The rule that decided the grade whatever the points are.
    let override: Instrument.Override?
    /// Rules of which nobody can tell whether they hold.
    let openOverrides: [Instrument.Override]

    /// Whether the instrument may be used for the year.
    let isOfYear: Bool

    /// The total; `nil` while any item is undetermined.
    package var total: Rational? { Instrument.sum(lines.map(\.points)) }

    /// The grade. Throws `scoring.incomplete` where the instrument is, with what is not known of it,
    /// `scoring.other-years`, and `scoring.undetermined` with the items that have no points.
    package func grade() throws -> Grade {
        try instrument.requireWhole()
        guard isOfYear else {
            throw Failure(.refused, "scoring.other-years", ["instrument": instrument.code])
        }
        guard let total else {
            let open = lines.filter { $0.points == nil }.map(\.item.id).joined(separator: ", ")
            throw Failure(.refused, "scoring.undetermined", ["ids": open])
        }
        if let override { return override.grade }
        guard let band = instrument.grades.first(where: { total >= $0.from }) else {
            throw Failure(.defect, "scoring.no-grade")
        }
        if let open = openOverrides.first(where: { $0.grade != band.grade }) {
            throw Failure(.refused, "scoring.undetermined", ["ids": open.name])
        }
        return band.grade
    }

    /// `answers`: what persons have said of the items that no formula scores, by item.
    package init(
        _ instrument: Instrument, _ year: Year, _ inputs: ScoringInputs, answers: [String: String] = [:]
    ) {
        self.instrument = instrument
        isOfYear = instrument.isFor(year)
        lines = instrument.items.map { Self.line($0, answers[$0.id], inputs.value) }
        let outcomes = instrument.overrides.map { ($0, $0.when.evaluate(inputs.value).outcome) }
        override = outcomes.first { $1 == .value(.yesNo(true)) }?.0
        openOverrides = outcomes.filter { !$1.isValue }.map(\.0)
    }

    /// Of a return by itself.
    package init(
        _ instrument: Instrument, of record: AnnualReturn, after previous: AnnualReturn?,
        answers: [String: String] = [:]
    ) {
        self.init(instrument, record.year, ScoringInputs(record: record, previous: previous), answers: answers)
    }

    private static func line(
        _ item: Instrument.Item, _ answer: String?, _ value: (FormulaInput) -> FormulaValue?
    ) -> Line {
        func line(
            _ points: Rational?, _ evaluation: FormulaEvaluation? = nil, band: Int? = nil,
            next: (distance: Rational, gain: Rational)? = nil
        ) -> Line {
            Line(item: item, evaluation: evaluation, band: band, points: points, next: next)
        }
        switch item.rule {
        case nil: return line(nil)
        case .byPerson:
            guard let number = answer.flatMap(NumberText.decimal(literal:)).flatMap({ Rational($0) }),
                let maximum = item.maximum, number >= .zero, number <= maximum
            else { return line(nil) }
            return line(number)
        case .choice(let answers): return line(answers.first { $0.code == answer }?.points)
        case .condition(let formula, let yes, let no):
            let evaluation = formula.evaluate(value)
            guard case .value(.yesNo(let holds)) = evaluation.outcome else { return line(nil, evaluation) }
            return line(holds ? yes : no, evaluation)
        case .share(let formula):
            let evaluation = formula.evaluate(value)
            guard case .value(.number(let share)) = evaluation.outcome, let maximum = item.maximum else {
                return line(nil, evaluation)
            }
            // To two decimals, as it is shown, so that the points shown add up to the total shown.
            let points = min(max(share, .zero), 1).times(maximum)?.rounded(places: 2)
            return line(points.flatMap { Rational($0) }, evaluation)
        case .bands(let formula, let bands):
            let evaluation = formula.evaluate(value)
            guard case .value(.number(let number)) = evaluation.outcome,
                let place = bands.firstIndex(where: { $0.holds(number) })
            else { return line(nil, evaluation) }
            return line(
                bands[place].points, evaluation, band: place, next: next(after: place, number, bands))
        }
    }

    /// The nearest step upwards that brings more points.
    private static func next(
        after place: Int, _ value: Rational, _ bands: [Instrument.Band]
    ) -> (distance: Rational, gain: Rational)? {
        guard let better = bands[(place + 1)...].first(where: { $0.points > bands[place].points }),
            let lower = better.lower, let distance = lower.value.minus(value),
            let gain = better.points.minus(bands[place].points)
        else { return nil }
        return (distance, gain)
    }
}

extension Instrument {
    /// Throws `scoring.incomplete` with what is not known of it.
    func requireWhole() throws {
        let gaps = self.gaps
        guard gaps.isEmpty else {
            throw Failure(
                .refused, "scoring.incomplete",
                [
                    "instrument": code, "count": "\(gaps.count)",
                    "ids": gaps.compactMap { $0.details["id"] }.reduce(into: [String]()) { ids, id in
                        if ids.last != id { ids.append(id) }
                    }.joined(separator: ", "),
                ])
        }
    }
}

extension AnnualReturn {
    static let figure = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0) })

    /// A figure as formulas read it; `nil`: not reported.
    func formulaValue(_ name: String) -> FormulaValue? {
        guard let field = Self.figure[name] else { return nil }
        guard case .integer(let number) = field.stored(self) else { return nil }
        return field.kind == .flag ? .yesNo(number != 0) : .number(Rational(number))
    }
}
