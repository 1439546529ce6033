import Kernel
import Records

/// What would lift a cooperative to the next grade: how many points are missing, and which items could bring some, the
/// one that brings most first.
struct Lift: Sendable {
    struct Way: Sendable {
        let item: Instrument.Item
        /// At most; of an item with steps, by the next one.
        let gain: Rational
        /// How much more the value must be for the next step; `nil` where no value is computed.
        let distance: (value: Rational, type: FormulaType)?
    }

    let grade: Grade
    let missing: Rational
    let ways: [Way]

    /// `nil` where a total is not known, a rule decides the grade, or there is no better grade.
    init?(_ scoring: Scoring) {
        guard let total = scoring.total, scoring.override == nil, scoring.instrument.gaps.isEmpty,
            let band = scoring.instrument.grades.last(where: { $0.from > total }), let missing = band.from.minus(total)
        else { return nil }
        grade = band.grade
        self.missing = missing
        ways = scoring.lines.compactMap(Self.way).sorted { $0.gain > $1.gain }
    }

    private static func way(_ line: Scoring.Line) -> Way? {
        if let next = line.next, case .bands(let formula, _) = line.item.rule {
            return Way(item: line.item, gain: next.gain, distance: (next.distance, formula.type))
        }
        guard case .bands? = line.item.rule else {
            guard let maximum = line.item.maximum, let gain = line.points.flatMap(maximum.minus), gain > .zero else {
                return nil
            }
            return Way(item: line.item, gain: gain, distance: nil)
        }
        return nil
    }
}
