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

@Suite("The grades of the sample") struct AssessmentTests {
    private static let file = "\(Program.examples)/htx-2024-06.xlsx"

    /// The sample with the grades of its own column, as `bin/run` brings them in.
    private func graded() async throws -> Program {
        let program = try await Program.filled()
        let done = try await program("import", Self.file, "--type", "outcome", "--apply")
        #expect(done.output.contains("thêm mới 84, cập nhật 0, không đổi 0"))
        // Every row that is no cooperative was known as a heading or a total, and none refused.
        #expect(done.output.contains("không nhập 0"))
        #expect(!done.output.contains("column.nameless"))
        return program
    }

    @Test("come in from the grade column, and again change nothing; 48 of 84 graded, 36 not, each with its reason")
    func imported() async throws {
        let program = try await graded()
        let again = try await program("import", Self.file, "--type", "outcome", "--apply")
        #expect(again.output.contains("thêm mới 0, cập nhật 0, không đổi 84"))
        let truth = try Self.truth()
        let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
        let stored = try await database.read { db in
            try db.all(
                """
                SELECT c.tax_code, o.year, coalesce(o.grade, o.exclusion) FROM assessment_outcome o
                JOIN registry_cooperative c ON c.id = o.cooperative_id
                """
            ) { [try $0[0] as String, "\(try $0[1] as Int)", try $0[2] as String] }
        }
        #expect(Set(stored) == Set(truth))
        await database.close()
    }

    /// `assessments_2023.csv`: tax code, year, and grade or reason in our words.
    private static func truth() throws -> [[String]] {
        let words = [
            "tot": "good", "kha": "fair", "trung_binh": "average", "new": "new",
            "suspended_or_stopped": "stopped", "no_revenue": "no_revenue",
        ]
        let text = try String(
            contentsOfFile: "\(Program.examples)/clean/assessments_2023.csv", encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return [cells[1], cells[2], words[cells[5].isEmpty ? cells[7] : cells[5]] ?? ""]
        }
    }

    @Test("stand in the situation of 2024-06-30 as the plan prints them, and the rest of it is as it was")
    func situation() async throws {
        let program = try await graded()
        let path = program.folder.path + "/situation.json"
        _ = try await program("report", "situation", "--as-of", "2024-06-30", "--output", path)
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
        let figures = try #require(report["figures"] as? [[String: Any]])
        func value(_ id: String) -> [Int?] {
            let figure = figures.first { $0["id"] as? String == id }
            return [figure?["value"] as? Int, figure?["numerator"] as? Int, figure?["denominator"] as? Int]
        }
        #expect(value("graded") == [48, 48, 48])
        #expect(value("graded.good") == [17, 17, 48])
        #expect(value("graded.fair") == [18, 18, 48])
        #expect(value("graded.average") == [13, 13, 48])
        #expect(value("graded.weak") == [0, 0, 48])
        #expect(value("not_assessed") == [36, 36, 84])
        #expect(value("not_assessed.new") == [12, 12, 84])
        #expect(value("not_assessed.stopped") == [13, 13, 84])
        #expect(value("not_assessed.no_revenue") == [11, 11, 84])
        #expect(value("assessment.unrecorded") == [0, 0, 84])
        #expect(value("cooperatives") == [84, 84, 84] && value("members")[0] == 1131)
        // The parts of a figure by district add up to it.
        let parts = figures.filter { ($0["id"] as? String)?.hasPrefix("graded.good@7") ?? false }
        let districts = parts.filter { ($0["id"] as? String)?.count == "graded.good@718".count }
        #expect(districts.compactMap { $0["value"] as? Int }.reduce(0, +) == 17)
    }

