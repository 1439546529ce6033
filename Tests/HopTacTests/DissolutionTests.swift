import Access
import Assessment
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

@Suite("Inactive cooperatives") struct DissolutionTests {
    private static let act = Act(at: WallClock.system.now(), origin: "cli")

    private func status(_ site: WholeSite, _ id: Int64, _ day: Day, _ status: StatusChoice) async throws {
        try await site.database.write { db in
            var fact = CooperativeStatus()
            fact.cooperative = Identifier(id)
            fact.validFrom = day
            fact.status = status
            try db.insert(fact, by: Self.act)
        }
    }

    private func revenue(_ site: WholeSite, _ id: Int64, _ year: Year, _ revenue: Money?) async throws {
        try await site.database.write { db in
            var record = AnnualReturn()
            record.cooperative = Identifier(id)
            record.year = year
            record.revenue = revenue
            record.state = .submitted
            record.submittedOn = Day(year: year.number + 1, month: 3, day: 1)
            try db.insert(record, by: Self.act)
        }
    }

    /// The row of a cooperative in the page.
    private func row(_ page: String, _ id: Int64) -> String? {
        page.components(separatedBy: "<tr>").first { $0.contains("href=\"/cooperatives/\(id)?as_of=") }
    }

    @Test(
        "are those that stand still, had no revenue or too few members, with since when, and only grounds that data show"
    )
    func candidates() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        // Of the sample 7 are suspended and 4 have stopped.
        #expect(try await site.listed("/dissolution-candidates?as_of=2024-06-30", as: token) == 11)
        let others = try await site.database.read { db in
            try db.all(
                """
                SELECT c.id FROM registry_cooperative c JOIN registry_cooperative_status s ON s.cooperative_id = c.id
                WHERE s.status = 'active' AND c.established < '2020-01-01' ORDER BY c.id
                """
            ) { try $0[0] as Int64 }
        }
        let (still, back, poor, silent, few) = (others[0], others[1], others[2], others[3], others[4])
        // Suspended, then stopped: without a break since the first. One that works again is none.
        try await status(site, still, "2025-02-01", .suspended)
        try await status(site, still, "2025-09-01", .stopped)
        try await status(site, back, "2025-02-01", .stopped)
        try await status(site, back, "2025-09-01", .active)
        // Without revenue in the last two returns; of the year 2021 the return is missing. What is not reported is not 0.
        for (year, amount) in [(2020, 0), (2022, 0), (2023, 0)] as [(Year, Money)] {
            try await revenue(site, poor, year, amount)
        }
        try await revenue(site, silent, 2022, 0)
        try await revenue(site, silent, 2023, nil)
        try await site.database.write { db in
            var headcount = Headcount()
            headcount.cooperative = Identifier(few)
            headcount.validFrom = "2024-08-01"
            headcount.members = 4
            try db.insert(headcount, by: Self.act)
        }
        try await site.store(silent, 2021, nil, .noRevenue)
        try await site.store(silent, 2022, .fair)
        let page = try await site.get("/dissolution-candidates?as_of=2026-02-01", as: token).text
        let first = try #require(row(page, still))
        #expect(first.contains("Ngừng hoạt động từ 01/02/2025 (theo sổ bộ)"))
        #expect(
            first.contains("Chưa đủ thời gian đến hết 01/02/2026") && first.contains("/dissolution-proposals/new\""))
        #expect(row(page, back) == nil && row(page, silent) == nil)
        let second = try #require(row(page, poor))
        #expect(
            second.contains("Báo cáo năm không có doanh thu: 2022–2023") && second.contains("chưa có căn cứ từ số liệu")
        )
        let third = try #require(row(page, few))
        #expect(third.contains("Chỉ có 4 thành viên từ 01/08/2024"))
        #expect(third.contains("Không đủ số thành viên tối thiểu 12 tháng liền (Luật HTX 2023, Điều 96–103)"))
        #expect(third.contains("/dissolution-proposals/new?ground=below_minimum"))
        #expect(page.contains("có hiệu lực từ ngày 01/07/2024"))
        let later = try await site.get("/dissolution-candidates?as_of=2026-02-02", as: token).text
        let ripe = try #require(row(later, still))
        #expect(ripe.contains("Ngừng hoạt động quá 12 tháng mà không thông báo (Luật HTX 2023"))
        #expect(ripe.contains("/dissolution-proposals/new?ground=stopped"))
        #expect(!(try await site.get("/dissolution-candidates?lang=en", as: token).text.contains("⟦")))
    }

    @Test("are those that were not assessed for that, within a unit and one's own reach") func notAssessed()
        async throws
    {
        let site = try await WholeSite.graded()
        let token = try await site.signIn("department_officer")
        // 13 stopped or suspended and 11 without revenue; of Bắc Tân Uyên 3 and 3.
        #expect(try await site.listed("/dissolution-candidates?as_of=2024-06-30", as: token) == 24)
        #expect(try await site.listed("/dissolution-candidates?as_of=2024-06-30&unit=726", as: token) == 6)
        let page = try await site.get("/dissolution-candidates?as_of=2024-06-30", as: token).text
        #expect(page.contains("Chưa đánh giá vì Chưa có doanh thu: 2023"))
        let officer = try await site.signIn("unit_officer")
        let own = try await site.get("/dissolution-candidates", as: officer).text
        for match in own.matches(of: /href="\/cooperatives\/(\d+)"/) {
            #expect(try await site.get("/cooperatives/\(match.1)", as: officer).status == 200)
        }
        #expect(!own.contains("dissolution-proposals/new"))
        for role in ["member", "association_officer"] {
            #expect(try await site.get("/dissolution-candidates", as: site.signIn(role)).status == 403)
        }
    }

    @Test("are proposed once, and go step by step to the end; each step is told and none is skipped") func steps()
        async throws
    {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let address = "/cooperatives/\(site.own)/dissolution-proposals"
        let form = "ground=stopped&explanation=b%E1%BB%8F%20kh%C3%B4ng&proposed_on=01/02/2024"
        let blank = try await site.get("\(address)/new?ground=no_meeting", as: token).text
        #expect(blank.contains("value=\"no_meeting\" selected"))
        let made = try await site.ask(.post, address, as: token, form: form)
        #expect(made.status == 303)
        let path = try #require(made.headers[.location].map { String($0.prefix { $0 != "?" }) })
        let twice = try await site.ask(.post, address, as: token, form: form)
        #expect(twice.status == 422 && twice.text.contains("đang có một đề nghị giải thể chưa kết thúc"))
        let other = DissolutionProposal.other(of: site.own)
        await #expect(throws: Failure.self) { try await site.database.write { _ = try $0.insert(other, by: Self.act) } }
        func step(_ name: String, _ form: String, _ version: Int) async throws -> (Int, String) {
            let answer = try await site.ask(.post, "\(path)/\(name)", as: token, form: "\(form)&version=\(version)")
            return (answer.status, answer.text)
        }
        let skipped = try await step("advance", "step=filed&step_on=01/03/2024", 1)
        #expect(skipped.0 == 422 && skipped.1.contains("Các bước phải theo thứ tự."))
        let early = try await step("advance", "step=notified&step_on=31/01/2024", 1)
        #expect(early.0 == 422 && early.1.contains("không được trước ngày 01/02/2024"))
        #expect(try await step("advance", "step=notified&step_on=01/01/2090", 1).0 == 422)
        let undated = try await step("advance", "step=notified&step_on=x", 1)
        #expect(undated.0 == 422 && undated.1.contains("Hãy ghi ngày của bước"))
        #expect(try await step("advance", "step=notified&step_on=05/02/2024", 7).0 == 409)
        #expect(try await step("advance", "step=notified&step_on=05/02/2024", 1).0 == 303)
        #expect(
            try await site.listed("/dissolution-proposals?step=notified&ground=stopped&as_of=2024-03-01", as: token)
                == 1)
        #expect(
            try await site.get("/cooperatives/\(site.own)", as: token).text.contains("Đã thông báo cho HTX, 05/02/2024")
        )
        // The words may be mended on the way, the day of the proposal not put after the step.
        let late = form.replacing("01/02", with: "06/02")
        #expect(try await site.ask(.post, "\(address)/1", as: token, form: late + "&version=2").status == 422)
        var version = 2
        for (name, day) in [
            ("resolved_by_meeting", "01/03"), ("debts_settled", "01/04"), ("filed", "03/04"), ("dissolved", "10/04"),
        ] {
            #expect(try await step("advance", "step=\(name)&step_on=\(day)/2024", version).0 == 303, "\(name)")
            version += 1
        }
        let history = try await site.database.read { try Change.list(of: "dissolution_proposal", 1, in: $0) }
        #expect(history.map(\.action) == [.ended, .changed, .changed, .changed, .changed, .added])
        let page = try await site.get(path, as: token).text
        #expect(
            page.contains("statuses/new?status=dissolved&amp;valid_from=10%2F04%2F2024")
                && !page.contains("\(path)/advance"))
        let over = try await site.ask(.post, "\(address)/1", as: token, form: form + "&version=6")
        #expect(over.status == 422 && over.text.contains("đã giải thể xong"))
        #expect(try await step("withdraw", "reason=a&step_on=11/04/2024", version).0 == 422)
        // Once it is over another can be made; this one is given up, and why is told.
        #expect(try await site.ask(.post, address, as: token, form: form).status == 303)
        let second = "/dissolution-proposals/2/withdraw"
        let unsaid = try await site.ask(.post, second, as: token, form: "step_on=01/03/2024&version=1")
        #expect(unsaid.status == 422 && unsaid.text.contains("Hãy ghi lý do rút đề nghị."))
        let said = try await site.ask(
            .post, second, as: token, form: "step_on=01/03/2024&version=1&reason=h%E1%BB%8Dp%20l%E1%BA%A1i")
        #expect(said.status == 303)
        let reasons = try await site.database.read {
            try Change.list(of: "dissolution_proposal", 2, in: $0).map(\.reason)
        }
        #expect(reasons == ["họp lại", nil])
    }

    @Test("are proposed and moved on by nobody but who may edit, and read by those within whose reach they lie")
    func permissions() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let form = "ground=stopped&explanation=b&proposed_on=01/02/2024"
        let address = "/cooperatives/\(site.foreign)/dissolution-proposals"
        #expect(try await site.ask(.post, address, as: token, form: form).status == 303)
        for role in ["unit_officer", "cooperative_director", "auditor", "approving_leader"] {
            let other = try await site.signIn(role)
            #expect(try await site.ask(.post, address, as: other, form: form).status == 403, "\(role)")
            for step in ["advance", "withdraw"] {
                let answer = try await site.ask(
                    .post, "/dissolution-proposals/1/\(step)", as: other,
                    form: "step=notified&step_on=05/02/2024&reason=a&version=1")
                #expect(answer.status == 403, "\(role)")
            }
            let isFar = role == "unit_officer" || role == "cooperative_director"
            #expect(try await site.get("/dissolution-proposals/1", as: other).status == (isFar ? 404 : 200), "\(role)")
            #expect(try await site.listed("/dissolution-proposals", as: other) == (isFar ? 0 : 1), "\(role)")
        }
        let stored = try await site.database.read { try DissolutionProposal.list(where: "1 = 1", in: $0) }
        #expect(stored.map(\.step) == [.proposed])
    }

    @Test("are found alike on both engines, and a second open proposal is refused by both", arguments: TestEngine.all)
    func engines(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            try await site.database.write { db in
                var fact = CooperativeStatus()
                fact.cooperative = Identifier(site.inside)
                fact.validFrom = "2024-01-01"
                fact.status = .stopped
                try db.insert(fact, by: Self.act)
                try db.insert(DissolutionProposal.other(of: site.outside), by: Self.act)
            }
            let session = try await site.session("auditor")
            for path in ["/dissolution-candidates", "/dissolution-proposals", "/advice-plans?state=open"] {
                let answer = try await site.ask(.get, path, nil, nil, [.cookie: "session=\(session)"])
                #expect(answer.status == 200)
                if path == "/dissolution-candidates" {
                    #expect(answer.text.contains("HTX Trong") && !answer.text.contains("HTX Ngoài"))
                }
            }
            let other = DissolutionProposal.other(of: site.outside)
            await #expect(throws: Failure.self) {
                try await site.database.write { _ = try $0.insert(other, by: Self.act) }
            }
        }
    }
}

extension DissolutionProposal {
    fileprivate static func other(of cooperative: Int64) -> DissolutionProposal {
        var proposal = DissolutionProposal()
        proposal.cooperative = Identifier(cooperative)
        proposal.explanation = "a"
        proposal.proposedOn = "2024-01-01"
        return proposal
    }
}
