import Access
import Assessment
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import Testing

@testable import HopTac

@Suite("What belongs to a merged cooperative") struct MergedBelongingsTests {
    private let act = Act(at: WallClock.system.now(), origin: "cli")

    private func twin(_ site: WholeSite) async throws -> Cooperative {
        let act = act
        return try await site.database.write { db in
            var twin = try Cooperative.find(Identifier(site.own), in: db)
            twin.id = 0
            twin.taxCode = nil
            return try db.insert(twin, by: act)
        }
    }

    /// The other record of the two stays.
    private func merge(_ site: WholeSite, _ twin: Cooperative, _ token: String, keep: String = "second") async throws
        -> WholeSite.Answer
    {
        try await site.ask(
            .post, "/duplicates/cooperatives/\(site.own)/\(twin.id)", as: token,
            form: "first_version=1&second_version=1&reason=tr%C3%B9ng&keep=\(keep)")
    }

    private func addReturn(
        _ cooperative: Cooperative.ID, _ year: Year, _ state: ReturnState, in db: Connection
    ) throws -> AnnualReturn {
        var record = AnnualReturn()
        record.cooperative = cooperative
        record.year = year
        record.revenue = Money(vnd: 5_000_000)
        record.state = state
        record.acceptedOn = state == .accepted ? "2024-04-01" : nil
        return try db.insert(record, by: act)
    }

