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

extension WholeSite {
    /// With the grades of the sample's own column.
    static func graded() async throws -> WholeSite {
        let site = try await WholeSite()
        try await site.database.write { db in
            let file = URL(fileURLWithPath: "\(Program.examples)/htx-2024-06.xlsx")
            let form = ImportRun(
                OutcomeImport.self, source: .init(name: "a.xlsx", bytes: [UInt8](try Data(contentsOf: file))),
                asOf: "2024-06-30", texts: Language.allCases.map(Wiring.texts), vocabulary: Wiring.vocabulary,
                clock: .system)
            let act = Act(at: WallClock.system.now(), origin: "import")
            _ = try form.apply(in: db, by: act, promise: form.preview(in: db, by: act).promise)
        }
        return site
    }

    /// The number in the heading of a list.
    func listed(_ address: String, as token: String) async throws -> Int? {
        let page = try await get(address, as: token)
        #expect(page.status == 200, "\(address)")
        return page.text.firstMatch(of: /<h1>[^<]*<span class="muted">([0-9.]+)<\/span>/)
            .flatMap { Int($0.1.filter { $0 != "." }) }
    }

    /// The counts of a page that lead somewhere, with the lists that they open.
    static func links(_ page: String) -> [(address: String, count: Int)] {
        page.matches(of: /<td class="number"[^>]*><a href="([^"]+)">([0-9.]+)<\/a>/).compactMap { match in
            Int(match.2.filter { $0 != "." }).map { (String(match.1).replacing("&amp;", with: "&"), $0) }
        }
    }

    func store(_ cooperative: Int64, _ year: Year, _ grade: Grade?, _ exclusion: Exclusion? = nil) async throws {
        try await database.write { db in
            var outcome = Outcome()
            outcome.cooperative = Identifier(cooperative)
            outcome.year = year
            outcome.grade = grade
            outcome.exclusion = exclusion
            try db.insert(outcome, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
    }

    /// Cooperatives of the sample by their grade of 2023 or why they have none, in order of their numbers.
    func cooperatives(_ result: String) async throws -> [Int64] {
        try await database.read { db in
            try db.all(
                """
                SELECT cooperative_id FROM assessment_outcome WHERE year = 2023 AND coalesce(grade, exclusion) = \(result)
                ORDER BY cooperative_id
                """
            ) { try $0[0] }
        }
    }
}

@Suite("Figures of grades") struct GradeTests {
    @Test("are counted by unit and kind, with each reading of the percentage apart; every count opens its very list")
    func counts() async throws {
        let site = try await WholeSite.graded()
        let token = try await site.signIn("department_officer")
        let page = try await site.get("/grades?year=2023&as_of=30/06/2024", as: token).text
        // As the plan prints them, and over all.
        for text in ["17/48, 35,42 %", "18/48, 37,5 %", "13/48, 27,08 %", "0/48, 0 %", "48/48, 100 %"] {
            #expect(page.contains("data-label=\"Tỷ lệ trên số được xếp loại\">\(text)<"), "\(text)")
        }
        for text in ["17/84, 20,24 %", "18/84, 21,43 %", "13/84, 15,48 %", "48/84, 57,14 %", "36/84, 42,86 %"] {
            #expect(page.contains("data-label=\"Tỷ lệ trên tổng số HTX\">\(text)<"), "\(text)")
        }
        // Bắc Tân Uyên: 8 good, 1 fair, 3 average of 12 graded, and 8 that were not assessed. Crop: 5, 6, 2 of 13, and 5.
        for text in ["8/12, 66,67 %", "8/20, 40 %", "3/12, 25 %", "5/13, 38,46 %", "5/18, 27,78 %"] {
            #expect(page.contains(">\(text)<"), "\(text)")
        }
        let links = WholeSite.links(page)
        #expect(links.count > 60)
        for (address, count) in links { #expect(try await site.listed(address, as: token) == count, "\(address)") }
        // Down into a district, by its communes.
        let district = try await site.get("/grades?year=2023&unit=726&as_of=30/06/2024", as: token).text
        #expect(district.contains("Xã Tân Mỹ") && !district.contains(">Dầu Tiếng<"))
        for (address, count) in WholeSite.links(district) {
            #expect(try await site.listed(address, as: token) == count, "\(address)")
        }
        let english = try await site.get("/grades?year=2023&as_of=2024-06-30&lang=en", as: token).text
        #expect(english.contains("Share of those graded") && !english.contains("⟦"))
    }

    @Test("leave out who is no more, by the units of any day, and unknown is not zero") func days() async throws {
        let site = try await WholeSite.graded()
        let token = try await site.signIn("department_officer")
        let good = try await site.cooperatives("good")
        try await site.database.write { db in
            var status = CooperativeStatus()
            status.cooperative = Identifier(good[0])
            status.validFrom = "2024-07-15"
            status.status = .dissolved
            try db.insert(status, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let page = try await site.get("/grades?year=2023&as_of=2024-12-31", as: token).text
        #expect(page.contains("16/47, 34,04 %") && page.contains("16/83, 19,28 %"))
        // After the merger by communes; those whose commune was split stand apart.
        let merged = try await site.get("/grades?year=2023&as_of=2025-12-10", as: token).text
        #expect(merged.contains("Cần chọn xã mới") && merged.contains("16/83, 19,28 %"))
        for text in [page, merged] {
            for (address, count) in WholeSite.links(text) {
                #expect(try await site.listed(address, as: token) == count, "\(address)")
            }
        }
        let none = try await site.get("/grades?year=2022&as_of=2024-06-30", as: token).text
        #expect(none.contains(">0/0<") && none.contains("84/84, 100 %") && !none.contains("0/0, 0"))
        #expect(try await site.get("/grades?unit=99999", as: token).status == 400)
        #expect(try await site.get("/grades?year=abc", as: token).status == 400)
    }

    @Test("are those of one's own reach, as JSON too, and of nobody who may not read grades") func reach() async throws
    {
        let site = try await WholeSite.graded()
        let officer = try await site.signIn("unit_officer")
        let all = try await site.listed("/cooperatives", as: officer)
        let json = try await site.get("/grades.json?year=2023", as: officer)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
        let whole = try #require(object["whole"] as? [String: Int])
        #expect(whole["cooperatives"] == all)
        #expect((object["units"] as? [[String: Any]])?.count == 1)
        let department = try await site.get("/grades.json?year=2023&as_of=2024-06-30", as: site.signIn("auditor")).text
        #expect(
            department.contains(
                """
                "whole":{"cooperatives":84,"graded":48,"good":17,"fair":18,"average":13,"weak":0,"not_assessed":36,"unrecorded":0}
                """))
        for role in ["member", "association_officer"] {
            let token = try await site.signIn(role)
            for path in ["/grades", "/grades.json", "/grades/movement", "/grades/without-plan"] {
                #expect(try await site.get(path, as: token).status == 403, "\(role) \(path)")
            }
        }
        let director = try await site.signIn("cooperative_director")
        #expect(
            try await site.get("/grades?year=2023", as: director).text.contains("data-label=\"Số HTX\">1<") == false)
        #expect(try await site.get("/grades/movement?from=2022&to=2023", as: director).status == 200)
    }

    @Test("tell who rose, fell and stayed between two years, and count nothing else as either") func movement()
        async throws
    {
        let site = try await WholeSite.graded()
        let token = try await site.signIn("department_officer")
        let (good, average) = (try await site.cooperatives("good"), try await site.cooperatives("average"))
        let new = try await site.cooperatives("new")
        // 2022: two of the good were fair, one was good, one was not assessed; one of the average was fair; one of the
        // new was weak. Of the other 78 nothing is known.
        for id in good[0...1] { try await site.store(id, 2022, .fair) }
        try await site.store(good[2], 2022, .good)
        try await site.store(good[3], 2022, nil, .new)
        try await site.store(average[0], 2022, .fair)
        try await site.store(new[0], 2022, .weak)
        let address = "/grades/movement?from=2022&to=2023&as_of=2024-06-30"
        let page = try await site.get(address, as: token).text
        #expect(page.contains("2/4, 50 % số hợp tác xã được xếp loại cả hai năm"))
        #expect(page.components(separatedBy: "1/4, 25 % số hợp tác xã được xếp loại cả hai năm").count == 3)
        func line(_ name: String) -> [Int] {
            guard let found = page.firstRange(of: "<tr><td>2022: \(name)</td>") else { return [] }
            let row = page[found.upperBound...].prefix { $0 != "\n" }
            let end = row.firstRange(of: "</tr>")?.lowerBound ?? row.endIndex
            return row[..<end].matches(of: />(\d+)<\/td>/).compactMap { Int($0.1) }
        }
        // Good, fair, average, weak, not assessed, without a result; the sum.
        #expect(line("Tốt") == [1, 0, 0, 0, 0, 0, 1])
        #expect(line("Khá") == [2, 0, 1, 0, 0, 0, 3])
        #expect(line("Yếu") == [0, 0, 0, 0, 1, 0, 1])
        #expect(line("Chưa đánh giá") == [1, 0, 0, 0, 0, 0, 1])
        #expect(line("Chưa có kết quả") == [13, 18, 12, 0, 35, 0, 78])
        for id in good[0...2] + [average[0]] { #expect(page.contains("href=\"/cooperatives/\(id)?as_of=2024-06-30\"")) }
        #expect(!page.contains("href=\"/cooperatives/\(good[3])?") && !page.contains("href=\"/cooperatives/\(new[0])?"))
        // The picture says in words what it shows, and needs no style of its own.
        #expect(
            page.contains("role=\"img\"") && page.contains("Tăng 2, giảm 1, giữ nguyên 1.") && !page.contains("style="))
        #expect(
            page.contains("class=\"rose\"") && page.contains("class=\"fell\"") && page.contains("class=\"neither\""))
        let wrong = try await site.get("/grades/movement?from=2023&to=2022", as: token)
        #expect(wrong.status == 400 && wrong.text.contains("Năm đầu (2023) phải trước năm sau (2022)."))
        #expect(!(try await site.get(address + "&lang=en", as: token).text.contains("⟦")))
    }

    @Test("are the same on both engines", arguments: TestEngine.all) func engines(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            try await site.database.write { db in
                let act = Act(at: WallClock.system.now(), origin: "cli")
                for (cooperative, year, grade) in [
                    (site.inside, 2022, Grade.weak), (site.inside, 2023, .average), (site.outside, 2023, .good),
                ] {
                    var outcome = Outcome()
                    outcome.cooperative = Identifier(cooperative)
                    outcome.year = Year(year)
                    outcome.grade = grade
                    try db.insert(outcome, by: act)
                }
            }
            let session = try await site.session("auditor")
            let officer = try await site.session("unit_officer")
            func get(_ address: String, _ session: String) async throws -> String {
                let answer = try await site.ask(.get, address, nil, nil, [.cookie: "session=\(session)"])
                #expect(answer.status == 200, "\(address)")
                return answer.text
            }
            #expect(try await get("/grades?year=2023", session).contains("1/2, 50 %"))
            #expect(try await get("/grades?year=2023", officer).contains("1/1, 100 %"))
            #expect(try await get("/grades/movement?from=2022&to=2023", session).contains("1/1, 100 % số"))
            #expect(try await get("/grades/without-plan?year=2023", session).contains("HTX Trong"))
            #expect(try await get("/dissolution-candidates", session).contains("Không có hợp tác xã nào có dấu hiệu"))
        }
    }
}

