import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Testing
import Web

@testable import Registry

@Suite("The pages") struct PageTests {
    static let addresses = [
        "/", "/?as_of=30/06/2024", "/?as_of=2025-12-10", "/cooperatives", "/groups", "/unions", "/officers",
        "/cooperatives?as_of=2025-12-10&unit=needs_choice", "/cooperatives?as_of=2025-12-10&unit=726",
        "/cooperatives?as_of=2024-06-30&figure=charter_capital&unit=726&kind=crop&status=active&sort=-established",
        "/officers?role=director&sex=female", "/groups?founder=womens_union&field=unknown", "/units",
        "/units?as_of=2025-12-10", "/units/74", "/units/25918", "/units/79?as_of=2025-12-10", "/search",
        "/search?q=tan my",
        "/search?q=khong%20co%20gi%20het", "/cooperatives/1?as_of=2000-01-01", "/unions/1",
    ]

    @Test("all open in both languages, with every text there") func open() async throws {
        let site = try await PageSite.sample()
        let ids: [Int64] = try await site.database.read { db in
            try db.all("SELECT id FROM registry_cooperative ORDER BY id") { try $0[0] }
        }
        let records =
            ids.flatMap { ["/cooperatives/\($0)", "/cooperatives/\($0)?as_of=2025-12-10"] }
            + (1...180).map { "/groups/\($0)" }
        for address in Self.addresses + records {
            for language in ["vi", "en"] {
                let answer = try await site.ask(address + (address.contains("?") ? "&" : "?") + "lang=\(language)")
                #expect(answer.status == 200, "\(address)")
                #expect(!answer.text.contains("⟦"), "\(address) \(language)")
                #expect(!answer.text.contains("{date}") && !answer.text.contains("{count}"), "\(address)")
                #expect(answer.text.components(separatedBy: "<h1>").count == 2, "\(address)")
            }
        }
    }

    @Test("open on an empty register", arguments: ["/", "/cooperatives", "/groups", "/units", "/search?q=a"])
    func empty(address: String) async throws {
        let site = try await PageSite.empty()
        let answer = try await site.ask(address)
        #expect(answer.status == 200)
        #expect(!answer.text.contains("⟦"))
    }

    @Test("say that a day is still to come, and not that a day without records needs an import only")
    func unusualDays() async throws {
        let site = try await PageSite.sample()
        for path in ["/", "/cooperatives", "/cooperatives/1", "/units/74"] {
            #expect(try await site.ask("\(path)?as_of=2024-07-16").text.contains("ngày này chưa đến"), "\(path)")
            #expect(try await !site.ask("\(path)?as_of=2024-07-15").text.contains("ngày này chưa đến"), "\(path)")
        }
        #expect(try await site.ask("/?as_of=1950-01-01").text.contains("Hãy chọn ngày khác"))
    }

    @Test("refuse a search that is longer than any name", arguments: ["/search", "/cooperatives", "/cooperatives.csv"])
    func longSearch(path: String) async throws {
        let site = try await PageSite.sample()
        #expect(try await site.ask("\(path)?q=\(String(repeating: "a", count: 200))").status == 200)
        let answer = try await site.ask("\(path)?q=\(String(repeating: "a", count: 201))")
        #expect(answer.status == 400)
        #expect(answer.text.contains("list.search-too-long"))
    }

    @Test(
        "say by which decree a scale is counted wherever one stands, and that it was not in force before",
        arguments: ["/", "/cooperatives/1", "/cooperatives?figure=cooperatives.micro"])
    func scaleBasis(address: String) async throws {
        let site = try await PageSite.sample()
        let joint = address.contains("?") ? "&" : "?"
        let before = try await site.ask("\(address)\(joint)as_of=2024-10-31").text
        #expect(before.contains("Nghị định 113/2024/NĐ-CP") && before.contains("tại ngày 31/10/2024 chưa áp dụng"))
        let after = try await site.ask("\(address)\(joint)as_of=2024-11-01").text
        #expect(after.contains("có hiệu lực từ ngày 01/11/2024.") && !after.contains("chưa áp dụng"))
    }

