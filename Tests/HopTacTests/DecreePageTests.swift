import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import Testing

@testable import HopTac

@Suite("The pages of decrees and of communes to choose") struct DecreePageTests {
    private func encoded(_ fields: [(String, String)]) -> String {
        fields.map { name, value in
            let text = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            return "\(name)=\(text)"
        }.joined(separator: "&")
    }

    private func decree(_ lines: String, on day: String, once: String) -> String {
        encoded([
            ("name", "99/NQ-UBTVQH16"), ("issuer", "Ủy ban Thường vụ Quốc hội"), ("effective_on", day),
            ("lines", lines), ("note", ""), ("version", "0"), ("once", once), ("reason", ""),
        ])
    }

    @Test("take a decree from a wrong line to the day it is applied, and back again") func decree() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let day = DateText.short(WallClock.system.today().adding(days: 90), .vi)
        let wrong = try await site.ask(
            .post, "/unit-decrees", as: token, form: decree("25906; 99001; Tân Mỹ", on: day, once: "một"))
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("Dòng 1: “Tân Mỹ” thiếu từ chỉ loại đơn vị"))
        #expect(wrong.text.contains("25906; 99001; Tân Mỹ</textarea>"))
        let lines = "25906; 99001; Xã Tân Mỹ; 79\n25906; 99002; Xã Tân Lập; 79"
        let sent = try await site.ask(.post, "/unit-decrees", as: token, form: decree(lines, on: day, once: "hai"))
        #expect(sent.status == 303)
        let address = try #require(sent.headers[.location]?.split(separator: "?").first.map(String.init))
        let draft = try await site.get(address, as: token).text
        #expect(draft.contains("99001 Xã Tân Mỹ") && draft.contains("25906 Xã Bắc Tân Uyên"))
        // The cooperatives of 25906 in the sample, as its list counts them.
        let count = try await site.database.read { db in
            try db.one(
                "SELECT count(*) FROM registry_cooperative WHERE unit_id IN (\(units(under: "25906", on: WallClock.system.today())))"
            ) { try $0[0] as Int }
        }
        #expect(count > 0 && draft.contains("data-label=\"Phải chọn xã mới\">\(count)</td>"))
        let stale = try await site.ask(.post, "\(address)/apply", as: token, form: "version=7")
        #expect(stale.status == 409)
        let applied = try await site.ask(.post, "\(address)/apply", as: token, form: "version=1")
        #expect(applied.status == 303)
        let standing = try await site.get(address, as: token).text
        #expect(standing.contains("còn rút lại được") && !standing.contains("\(address)/edit"))
        let edit = try await site.ask(
            .post, address, as: token,
            form: decree("25906; -", on: day, once: "").replacing("version=0", with: "version=2"))
        #expect(edit.status == 422 && edit.text.contains("đã được áp dụng"))
        let silent = try await site.ask(.post, "\(address)/withdraw", as: token, form: "version=2&reason=")
        #expect(silent.status == 422)
        let back = try await site.ask(.post, "\(address)/withdraw", as: token, form: "version=2&reason=nham")
        #expect(back.status == 303)
        let history = try await site.database.read { try Change.list(where: "type = 'unit_decree'", in: $0) }
        #expect(history.map(\.action) == [.corrected, .changed, .added])
        #expect(history.first?.reason == "nham")
    }

    @Test("put several records of a divided commune at once, and only those within reach") func choices() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let page = try await site.get("/units-to-choose", as: token).text
        let (old, records) = try await site.database.read { db in
            let waiting = try UnitChoiceWork.waiting(Cooperative.listing, .all, on: WallClock.system.today(), in: db)
            let groups = Dictionary(grouping: waiting, by: \.unit)
            let most = try #require(groups.max { ($0.value.count, $1.key.number) < ($1.value.count, $0.key.number) })
            return (most.key, most.value)
        }
        let values = records.map { "cooperative:\($0.id):\($0.version)" }
        for value in values { #expect(page.contains("value=\"\(value)\"")) }
        let wanted = try await site.database.read { db in
            try #require(
                Gazetteer(db).whereabouts(of: old, on: WallClock.system.today())?.choices.first)
        }
        let form = encoded(values.map { ("record", $0) } + [("unit", "\(wanted.id)"), ("reason", "theo bản đồ")])
        // A commune officer elsewhere does not see them, and cannot guess them.
        let foreign = try await site.signIn("unit_officer")
        #expect(!(try await site.get("/units-to-choose", as: foreign).text.contains("value=\"\(values[0])\"")))
        #expect(try await site.ask(.post, "/units-to-choose", as: foreign, form: form).status == 404)
        #expect(try await site.ask(.post, "/units-to-choose", as: token, form: "unit=\(wanted.id)").status == 422)
        #expect(
            try await site.ask(.post, "/units-to-choose", as: token, form: encoded([("record", values[0])])).status
                == 422)
        #expect(try await site.ask(.post, "/units-to-choose", as: token, form: form).status == 303)
        // The same form once more was seen before the change.
        #expect(try await site.ask(.post, "/units-to-choose", as: token, form: form).status == 409)
        let list = try await site.get("/cooperatives?unit=\(wanted.code)", as: token).text
        for record in records { #expect(list.contains("/cooperatives/\(record.id)\"")) }
        #expect(!(try await site.get("/units-to-choose", as: token).text.contains(":\(records[0].id):")))
    }
}
