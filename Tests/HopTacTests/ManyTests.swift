import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import Testing

@testable import HopTac

/// On a register of its own: these tests change it.
@Suite("Acting on many records") struct ManyTests {
    private static let own = Task { try await WholeSite() }

    private func encoded(_ fields: [(String, String)]) -> String {
        fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
            .joined(separator: "&")
    }

    private func cooperatives(_ count: Int, _ site: WholeSite) async throws -> [Cooperative] {
        let today = WallClock.system.today()
        return try await site.database.read { db in
            try Cooperative.list(
                where: "unit_id IN (\(units(under: "25906", on: today))) ORDER BY id LIMIT \(count)", in: db)
        }
    }

    private func kinds(_ records: [Cooperative], _ site: WholeSite) async throws -> [CooperativeKind?] {
        try await site.database.read { db in try records.map { try Cooperative.find($0.id, in: db).kind } }
    }

    @Test("goes from ticks through a preview to one change each, with the reason") func set() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let records = try await cooperatives(3, site)
        let list = try await site.get("/cooperatives", as: token).text
        #expect(list.contains("name=\"row\" value=\"\(records[0].id)\" form=\"many\""))
        #expect(list.contains("<option value=\"kind\">"))
        let rows = records.map { ("row", "\($0.id)") }
        let asked = try await site.ask(
            .post, "/cooperatives/many", as: token, form: encoded(rows + [("action", "kind")]))
        #expect(asked.status == 200 && asked.text.contains("<option value=\"livestock\">"))
        let value = [("action", "kind"), ("value", "livestock"), ("reason", "rà soát")]
        let preview = try await site.ask(.post, "/cooperatives/many/preview", as: token, form: encoded(rows + value))
        #expect(preview.status == 200)
        let before = try await kinds(records, site)
        #expect(before == records.map(\.kind), "the preview stored something")
        let others = records.filter { $0.kind != .livestock }
        #expect(preview.text.contains("<button>Lưu \(others.count) thay đổi</button>"))
        let seen = others.map { ("row", "\($0.id):\($0.version)") }
        let form = encoded(seen + value + [("once", "mot-lan")])
        for _ in 0..<2 {
            #expect(try await site.ask(.post, "/cooperatives/many/apply", as: token, form: form).status == 303)
        }
        #expect(try await kinds(records, site) == [.livestock, .livestock, .livestock])
        for record in others {
            let history = try await site.database.read {
                try Change.list(of: "cooperative", record.id.number, in: $0).first
            }
            #expect(history?.reason == "rà soát" && history?.action == .changed)
            #expect(history?.after == "{\"kind\":\"livestock\"}")
        }
    }

    @Test("stores nothing when one of them was changed meanwhile, and names it") func conflict() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("unit_officer")
        let records = try await cooperatives(2, site)
        let other: CooperativeKind = records[0].kind == .crop ? .general : .crop
        try await site.database.write { db in
            var changed = records[1]
            changed.address = "Ấp khác"
            try db.update(changed, from: records[1], by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let rows = records.map { ("row", "\($0.id):\($0.version)") }
        let form = encoded(rows + [("action", "kind"), ("value", other.rawValue)])
        let answer = try await site.ask(.post, "/cooperatives/many/apply", as: token, form: form)
        #expect(answer.status == 409)
        #expect(answer.text.contains("Không nhận"))
        #expect(try await kinds(records, site) == records.map(\.kind))
    }

    @Test("takes all that meet the filters, as far as one may edit them") func all() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let count = try await cooperatives(500, site).count
        let answer = try await site.ask(
            .post, "/cooperatives/many", as: token,
            form: encoded([("all", "1"), ("asked", "?sort=name"), ("action", "kind")]))
        #expect(answer.status == 200)
        #expect(answer.text.components(separatedBy: "name=\"row\"").count - 1 == count)
    }

    @Test("ends several with day and reason") func end() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("unit_officer")
        let row = [("row", "\(site.ownGroup)"), ("action", "end")]
        let silent = try await site.ask(
            .post, "/groups/many/preview", as: token, form: encoded(row + [("value", "01/02/2026")]))
        #expect(silent.status == 422 && silent.text.contains("phải có lý do"))
        let undated = try await site.ask(
            .post, "/groups/many/preview", as: token, form: encoded(row + [("reason", "giải thể")]))
        #expect(undated.status == 422)
        let form = encoded(row + [("value", "01/02/2026"), ("reason", "giải thể")])
        #expect(try await site.ask(.post, "/groups/many/apply", as: token, form: form).status == 303)
        let change = try await site.database.read { try Change.list(of: "group", site.ownGroup, in: $0).first }
        #expect(change?.action == .ended && change?.reason == "giải thể")
    }

    @Test("refuses what is not there to be done, and records out of reach") func refused() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        func ask(_ fields: [(String, String)], _ last: String = "/preview") async throws -> WholeSite.Answer {
            try await site.ask(.post, "/cooperatives/many\(last)", as: token, form: encoded(fields))
        }
        let own = ("row", "\(site.own)")
        #expect(try await ask([("action", "kind"), ("value", "crop")]).status == 422)
        #expect(try await ask([own, ("action", "tax_code"), ("value", "1")]).status == 422)
        #expect(try await ask([own, ("action", "end"), ("value", "01/01/2026")]).status == 422)
        #expect(try await ask([own, ("action", "kind"), ("value", "gì đó")]).text.contains("Không nhận"))
        #expect(try await ask([own, ("action", "unit"), ("value", "Xã Không Có")]).status == 422)
        let foreign = ("row", "\(site.foreign)")
        #expect(try await ask([foreign, ("action", "kind"), ("value", "crop")]).status == 404)
        #expect(try await ask([own, foreign, ("action", "kind"), ("value", "crop")], "/apply").status == 404)
        let many = (0..<501).map { ("row", "\($0 + 1)") }
        #expect(try await ask(many + [("action", "kind"), ("value", "crop")]).status == 422)
        // Who may not edit sees no ticks.
        let reader = try await site.signIn("auditor")
        #expect(!(try await site.get("/cooperatives", as: reader).text.contains("name=\"row\"")))
    }
}