@Suite("Advice plans") struct AdviceTests {
    @Test("answer to weak and average grades: who has none is counted, listed and led to the form")
    func plans() async throws {
        let site = try await WholeSite.graded()
        let token = try await site.signIn("department_officer")
        let average = try await site.cooperatives("average")
        let figures = "/grades?year=2023&as_of=2024-06-30"
        let missing = "/grades/without-plan?year=2023&as_of=2024-06-30"
        #expect(
            try await site.get(figures, as: token).text.contains("13/13 hợp tác xã xếp loại trung bình, yếu chưa có"))
        #expect(try await site.listed(missing, as: token) == 13)
        let address = "/cooperatives/\(average[0])/advice-plans"
        let list = try await site.get(missing, as: token).text
        #expect(list.contains("href=\"\(address)/new?year=2023\""))
        #expect(try await site.get("\(address)/new?year=2023", as: token).text.contains("value=\"2023\""))
        let form = "year=2023&actions=Ph%C6%B0%C6%A1ng%20%C3%A1n&adviser=Li%C3%AAn%20minh&until_on=01/06/2024"
        let closed = try await site.ask(.post, address, as: token, form: form + "&closed_on=01/05/2024")
        #expect(closed.status == 422 && closed.text.contains("phải ghi kết quả"))
        let long = try await site.ask(
            .post, address, as: token,
            form: form.replacing("Li%C3%AAn%20minh", with: String(repeating: "a", count: 201)))
        #expect(long.status == 422)
        #expect(try await site.ask(.post, address, as: token, form: form).status == 303)
        #expect(try await site.get(figures, as: token).text.contains("12/13 hợp tác xã"))
        #expect(try await site.listed(missing, as: token) == 12)
        let lists = [
            ("open", "2024-06-01", 1), ("overdue", "2024-06-01", 0), ("overdue", "2024-06-02", 1),
            ("closed", "2024-06-02", 0),
        ]
        for (state, day, count) in lists {
            let list = "/advice-plans?year=2023&unit=74&state=\(state)&as_of=\(day)"
            #expect(try await site.listed(list, as: token) == count, "\(list)")
        }
        #expect(try await site.listed("/advice-plans?year=2022", as: token) == 0)
        let page = try await site.get("/cooperatives/\(average[0])?as_of=2024-06-02", as: token).text
        #expect(page.contains("Quá hạn") && page.contains("Phương án") && page.contains("Liên minh"))
        // Closed with its outcome; a second one who changes the same is told.
        let done = form + "&outcome=t%E1%BB%91t&closed_on=03/06/2024"
        #expect(try await site.ask(.post, "\(address)/1", as: token, form: done + "&version=1").status == 303)
        #expect(
            try await site.ask(
                .post, "\(address)/1", as: token, form: form.replacing("Ph%C6", with: "ph%C6") + "&version=1"
            ).status == 409)
        #expect(try await site.listed("/advice-plans?state=closed&as_of=2024-06-03", as: token) == 1)
        #expect(try await site.listed("/advice-plans?state=open&as_of=2024-06-02", as: token) == 1)
        let history = try await site.database.read { try Change.list(of: "advice_plan", 1, in: $0).map(\.action) }
        #expect(history == [.changed, .added])
        for role in ["unit_officer", "cooperative_director", "auditor", "approving_leader"] {
            let other = try await site.signIn(role)
            #expect(try await site.ask(.post, address, as: other, form: form).status == 403, "\(role)")
            #expect(!(try await site.get(missing, as: other).text.contains("advice-plans/new")), "\(role)")
        }
        // The officer of a commune reads those of the commune's cooperatives.
        let officer = try await site.signIn("unit_officer")
        let own = try await site.listed("/advice-plans?as_of=2024-07-01", as: officer)
        let isInside = try await site.get("/cooperatives/\(average[0])", as: officer).status == 200
        #expect(own == (isInside ? 1 : 0))
    }
}
