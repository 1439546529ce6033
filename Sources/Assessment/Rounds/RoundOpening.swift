import Kernel
package import Persistence
package import Records
import Registry

extension AssessmentRound {
    /// Begins the round: keeps the instrument as it is today, and makes a case for every cooperative of the year, scored
    /// from its return as far as that goes, or excluded by a rule of the instrument.
    /// Throws `assessment_round.is-opened`, `scoring.other-years`.
    @discardableResult
    package func open(by act: Act, in db: Connection) throws -> AssessmentRound {
        let document = try InstrumentDocument.find(instrument, in: db)
        guard try document.instrument().isFor(year) else {
            throw Failure(.refused, "scoring.other-years", ["instrument": document.name])
        }
        var opened = self
        opened.openedOn = act.at.day
        opened.instrumentVersion = document.version
        opened.instrumentText = document.text
        let stored = try db.update(opened, from: self, by: act)
        try stored.addCases(by: act, in: db)
        return stored
    }

    /// Makes the cases that are not there yet, such as those of cooperatives that came into the register later. The number
    /// added.
    @discardableResult
    package func addCases(by act: Act, in db: Connection) throws -> Int {
        guard openedOn != nil else { throw Failure(.refused, "assessment_round.not-opened") }
        let scale = try scale(in: db)
        let inputs = try ScoringInputs.all(
            year, for: scale,
            where: """
                \(Cooperative.exists(year.lastDay)) AND NOT EXISTS (SELECT 1 FROM assessment_case k
                WHERE k.cooperative_id = c.id AND k.round_id = \(id))
                """, in: db)
        let cases = inputs.sorted { $0.key.number < $1.key.number }.map { cooperative, inputs in
            AssessmentCase(of: cooperative, in: self, scale, inputs)
        }
        return try db.insert(all: cases, by: act).count
    }

    /// Gives everybody more time, or less.
    @discardableResult
    package func reschedule(_ days: RoundDays, by act: Act, in db: Connection) throws -> AssessmentRound {
        var changed = self
        changed.selfDueOn = days.selfDueOn
        changed.reviewDueOn = days.reviewDueOn
        changed.checkDueOn = days.checkDueOn
        changed.appealDueOn = days.appealDueOn
        return try db.reopen(changed, from: self, by: act, action: .changed)
    }
}

/// The last days of a round.
package struct RoundDays: Sendable {
    var selfDueOn: Day
    var reviewDueOn: Day
    var checkDueOn: Day
    var appealDueOn: Day?
}

extension Instrument {
    func isFor(_ year: Year) -> Bool { (firstYear ?? year) <= year && year <= (lastYear ?? year) }
}
