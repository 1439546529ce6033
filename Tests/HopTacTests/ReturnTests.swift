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

@Suite("Annual returns") struct ReturnTests {
    private func imported(_ program: Program, _ year: Int) async throws -> Program.Ending {
        try await program(
            "import", "\(Program.examples)/returns-\(year).xlsx", "--type", "annual_return", "--apply")
    }

    @Test("come in from the workbooks of two years: losses, text numbers, respelt names, first-time reporters")
    func workbooks() async throws {
        try await Program.with(isFilled: true) { program in
            #expect(try await imported(program, 2023).output.contains("thêm mới 52, cập nhật 0"))
            let second = try await imported(program, 2024)
            #expect(
                second.output.contains("thêm mới 57, cập nhật 0, không đổi 0, bỏ qua 2, chờ xác nhận 0, không nhập 0"))
            #expect(second.output.contains("reference.spelt-otherwise"))
            #expect(try await imported(program, 2023).output.contains("thêm mới 0, cập nhật 0, không đổi 52"))
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            let sums = try await database.read { db in
                try db.all(
                    """
                    SELECT year, count(*), sum(revenue_vnd) / 1000000, sum(profit_vnd) / 1000000, sum(cost_vnd) / 1000000,
                    sum(production_value_vnd) / 1000000, sum(area_m2), sum(workers), sum(debts_vnd) / 1000000,
                    sum(revenue_contracts_vnd) / 1000000, count(revenue_planned_vnd)
                    FROM assessment_return GROUP BY year ORDER BY year
                    """
                ) { row in try (0..<11).map { try row[$0] as Int64 } }
            }
            // The totals of the files in million đồng; of 2024 that of the 52 and of the five on the second sheet.
            let first = [2023, 52, 214_000, 31_006, 182_994, 254_335, 21_903_000, 821, 39_330, 44_087, 0]
            let both = [2024, 57, 235_672, 29_765, 205_907, 283_181, 23_752_000, 896, 41_220, 53_910, 0]
            #expect(sums.map { $0.map(Int.init) } == [first, both])
            // Each belongs to the cooperative that the true values name, though three names are spelt otherwise.
            let truth = try String(
                contentsOfFile: "\(Program.examples)/clean/returns_2024.csv", encoding: .utf8
            ).split(whereSeparator: \.isNewline).dropFirst().map { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return "\(cells[1]) \(cells[5])"
            }
            let stored = try await database.read { db in
                try db.all(
                    """
                    SELECT c.tax_code, r.revenue_vnd FROM assessment_return r
                    JOIN registry_cooperative c ON c.id = r.cooperative_id WHERE r.year = 2024
                    """
                ) { "\(try $0[0] as String) \((try $0[1] as Int64) / 1_000_000)" }
            }
            #expect(Set(stored) == Set(truth))
            await database.close()
        }
    }

    private func draft(_ site: WholeSite, _ token: String, _ form: String) async throws -> (Int, String) {
        let answer = try await site.ask(.post, "/cooperatives/\(site.own)/returns", as: token, form: form)
        let page = answer.headers[.location].map { String($0.prefix { $0 != "?" }) }
        return (answer.status, page ?? answer.text)
    }

    private func version(_ site: WholeSite) async throws -> Int {
        try await site.database.read { db in try db.one("SELECT version FROM assessment_return") { try $0[0] } }
    }

    private func state(_ site: WholeSite) async throws -> String {
        try await site.database.read { db in try db.one("SELECT state FROM assessment_return") { try $0[0] } }
    }

    @Test("go from the accountant's draft to the director, the commune and the department, and back when asked")
    func flow() async throws {
        let site = try await WholeSite()
        let (accountant, director) = (
            try await site.signIn("cooperative_accountant"), try await site.signIn("cooperative_director")
        )
        let (commune, department) = (
            try await site.signIn("unit_officer"), try await site.signIn("department_officer")
        )
        let year = WallClock.system.today().year - 1
        // What the register knows is proposed, and last year's figures are not.
        let blank = try await site.get("/cooperatives/\(site.own)/returns/new", as: accountant).text
        #expect(blank.contains("value=\"\(year)\"") && blank.contains("name=\"members_end\""))
        let (status, path) = try await draft(
            site, accountant, "year=\(year)&revenue=1000000000&cost=900000000&profit=150000000")
        #expect(status == 303 && path.hasPrefix("/returns/"))
        func step(_ name: String, _ token: String, _ more: String = "") async throws -> WholeSite.Answer {
            try await site.ask(
                .post, "\(path)/\(name)", as: token, form: "version=\(try await version(site))\(more)")
        }
        // Profit is not revenue less cost: asked, and kept until it is explained or put right.
        let page = try await site.get(path, as: accountant).text
        #expect(page.contains("khác doanh thu trừ chi phí (100 triệu đồng)"))
        let unexplained = try await step("submit", accountant)
        #expect(unexplained.status == 422 && unexplained.text.contains("cần giải trình trước khi nộp"))
        let edit = "/cooperatives/\(site.own)\(path)"
        let fixed = try await site.ask(
            .post, edit, as: accountant,
            form: "version=\(try await version(site))&year=\(year)&revenue=1000000000&cost=900000000&profit=100000000")
        #expect(fixed.status == 303)
        #expect(try await step("submit", director).status == 303)
        #expect(try await state(site) == "submitted")
        // After that it is closed to the cooperative, by page and API, and open to the office.
        let late = try await site.ask(
            .post, edit, as: director, form: "version=\(try await version(site))&year=\(year)&revenue=2000000000")
        #expect(late.status == 422 && late.text.contains("Báo cáo đã nộp nên không sửa được"))
        #expect(try await step("accept", director).status == 403)
        #expect(try await step("send-back", commune).status == 422)
        #expect(try await step("send-back", commune, "&remarks=Thi%E1%BA%BFu%20chi%20ph%C3%AD").status == 303)
        #expect(try await site.get(path, as: accountant).text.contains("Thiếu chi phí"))
        #expect(try await step("submit", director).status == 303)
        #expect(try await step("accept", department).status == 303)
        #expect(try await step("accept", department).status == 422)
        #expect(try await step("correct", commune, "&remarks=sai").status == 303)
        #expect(try await state(site) == "returned")
        let history = try await site.database.read { try Change.list(of: "annual_return", 1, in: $0) }
        #expect(
            history.map(\.action) == [
                .corrected, .changed, .changed, .corrected, .changed, .changed, .added,
            ])
        // Whoever may edit brings back figures from the history, and never that a return was accepted.
        let accepted = try #require(history.first { $0.after?.contains("accepted_on") ?? false })
        let back = try await site.ask(
            .post, "/cooperatives/\(site.own)/history/\(accepted.id)", as: director,
            form: "reason=th%E1%BB%AD&version=\(try await version(site))")
        #expect(back.status == 422)
        #expect(try await state(site) == "returned")
        // Two who act on one state: the second is told.
        let stale = try await site.ask(.post, "\(path)/submit", as: director, form: "version=1")
        #expect(stale.status == 409)
    }

    @Test("are their own cooperative's alone, and those of offices within their units") func foreign() async throws {
        let site = try await WholeSite()
        let department = try await site.signIn("department_officer")
        let answer = try await site.ask(
            .post, "/cooperatives/\(site.foreign)/returns", as: department, form: "year=2024&revenue=5")
        let path = try #require(answer.headers[.location].map { String($0.prefix { $0 != "?" }) })
        for role in ["cooperative_director", "cooperative_accountant", "unit_officer"] {
            let token = try await site.signIn(role)
            #expect(try await site.get(path, as: token).status == 404)
            #expect(try await site.get("/cooperatives/\(site.foreign)/returns/1/edit", as: token).status == 404)
            #expect(try await site.ask(.post, "\(path)/submit", as: token, form: "version=1").status == 404)
            let new = try await site.ask(
                .post, "/cooperatives/\(site.foreign)/returns", as: token, form: "year=2023&revenue=5")
            #expect(new.status == 404)
            #expect(!(try await site.get("/returns", as: token).text.contains("href=\"\(path)\"")))
        }
        #expect(try await site.database.read { try AnnualReturn.list(where: "1 = 1", in: $0).count } == 1)
    }

    @Test("are closed by the round's lock, but for whom it was extended; and counted as due, in time and missing")
    func rounds() async throws {
        let site = try await WholeSite()
        let department = try await site.signIn("department_officer")
        let director = try await site.signIn("cooperative_director")
        let today = WallClock.system.today()
        let year = today.year - 1
        let early = try await site.ask(
            .post, "/return-rounds", as: department, form: "year=\(year)&due_on=01/06/\(year)")
        #expect(early.status == 422 && early.text.contains("Hạn nộp phải sau khi hết năm báo cáo."))
        let round = try await site.ask(
            .post, "/return-rounds", as: department,
            form: "year=\(year)&due_on=01/01/\(year + 1)&locked_on=02/01/\(year + 1)")
        #expect(round.status == 303)
        #expect(try await site.get(round.headers[.location] ?? "", as: department).status == 200)
        let (status, text) = try await draft(site, director, "year=\(year)&revenue=5")
        #expect(status == 422 && text.contains("đã khóa sổ"))
        let extended = try await site.ask(
            .post, "/cooperatives/\(site.own)/extensions", as: department,
            form: "year=\(year)&until_on=\(today.day)/\(today.month)/\(today.year)&reason=l%C5%A9%20l%E1%BB%A5t")
        #expect(extended.status == 303)
        let (again, path) = try await draft(site, director, "year=\(year)&revenue=5")
        #expect(again == 303)
        #expect(try await site.ask(.post, "\(path)/submit", as: director, form: "version=1").status == 303)
        let front = try await site.get("/", as: department).text
        #expect(front.contains("Báo cáo năm \(year)"))
        // 84 of the sample were there at the end of the year; one has reported, late.
        let counts = try await site.database.read { db in
            let viewer = Viewer.system(today: today, rules: Wiring.scopes)
            let report = try SituationReport(
                asOf: today, sections: Wiring.sections, gazetteer: Gazetteer(db), for: viewer, in: db)
            return ["expected", "received", "in_time", "accepted", "missing"].map {
                report["returns.\($0)"]?.tally.members
            }
        }
        #expect(counts == [84, 1, 0, 0, 83])
        let missing = try await site.get("/cooperatives.csv?figure=returns.missing", as: department).text
        #expect(missing.split(separator: "\r\n").count == 84)
        // Whoever was dissolved before it was due has nothing to report.
        try await site.database.write { db in
            var status = CooperativeStatus()
            status.cooperative = Identifier(site.foreign)
            status.validFrom = Day(year: year, month: 3, day: 1) ?? today
            status.status = .dissolved
            try db.insert(status, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let fewer = try await site.get("/cooperatives.csv?figure=returns.missing", as: department).text
        #expect(fewer.split(separator: "\r\n").count == 83)
    }

    @Test("are scored by the shipped instruments, which refuse to grade until an official has completed them")
    func instruments() async throws {
        let site = try await WholeSite()
        let department = try await site.signIn("department_officer")
        let (status, path) = try await draft(
            site, department,
            "year=2023&revenue=5000000000&revenue_planned=4000000000&profit_after_tax=50000000&members_end=10")
        #expect(status == 303)
        let page = try await site.get("/instruments", as: department).text
        let link = try #require(page.firstMatch(of: /href="(\/instruments\/\d+)">09\/2017\/TT-BNNPTNT/))
        let instrument = String(link.1)
        let table = try await site.get(instrument, as: department).text
        #expect(table.contains("còn 11 chỗ chưa biết") && table.contains("C3: chưa biết điểm tối đa."))
        #expect(table.contains("từ 1.000 tr. đồng dưới 5.000 tr. đồng") && table.contains("từ 100 % dưới 120 %"))
        let score = "\(path)/scores/\(instrument.split(separator: "/")[1])"
        let scored = try await site.get(score, as: department).text
        #expect(scored.contains("Không xếp loại: bộ tiêu chí 09/2017/TT-BNNPTNT còn 11 chỗ chưa biết"))
        #expect(scored.contains("8/8") && scored.contains("7/10") && scored.contains("chưa xác định"))
        #expect(scored.contains("thêm 5.000 tr. đồng: +2 điểm"))
        // Completed with made-up steps, marked so, under a name of its own, it grades.
        let yaml = """
            code: 09/2017 (giả định)
            max_total: 8
            criteria: [{id: C1, name: giả định, max: 8, items: [{id: C1.1, name: a, max: 8, formula: revenue / revenue_planned,
              bands: [{below: 1.2, points: 0}, {from: 1.2, points: 8}]}]}]
            grades: [{grade: good, from: 8}, {grade: weak, from: 0}]
            """
        func sent(_ name: String, _ text: String) throws -> String {
            let value = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let named = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            return "name=\(named)&title=b&text=\(value)"
        }
        let other = try await site.ask(.post, "/instruments", as: department, form: try sent("khác", yaml))
        #expect(other.status == 422 && other.text.contains("hồ sơ ghi là khác"))
        let broken = try await site.ask(
            .post, "/instruments", as: department,
            form: try sent("09/2017 (giả định)", yaml.replacing("revenue_planned", with: "revenue_plan")))
        #expect(broken.status == 422 && broken.text.contains("sai ở ký tự thứ 11: không có số liệu tên revenue_plan"))
        let made = try await site.ask(
            .post, "/instruments", as: department, form: try sent("09/2017 (giả định)", yaml))
        #expect(made.status == 303)
        let address = try #require(made.headers[.location]?.prefix { $0 != "?" })
        let graded = try await site.get("\(path)/scores/\(address.split(separator: "/")[1])", as: department).text
        #expect(graded.contains("<b>Tốt</b> · 8 điểm"))
        // Who only reports cannot change how it is scored.
        for role in ["cooperative_director", "unit_officer", "auditor"] {
            let token = try await site.signIn(role)
            #expect(try await site.ask(.post, "/instruments", as: token, form: "").status == 403)
        }
    }
}
