import Assessment
import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

@Suite("The history") struct HistoryTests {
    private func change(_ site: WholeSite, _ id: Int64, address: String, as token: String) async throws {
        let viewer = try #require(try await site.access.visitor(token).viewer)
        let act = viewer.act(at: WallClock.system.now(), origin: "web", reason: "số nhà <mới>")
        try await site.database.write { db in
            let before = try Cooperative.find(Identifier(id), in: db)
            var after = before
            after.address = address
            after.phone = "0912345678"
            try db.update(after, from: before, by: act)
        }
    }

    private func newest(_ site: WholeSite, _ id: Int64) async throws -> [Change] {
        try await site.database.read { try Change.list(of: "cooperative", id, in: $0) }
    }

    @Test("of the whole system tells who did what for whom and why, with personal data masked") func whole()
        async throws
    {
        let site = try await WholeSite()
        let officer = try await site.signIn("unit_officer")
        try await change(site, site.own, address: "Ấp 1", as: officer)
        let page = try await site.get("/history?type=cooperative&action=changed", as: try await site.signIn("auditor"))
        #expect(page.status == 200)
        #expect(page.text.contains("href=\"/cooperatives/\(site.own)\""))
        #expect(page.text.contains("thay mặt Xã"))
        #expect(page.text.contains("Lý do: số nhà &lt;mới&gt;"))
        #expect(page.text.contains("→ Ấp 1"))
        #expect(page.text.contains("091•• •••78"))
        #expect(!page.text.contains("0912345678"))
        let account = try #require(try await site.access.visitor(officer).account)
        for (query, isThere) in [
            ("account=\(account.id)", true), ("account=\(account.name)", true), ("account=0", false),
            ("account=%25", false), ("unit=25906", true), ("unit=79", true), ("unit=25747", false),
            ("from=2020-01-01", true), ("to=01%2F01%2F2020", false), ("type=group", false), ("action=ended", false),
        ] {
            let found = try await site.get("/history?\(query)", as: try await site.signIn("auditor"))
            #expect(found.status == 200, "\(query)")
            #expect(found.text.contains("→ Ấp 1") == isThere, "\(query)")
        }
        for query in ["type=nothing", "action=x", "from=32%2F1%2F2024", "before=x", "account=a%00"] {
            #expect(
                try await site.get("/history?\(query)", as: try await site.signIn("auditor")).status == 400, "\(query)")
        }
    }

    @Test("goes on where a page ends, with nothing twice and nothing left out") func paging() async throws {
        let site = try await WholeSite.sample.value
        let viewer = Viewer.system(today: WallClock.system.today(), rules: Wiring.scopes)
        let (all, pages) = try await site.database.read { db in
            let all = try db.all("SELECT id FROM records_change WHERE type = 'cooperative' ORDER BY id DESC") {
                try $0[0] as Int64
            }
            var question = HistoryQuestion(RecordCatalogue(assessmentRecords))
            question.type = "cooperative"
            question.limit = 30
            var pages: [[Int64]] = []
            repeat {
                let page = try question.page(for: viewer, in: db)
                pages.append(page.changes.map(\.id))
                question.before = page.next
            } while question.before != nil
            return (all, pages)
        }
        #expect(pages.flatMap(\.self) == all)
        #expect(pages.map(\.count) == [30, 30, 24])
    }

    @Test("holds for a viewer only what they may read") func scoped() async throws {
        let site = try await WholeSite.sample.value
        let role = Role.test("watcher", "read cooperative group change")
        let unit = try await site.database.read { db -> OrganisationRef in
            OrganisationRef("body", try db.one("SELECT id FROM registry_body WHERE name = 'Xã'") { try $0[0] })
        }
        let token = try await site.access.signIn("watcher", as: role, of: unit, at: WallClock.system.now())
        let viewer = try #require(try await site.access.visitor(token).viewer)
        let (seen, own) = try await site.database.read { db in
            var question = HistoryQuestion(RecordCatalogue(assessmentRecords))
            question.limit = 10_000
            let own = try db.all(
                """
                SELECT id FROM registry_cooperative WHERE unit_id IN (\(units(under: "25906", on: WallClock.system.today())))
                """
            ) { try $0[0] as Int64 }
            return (try question.page(for: viewer, in: db).changes, Set(own))
        }
        #expect(!own.isEmpty)
        #expect(Set(seen.filter { $0.type == "cooperative" }.map(\.record)) == own)
        #expect(
            Set(seen.map(\.type)).isSubset(of: [
                "cooperative", "cooperative_status", "headcount", "charter_capital", "land_area", "group",
                "group_headcount",
            ]))
        let page = try await site.get("/history?type=account", as: token)
        #expect(page.status == 400)
        #expect(try await site.get("/history", as: try await site.signIn("member")).status == 403)
    }

    @Test("brings an earlier state back as a change of its own") func restoring() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("unit_officer")
        let path = "/cooperatives/\(site.own)"
        let original = try await site.database.read { try Cooperative.find(Identifier(site.own), in: $0) }
        try await change(site, site.own, address: "Ấp 1", as: token)
        try await change(site, site.own, address: "Ấp 2", as: token)
        let changes = try await newest(site, site.own)
        let added = try #require(changes.last)
        let page = try await site.get(path, as: token).text
        #expect(page.contains("href=\"\(path)/history/\(added.id)\""))
        #expect(!page.contains("\(path)/history/\(changes[0].id)"))

        let asked = try await site.get("\(path)/history/\(added.id)", as: token)
        #expect(asked.status == 200)
        #expect(asked.text.contains("Ấp 2"))
        #expect(asked.text.contains("name=\"version\" value=\"3\""))
        let noReason = try await site.ask(.post, "\(path)/history/\(added.id)", as: token, form: "version=3&reason=+")
        #expect(noReason.status == 422)
        #expect(try await newest(site, site.own).count == 3)
        let stale = try await site.ask(.post, "\(path)/history/\(added.id)", as: token, form: "version=2&reason=x")
        #expect(stale.status == 409)

        let done = try await site.ask(
            .post, "\(path)/history/\(added.id)", as: token, form: "version=3&reason=nh%E1%BA%A7m")
        #expect(done.status == 303)
        #expect(done.headers[.location] == path)
        let now = try await site.database.read { try Cooperative.find(Identifier(site.own), in: $0) }
        #expect(now.address == original.address)
        #expect(now.phone == original.phone)
        #expect(now.version == 4)
        let last = try #require(try await newest(site, site.own).first)
        #expect(last.reason == "nhầm")
        #expect(last.action == .changed)
        let again = try await site.ask(.post, "\(path)/history/\(added.id)", as: token, form: "version=4&reason=x")
        #expect(again.status == 422)
        #expect(again.text.contains("không có gì để khôi phục"))
    }

    @Test("brings nothing back for those who may not edit, nor under another record's address") func refused()
        async throws
    {
        let site = try await WholeSite()
        let officer = try await site.signIn("unit_officer")
        try await change(site, site.own, address: "Ấp 1", as: officer)
        try await change(site, site.foreign, address: "Ấp 1", as: officer)
        let own = try #require(try await newest(site, site.own).last)
        let foreign = try #require(try await newest(site, site.foreign).last)
        for (id, change) in [
            (site.foreign, foreign.id), (site.own, foreign.id), (site.foreign, own.id), (site.own, 999_999),
        ] {
            let path = "/cooperatives/\(id)/history/\(change)"
            #expect(try await site.get(path, as: officer).status == 404)
            #expect(try await site.ask(.post, path, as: officer, form: "version=2&reason=x").status == 404)
        }
        let page = try await site.get("/cooperatives/\(site.own)", as: try await site.signIn("auditor")).text
        #expect(!page.contains("/history/\(own.id)"))
    }

    @Test("says what stands against a state that cannot be stored today") func unstorable() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("unit_officer")
        let added = try #require(try await newest(site, site.own).last)
        try await change(site, site.own, address: "Ấp 1", as: token)
        try await site.database.write { db in
            try db.run(
                """
                UPDATE records_change SET before = '{"name":"<b>","lost":1}' WHERE type = 'cooperative'
                AND record_id = \(site.own) AND action = 'changed'
                """)
        }
        let path = "/cooperatives/\(site.own)/history/\(added.id)"
        let page = try await site.get(path, as: token)
        #expect(page.status == 200)
        #expect(page.text.contains("không lưu lại được"))
        #expect(!page.text.contains("name=\"version\""))
        let refused = try await site.ask(.post, path, as: token, form: "version=2&reason=x")
        #expect(refused.status == 422)
        #expect(try await newest(site, site.own).count == 2)
    }

    @Test("keeps who read personal data unmasked, and why") func unmasking() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("unit_officer")
        let path = "/cooperatives/\(site.own)"
        try await change(site, site.own, address: "Ấp 1", as: token)
        let masked = try await site.get(path, as: token).text
        #expect(masked.contains("091•• •••78"))
        #expect(!masked.contains("0912345678"))
        #expect(masked.contains("action=\"\(path)/unmask\""))
        let refused = try await site.ask(.post, "\(path)/unmask", as: token, form: "reason=")
        #expect(refused.status == 422)
        #expect(!refused.text.contains("0912345678"))
        let shown = try await site.ask(.post, "\(path)/unmask", as: token, form: "reason=g%E1%BB%8Di")
        #expect(shown.status == 200)
        #expect(shown.text.contains("0912345678"))
        #expect(shown.headers[.cacheControl] == "no-store")
        let note = try #require(try await newest(site, site.own).first)
        #expect(note.action == .unmasked)
        #expect(note.reason == "gọi")
        #expect(note.account != nil)
        #expect(!(try await site.get(path, as: token).text.contains("0912345678")))
        let foreign = try await site.ask(
            .post, "/cooperatives/\(site.foreign)/unmask", as: token, form: "reason=x")
        #expect(foreign.status == 404)
        for role in ["auditor", "approving_leader", "member"] {
            let other = try await site.signIn(role)
            #expect(!(try await site.get(path, as: other).text.contains("/unmask")))
            #expect(try await site.ask(.post, "\(path)/unmask", as: other, form: "reason=x").status == 403)
        }
    }
}
