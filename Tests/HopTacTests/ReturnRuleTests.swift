import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import Assessment
@testable import HopTac

@Suite("Rules of returns") struct ReturnRuleTests {
    private let year = WallClock.system.today().year - 1

    /// A draft of the site's own cooperative.
    private func draft(_ site: WholeSite, _ token: String, _ figures: String) async throws -> String {
        let answer = try await site.ask(
            .post, "/cooperatives/\(site.own)/returns", as: token, form: "year=\(year)&\(figures)")
        return String(try #require(answer.headers[.location]).prefix { $0 != "?" })
    }

    private func step(_ site: WholeSite, _ path: String, _ name: String, _ token: String) async throws
        -> WholeSite.Answer
    {
        let id: Int64 = try #require(path.split(separator: "/").last.flatMap { Int64($0) })
        let version: Int = try await site.database.read { db in
            try db.one("SELECT version FROM assessment_return WHERE id = \(id)") { try $0[0] }
        }
        return try await site.ask(.post, "\(path)/\(name)", as: token, form: "version=\(version)")
    }

    private func sent(_ fields: [String: String]) throws -> String {
        try fields.map { name, value in
            "\(name)=\(try #require(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)))"
        }.joined(separator: "&")
    }

    private let loss = [
        "code": "no-loss", "field": "profit", "left_side": "profit", "comparison": "at_least", "right_side": "0",
        "importance": "error", "when_missing": "skip", "message_vi": "Lỗ {left} triệu đồng phải có biên bản.",
        "message_en": "A loss of {left} million đồng needs minutes.", "blocks": "1",
    ]

    @Test("come with the program, are kept by the department, and stop what blocks whatever is explained")
    func blocking() async throws {
        let site = try await WholeSite()
        let (director, commune, department) = (
            try await site.signIn("cooperative_director"), try await site.signIn("unit_officer"),
            try await site.signIn("department_officer")
        )
        #expect(try await site.get("/return-rules", as: director).text.contains("profit-above-revenue"))
        let path = try await draft(site, director, "revenue=1000000&profit=-5000000&explanation=l%C5%A9%20l%E1%BB%A5t")
        // Only the department keeps rules.
        for token in [director, commune] {
            #expect(try await site.ask(.post, "/return-rules", as: token, form: sent(loss)).status == 403)
        }
        var wrong = loss
        wrong["right_side"] = "0 + prophet"
        let broken = try await site.ask(.post, "/return-rules", as: department, form: sent(wrong))
        #expect(broken.status == 422 && broken.text.contains("sai ở ký tự thứ 5: không có số liệu tên prophet"))
        wrong["right_side"] = "members_end"
        let units = try await site.ask(.post, "/return-rules", as: department, form: sent(wrong))
        #expect(units.status == 422 && units.text.contains("Hai vế khác đơn vị: vnd và person."))
        #expect(try await site.ask(.post, "/return-rules", as: department, form: sent(loss)).status == 303)
        let blocked = try await step(site, path, "submit", director)
        #expect(blocked.status == 422 && blocked.text.contains("phải sửa trước: Lỗ -5 triệu đồng phải có biên bản."))
        // Said on the page in the reader's language, and beside the field of the form.
        #expect(
            try await site.get("\(path)?lang=en", as: director).text.contains(
                "A loss of -5 million đồng needs minutes."))
        let form = try await site.get("/cooperatives/\(site.own)\(path)/edit", as: director).text
        #expect(form.contains("<p class=\"problem\">Lỗ -5 triệu đồng phải có biên bản.</p>"))
        // Rules are of some years: without this one the explanation is enough.
        let page = try await site.get("/return-rules", as: department).text
        let link = try #require(page.firstMatch(of: /href="\/return-rules\/(\d+)">no-loss/)).1
        func change(_ fields: [String: String], _ version: Int) async throws -> Int {
            let form = loss.merging(fields) { $1 }.merging(["version": "\(version)"]) { $1 }
            return try await site.ask(.post, "/return-rules/\(link)", as: department, form: sent(form)).status
        }
        #expect(try await change(["last_year": "\(year - 1)"], 1) == 303)
        #expect(try await step(site, path, "submit", director).status == 303)
        // Nor is what blocks accepted; a note stops nothing.
        #expect(try await change([:], 2) == 303)
        let refused = try await step(site, path, "accept", department)
        #expect(refused.status == 422 && refused.text.contains("Lỗ -5 triệu đồng"))
        #expect(try await change(["importance": "note", "blocks": ""], 3) == 303)
        #expect(try await step(site, path, "accept", department).status == 303)
    }

    @Test("ask nothing where they only note, and are asked about until there is an explanation") func notes()
        async throws
    {
        let site = try await WholeSite()
        let (director, department) = (
            try await site.signIn("cooperative_director"), try await site.signIn("department_officer")
        )
        var note = loss
        note["importance"] = "note"
        note["blocks"] = ""
        #expect(try await site.ask(.post, "/return-rules", as: department, form: sent(note)).status == 303)
        let path = try await draft(site, director, "revenue=1000000&profit=-5000000")
        #expect(try await site.get(path, as: director).text.contains("Lỗ -5 triệu đồng"))
        #expect(try await step(site, path, "submit", director).status == 303)
    }

