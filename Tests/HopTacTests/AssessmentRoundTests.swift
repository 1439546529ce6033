import Access
import Assessment
import Documents
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

/// A round of last year with the training instrument, and the return of one cooperative, accepted.
private struct OpenedRound {
    let site: WholeSite
    let year = WallClock.system.today().year - 1
    let round: Int64
    /// The case of the cooperative with a return.
    let own: String
    let (director, commune, department, leader): (String, String, String, String)

    init() async throws {
        let site = try await WholeSite()
        self.site = site
        director = try await site.signIn("cooperative_director")
        commune = try await site.signIn("unit_officer")
        department = try await site.signIn("department_officer")
        leader = try await site.signIn("approving_leader")
        let year = year
        let act = Act(at: WallClock.system.now(), origin: "cli")
        (round, own) = try await site.database.write { db in
            for (year, revenue) in [(year - 1, 4_000_000_000), (year, 5_000_000_000)] as [(Int, Int64)] {
                var record = AnnualReturn()
                record.cooperative = Identifier(site.own)
                record.year = Year(year)
                record.revenue = Money(vnd: revenue)
                record.profit = Money(vnd: 500_000_000)
                record.revenueContracts = Money(vnd: 1_250_000_000)
                record.isSanctioned = false
                record.explanation = "thử"
                let stored = try db.insert(record, by: act)
                try stored.submit(onBehalf: true, by: act, in: db).accept(by: act, in: db)
            }
            var round = AssessmentRound()
            round.year = Year(year)
            round.instrument = try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") { try $0[0] }
            round.selfDueOn = Day(year: year + 1, month: 2, day: 28) ?? .unset
            round.reviewDueOn = Day(year: year + 1, month: 3, day: 31) ?? .unset
            round.checkDueOn = Day(year: year + 1, month: 4, day: 30) ?? .unset
            let opened = try db.insert(round, by: act).open(by: act, in: db)
            let number: Int64 = try db.one(
                "SELECT id FROM assessment_case WHERE cooperative_id = \(site.own) AND round_id = \(opened.id)"
            ) { try $0[0] }
            return (opened.id.number, "/assessment-cases/\(number)")
        }
    }

    var one: AssessmentCase {
        get async throws {
            let id = Int64(own.split(separator: "/")[1]) ?? 0
            return try await site.database.read { try AssessmentCase.find(Identifier(id), in: $0) }
        }
    }

    func step(_ name: String, _ token: String, _ form: String = "") async throws -> WholeSite.Answer {
        try await site.ask(.post, "\(own)/\(name)", as: token, form: "version=\(try await one.version)&\(form)")
    }

    static let agreed =
        "&board_agreed_on=05/01/\(WallClock.system.today().year)&supervisors_agreed_on=06/01/\(WallClock.system.today().year)"

    /// The cooperative's case through every level to the department's grade: 20 + 20 + 5 + 10 + 5 + 12,5.
    func checked() async throws {
        #expect(
            try await step("self", director, "answer.T2.2=late&answer.T2.3=12,5&complete=1\(Self.agreed)").status == 303
        )
        #expect(try await step("review", commune, "complete=1").status == 303)
        #expect(try await step("check", department, "complete=1").status == 303)
    }

    /// Everything else is left out, so that the areas are done.
    func leaveOutTheOthers() async throws {
        let own = try await one
        try await site.database.write { db in
            let act = Act(at: WallClock.system.now(), origin: "cli")
            for other in try AssessmentCase.list(where: "state <> 'excluded' AND id <> \(own.id)", in: db) {
                try other.exclude(.other, "thử", by: act, in: db)
            }
        }
    }

    func area(_ step: String, _ code: String, _ token: String) async throws -> WholeSite.Answer {
        try await site.ask(.post, "/assessment-rounds/\(round)/areas/\(code)/\(step)", as: token, form: "")
    }

    /// All communes by somebody with their right, then the province.
    func approveAll() async throws {
        let today = WallClock.system.today()
        let round = round
        let communes = try await site.database.read { db in
            try db.all(
                """
                SELECT DISTINCT p.commune_code FROM assessment_case k
                JOIN registry_cooperative c ON c.id = k.cooperative_id
                JOIN registry_unit_span p ON p.unit_id = c.unit_id AND p.from_day <= \(today) AND p.to_day > \(today)
                WHERE k.round_id = \(round) AND p.commune_code IS NOT NULL
                """
            ) { try $0[0] as String }
        }
        for code in communes {
            let answer = try await area("approve", code, department)
            #expect(answer.status == 303, "\(code): \(answer.text)")
        }
        #expect(try await area("approve", "79", department).status == 303)
    }

    func file(_ address: String, of token: String? = nil) async throws -> [UInt8] {
        let answer = try await site.get(
            address.hasSuffix(".docx") ? address : "\(address)/document.docx", as: token ?? leader)
        #expect(answer.status == 200)
        return answer.bytes
    }

    func draft() async throws -> String {
        let page = try await site.get("/assessment-rounds/\(round)/decisions/new", as: department).text
        #expect(page.contains("CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"))
        let form = [
            "title": "Về việc công nhận", "issuer": "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH", "authority": "CHỦ TỊCH",
            "symbol": "QĐ-UBND", "place": "Thành phố Hồ Chí Minh", "grounds": "Căn cứ A;\nCăn cứ B.",
            "recipients": "Sở Tư pháp;", "signer_title": "CHỦ TỊCH", "signer": "Nguyễn Văn A",
        ].map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(
            separator: "&")
        let made = try await site.ask(
            .post, "/assessment-rounds/\(round)/decisions", as: department, form: form)
        #expect(made.status == 303, "\(made.text)")
        return String(try #require(made.headers[.location]).prefix { $0 != "?" })
    }

    func sign(_ decision: String, _ token: String, number: String = "5", version: Int = 1) async throws
        -> WholeSite.Answer
    {
        let today = WallClock.system.today()
        return try await site.ask(
            .post, "\(decision)/sign", as: token,
            form: "version=\(version)&number=\(number)&signed_on=\(today.day)/\(today.month)/\(today.year)")
    }
}

