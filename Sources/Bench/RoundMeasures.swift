import Access
import Assessment
import Kernel
import Persistence
import Records
import Registry

/// The yearly returns: a round of assessment opened over all of them, who has not reported by unit, and many officers
/// who save drafts at once.
struct RoundMeasures {
    let run: Run

    func figures() async throws -> [Measured] {
        let database = try await Database.open(run.filled, readers: 8)
        try await database.write { try MadeReturns.store(in: $0) }
        try await database.command("ANALYZE")
        let figures =
            try await [opening(database), notReported(database)] + ManyOfficers(database: database, run: run).figures()
        await database.close()
        return figures
    }

    private static var act: Act { Act(at: WallClock.system.now(), origin: "cli") }

    /// A case for every cooperative, prefilled and scored, each with its row of history, in one transaction: against the
    /// engine writing the same rows once more.
    private func opening(_ database: Database) async throws -> Measured {
        let round = try await database.write { db in
            var round = AssessmentRound()
            round.year = MadeReturns.year
            round.instrument = try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") { try $0[0] }
            (round.selfDueOn, round.reviewDueOn, round.checkDueOn) = ("2024-02-28", "2024-03-31", "2024-04-30")
            return try db.insert(round, by: Self.act)
        }
        let value = try await Stopwatch.seconds {
            _ = try await database.write { try round.open(by: Self.act, in: $0) }
        }.0
        let (cases, scored) = try await database.read { db in
            try db.one(
                """
                SELECT count(*), count(self_sheet) FROM assessment_case k WHERE round_id = \(round.id) AND EXISTS (
                    SELECT 1 FROM records_change h WHERE h.type = 'assessment_case' AND h.record_id = k.id)
                """
            ) { (try $0[0] as Int, try $0[1] as Int) }
        }
        guard cases >= run.count, scored == cases else {
            throw Failure(.defect, "bench.round-incomplete", ["cases": "\(cases)", "scored": "\(scored)"])
        }
        return Measured(
            name: "round of \(cases) opened", unit: .seconds, value: value,
            floor: try await rewriting(round.id, database),
            budget: run.engine == "sqlite" ? .value(5) : .none)
    }

    /// Seconds for the engine to write the cases and their history again, with all indexes.
    private func rewriting(_ round: AssessmentRound.ID, _ database: Database) async throws -> Double {
        struct Withdrawn: Error {}
        let other = try await database.write { db in
            try db.insert(
                """
                INSERT INTO assessment_grading (version, year, instrument_id, self_due_on, review_due_on, check_due_on)
                SELECT 1, year - 1, instrument_id, self_due_on, review_due_on, check_due_on FROM assessment_grading
                WHERE id = \(round)
                """)
        }
        return try await Stopwatch.seconds {
            do {
                try await database.write { db in
                    try db.run(
                        """
                        INSERT INTO assessment_case (version, cooperative_id, round_id, state, exclusion, self_sheet, is_on_behalf)
                        SELECT version, cooperative_id, \(other), state, exclusion, self_sheet, is_on_behalf
                        FROM assessment_case WHERE round_id = \(round)
                        """)
                    try db.run(
                        """
                        INSERT INTO records_change (at, origin, type, record_id, action, after)
                        SELECT at, origin, type, record_id, action, after FROM records_change WHERE type = 'assessment_case'
                        """)
                    throw Withdrawn()
                }
            } catch is Withdrawn {}
        }.0
    }

    /// How many returns are expected, came and are missing in each unit of the day, against reading what is asked of the
    /// cooperatives and their returns.
    private func notReported(_ database: Database) async throws -> Measured {
        let (day, year) = (MadeRegister.asOf, MadeReturns.year)
        let gazetteer = try await database.read { try Gazetteer($0) }
        let floor = try await database.read { db in
            try Stopwatch.median(50) {
                _ = try db.one(
                    """
                    SELECT count(c.established), count(r.submitted_on) FROM registry_cooperative c
                    LEFT JOIN assessment_return r ON r.cooperative_id = c.id AND r.year = \(year)
                    """
                ) { (try $0[0] as Int, try $0[1] as Int) }
            }
        }
        let value = try await Stopwatch.median(50) {
            let counts = try await database.read {
                try ReturnCounts(of: year, on: day, under: nil, .system(today: day), gazetteer, in: $0)
            }
            guard counts.whole.allSatisfy({ $0 > 0 }), counts.lines.count > 1 else {
                throw Failure(.defect, "bench.nobody-missing")
            }
        }
        return Measured(
            name: "who has not reported, by unit", unit: .milliseconds, value: value, floor: floor, budget: .value(0.05)
        )
    }
}
