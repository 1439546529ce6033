import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import Testing
import Web

@testable import HopTac

@Suite("One's own desk") struct DeskTests {
    private func save(_ site: WholeSite, _ name: String, _ address: String, as token: String) async throws
        -> WholeSite.Answer
    {
        let form = Query([Query.Item("name", name), Query.Item("address", address)]).text
        return try await site.ask(.post, "/views", as: token, form: form)
    }

    private func views(_ site: WholeSite, of token: String) async throws -> [SavedView] {
        let account = try #require(try await site.access.visitor(token).account).id
        return try await site.database.read { try SavedView.list(of: account, in: $0) }
    }

    @Test("keeps lists under names, for their owner alone") func views() async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("auditor")
        let address = "/cooperatives?kind=crop&columns=name&columns=tax_code"
        for _ in 1...2 {
            let saved = try await save(site, "Trồng <trọt>", address + "&after=1.i.2", as: token)
            #expect(saved.status == 303)
            #expect(saved.headers[.location] == address)
        }
        let view = try #require(try await views(site, of: token).first)
        #expect(try await views(site, of: token).count == 1)
        let link = "<a href=\"/cooperatives?kind=crop&amp;columns=name&amp;columns=tax_code\">Trồng &lt;trọt&gt;</a>"
        for page in ["/", "/cooperatives", "/views"] {
            #expect(try await site.get(page, as: token).text.contains(link), "\(page)")
        }
        #expect(!(try await site.get("/groups", as: token).text.contains(link)))

        let stranger = try await site.signIn("auditor")
        #expect(!(try await site.get("/views", as: stranger).text.contains(link)))
        for path in ["/views/\(view.id)", "/views/\(view.id)/end"] {
            #expect(try await site.ask(.post, path, as: stranger, form: "name=x").status == 404, "\(path)")
        }
        #expect(try await site.ask(.post, "/views/\(view.id)", as: token, form: "name=").status == 422)
        #expect(try await site.ask(.post, "/views/\(view.id)", as: token, form: "name=Xanh").status == 303)
        #expect(try await views(site, of: token).map(\.name) == ["Xanh"])
        #expect(try await site.ask(.post, "/views/\(view.id)/end", as: token, form: "").status == 303)
        #expect(try await views(site, of: token).isEmpty)
        let history = try await site.database.read { try Change.list(of: "view", view.id.number, in: $0) }
        #expect(history.map(\.action) == [.ended, .changed, .added])
    }

    @Test(
        "keeps no address that is no list's",
        arguments: ["https://evil.example", "//evil.example", "/account", "", "/cooperatives/1", "javascript:alert(1)"])
    func elsewhere(address: String) async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("auditor")
        let saved = try await save(site, "x", address, as: token)
        #expect(saved.status == 422)
        #expect(try await views(site, of: token).isEmpty)
    }

    @Test("shows and exports the columns that were chosen, and refuses others") func columns() async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("auditor")
        for query in ["columns=name,tax_code,members", "columns=members&columns=tax_code"] {
            let csv = try await site.get("/cooperatives.csv?\(query)&as_of=2024-06-30", as: token).text
            let heads = csv.split(whereSeparator: \.isNewline).first?.replacing("\u{FEFF}", with: "")
            #expect(
                heads == "ID,Tên HTX,Mã số thuế,Số thành viên" || heads?.split(separator: ",").count == 4,
                "\(heads ?? "")")
            let page = try await site.get("/cooperatives?\(query)&as_of=2024-06-30", as: token).text
            #expect(page.matches(of: /<th scope="col"/).count == 3)
        }
        for form in ["", ".csv"] {
            #expect(try await site.get("/cooperatives\(form)?columns=password", as: token).status == 400)
        }
    }

    @Test("counts what waits, and each count opens the list of as many records") func waiting() async throws {
        let site = try await WholeSite()
        try await site.database.write { db in
            var bare = Cooperative()
            bare.name = "HTX Chưa Có Gì"
            bare.unit = try Cooperative.find(Identifier(site.own), in: db).unit
            try db.insert(bare, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let token = try await site.signIn("unit_officer")
        let home = try await site.get("/", as: token).text
        var opened = 0
        for match in home.matches(
            of: /<a href="(\/[a-z]+\?(?:missing|unit)=[a-z_]+)"><span class="label">[^<]*<\/span><b>([0-9.]+)<\/b>/)
        {
            let list = try await site.get(String(match.1), as: token).text
            let listed = list.firstMatch(of: /<h1>[^<]*<span class="muted">([0-9.]+)<\/span>/)
            #expect(listed?.1 == match.2, "\(match.1)")
            opened += 1
        }
        #expect(opened >= 4)
        #expect(try await site.get("/cooperatives?missing=members", as: token).text.contains("HTX Chưa Có Gì"))
        #expect(try await site.get("/cooperatives?missing=x", as: token).status == 400)
        // Whoever changes nothing has nothing waiting.
        #expect(
            !(try await site.get("/", as: try await site.signIn("auditor")).text.contains("missing=members\"><span")))
    }
}