    @Test("narrow a list by unit, by filters and by words without diacritics") func narrow() async throws {
        let site = try await PageSite.sample()
        #expect(try await site.count("/cooperatives?as_of=2024-06-30") == 84)
        #expect(try await site.count("/cooperatives?as_of=2024-06-30&unit=726") == 20)
        #expect(try await site.count("/cooperatives?as_of=2024-06-30&unit=726&kind=crop") < 20)
        #expect(try await site.count("/cooperatives?as_of=2024-06-30&status=suspended") == 7)
        let found = try await site.ask("/cooperatives?as_of=2024-06-30&q=TAN+MY")
        #expect(found.text.contains("Tân Mỹ"))
        let (there, back) = (
            try await site.count("/cooperatives?as_of=2024-06-30&q=tan+my"),
            try await site.count("/cooperatives?as_of=2024-06-30&q=MY+Tan")
        )
        #expect(there == back && there > 0 && there < 84)
    }

    @Test(
        "open every figure of the front page into a list of as many records", arguments: ["2024-06-30", "2025-12-10"])
    func figures(day: String) async throws {
        let site = try await PageSite.sample()
        let home = try await site.ask("/?as_of=\(day)").text
        let report = try await site.database.read { db in
            try SituationReport(
                asOf: Day(stringLiteral: day), sections: [.register], gazetteer: Gazetteer(db),
                for: .system(today: Day(stringLiteral: day)),
                in: db)
        }
        var opened = 0
        for match in home.matches(of: /href="([^"]*figure=[^"]*)"/) {
            let address = String(match.1).replacing("&amp;", with: "&")
            let query = try Query(parsing: address.split(separator: "?")[1])
            let value = report[try #require(query["figure"]), unit: query["unit"]]
            let count = try await site.count(address)
            #expect(count == value?.tally.members ?? 0, "\(address)")
            #expect(query["as_of"] == day)
            opened += 1
        }
        #expect(opened > 40)
        #expect(try await site.count("/cooperatives?as_of=2024-06-30&figure=cooperatives.dissolved") == 1)
    }

    @Test(
        "lead through a list page by page without losing or repeating a record",
        arguments: ["name", "-name", "established"])
    func paging(sort: String) async throws {
        let site = try await PageSite.sample()
        var address = "/groups?as_of=2024-06-30&sort=\(sort)"
        var seen: [String] = []
        for _ in 0..<6 {
            let text = try await site.ask(address).text
            seen += text.matches(of: /href="\/groups\/([0-9]+)/).map { String($0.1) }
            guard let next = text.firstMatch(of: /rel="next" href="([^"]+)"/) else { break }
            address = String(next.1).replacing("&amp;", with: "&")
        }
        #expect(seen.count == 180)
        #expect(Set(seen).count == seen.count)
    }

    @Test("export exactly what is shown") func export() async throws {
        let site = try await PageSite.sample()
        let asked = "as_of=2024-06-30&unit=726&sort=-name"
        let csv = try await site.ask("/cooperatives.csv?\(asked)")
        #expect(csv.status == 200)
        #expect(csv.text.split(separator: "\r\n").count == 21)
        #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(csv.headers[.contentDisposition] == "attachment; filename=\"cooperatives-2024-06-30.csv\"")
        let json = try await site.ask("/cooperatives.json?\(asked)&after=1.t.61")
        let objects = try json.text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(objects.count == 20)
        #expect(objects.allSatisfy { ($0?["charter_capital"] as? NSNumber).map { $0.int64Value > 1_000_000 } ?? true })
        let xlsx = try await site.ask("/cooperatives.xlsx?\(asked)")
        #expect(xlsx.bytes.starts(with: [0x50, 0x4B]))
        #expect(xlsx.headers[.contentLength] == "\(xlsx.bytes.count)")
        #expect(
            try await site.ask("/groups.csv?figure=groups.youth_union&as_of=2024-06-30").text.split(separator: "\r\n")
                .count == 17)
    }