@Suite("An assessment round") struct AssessmentRoundTests {
    @Test("goes from self-assessment over commune and department to a signed decision that stays as it was")
    func flow() async throws {
        let round = try await OpenedRound()
        let site = round.site
        // Scored from the return: 20 + 20 + a quarter of 20 + 10; two items wait for answers.
        let page = try await site.get(round.own, as: round.director).text
        #expect(page.contains("55 (chưa đủ)") && page.contains("Đại hội thành viên thường niên"))
        let early = try await round.step("self", round.director, "answer.T2.2=late&complete=1\(OpenedRound.agreed)")
        #expect(early.status == 422 && early.text.contains("Chưa trả lời các mục T2.3."))
        let lost = try await round.step("self", round.director, "answer.T2.2=late&answer.T2.3=20,5")
        #expect(lost.status == 422 && lost.text.contains("value=\"20,5\""), "nothing typed is lost")
        #expect(try await round.step("self", round.director, "answer.T2.2=late&answer.T2.3=12,5").status == 303)
        let unsigned = try await round.step("self", round.director, "answer.T2.2=late&answer.T2.3=12,5&complete=1")
        #expect(unsigned.status == 422 && unsigned.text.contains("Cần ngày hội đồng quản trị"))
        let kept = try await site.get(round.own, as: round.director).text
        #expect(kept.contains("72,5") && kept.contains("Còn thiếu 7,5 điểm để lên loại tốt"))
        let done = "answer.T2.2=late&answer.T2.3=12,5&complete=1\(OpenedRound.agreed)"
        #expect(try await round.step("self", round.director, done).status == 303)
        // From now on it is the commune's.
        #expect(try await round.step("self", round.director, done).status == 422)
        #expect(try await round.step("review", round.director, "complete=1").status == 403)
        #expect(try await round.step("check", round.department, "complete=1").status == 422)
        let mute = try await round.step("review", round.commune, "points.T2.3=10&complete=1")
        #expect(mute.status == 422 && mute.text.contains("Mục T2.3: chấm khác với bước trước thì phải ghi lý do."))
        let foreign = try await round.step("review", round.commune, "points.T2.2=7&why.T2.2=a&complete=1")
        #expect(foreign.status == 422 && foreign.text.contains("không có trong thang điểm"))
        #expect(
            try await round.step("return-to-cooperative", round.commune, "words-return-to-cooperative=xem+l%E1%BA%A1i")
                .status == 303)
        #expect(try await site.get(round.own, as: round.director).text.contains("xem lại"))
        #expect(try await round.step("self", round.director, done).status == 303)
        #expect(
            try await round.step("review", round.commune, "points.T2.3=10&why.T2.3=phi%E1%BA%BFu&complete=1").status
                == 303)
        #expect(try await round.step("check", round.department, "complete=1").status == 303)
        var one = try await round.one
        #expect(one.state == .checked && one.points == Hundredths(7000) && one.grade == .fair)
        let checked = try await site.get(round.own, as: round.leader).text
        #expect(checked.contains("phiếu") && checked.contains("12,5") && checked.contains("<b>Khá</b> · 70 điểm"))
        // Areas from below; a decision only over approved ones.
        try await round.leaveOutTheOthers()
        let decision = try await round.draft()
        let unapproved = try await round.sign(decision, round.leader)
        #expect(unapproved.status == 422 && unapproved.text.contains("địa bàn 79 chưa được duyệt"))
        let above = try await round.area("approve", "79", round.department)
        #expect(above.status == 422 && above.text.contains("địa bàn cấp dưới chưa duyệt"))
        #expect(try await round.area("approve", "25906", round.director).status == 403)
        #expect(try await round.area("approve", "25906", round.commune).status == 303)
        // Locked, and taken back from above only.
        let locked = try await round.step("return-to-commune", round.department, "words-return-to-commune=a")
        #expect(locked.status == 422)
        #expect(try await round.area("withdraw", "25906", round.commune).status == 403)
        #expect(try await round.area("withdraw", "25906", round.department).status == 303)
        try await round.approveAll()
        let under = try await round.area("withdraw", "25906", round.department)
        #expect(under.status == 422 && under.text.contains("phải bỏ duyệt từ trên xuống"))
        #expect(try await round.area("withdraw", "79", round.department).status == 403)
        #expect(try await round.step("check-again", round.department, "words-check-again=a").status == 422)
        // Signed.
        for bad in ["", "0", "1a"] {
            #expect(try await round.sign(decision, round.leader, number: bad).status == 422)
        }
        #expect(try await round.sign(decision, round.department).status == 403)
        #expect(try await round.sign(decision, round.leader, version: 9).status == 409)
        let preview = try await site.get("\(decision)/document.docx", as: round.leader)
        #expect(preview.status == 200)
        #expect(try await site.get(decision, as: round.director).status == 404, "a draft is for those who prepare it")
        #expect(try await round.sign(decision, round.leader).status == 303)
        #expect(try await site.get(decision, as: round.director).text.contains("05/QĐ-UBND"))
        #expect(try await round.sign(decision, round.leader, number: "6", version: 2).status == 422)
        one = try await round.one
        #expect(one.state == .decided)
        let (outcome, graded) = try await site.database.read { db in
            (
                try Outcome.first(where: "cooperative_id = \(site.own) AND year = \(round.year)", in: db),
                try db.one("SELECT count(*) FROM assessment_outcome WHERE year = \(round.year) AND grade IS NOT NULL") {
                    try $0[0] as Int
                }
            )
        }
        #expect(outcome?.grade == .fair && outcome?.points == Hundredths(7000) && graded == 1)
        #expect(outcome?.decisionNumber == "05/QĐ-UBND" && outcome?.instrument == "BÀI TẬP")
        // What was signed stays: neither the outcome nor the document changes when the cooperative is renamed.
        let signed = try await round.file(decision)
        try await site.database.write { db in
            try db.run("UPDATE registry_cooperative SET name = 'HTX Tên Khác' WHERE id = \(site.own)")
        }
        #expect(try await round.file(decision) == signed)
        #expect(try await site.get("\(decision)/document.docx", as: round.director).status == 200)
        let edit = try await site.ask(
            .post, "/cooperatives/\(site.own)/outcomes/\(outcome?.id.number ?? 0)", as: round.department,
            form: "version=1&year=\(round.year)&grade=good")
        #expect(edit.status == 422 && edit.text.contains("do một quyết định đã ký"))
        let number = one.id.number
        let states = try await site.database.read { db in
            try Change.list(of: "assessment_case", number, in: db).count
        }
        #expect(states >= 7)
    }

    @Test("lets nobody work on their own cooperative, take two steps of one case, or sign what they have checked")
    func foursEyes() async throws {
        let round = try await OpenedRound()
        let site = round.site
        // Somebody who is officer of the commune and director of the cooperative at once.
        let token = try await site.signIn("unit_officer")
        let account = try await site.access.visitor(token).account?.id
        try await site.database.write { db in
            var holding = Holding()
            holding.account = account ?? 0
            holding.role = try Role.find(code: "cooperative_director", in: db).id
            holding.organisation = OrganisationRef("cooperative", site.own)
            try db.insert(holding, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let done = "answer.T2.2=late&answer.T2.3=12,5&complete=1\(OpenedRound.agreed)"
        #expect(try await round.step("self", token, done).status == 303)
        #expect(try await round.one.isOnBehalf == false)
        #expect(try await round.step("review", token, "complete=1").status == 403)
        // The department may review where the commune cannot; whoever did does not check.
        #expect(try await round.step("review", round.department, "complete=1").status == 303)
        let same = try await round.step("check", round.department, "complete=1")
        #expect(same.status == 403)
        let other = try await site.signIn("department_officer")
        #expect(try await round.step("check", other, "complete=1").status == 303)
        try await round.leaveOutTheOthers()
        try await round.approveAll()
        let decision = try await round.draft()
        let both = try await site.access.visitor(other).account?.id
        try await site.database.write { db in
            var holding = Holding()
            holding.account = both ?? 0
            holding.role = try Role.find(code: "approving_leader", in: db).id
            try db.insert(holding, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        #expect(try await round.sign(decision, other).status == 403)
        #expect(try await round.sign(decision, round.leader).status == 303)
    }

    @Test("is appealed against, decided anew under another number, and taken up again by whoever decides")
    func appeal() async throws {
        let round = try await OpenedRound()
        try await round.checked()
        try await round.leaveOutTheOthers()
        try await round.approveAll()
        #expect(try await round.sign(try await round.draft(), round.leader).status == 303)
        #expect(try await round.step("appeal", round.commune, "words-appeal=a").status == 403)
        #expect(try await round.step("appeal", round.director, "words-appeal=").status == 422)
        #expect(
            try await round.step("appeal", round.director, "words-appeal=%C4%91%E1%BA%A1i%20h%E1%BB%99i").status == 303)
        #expect(try await round.step("check", round.department, "complete=1").status == 422)
        let raised = "points.T2.2=10&why.T2.2=bi%C3%AAn%20b%E1%BA%A3n&answer=ch%E1%BA%A5p%20nh%E1%BA%ADn&complete=1"
        #expect(try await round.step("check", round.department, raised).status == 303)
        #expect(try await round.one.points == Hundredths(7750))
        let second = try await round.draft()
        let taken = try await round.sign(second, round.leader, number: "5")
        #expect(taken.status == 422 && taken.text.contains("Số 5 đã dùng"))
        #expect(try await round.sign(second, round.leader, number: "6").status == 303)
        let outcome = try await round.site.database.read { db in
            try Outcome.first(where: "cooperative_id = \(round.site.own) AND year = \(round.year)", in: db)
        }
        #expect(outcome?.points == Hundredths(7750) && outcome?.decisionNumber == "06/QĐ-UBND")
        #expect(try await round.step("reopen", round.department, "words-reopen=a").status == 403)
        #expect(try await round.step("reopen", round.leader, "words-reopen=sai").status == 303)
        #expect(try await round.one.state == .reviewed)
    }

    @Test("keeps its instrument as it was when it was opened, and grades nobody by one with gaps") func instrument()
        async throws
    {
        let round = try await OpenedRound()
        let site = round.site
        try await site.database.write { db in
            let document = try InstrumentDocument.first(where: "name = 'BÀI TẬP'", in: db)
            var changed = try #require(document)
            changed.text = changed.text.replacing("points: 20", with: "points: 19")
            try db.update(changed, from: try #require(document), by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        try await round.checked()
        #expect(try await round.one.points == Hundredths(7250))
        // The circular as far as it is known: scored, and refused where it would be graded.
        let id: Int64 = try await site.database.read { db in
            try db.one("SELECT id FROM assessment_instrument WHERE name = '09/2017/TT-BNNPTNT'") { try $0[0] }
        }
        let year = round.year
        let form =
            "year=\(year)&instrument=09/2017/TT-BNNPTNT&self_due_on=01/02/\(year + 1)&review_due_on=01/03/\(year + 1)"
        let short = try await site.ask(.post, "/assessment-rounds", as: round.department, form: form)
        #expect(short.status == 422)
        let wrong = try await site.ask(
            .post, "/assessment-rounds", as: round.department, form: "\(form)&check_due_on=01/02/\(year + 1)")
        #expect(wrong.status == 422 && wrong.text.contains("nối tiếp nhau"))
        let made = try await site.ask(
            .post, "/assessment-rounds", as: round.department, form: "\(form)&check_due_on=01/04/\(year + 1)")
        #expect(made.status == 303)
        let address = String(try #require(made.headers[.location]).prefix { $0 != "?" })
        #expect(try await site.ask(.post, "\(address)/open", as: round.department, form: "version=1").status == 303)
        #expect(try await site.ask(.post, "\(address)/open", as: round.department, form: "version=1").status == 409)
        let text = try await site.get(address, as: round.department).text
        #expect(text.contains("còn 11 chỗ chưa biết"))
        let number: Int64 = try await site.database.read { db in
            try db.one(
                """
                SELECT k.id FROM assessment_case k JOIN assessment_grading g ON g.id = k.round_id
                WHERE g.instrument_id = \(id) AND k.cooperative_id = \(site.own)
                """
            ) { try $0[0] }
        }
        let own = "/assessment-cases/\(number)"
        let given = try await site.ask(
            .post, "\(own)/self", as: round.director,
            form: "version=1&answer.C2.1=none&complete=1\(OpenedRound.agreed)")
        #expect(given.status == 303)
        let open = try await site.ask(.post, "\(own)/review", as: round.commune, form: "version=2&complete=1")
        #expect(open.status == 422 && open.text.contains("chưa xác định được điểm của mục C1.1, C1.3, C1.4, C1.5"))
        let set = ["C1.1", "C1.3", "C1.4", "C1.5"].map { "&points.\($0)=0&why.\($0)=s%E1%BB%95" }.joined()
        let reviewed = try await site.ask(
            .post, "\(own)/review", as: round.commune, form: "version=2&complete=1\(set)")
        #expect(reviewed.status == 303)
        let graded = try await site.ask(.post, "\(own)/check", as: round.department, form: "version=3&complete=1")
        #expect(graded.status == 422 && graded.text.contains("còn 11 chỗ chưa biết (C2, C2.1, C3, C4, C5, C6)"))
    }

    @Test("leaves out whom a rule of the instrument excludes, says which and why, and takes them in on grounds")
    func exclusions() async throws {
        let round = try await OpenedRound()
        let site = round.site
        let counts = try await site.database.read { db in
            try db.all("SELECT coalesce(exclusion, state), count(*) FROM assessment_case GROUP BY 1 ORDER BY 1") {
                "\(try $0[0] as String) \(try $0[1] as Int)"
            }
        }
        // 84 of the sample; 13 of them are written down as suspended or stopped.
        #expect(counts.joined(separator: ", ") == Self.expected)
        let page = try await site.get("/assessment-rounds/\(round.round)", as: round.department).text
        #expect(page.contains("/84"))
        let excluded: Int64 = try await site.database.read { db in
            try db.one("SELECT id FROM assessment_case WHERE exclusion = 'stopped' ORDER BY id LIMIT 1") { try $0[0] }
        }
        let one = try await site.get("/assessment-cases/\(excluded)", as: round.department).text
        #expect(one.contains("Không hoạt động vào cuối năm: có"))
        let asked = try await site.ask(
            .post, "/assessment-cases/\(excluded)/include", as: round.department, form: "version=1&words-include=")
        #expect(asked.status == 422)
        let taken = try await site.ask(
            .post, "/assessment-cases/\(excluded)/include", as: round.department,
            form: "version=1&words-include=ho%E1%BA%A1t%20%C4%91%E1%BB%99ng%20l%E1%BA%A1i")
        #expect(taken.status == 303)
        let out = try await site.ask(
            .post, "/assessment-cases/\(excluded)/exclude", as: round.department,
            form: "version=2&exclusion=no_revenue&words-exclude=a")
        #expect(out.status == 303)
        let foreign = try await site.get("/assessment-cases/\(excluded)", as: round.director)
        #expect(foreign.status == 404, "another cooperative's case")
    }
    private static let expected = "self 71, stopped 13"

    @Test("takes its decision from a template that the province can change, and refuses one that cannot be filled")
    func template() async throws {
        let round = try await OpenedRound()
        let site = round.site
        let shipped = try await round.file("/decision-template.docx", of: round.department)
        func send(_ bytes: [UInt8], as token: String) async throws -> WholeSite.Answer {
            let boundary = "x1x2x3"
            let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"mau.docx\"\r\n\r\n"
            let body = Array(head.utf8) + bytes + Array("\r\n--\(boundary)--\r\n".utf8)
            return try await site.send(
                "/decision-template", body, type: "multipart/form-data; boundary=\(boundary)", as: token)
        }
        #expect(try await send(shipped, as: round.leader).status == 403)
        let broken = try await send(Array("PK".utf8), as: round.department)
        #expect(broken.status == 422)
        let other = try await round.site.get("/reports/situation.docx?as_of=2024-06-30", as: round.department)
        #expect(other.status == 200)
        #expect(try await send(shipped, as: round.department).status == 303)
        #expect(try await site.get("/decision-template", as: round.leader).text.contains("mau.docx"))
        let back = try await site.ask(.post, "/decision-template/withdraw", as: round.department, form: "")
        #expect(back.status == 303)
        #expect(try await site.get("/decision-template", as: round.leader).text.contains("kèm theo chương trình"))
    }
}