    @Test("comes along as it stands, accepted and decided too and after the lock, each with its row of history")
    func moved() async throws {
        let site = try await WholeSite()
        let (own, act) = (Cooperative.ID(site.own), act)
        let record = try await site.database.write { db in
            let record = try addReturn(own, 2023, .accepted, in: db)
            var more = ReturnExtension()
            (more.cooperative, more.year, more.until, more.reason) = (own, 2023, "2024-06-30", "bão")
            try db.insert(more, by: act)
            var outcome = Outcome()
            (outcome.cooperative, outcome.year, outcome.grade) = (own, 2023, .good)
            try db.insert(outcome, by: act)
            var plan = AdvicePlan()
            (plan.cooperative, plan.year, plan.until) = (own, 2023, "2024-12-31")
            (plan.actions, plan.adviser) = ("Phương án", "Liên minh")
            try db.insert(plan, by: act)
            for step in [DissolutionStep.withdrawn, .proposed] {
                var proposal = DissolutionProposal()
                (proposal.cooperative, proposal.explanation, proposal.proposedOn) = (own, "thử", "2024-01-05")
                (proposal.step, proposal.stepOn) = (step, "2024-01-06")
                try db.insert(proposal, by: act)
            }
            _ = try AssessmentRound.openedOf2023(by: act, in: db)
            return record
        }
        let twin = try await twin(site)
        try await site.database.write { db in
            _ = try addReturn(twin.id, 2022, .draft, in: db)
            var round = ReturnRound()
            (round.year, round.dueOn, round.lockedOn) = (2023, "2024-03-31", "2024-05-01")
            try db.insert(round, by: act)
            // But for a merger nobody carries a return over after the lock.
            var carried = record
            carried.cooperative = twin.id
            let failure = #expect(throws: Failure.self) {
                try db.reopen(carried, from: record, by: act, action: .changed)
            }
            #expect(failure?.code == "annual_return.locked")
        }
        let token = try await site.signIn("unit_officer")
        let merged = try await merge(site, twin, token)
        #expect(merged.status == 303, "\(merged.text)")
        let tables = [
            ("annual_return", "assessment_return", 2), ("return_extension", "assessment_extension", 1),
            ("outcome", "assessment_outcome", 1), ("assessment_case", "assessment_case", 1),
            ("advice_plan", "assessment_advice", 1), ("dissolution_proposal", "assessment_dissolution", 2),
        ]
        for (type, table, count) in tables {
            let (left, kept, changes) = try await site.database.read { db in
                func number(_ id: Cooperative.ID) throws -> [Int64] {
                    try db.all("SELECT id FROM \(described: table) WHERE cooperative_id = \(id) ORDER BY id") {
                        try $0[0]
                    }
                }
                let kept = try number(twin.id)
                return (try number(own), kept, try Change.list(of: type, kept[0], in: db))
            }
            #expect(left.isEmpty && kept.count == count, "\(type)")
            #expect(changes.first?.action == .changed && changes.first?.reason == "trùng", "\(type)")
            #expect(changes.first?.after == "{\"cooperative\":\(twin.id)}", "\(type)")
        }
        let after = try await site.database.read { try AnnualReturn.find(record.id, in: $0) }
        #expect(after.state == .accepted && after.acceptedOn == "2024-04-01" && after.revenue == record.revenue)
        let department = try await site.signIn("department_officer")
        let page = try await site.get("/cooperatives/\(twin.id)", as: department).text
        #expect(page.contains("href=\"/returns/\(record.id)\""))
    }

    @Test("is never chosen between: two of one year refuse the merger, which names them and changes nothing")
    func refused() async throws {
        let site = try await WholeSite()
        let (own, act) = (Cooperative.ID(site.own), act)
        let twin = try await twin(site)
        let token = try await site.signIn("unit_officer")
        func refuse(_ sentence: String, _ change: @escaping @Sendable (Cooperative.ID, Connection) throws -> Void)
            async throws
        {
            try await site.database.write { db in for id in [own, twin.id] { try change(id, db) } }
            for keep in ["first", "second"] {
                let answer = try await merge(site, twin, token, keep: keep)
                #expect(answer.status == 422 && answer.text.contains("\(sentence)."), "\(sentence)")
            }
            let (first, second) = try await site.database.read { db in
                (try Cooperative.find(own, in: db), try Cooperative.find(twin.id, in: db))
            }
            #expect(first.version == 1 && second.version == 1 && second.mergedInto == nil)
        }
        try await refuse("Năm 2023 cả hai hồ sơ đều có: Kế hoạch tư vấn") { id, db in
            var plan = AdvicePlan()
            (plan.cooperative, plan.year, plan.until) = (id, 2023, "2024-12-31")
            (plan.actions, plan.adviser) = ("Phương án", "Liên minh")
            try db.insert(plan, by: act)
        }
        try await refuse("Năm 2022 cả hai hồ sơ đều có: Kết quả xếp loại") { id, db in
            var outcome = Outcome()
            (outcome.cooperative, outcome.year, outcome.grade) = (id, 2022, .good)
            try db.insert(outcome, by: act)
        }
        try await refuse("Năm 2024 cả hai hồ sơ đều có: Báo cáo năm") { id, db in
            _ = try addReturn(id, 2024, .draft, in: db)
        }
        let english = try await site.ask(
            .post, "/duplicates/cooperatives/\(site.own)/\(twin.id)?lang=en", as: token,
            form: "first_version=1&second_version=1&reason=tr%C3%B9ng")
        #expect(english.text.contains("Both records have the following of 2024: Annual return."))
    }

    @Test("is one open proposal to dissolve, whatever its year") func proposals() async throws {
        let site = try await WholeSite()
        let (own, act) = (Cooperative.ID(site.own), act)
        let twin = try await twin(site)
        let token = try await site.signIn("unit_officer")
        try await site.database.write { db in
            for (id, day) in [(own, "2023-05-01"), (twin.id, "2024-05-01")] as [(Cooperative.ID, Day)] {
                var proposal = DissolutionProposal()
                (proposal.cooperative, proposal.explanation, proposal.proposedOn) = (id, "thử", day)
                try db.insert(proposal, by: act)
            }
        }
        let both = try await merge(site, twin, token)
        #expect(both.status == 422 && both.text.contains("Năm 2023 cả hai"))
        try await site.database.write { db in
            var over = act
            over.reason = "trùng"
            try DissolutionProposal.find(1, in: db).withdraw(on: "2024-06-01", by: over, in: db)
        }
        #expect(try await merge(site, twin, token).status == 303)
        let kept = try await site.database.read {
            try DissolutionProposal.list(where: "cooperative_id = \(twin.id) ORDER BY id", in: $0).map(\.step)
        }
        #expect(kept == [.withdrawn, .proposed])
    }

    @Test("is the one case of a round: one of two that is left out gives way, whichever record stays")
    func cases() async throws {
        let act = act
        for (keep, leftOut) in [("second", 0), ("second", 1), ("first", 0), ("first", 1)] {
            let site = try await WholeSite()
            let own = Cooperative.ID(site.own)
            let twin = try await twin(site)
            let token = try await site.signIn("unit_officer")
            let cases = try await site.database.write { db in
                _ = try AssessmentRound.openedOf2023(by: act, in: db)
                return try [own, twin.id].map { id in
                    try #require(try AssessmentCase.first(where: "cooperative_id = \(id)", in: db))
                }
            }
            let both = try await merge(site, twin, token, keep: keep)
            #expect(both.status == 422 && both.text.contains("Năm 2023 cả hai hồ sơ đều có: Hồ sơ đánh giá."))
            try await site.database.write { db in
                _ = try cases[leftOut].exclude(.other, "trùng với hồ sơ kia", by: act, in: db)
            }
            #expect(try await merge(site, twin, token, keep: keep).status == 303)
            let left = try await site.database.read { db in
                try AssessmentCase.list(where: "cooperative_id IN (\(own), \(twin.id))", in: db)
            }
            #expect(left.map(\.id) == [cases[1 - leftOut].id] && left[0].state == .selfScoring)
            #expect(left[0].cooperative == (keep == "first" ? own : twin.id))
            let last = try await site.database.read { db in
                try Change.list(of: "assessment_case", cases[leftOut].id.number, in: db)[0]
            }
            #expect(last.action == .withdrawn && last.before?.contains("trùng với hồ sơ kia") == true)
        }
    }

    @Test("stays in an area that somebody stands by, and the merger is refused with its name") func approved()
        async throws
    {
        let site = try await WholeSite()
        let (own, act) = (Cooperative.ID(site.own), act)
        let twin = try await twin(site)
        let token = try await site.signIn("unit_officer")
        let approval = try await site.database.write { db in
            let round = try AssessmentRound.openedOf2023(by: act, in: db)
            for one in try AssessmentCase.list(where: "state = 'self'", in: db) {
                try one.exclude(.other, "thử", by: act, in: db)
            }
            return try AreaApproval.approve("25906", round.id, by: act, in: db)
        }
        let refused = try await merge(site, twin, token)
        #expect(refused.status == 422 && refused.text.contains("25906"), "\(refused.text)")
        let (cases, first) = try await site.database.read { db in
            (
                try AssessmentCase.list(where: "cooperative_id IN (\(own), \(twin.id))", in: db).count,
                try Cooperative.find(own, in: db)
            )
        }
        #expect(cases == 2 && first.version == 1)
        try await site.database.write { try AreaApproval.withdraw("25906", approval.round, by: act, in: $0) }
        #expect(try await merge(site, twin, token).status == 303)
    }
}