    @Test("give the report in its forms") func report() async throws {
        let site = try await PageSite.sample()
        let docx = try await site.ask("/reports/situation.docx?as_of=30/06/2024")
        #expect(docx.text == "docx of 2024-06-30")
        #expect(docx.headers[.contentDisposition] == "attachment; filename=\"situation-2024-06-30.docx\"")
        #expect(
            try await site.ask("/reports/situation.json").headers[.contentType] == "application/json; charset=utf-8")
        #expect(try await site.ask("/reports/situation.pdf").status == 404)
    }

    @Test("show what was typed as text, and hide a phone's middle") func escaping() async throws {
        let site = try await PageSite.sample()
        let page = try await site.ask("/cooperatives/85?as_of=2024-01-01")
        #expect(page.text.contains("<h1>HTX Ngọt &amp; &quot;Bưởi&quot;</h1>"))
        #expect(page.text.contains("Lê &#39;Văn&#39; &amp; An"))
        #expect(page.text.contains("095•• •••12"))
        #expect(!page.text.contains("0951234512"))
        #expect(page.text.contains("Liên hiệp HTX Sông Bé"))
        let search = try await site.ask("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
        #expect(search.status == 200)
        #expect(!search.text.contains("<script>"))
    }

    @Test("say where a fact comes from, and that a commune was split") func sources() async throws {
        let site = try await PageSite.sample()
        let id: Int64 = try await site.database.read { db in
            try db.one(
                """
                SELECT c.id FROM registry_cooperative c JOIN registry_unit u ON u.id = c.unit_id
                WHERE u.code = '25918' ORDER BY c.id
                """
            ) { try $0[0] }
        }
        let then = try await site.ask("/cooperatives/\(id)?as_of=2024-06-30").text
        #expect(then.contains("tệp htx-2024-06.xlsx, nhập ngày 15/07/2024"))
        #expect(!then.contains("chia vào"))
        let now = try await site.ask("/cooperatives/\(id)?as_of=2025-12-10").text
        #expect(now.contains("Từ 01/07/2025 Xã Tân Mỹ chia vào"))
        #expect(now.contains("Thường Tân"))
    }

    @Test("refuse what cannot be answered") func refuse() async throws {
        let site = try await PageSite.sample()
        let refusals = [
            ("/cooperatives/9999", 404), ("/cooperatives/x", 404), ("/groups/9999", 404), ("/unions/77", 404),
            ("/units/99999", 404), ("/units/%00", 400), ("/?as_of=31/02/2024", 400), ("/?as_of=tomorrow", 400),
            ("/cooperatives?as_of=2024", 400), ("/cooperatives?after=x", 400), ("/cooperatives?after=1.t.zz", 400),
            ("/cooperatives?colour=red", 400), ("/cooperatives?kind=red", 400), ("/cooperatives?unit=nowhere", 400),
            ("/cooperatives?unit=99999", 400), ("/cooperatives?figure=groups", 400), ("/cooperatives?figure=x", 400),
            ("/cooperatives?sort=phone", 400), ("/officers?figure=members", 400), ("/cooperatives.csv?figure=x", 400),
            ("/cooperatives.xlsx?unit=nowhere", 400), ("/reports/situation.xlsx?as_of=x", 400),
            ("/officers?role=unknown", 400), ("/cooperatives?q=%00", 400),
        ]
        for (address, status) in refusals {
            let answer = try await site.ask(address)
            #expect(answer.status == status, "\(address)")
            #expect(!answer.text.contains("⟦"), "\(address)")
        }
    }

    @Test("are not upset by hostile questions") func hostile() async throws {
        let site = try await PageSite.sample()
        let long = String(repeating: "a%20", count: 1500)
        for text in [
            "'%3B%20DROP%20TABLE%20registry_cooperative--", "%25%25%25", "____", "%5C", "%22%20OR%201=1",
            "%F0%9F%98%80",
            "*", "NEAR(a%20b)", "%E2%80%AE", "a%25", long, "%CC%81%CC%81",
        ] {
            for path in ["/cooperatives?q=", "/officers?q=", "/groups?q=", "/search?q="] {
                let status = try await site.ask(path + text).status
                #expect(status == (text == long ? 400 : 200), "\(path)\(text.prefix(40))")
            }
            for path in [
                "/cooperatives?unit=", "/cooperatives?figure=", "/cooperatives?sort=", "/cooperatives?after=",
                "/?as_of=", "/cooperatives?kind=", "/units/",
            ] {
                let status = try await site.ask(path + text).status
                #expect([400, 404].contains(status), "\(path)\(text.prefix(40))")
            }
        }
        #expect(try await site.count("/cooperatives?as_of=2024-06-30") == 84)
    }
}