    @Test("are not told of a day before they were known, nor of another year") func earlier() async throws {
        let program = try await graded()
        let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
        defer { Task { await database.close() } }
        func count(_ id: String, _ day: Day) async throws -> Int? {
            try await database.read { db in
                let viewer = Viewer.system(today: day, rules: Wiring.scopes)
                let report = try SituationReport(
                    asOf: day, sections: Wiring.sections, gazetteer: Gazetteer(db), for: viewer, in: db)
                return report[id]?.tally.members
            }
        }
        #expect(try await count("graded", "2023-12-31") == 0)
        #expect(try await count("graded", "2024-01-01") == 48)
        #expect(try await count("graded", "2025-01-01") == 0)
        #expect(try await count("assessment.unrecorded", "2025-01-01") == 84)
        // One that was decided in April was not known in March.
        try await database.write { db in
            let first = try #require(try Outcome.first(where: "grade = 'good'", in: db))
            var dated = first
            dated.decidedOn = "2024-04-10"
            try db.update(dated, from: first, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        #expect(try await count("graded.good", "2024-04-09") == 16)
        #expect(try await count("graded.good", "2024-04-10") == 17)
    }

    @Test("are shown with both readings of the percentage, open their lists, and stand on each cooperative's page")
    func pages() async throws {
        let site = try await WholeSite()
        let day: Day = "2024-06-30"
        try await site.database.write { db in
            let form = ImportRun(
                OutcomeImport.self,
                source: .init(name: "a.xlsx", bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.file)))),
                asOf: day, texts: Language.allCases.map(Wiring.texts), vocabulary: Wiring.vocabulary, clock: .system)
            let act = Act(at: WallClock.system.now(), origin: "import")
            let promise = try form.preview(in: db, by: act).promise
            _ = try form.apply(in: db, by: act, promise: promise)
        }
        let token = try await site.signIn("department_officer")
        let front = try await site.get("/?as_of=\(day)", as: token).text
        #expect(front.contains("Xếp loại năm 2023"))
        #expect(front.contains("17/48, 35,42 % · 17/84, 20,24 %"))
        #expect(front.contains("18/48, 37,5 % · 18/84, 21,43 %"))
        #expect(front.contains("13/48, 27,08 % · 13/84, 15,48 %"))
        #expect(front.contains("36/84, 42,86 %"))
        let english = try await site.get("/?as_of=\(day)&lang=en", as: token).text
        #expect(english.contains("Grades of 2023") && english.contains("17/48, 35.42%"))
        _ = try await site.get("/?lang=vi", as: token)
        for (figure, count) in [("graded", 48), ("graded.good", 17), ("not_assessed.new", 12)] {
            let list = try await site.get("/cooperatives.csv?figure=\(figure)&as_of=\(day)", as: token)
            #expect(list.text.split(separator: "\r\n").count == count + 1, "\(figure)")
        }
        let list = try await site.get("/outcomes?year=2023&grade=good", as: token).text
        #expect(list.contains("17"))
        let page = try await site.get("/cooperatives/\(site.own)", as: token).text
        #expect(page.contains("Xếp loại qua các năm") && page.contains("/cooperatives/\(site.own)/outcomes/new"))
        // The officer of a commune reads those of the commune's cooperatives and no other.
        let officer = try await site.signIn("unit_officer")
        let own = try await site.get("/cooperatives/\(site.own)", as: officer).text
        #expect(own.contains("Xếp loại qua các năm") && !own.contains("/outcomes/new"))
        let rows = try await site.get("/outcomes.csv?as_of=\(day)", as: officer).text.split(separator: "\r\n").count - 1
        let cooperatives = try await site.get("/cooperatives.csv", as: officer).text.split(separator: "\r\n").count - 1
        #expect(rows == cooperatives && rows > 0 && rows < 84)
    }

    @Test("can be put in by hand; what contradicts itself is refused, and nobody else may") func form() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let address = "/cooperatives/\(site.own)/outcomes"
        let wrong = try await site.ask(.post, address, as: token, form: "year=2023&grade=good&exclusion=new")
        #expect(wrong.status == 422 && wrong.text.contains("Chỉ ghi một trong hai."))
        let points = try await site.ask(.post, address, as: token, form: "year=2023&grade=good&points=82,5555")
        #expect(points.status == 422)
        #expect(points.text.contains("hai chữ số thập phân"), "\(points.text)")
        let right = try await site.ask(
            .post, address, as: token, form: "year=2023&grade=good&points=82,5&decision_number=12/Q%C4%90")
        #expect(right.status == 303)
        let stored = try await site.database.read { try Outcome.list(where: "1 = 1", in: $0) }
        #expect(stored.map(\.points) == [Hundredths(8250)])
        #expect(try await site.get("/cooperatives/\(site.own)", as: token).text.contains("82,5"))
        let twice = try await site.ask(.post, address, as: token, form: "year=2023&grade=fair")
        #expect(twice.status == 422 || twice.status == 409)
        for role in ["unit_officer", "cooperative_director", "auditor", "approving_leader"] {
            let other = try await site.signIn(role)
            #expect(try await site.ask(.post, address, as: other, form: "year=2022&grade=good").status == 403)
        }
    }
}
