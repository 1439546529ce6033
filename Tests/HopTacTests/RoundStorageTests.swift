import Access
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import Assessment
@testable import HopTac

/// What rounds ask of the engines, on both.
@Suite("A stored assessment round") struct RoundStorageTests {
    private static let act = Act(at: WallClock.system.now(), origin: "cli")
    private static let year = Year(WallClock.system.today().year - 1)

    private static func opened(_ site: ApiSite, in db: Connection) throws -> AssessmentRound {
        try InstrumentDocument.loadShipped(by: act, in: db)
        var round = AssessmentRound()
        round.year = year
        round.instrument = try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") { try $0[0] }
        round.selfDueOn = Day(year: year.number + 1, month: 1, day: 10) ?? .unset
        round.reviewDueOn = Day(year: year.number + 1, month: 1, day: 20) ?? .unset
        round.checkDueOn = Day(year: year.number + 1, month: 1, day: 30) ?? .unset
        return try db.insert(round, by: act).open(by: act, in: db)
    }

    @Test(
        "reads from the register what formulas name: months, days without work, members, and what nobody knows",
        arguments: TestEngine.all)
    func facts(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let facts = try await site.database.write { db in
                let year = Self.year
                func day(_ month: Int, _ day: Int) -> Day { Day(year: year.number, month: month, day: day) ?? .unset }
                for (from, status) in [
                    (Day(year: year.number - 1, month: 1, day: 1) ?? .unset, StatusChoice.active),
                    (day(3, 1), .suspended), (day(3, 31), .active),
                ] {
                    var fact = CooperativeStatus()
                    fact.cooperative = Identifier(site.inside)
                    fact.validFrom = from
                    fact.status = status
                    try db.insert(fact, by: Self.act)
                }
                let founded = PartialDay(day(7, 15)).description
                try db.run("UPDATE registry_cooperative SET established = \(founded) WHERE id = \(site.inside)")
                let vague = "\(year)"
                try db.run("UPDATE registry_cooperative SET established = \(vague) WHERE id = \(site.outside)")
                return try RegisterFacts.all(year, where: "1 = 1", in: db)
            }
            let (inside, outside) = (facts[Identifier(site.inside)], facts[Identifier(site.outside)])
            // From 15 July to the end of December five whole months; from 1 to 30 March thirty days.
            #expect(inside?.numbers[.monthsSinceFounding] == 5 && inside?.numbers[.daysStopped] == 30)
            #expect(inside?.isStopped == false)
            // A year alone does not tell whether it is twelve months; a status that nobody wrote is not known.
            #expect(outside?.numbers[.monthsSinceFounding] == nil && outside?.isStopped == nil)
            #expect(outside?.numbers[.daysStopped] == nil)
        }
    }

    @Test("goes from its opening to signed outcomes, each area after those below", arguments: TestEngine.all)
    func flow(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let today = WallClock.system.today()
            let t = Wiring.texts(.vi)
            let (grades, number) = try await site.database.write { db -> ([String], String) in
                let accounts = try (1...3).map { number in
                    var account = UserAccount()
                    account.name = "Người \(number)"
                    account.email = "nguoi\(number)@thu.vn"
                    return Identifier<Account>(try db.insert(account, by: Self.act).id.number)
                }
                func by(_ index: Int) -> Act { Act(at: Self.act.at, account: accounts[index], origin: "cli") }
                for (year, revenue) in [(Self.year.previous, 400), (Self.year, 5_000)] as [(Year, Int64)] {
                    var record = AnnualReturn()
                    record.cooperative = Identifier(site.inside)
                    record.year = year
                    record.revenue = Money(vnd: revenue * 1_000_000)
                    record.profit = Money(vnd: 500_000_000)
                    record.revenueContracts = .zero
                    record.isSanctioned = false
                    record.explanation = "thử"
                    try db.insert(record, by: Self.act).submit(onBehalf: true, by: Self.act, in: db)
                }
                let round = try Self.opened(site, in: db)
                var cases = try AssessmentCase.list(where: "round_id = \(round.id) ORDER BY id", in: db)
                #expect(cases.count == 2)
                let other = try #require(cases.first { $0.cooperative.number == site.outside })
                try other.exclude(.other, "thử", by: by(1), in: db)
                var one = try #require(cases.first { $0.cooperative.number == site.inside })
                var statement = AssessmentCase.Statement(answers: ["T2.2": "in_time", "T2.3": "20"])
                statement.boardAgreedOn = Self.year.lastDay.adding(days: 5)
                statement.supervisorsAgreedOn = Self.year.lastDay.adding(days: 5)
                one = try one.submit(statement, onBehalf: false, by: by(0), in: db)
                one = try one.review([], isComplete: true, by: by(1), in: db)
                #expect(throws: Failure.self, "the reviewer does not check") {
                    try one.check([], answer: nil, isComplete: true, by: by(1), in: db)
                }
                one = try one.check([], answer: nil, isComplete: true, by: by(2), in: db)
                // 20 + 20 + 0 + 10 + 10 + 20
                #expect(one.points == Hundredths(8000) && one.grade == .good)
                let areas = try RoundAreas(round.id, on: today, in: db)
                #expect(areas.allowsApproval(of: "79") != .meets)
                for area in areas.areas.values where area.level == .commune {
                    try AreaApproval.approve(area.code, round.id, by: by(1), in: db)
                }
                for area in areas.areas.values where area.level == .province {
                    try AreaApproval.approve(area.code, round.id, by: by(2), in: db)
                }
                #expect(throws: Failure.self, "locked") { try one.sendBack("a", by: by(2), in: db) }
                var decision = GradeDecision()
                decision.round = round.id
                (decision.title, decision.issuer, decision.authority) = ("Về việc", "ỦY BAN", "CHỦ TỊCH")
                (decision.symbol, decision.place, decision.grounds) = ("QĐ-UBND", "Nơi", "Căn cứ.")
                (decision.recipients, decision.signerTitle, decision.signer) = ("Sở", "CHỦ TỊCH", "A")
                let signed = try db.insert(decision, by: by(2)).sign(
                    number: "12", on: today, try Gazetteer(db), t, by: Self.act, in: db)
                cases = try AssessmentCase.list(where: "decision_id = \(signed.id)", in: db)
                #expect(cases.count == 2)
                let grades = try db.all(
                    "SELECT coalesce(grade, exclusion) FROM assessment_outcome WHERE year = \(Self.year) ORDER BY 1"
                ) { try $0[0] as String }
                return (grades, signed.numberAndSymbol)
            }
            #expect(grades == ["good", "other"] && number == "12/QĐ-UBND")
        }
    }

    @Test("adds up by the districts of a day that had some", arguments: TestEngine.all)
    func districts(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let areas = try await site.database.write { db in
                let round = try Self.opened(site, in: db)
                return try RoundAreas(round.id, on: "2024-06-30", in: db)
            }
            let levels = areas.areas.values.map(\.level)
            #expect(levels.contains(.district) && levels.contains(.province) && levels.contains(.commune))
            let province = try #require(areas.areas.values.first { $0.level == .province })
            #expect(province.all + areas.unplaced == 2 && province.parent == nil)
            for area in areas.areas.values where area.level == .commune {
                #expect(area.parent.flatMap { areas.areas[$0] }?.level == .district)
            }
        }
    }
}