    @Test("are listed as findings with whose move it is, within one's scope, page by page") func violations()
        async throws
    {
        let site = try await WholeSite()
        let (director, department) = (
            try await site.signIn("cooperative_director"), try await site.signIn("department_officer")
        )
        // Every cooperative reports a profit above its revenue; the foreign one has submitted.
        try await site.database.write { db in
            let act = Act(at: WallClock.system.now(), origin: "cli")
            for cooperative in try Cooperative.list(where: "1 = 1 ORDER BY id", in: db) {
                var record = AnnualReturn()
                record.cooperative = cooperative.id
                record.year = Year(year)
                record.revenue = 1_000_000
                record.profit = 2_000_000
                record.state = cooperative.id.number == site.foreign ? .submitted : .draft
                record.explanation = cooperative.id.number == site.foreign ? "bán thanh lý" : nil
                try db.insert(record, by: act)
            }
        }
        func rows(_ text: String) -> Int { text.matches(of: /<tr><td><a href="\/returns\//).count }
        let first = try await site.get("/return-violations", as: department).text
        #expect(rows(first) == 50 && first.contains("50 vấn đề trong 50 báo cáo đã xem"))
        let next = try #require(first.firstMatch(of: /rel="next" href="([^"]+)"/)).1.replacing("&amp;", with: "&")
        let second = try await site.get(String(next), as: department).text
        #expect(rows(second) == 34 && !second.contains("rel=\"next\""))
        #expect(second.contains("Lợi nhuận 2 triệu đồng lớn hơn doanh thu 1 triệu đồng."))
        let office = try await site.get("/return-violations?owner=office", as: department).text
        #expect(rows(office) == 1 && office.contains("bán thanh lý") && office.contains(">Cơ quan tiếp nhận</td>"))
        #expect(rows(try await site.get("/return-violations?importance=note", as: department).text) == 0)
        #expect(rows(try await site.get("/return-violations?year=2019", as: department).text) == 0)
        #expect(try await site.get("/return-violations?owner=nobody", as: department).status == 400)
        let own = try await site.get("/return-violations", as: director).text
        #expect(rows(own) == 1 && own.contains(">Hợp tác xã</td>"))
        #expect(rows(try await site.get("/return-violations?owner=office", as: director).text) == 0)
        let unit = try await site.get("/return-violations?unit=25906", as: department).text
        let inside = try await site.database.read { db in
            try db.one(
                """
                SELECT count(*) FROM registry_cooperative
                WHERE unit_id IN (\(units(under: "25906", on: WallClock.system.today())))
                """
            ) { try $0[0] as Int }
        }
        #expect(rows(unit) == inside && inside < 50)
        #expect(try await site.get("/return-violations", as: try await site.signIn("member")).status == 403)
        // Right at once when a rule changes.
        try await site.database.write { db in
            let rule = try #require(try ReturnRule.first(where: "code = 'profit-above-revenue'", in: db))
            var ended = rule
            ended.lastYear = 2012
            try db.update(ended, from: rule, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        #expect(rows(try await site.get("/return-violations", as: department).text) == 0)
    }

    @Test("run in the import beside the year before and the register, and refuse the row where they block")
    func imported() async throws {
        try await Program.with(isFilled: true) { program in
            func bring(_ year: Int) async throws -> String {
                try await program(
                    "import", "\(Program.examples)/returns-\(year).xlsx", "--type", "annual_return", "--apply"
                ).output
            }
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            let act = Act(at: WallClock.system.now(), origin: "cli")
            try await database.write { db in
                var rule = ReturnRule()
                rule.code = "revenue-grows"
                rule.field = FigureName("revenue")
                rule.left = "revenue"
                rule.comparison = .atLeast
                rule.right = "revenue.previous"
                rule.importance = .error
                rule.blocks = true
                rule.messageVi = "Doanh thu {left} dưới năm trước {right}."
                rule.messageEn = rule.messageVi
                try db.insert(rule, by: act)
            }
            #expect(try await bring(2023).contains("thêm mới 52, cập nhật 0"))
            let second = try await bring(2024)
            // 57 came in before: those whose revenue fell are refused now.
            let fallen = try Self.fallen()
            #expect(fallen > 0)
            #expect(second.contains("thêm mới \(57 - fallen), cập nhật 0") && second.contains("không nhập \(fallen)"))
            #expect(second.contains("dưới năm trước"))
            await database.close()
        }
    }

    /// How many of the 2024 list had less revenue than in 2023, by the true values.
    private static func fallen() throws -> Int {
        func revenues(_ year: Int) throws -> [String: Int] {
            let text = try String(contentsOfFile: "\(Program.examples)/clean/returns_\(year).csv", encoding: .utf8)
            return Dictionary(
                text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
                    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                    return Int(cells[5]).map { (cells[1], $0) }
                }, uniquingKeysWith: { first, _ in first })
        }
        let (before, after) = (try revenues(2023), try revenues(2024))
        return after.count { code, revenue in before[code].map { revenue < $0 } ?? false }
    }
}
