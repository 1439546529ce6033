import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

/// On a register of its own: these tests change it.
@Suite("A form") struct FormTests {
    private static let own = Task { try await WholeSite() }

    /// The fields of the form on a page, as a browser would send them back.
    private func fields(_ page: String) -> [String: String] {
        var fields: [String: String] = [:]
        for match in page.matches(
            of: /<input type="(?:text|hidden)" (?:id="[^"]*" )?name="([^"]+)"[^>]*?value="([^"]*)"/)
        {
            fields[String(match.1)] = text(match.2)
        }
        for match in page.matches(of: /<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)<\/select>/) {
            let selected = match.2.firstMatch(of: /<option value="([^"]*)" selected>/)
            fields[String(match.1)] = selected.map { text($0.1) } ?? ""
        }
        return fields
    }

    private func text(_ escaped: Substring) -> String {
        String(escaped).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    private func encoded(_ fields: [String: String]) -> String {
        func code(_ text: String) -> String {
            text.utf8.map { byte in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
        return fields.map { "\(code($0.key))=\(code($0.value))" }.sorted().joined(separator: "&")
    }

    private func name(_ id: Int64, _ site: WholeSite) async throws -> (name: String, version: Int) {
        try await site.database.read {
            let record = try Cooperative.find(Identifier(id), in: $0)
            return (record.name, record.version)
        }
    }

    private func cooperative(_ number: Int64, _ site: WholeSite) async throws -> Int64 {
        let today = WallClock.system.today()
        return try await site.database.read { db in
            try db.one(
                """
                SELECT id FROM registry_cooperative WHERE unit_id IN (\(units(under: "25906", on: today)))
                ORDER BY id LIMIT 1 OFFSET \(number)
                """
            ) { try $0[0] }
        }
    }

    @Test("stores what was typed with its history: who, for whom and why") func change() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let id = try await cooperative(0, site)
        var form = fields(try await site.get("/cooperatives/\(id)/edit", as: token).text)
        #expect(form["version"] == "1")
        form["address"] = "Ấp 3 & \"chợ\" <cũ>"
        form["main_products"] = "Bưởi da xanh"
        form["reason"] = "Theo giấy chứng nhận"
        let refused = try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form))
        #expect(refused.status == 422)
        // Nothing that was typed is lost.
        #expect(fields(refused.text)["address"] == "Ấp 3 & \"chợ\" <cũ>")
        #expect(fields(refused.text)["main_products"] == "Bưởi da xanh")
        #expect(refused.text.contains("<a href=\"#address\">"))
        form["address"] = "Ấp 3"
        let saved = try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form))
        #expect(saved.status == 303)
        #expect(saved.headers[.location] == "/cooperatives/\(id)?done=saved")
        let page = try await site.get("/cooperatives/\(id)?done=saved", as: token)
        #expect(page.text.contains("Đã lưu."))
        #expect(page.text.contains("Theo giấy chứng nhận"))
        let change = try #require(
            try await site.database.read { try Change.list(of: "cooperative", id, in: $0).first })
        #expect(change.action == .changed)
        #expect(change.account != nil)
        #expect(change.reason == "Theo giấy chứng nhận")
        #expect(change.after == "{\"address\":\"Ấp 3\",\"main_products\":\"Bưởi da xanh\"}")
    }

    @Test("shows the second of two people what the first stored, and overwrites nothing") func conflict() async throws {
        let site = try await Self.own.value
        let (first, second) = (try await site.signIn("unit_officer"), try await site.signIn("department_officer"))
        let id = try await cooperative(1, site)
        var mine = fields(try await site.get("/cooperatives/\(id)/edit", as: first).text)
        var theirs = fields(try await site.get("/cooperatives/\(id)/edit", as: second).text)
        mine["name"] = "HTX Người thứ nhất"
        mine["address"] = "Ấp Một"
        #expect(try await site.ask(.post, "/cooperatives/\(id)", as: first, form: encoded(mine)).status == 303)
        theirs["name"] = "HTX Người thứ hai"
        theirs["main_products"] = "Cam sành"
        let disputed = try await site.ask(.post, "/cooperatives/\(id)", as: second, form: encoded(theirs))
        #expect(disputed.status == 409)
        #expect(disputed.text.contains("<b>HTX Người thứ nhất</b>"))
        let merged = fields(disputed.text)
        #expect(merged["name"] == "HTX Người thứ hai")
        // What only the other changed is taken over.
        #expect(merged["address"] == "Ấp Một")
        #expect(merged["main_products"] == "Cam sành")
        #expect(merged["version"] == "2")
        #expect(try await name(id, site) == ("HTX Người thứ nhất", 2))
        #expect(try await site.ask(.post, "/cooperatives/\(id)", as: second, form: encoded(merged)).status == 303)
        #expect(try await name(id, site) == ("HTX Người thứ hai", 3))
    }

    @Test("sent twice stores once") func twice() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let id = try await cooperative(2, site)
        var form = fields(try await site.get("/cooperatives/\(id)/edit", as: token).text)
        form["address"] = "Ấp Hai lần"
        for _ in 0..<2 {
            #expect(try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form)).status == 303)
        }
        #expect(try await name(id, site).version == 2)
        var new = fields(try await site.get("/groups/new", as: token).text)
        new["name"] = "Tổ hợp tác Gửi hai lần"
        new["unit"] = "xa bac tan uyen"
        let first = try await site.ask(.post, "/groups", as: token, form: encoded(new))
        let second = try await site.ask(.post, "/groups", as: token, form: encoded(new))
        #expect(first.status == 303)
        #expect(first.headers[.location] == second.headers[.location])
        let count: Int = try await site.database.read { db in
            try db.one("SELECT count(*) FROM registry_group WHERE name = 'Tổ hợp tác Gửi hai lần'") { try $0[0] }
        }
        #expect(count == 1)
    }

    @Test("finds a unit by its name without diacritics, asks among several, and says what it does not find")
    func picker() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("department_officer")
        var form = fields(try await site.get("/groups/new", as: token).text)
        form["name"] = "Tổ hợp tác Chọn xã"
        form["unit"] = "khong co xa nay"
        let unknown = try await site.ask(.post, "/groups", as: token, form: encoded(form))
        #expect(unknown.status == 422)
        #expect(unknown.text.contains("khong co xa nay"))
        form["unit"] = "tan"
        let several = try await site.ask(.post, "/groups", as: token, form: encoded(form))
        #expect(several.status == 422)
        let choice = try #require(several.text.firstMatch(of: /name="pick\.unit" value="(\d+)">([^<]+)</))
        form["pick.unit"] = String(choice.1)
        let saved = try await site.ask(.post, "/groups", as: token, form: encoded(form))
        #expect(saved.status == 303)
        let unit: Int64 = try await site.database.read { db in
            try db.one("SELECT unit_id FROM registry_group WHERE name = 'Tổ hợp tác Chọn xã'") { try $0[0] }
        }
        #expect("\(unit)" == choice.1)
        let suggested = try await site.get("/pick/unit?q=bac%20tan%20uyen", as: token)
        #expect(suggested.text.contains("Xã Bắc Tân Uyên, Thành phố Hồ Chí Minh"))
    }

    @Test("puts nothing outside the officer's own unit, neither new nor moved") func outside() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        var new = fields(try await site.get("/groups/new", as: token).text)
        new["name"] = "Tổ hợp tác Ngoài xã"
        new["unit"] = "Phường Thủ Dầu Một, Thành phố Hồ Chí Minh"
        let refused = try await site.ask(.post, "/groups", as: token, form: encoded(new))
        #expect(refused.status == 422)
        #expect(refused.text.contains("nằm ngoài phạm vi"))
        let id = try await cooperative(3, site)
        var form = fields(try await site.get("/cooperatives/\(id)/edit", as: token).text)
        form["unit"] = new["unit"]
        #expect(try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form)).status == 422)
        #expect(try await name(id, site).version == 1)
        for path in ["/cooperatives/\(site.foreign)", "/cooperatives/\(site.foreign)/headcounts"] {
            #expect(try await site.ask(.post, path, as: token, form: encoded(form)).status == 404, "\(path)")
        }
        #expect(try await site.get("/cooperatives/\(site.foreign)/edit", as: token).status == 404)
    }

    @Test("of a dated fact adds to the timeline of its own cooperative only") func facts() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let (id, other) = (try await cooperative(4, site), try await cooperative(0, site))
        var form = fields(try await site.get("/cooperatives/\(id)/headcounts/new", as: token).text)
        form["valid_from"] = "31/12/2024"
        form["members"] = "42"
        form["women"] = "51"
        let refused = try await site.ask(.post, "/cooperatives/\(id)/headcounts", as: token, form: encoded(form))
        #expect(refused.status == 422)
        form["women"] = "15"
        #expect(
            try await site.ask(.post, "/cooperatives/\(id)/headcounts", as: token, form: encoded(form)).status == 303)
        form["once"] = "another"
        // A second fact of the same day is refused and not stored over the first.
        let taken = try await site.ask(.post, "/cooperatives/\(id)/headcounts", as: token, form: encoded(form))
        #expect(taken.status == 422)
        let fact: Int64 = try await site.database.read { db in
            try db.one("SELECT id FROM registry_headcount WHERE cooperative_id = \(id) AND valid_from = '2024-12-31'") {
                try $0[0]
            }
        }
        #expect(try await site.get("/cooperatives/\(id)/headcounts/\(fact)/edit", as: token).status == 200)
        #expect(try await site.get("/cooperatives/\(other)/headcounts/\(fact)/edit", as: token).status == 404)
        #expect(try await site.get("/cooperatives/\(id)", as: token).text.contains("Thành viên 42"))
    }

    @Test("that ends a record asks for the day and the reason, and deletes nothing") func ending() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let path = "/groups/\(site.ownGroup)/end"
        #expect(try await site.ask(.post, path, as: token, form: "day=01/03/2025").status == 422)
        #expect(try await site.ask(.post, path, as: token, form: "reason=x").status == 422)
        #expect(try await site.ask(.post, path, as: token, form: "day=31/02/2025&reason=x").status == 422)
        let ended = try await site.ask(.post, path, as: token, form: "day=01/03/2025&reason=Gi%E1%BA%A3i+th%E1%BB%83")
        #expect(ended.status == 303)
        let group = try await site.database.read { try Group.find(Identifier(site.ownGroup), in: $0) }
        #expect(group.endedOn == "2025-03-01")
        let change = try await site.database.read { try Change.list(of: "group", site.ownGroup, in: $0).first }
        #expect(change?.action == .ended)
        #expect(change?.reason == "Giải thể")
    }

    @Test("keeps a doubtful value once it is said to be meant so") func doubtful() async throws {
        let site = try await Self.own.value
        let token = try await site.signIn("unit_officer")
        let id = try await cooperative(5, site)
        var form = fields(try await site.get("/cooperatives/\(id)/edit", as: token).text)
        form["tax_code"] = "3709123451"
        let asked = try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form))
        #expect(asked.status == 422)
        #expect(asked.text.contains("name=\"keep\" value=\"tax_code\""))
        form["keep"] = "tax_code"
        #expect(try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form)).status == 303)
    }

    @Test("does not show personal data to whom it is masked, and leaves it as it is") func personal() async throws {
        let site = try await Self.own.value
        let role = Role.test("editor", "read cooperative\nedit cooperative")
        let token = try await site.access.signIn("editor", as: role, at: WallClock.system.now())
        let id: Int64 = try await site.database.read { db in
            try db.one("SELECT id FROM registry_cooperative WHERE phone IS NOT NULL ORDER BY id DESC LIMIT 1") {
                try $0[0]
            }
        }
        let phone = try await site.database.read { try Cooperative.find(Identifier(id), in: $0).phone }
        let page = try await site.get("/cooperatives/\(id)/edit", as: token)
        #expect(!page.text.contains("name=\"phone\""))
        var form = fields(page.text)
        form["address"] = "Ấp Năm"
        form["phone"] = "0999999999"
        #expect(try await site.ask(.post, "/cooperatives/\(id)", as: token, form: encoded(form)).status == 303)
        #expect(try await site.database.read { try Cooperative.find(Identifier(id), in: $0).phone } == phone)
    }

    @Test("of an account gives a post that reaches what its organisation reaches, at once") func accounts() async throws
    {
        let site = try await Self.own.value
        let token = try await site.signIn("administrator")
        var form = fields(try await site.get("/accounts/new", as: token).text)
        form["name"] = "Mai"
        form["email"] = "mai@xa.vn"
        let added = try await site.ask(.post, "/accounts", as: token, form: encoded(form))
        #expect(added.status == 303)
        let address = try #require(added.headers[.location]?.split(separator: "?").first.map(String.init))
        var post = fields(try await site.get("\(address)/holdings/new", as: token).text)
        post["role"] = "Cán bộ xã, phường"
        post["organisation"] = "Xã"
        let several = try await site.ask(.post, "\(address)/holdings", as: token, form: encoded(post))
        let choice = try #require(several.text.firstMatch(of: /name="pick\.organisation" value="(body:\d+)">Xã ·/))
        post["pick.organisation"] = String(choice.1)
        let held = try await site.ask(.post, "\(address)/holdings", as: token, form: encoded(post))
        #expect(held.status == 303)
        let link = try await site.ask(.post, "\(address)/link", as: token, form: "")
        let path = try #require(link.text.firstMatch(of: /<code>(\/link\/[^<]+)<\/code>/)).1
        let set = try await site.ask(
            .post, String(path), as: nil, form: "password=con+tr%C3%A2u+%C4%91i&again=con+tr%C3%A2u+%C4%91i")
        #expect(set.status == 200, "\(set.text)")
        let signedIn = try await site.ask(
            .post, "/sign-in", as: nil, form: "name=mai%40xa.vn&password=con+tr%C3%A2u+%C4%91i")
        let session = try #require(signedIn.headers[values: .setCookie].first { $0.hasPrefix("session=") })
        let own = String(session.dropFirst(8).prefix { $0 != ";" })
        #expect(try await site.get("/cooperatives/\(site.own)", as: own).status == 200)
        #expect(try await site.get("/cooperatives/\(site.foreign)", as: own).status == 404)
        #expect(try await site.get("/accounts", as: own).status == 403)
    }
}
