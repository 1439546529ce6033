import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac
@testable import Web

@Suite("The API") struct ApiTests {
    private static let cooperatives = "/api/v1/cooperative"

    @Test("adds, reads, changes and ends a record, each with its row of history", arguments: TestEngine.all)
    func life(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            let sent = """
                {"cooperative_id":\(site.inside),"role":"director","name":"  Lê  Thị Lan ","phone":"0951234512",\
                "valid_from":"2020-02-01"}
                """
            let made = try await site.ask(.post, "/api/v1/officer", token, sent)
            #expect(made.status == 201)
            #expect(made.headers[.eTag] == "\"1\"")
            let path = try #require(made.headers[.location])
            let object = try made.object()
            #expect(path == "/api/v1/officer/\(try #require(object["id"] as? Int))")
            // Text is stored in its one form; what is personal is said to be there and not what it is.
            #expect(object["name"] as? String == "Lê Thị Lan")
            #expect(object["masked"] as? [String] == ["birth_year", "phone"])
            #expect(!made.text.contains("0951234512"))

            let changed = try await site.ask(.patch, path, token, #"{"sex":"female"}"#, [.ifMatch: "\"1\""])
            #expect(changed.status == 200)
            #expect(changed.headers[.eTag] == "\"2\"")
            #expect(try changed.object()["sex"] as? String == "female")
            let cleared = try await site.ask(.patch, path, token, #"{"sex":null}"#, [.ifMatch: "\"2\""])
            #expect(try cleared.object()["sex"] is NSNull)

            let end = #"{"on":"2025-01-01","reason":"Hết nhiệm kỳ"}"#
            let ended = try await site.ask(.post, path + "/end", token, end, [.ifMatch: "\"3\""])
            #expect(try ended.object()["valid_to"] as? String == "2025-01-01")
            #expect(try await site.ask(.post, path + "/end", token, end).status == 428)
            #expect(try await site.ask(.post, path + "/end", token, end, [.ifMatch: "\"3\""]).status == 412)
            let again = try await site.ask(.post, path + "/end", token, end, [.ifMatch: "\"4\""])
            #expect(again.status == 409)
            #expect(again.code == "record.has-ended")
            #expect(try await site.get(path, token).text == ended.text)

            let history = try await site.get(path + "/history", token)
            let items = try #require(try history.object()["items"] as? [[String: Any]])
            #expect(items.map { $0["action"] as? String } == ["ended", "changed", "changed", "added"])
            #expect(items.map { $0["origin"] as? String } == ["api", "api", "api", "api"])
            #expect(items[0]["reason"] as? String == "Hết nhiệm kỳ")
            #expect((items[0]["after"] as? [String: String]) == ["valid_to": "2025-01-01"])
            #expect(items[3]["masked"] as? [String] == ["phone"])
            #expect((items[3]["after"] as? [String: Any])?["cooperative_id"] as? Int == Int(site.inside))
            #expect(!history.text.contains("0951234512"))
            let first = try await site.get(path + "/history?limit=3", token).object()
            let rest = try await site.get(path + "/history?after=\(first["next"] as? String ?? "")", token).object()
            #expect((rest["items"] as? [Any])?.count == 1)
        }
    }

    @Test("opens to a token alone, and a token opens nothing else") func credentials() async throws {
        try await ApiSite.with { site in
            let token = try await site.token()
            let session = try await site.session("unit_officer")
            let cookie: HTTPFields = [.cookie: "session=\(session)"]
            for (bearer, headers) in [
                (nil, HTTPFields()), (nil, cookie), (session, HTTPFields()), ("hoptac_none", cookie),
            ]
                as [(String?, HTTPFields)]
            {
                let reply = try await site.ask(.get, Self.cooperatives, bearer, nil, headers)
                #expect(reply.status == 401)
                #expect(reply.code == "token.needed")
                #expect(reply.headers[.wwwAuthenticate] == "Bearer realm=\"hoptac\"")
            }
            // An encoded letter in the address does not turn the API into a page.
            let encoded = try await site.ask(.get, "/%61pi/v1/cooperative", nil, nil, cookie)
            #expect([401, 404].contains(encoded.status))
            #expect(try await site.get(Self.cooperatives, token).status == 200)
            for page in ["/cooperatives", "/account", "/account/tokens"] {
                #expect(try await site.get(page, token).status == 303, "\(page)")
            }
        }
    }

    @Test("keeps each to their own records: lists, numbers, references, additions and moves", arguments: TestEngine.all)
    func scope(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            let (inside, outside) = (site.inside, site.outside)
            let list = try await site.get(Self.cooperatives, token).object()
            #expect((list["items"] as? [[String: Any]])?.map { $0["id"] as? Int } == [Int(inside)])
            #expect(list["total"] as? Int == 1)
            let lines = try await site.get(Self.cooperatives + ".jsonl", token)
            #expect(lines.text.split(separator: "\n").count == 1)
            for path in ["\(outside)", "\(outside)/history", "999999", "999999/history"] {
                let reply = try await site.get("\(Self.cooperatives)/\(path)", token)
                #expect(reply.status == 404 && reply.code == "record.missing", "\(path)")
            }
            let change = try await site.ask(
                .patch, "\(Self.cooperatives)/\(outside)", token, #"{"name":"x"}"#, [.ifMatch: "\"1\""])
            #expect(change.status == 404)

            let add = #"{"name":"HTX Mới","unit_id":\#(site.elsewhere)}"#
            let added = try await site.ask(.post, Self.cooperatives, token, add)
            #expect(added.status == 403 && added.code == "access.outside-scope")
            let moved = try await site.ask(
                .patch, "\(Self.cooperatives)/\(inside)", token, #"{"unit_id":\#(site.elsewhere)}"#, [.ifMatch: "\"1\""]
            )
            #expect(moved.status == 403 && moved.code == "access.outside-scope")
            let status = #"{"cooperative_id":\#(outside),"valid_from":"2024-01-01","status":"active"}"#
            let fact = try await site.ask(.post, "/api/v1/cooperative_status", token, status)
            #expect(fact.status == 422)
            #expect(fact.errors == ["cooperative_id: reference.unknown"])
            // Nothing of this was stored.
            let rows = try await site.database.read { db in
                try db.all("SELECT unit_id, version FROM registry_cooperative ORDER BY id") {
                    [try $0[0] as Int64, try $0[1]]
                }
            }
            #expect(rows == [[site.unit, 1], [site.elsewhere, 1]])
        }
    }

    @Test("refuses what the role or the token does not allow") func rights() async throws {
        try await ApiSite.with { site in
            let reader = try await site.token(allow: "read *")
            let add = #"{"name":"HTX Mới","unit_id":\#(site.unit)}"#
            #expect(try await site.ask(.post, Self.cooperatives, reader, add).status == 403)
            #expect(try await site.get(Self.cooperatives + ".jsonl", reader).status == 403)
            #expect(try await site.get("\(Self.cooperatives)/\(site.inside)?personal=why", reader).status == 403)
            let auditor = try await site.token("auditor")
            // Whoever reads everything is told as well what is not there.
            for path in ["999999", "999999/history"] {
                #expect(try await site.get("\(Self.cooperatives)/\(path)", auditor).code == "record.missing")
            }
            #expect(try await site.ask(.post, Self.cooperatives, auditor, add).status == 403)
            for type in ["account", "role", "holding"] {
                #expect(try await site.get("/api/v1/\(type)", reader).status == 403)
                #expect(try await site.get("/api/v1/\(type)", auditor).status == 200)
            }
        }
    }

    @Test("overwrites nobody's change in silence", arguments: TestEngine.all) func stale(engine: TestEngine)
        async throws
    {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            let path = "\(Self.cooperatives)/\(site.inside)"
            let first = #"{"address":"Ấp 1","phone":"0911111111"}"#
            #expect(try await site.ask(.patch, path, token, first, [.ifMatch: "\"1\""]).status == 200)
            let second = #"{"address":"Ấp 2","name":"HTX Trong","phone":"0922222222"}"#
            let reply = try await site.ask(.patch, path, token, second, [.ifMatch: "\"1\""])
            #expect(reply.status == 412)
            #expect(reply.headers[.eTag] == "\"2\"")
            let differences = try #require(try reply.object()["differences"] as? [[String: String]])
            #expect(
                differences == [
                    ["field": "address", "sent": "Ấp 2", "current": "Ấp 1"], ["field": "phone", "sent": "0922222222"],
                ])
            let without = try await site.ask(.patch, path, token, second)
            #expect(without.status == 428 && without.code == "api.if-match-needed")
            for tag in ["1", "*", "W/\"1\"", "\"x\"", "\"\""] {
                #expect(try await site.ask(.patch, path, token, second, [.ifMatch: tag]).code == "api.bad-if-match")
            }
        }
    }

    @Test("does once what is sent twice under one key", arguments: TestEngine.all) func once(engine: TestEngine)
        async throws
    {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "a-1"]
            let add = #"{"name":"HTX Mới","unit_id":\#(site.unit)}"#
            let first = try await site.ask(.post, Self.cooperatives, token, add, key)
            let second = try await site.ask(.post, Self.cooperatives, token, add, key)
            #expect(first.status == 201 && second.status == 201)
            #expect(first.text == second.text)
            #expect(first.headers[.location] == second.headers[.location])
            let other = try await site.ask(.post, Self.cooperatives, token, add + " ", key)
            #expect(other.status == 422 && other.code == "api.key-reused")
            // The key is its account's.
            let stranger = try await site.token()
            #expect(try await site.ask(.post, Self.cooperatives, stranger, add, key).text != first.text)
            // A change too, though its version has passed since.
            let path = try #require(first.headers[.location])
            let change: HTTPFields = [.ifMatch: "\"1\"", HTTPField.Name("Idempotency-Key")!: "a-2"]
            let once = try await site.ask(.patch, path, token, #"{"address":"Ấp 1"}"#, change)
            let twice = try await site.ask(.patch, path, token, #"{"address":"Ấp 1"}"#, change)
            #expect(once.status == 200 && once.text == twice.text && twice.headers[.eTag] == "\"2\"")
            let count = try await site.database.read { db in
                try db.one("SELECT count(*) FROM registry_cooperative WHERE name = 'HTX Mới'") { try $0[0] as Int }
            }
            #expect(count == 2)
        }
    }

    @Test("shows personal data to whoever may see it and says why, and notes it") func personal() async throws {
        try await ApiSite.with { site in
            let token = try await site.token()
            let path = "\(Self.cooperatives)/\(site.inside)"
            #expect(!(try await site.get(path, token).text.contains("0951234512")))
            let seen = try await site.get(path + "?personal=G%E1%BB%8Di%20h%E1%BB%8Fi", token)
            #expect(try seen.object()["phone"] as? String == "0951234512")
            #expect(try seen.object()["masked"] as? [String] == [])
            let changes = try await site.database.read { try Change.list(of: "cooperative", site.inside, in: $0) }
            #expect(changes.first?.action == .unmasked)
            #expect(changes.first?.reason == "Gọi hỏi")
        }
    }

    @Test(
        "says what is wrong with what is sent, column by column",
        arguments: [
            ("{", 400, "request.malformed", []), ("[]", 400, "api.not-an-object", []),
            ("{}", 422, "api.not-acceptable", ["name: field.required", "unit_id: field.required"]),
            (
                #"{"name":1,"unit_id":"x","kind":"big","surname":"a"}"#, 422, "api.not-acceptable",
                [
                    "kind: field.wrong-type", "name: field.wrong-type", "surname: field.no-such-field",
                    "unit_id: field.wrong-type",
                ]
            ),
            (
                #"{"name":"<b>","unit_id":99999999}"#, 422, "api.not-acceptable",
                ["name: text.markup", "unit_id: reference.unknown"]
            ),
            (
                #"{"name":" ","unit_id":1.5,"id":7,"version":3}"#, 422, "api.not-acceptable",
                [
                    "id: field.no-such-field", "name: field.required", "unit_id: field.wrong-type",
                    "version: field.no-such-field",
                ]
            ),
            (
                #"{"name":"a","unit_id":true,"established":"2018-13"}"#, 422, "api.not-acceptable",
                ["established: field.wrong-type", "unit_id: field.wrong-type"]
            ),
        ] as [(String, Int, String, [String])])
    func refused(json: String, status: Int, code: String, errors: [String]) async throws {
        try await ApiSite.with { site in
            let token = try await site.token()
            let reply = try await site.ask(.post, Self.cooperatives, token, json)
            #expect(reply.status == status)
            #expect(reply.code == code)
            #expect(reply.errors == errors)
            #expect(reply.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("refuses other media, unknown, blank and repeated parameters, and cursors that are none") func questions()
        async throws
    {
        try await ApiSite.with { site in
            let token = try await site.token()
            let form = try await site.ask(
                .post, Self.cooperatives, token, "name=a", [.contentType: "application/x-www-form-urlencoded"])
            #expect(form.status == 415)
            for (query, status) in [
                ("limit=0", 400), ("limit=501", 400), ("limit=%2B5", 400), ("limit=", 400), ("limit=1&limit=2", 400),
                ("figure=members", 400), ("as_of=2024-02-30", 400), ("as_of=30/06/2024", 400), ("sort=address", 400),
                ("kind=wild", 400), ("unit=%C4%91", 400), ("unit_id=0", 400), ("after=%C4%91", 400), ("after=x", 422),
                ("after=1.t.ff", 422),
                ("limit=500", 200), ("kind=unknown", 200), ("unit=25906", 200), ("sort=-established", 200),
                ("q=trong", 200),
            ] {
                #expect(try await site.get("\(Self.cooperatives)?\(query)", token).status == status, "\(query)")
            }
            #expect(try await site.get("/api/v1/headcount?after=x", token).status == 400)
            #expect(try await site.get("/api/v1/nothing", token).status == 404)
            let long = try await site.get("\(Self.cooperatives)?q=\(String(repeating: "a", count: 9000))", token)
            #expect(long.status == 414 && long.headers[.contentType] == "application/problem+json")
            #expect(try await site.ask(.delete, "\(Self.cooperatives)/1", token).status == 405)
        }
    }

    @Test(
        "pages through a list and meets every record once; facts of a day are the last ones", arguments: TestEngine.all)
    func pages(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            for number in 1...4 {
                let add = #"{"name":"HTX \#(number)","unit_id":\#(site.unit)}"#
                #expect(try await site.ask(.post, Self.cooperatives, token, add).status == 201)
                let fact =
                    #"{"cooperative_id":\#(site.inside),"valid_from":"202\#(number)-01-01","members":\#(number)}"#
                #expect(try await site.ask(.post, "/api/v1/headcount", token, fact).status == 201)
            }
            for (path, count) in [
                ("cooperative?limit=2", 5), ("cooperative?limit=2&sort=-name", 5), ("headcount?limit=3", 4),
            ] {
                var (ids, next) = ([Int](), "")
                repeat {
                    let after = next.isEmpty ? "" : "&after=\(next)"
                    let page = try await site.get("/api/v1/\(path)\(after)", token).object()
                    ids += try #require(page["items"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
                    #expect(page["total"] as? Int == count)
                    next = page["next"] as? String ?? ""
                } while !next.isEmpty
                #expect(ids.count == count && Set(ids).count == count, "\(path)")
            }
            let standing = try await site.get(
                "/api/v1/headcount?as_of=2022-06-01&cooperative_id=\(site.inside)", token
            ).object()
            #expect((standing["items"] as? [[String: Any]])?.map { $0["members"] as? Int } == [2])
            let lines = try await site.get("/api/v1/headcount.jsonl", token)
            #expect(lines.headers[.contentType] == "application/x-ndjson")
            #expect(lines.text.split(separator: "\n").count == 4)
        }
    }

    @Test("counts a token's requests and says how long to wait") func limits() async throws {
        try await ApiSite.with(perMinute: 2) { site in
            let token = try await site.token()
            let first = try await site.get(Self.cooperatives, token)
            #expect(first.headers[HTTPField.Name("RateLimit-Policy")!] == "\"token\";q=2;w=60")
            #expect(first.headers[HTTPField.Name("RateLimit")!]?.hasPrefix("\"token\";r=1;t=") == true)
            #expect(try await site.get(Self.cooperatives, token).status == 200)
            let third = try await site.get(Self.cooperatives, token)
            #expect(third.status == 429)
            #expect(third.code == "api.too-many")
            let wait = try #require(third.headers[.retryAfter].flatMap { Int($0) })
            #expect((1...30).contains(wait))
            #expect(try await site.get(Self.cooperatives, try await site.token()).status == 200)
        }
    }

    @Test("fills a bucket again with time") func bucket() {
        let limiter = RateLimiter(perMinute: 60)
        func take(_ second: Int64) -> RateLimiter.Allowance {
            limiter.take("a", at: Instant(milliseconds: second * 1000))
        }
        for _ in 1...60 { #expect(!take(0).isSpent) }
        #expect(take(0) == .init(most: 60, left: 0, reset: 60, wait: 1, isSpent: true))
        #expect(take(2) == .init(most: 60, left: 1, reset: 59, wait: 0, isSpent: false))
    }

    @Test("changes rights as the pages do: sessions end, organisations must exist") func rightsChange() async throws {
        try await ApiSite.with { site in
            let administrator = try await site.token("administrator")
            let session = try await site.session("unit_officer")
            let account = try #require(try await site.access.visitor(session).viewer?.account)
            let role = try await site.database.read { try Role.find(code: "auditor", in: $0) }
            func hold(_ organisation: String) async throws -> ApiSite.Reply {
                try await site.ask(
                    .post, "/api/v1/holding", administrator,
                    #"{"account_id":\#(account.id),"role_id":\#(role.id),"organisation":"\#(organisation)"}"#)
            }
            #expect(try await hold("body:9999").code == "holding.no-such-organisation")
            #expect(try await site.access.visitor(session).viewer != nil)
            #expect(try await hold("cooperative:\(site.inside)").status == 201)
            #expect(try await site.access.visitor(session).viewer == nil)
        }
    }

    @Test("tells the admin units of a day, and of any day by the number that a record names", arguments: TestEngine.all)
    func units(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let token = try await site.token()
            func items(_ query: String) async throws -> [[String: Any]] {
                try #require(try await site.get("/api/v1/unit?\(query)", token).object()["items"] as? [[String: Any]])
            }
            // Bình Dương had five cities and four districts until 2025-07-01.
            let districts = try await items("level=district&parent_code=74&as_of=2024-06-30")
            #expect(districts.count == 9)
            #expect(districts.compactMap { $0["full_name"] as? String }.contains("Huyện Dầu Tiếng"))
            #expect(try await items("level=district&parent_code=74").isEmpty)
            let found = try await items("q=minh%20thanh&level=commune")
            #expect(found.map { $0["code"] as? String } == ["25780"])
            #expect(found.first?["valid_to"] is NSNull)
            let first = try await site.get("/api/v1/unit?limit=3", token).object()
            let next = try #require(first["next"] as? String)
            #expect(try await site.get("/api/v1/unit?limit=3.0", token).object()["next"] as? String == next)
            #expect((first["items"] as? [Any])?.count == 3)
            let second = try await site.get("/api/v1/unit?limit=3&after=\(next)", token).object()
            #expect(first["total"] as? Int == second["total"] as? Int)
            // A part of a split unit is in no list, and can be read.
            let part = try await site.database.write { db in
                let units = try Gazetteer(db)
                let today = WallClock.system.today()
                let old = try #require(units.unit("25783", on: "2024-06-30"))
                let heir = try #require(units.unit("25792", on: today))
                return try UnitChoice(units, on: today).kept(old.id, stated: heir.id, in: db)
            }
            let read = try await site.get("/api/v1/unit/\(part)", token).object()
            #expect(read["code"] as? String == "25783" && read["split_on"] as? String == "2025-07-01")
            let heir = try #require(read["heir_id"] as? Int)
            #expect(try await site.get("/api/v1/unit/\(heir)", token).object()["code"] as? String == "25792")
            #expect(try await items("code=25783&as_of=2024-06-30").count == 1)
            for bad in [
                "level=village", "name=a", "after=x", "limit=3.5", "limit=3.", "q=", "as_of=2024-13-01",
                "parent_code=0.5",
            ] {
                #expect(try await site.get("/api/v1/unit?\(bad)", token).status == 400)
            }
            #expect(try await site.get("/api/v1/unit/999999", token).status == 404)
            #expect(try await site.get("/api/v1/unit", nil).status == 401)
        }
    }
}
