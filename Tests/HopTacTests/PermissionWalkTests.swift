import Foundation
import HTTPTypes
import Persistence
import Testing
import Web

/// Every route with every role, compared with `Permissions.txt` beside this file.
@Suite("The permission walk") struct PermissionWalkTests {
    /// `GET /cooperatives: administrator auditor …`; `everyone` and `signed-in` stand for themselves.
    private static func table() throws -> [String: Set<String>] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Permissions.txt")
        var table: [String: Set<String>] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            // The path of a route holds colons of its own: the table writes its parameters as {id}.
            table[parts[0]] = Set(parts[1].split(separator: " ").map(String.init))
        }
        return table
    }

    static let roles = [
        "administrator", "department_officer", "approving_leader", "unit_officer", "association_officer",
        "cooperative_director", "cooperative_accountant", "cooperative_supervisor", "member", "auditor",
    ]

    @Test("finds no link on anybody's front page that leads to what they may not see", arguments: roles)
    func links(role: String) async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn(role)
        let front = try await site.get("/?as_of=2024-06-30", as: token).text
        let addresses = Set(front.matches(of: /href="(\/[^"#]*)"/).map { String($0.1).replacing("&amp;", with: "&") })
        #expect(addresses.count > 5)
        for address in addresses.sorted() where !address.hasPrefix("/assets") {
            let status = try await site.get(address, as: token).status
            #expect(status == 200, "\(address): \(status)")
        }
    }

    @Test("opens to each role the routes that the table opens, and no other") func walk() async throws {
        let site = try await WholeSite.sample.value
        let table = try Self.table()
        let routes = site.site.routes
        let names = routes.map { "\($0.method.rawValue) \(Self.written($0.path))" }
        #expect(Set(names) == Set(table.keys), "a route without its line, or a line without its route")
        var tried = 0
        for role in Self.roles + [nil] {
            var token: String?
            var bearer: String?
            if let role { bearer = try await site.bearer(role) }
            for (route, name) in zip(routes, names) {
                if let role, token == nil || route.path == "/sign-out" { token = try await site.signIn(role) }
                let address = Self.address(route.path, site)
                let form = route.method == .get ? nil : ""
                let answer =
                    address.hasPrefix("/api/")
                    ? try await site.plain(
                        route.method, address, bearer.map { [.authorization: "Bearer \($0)"] } ?? [:], form: form)
                    : try await site.ask(route.method, address, as: token, form: form)
                // The session may have been the one that it ended.
                if route.path == "/sign-out" || route.path.hasSuffix("/sessions/:id/end") { token = nil }
                let allowed = table[name] ?? []
                let isOpen =
                    allowed.contains("everyone")
                    || role.map { allowed.contains("signed-in") || allowed.contains($0) } ?? false
                let isRefused =
                    answer.status == 403 || answer.status == 401
                    || (answer.status == 303 && answer.headers[.location]?.hasPrefix("/sign-in?") == true)
                    || (answer.status == 303 && !allowed.contains("everyone")
                        && answer.headers[.location] == "/sign-in")
                #expect(isRefused == !isOpen, "\(name) as \(role ?? "nobody"): \(answer.status)")
                #expect(answer.status < 500, "\(name) as \(role ?? "nobody"): \(answer.status)")
                tried += 1
            }
        }
        print("permission walk: \(routes.count) routes × \(Self.roles.count + 1) roles = \(tried) tried")
    }

    private static func written(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    private static func address(_ path: String, _ site: WholeSite) -> String {
        // Posting what is incomplete to a part that is not there changes nothing.
        path.replacing(":part", with: "999999").replacing("/groups/:id", with: "/groups/\(site.ownGroup)")
            .replacing(":id", with: "\(site.own)").replacing(":code", with: "25906").replacing(":token", with: "none")
    }

    @Test("leaks nothing of other people's records through lists, counts, search, exports, figures or numbers")
    func scopes() async throws {
        let site = try await WholeSite.sample.value
        let (foreign, foreignGroup) = try await site.database.read { db in
            (
                try db.one("SELECT name FROM registry_cooperative WHERE id = \(site.foreign)") { try $0[0] as String },
                try db.one("SELECT name FROM registry_group WHERE id = \(site.foreignGroup)") { try $0[0] as String }
            )
        }
        var attempts = 0
        for role in ["unit_officer", "cooperative_director", "member", "association_officer"] {
            let token = try await site.signIn(role)
            for (id, path) in [(site.foreign, "cooperatives"), (site.foreignGroup, "groups")] {
                let guessed = try await site.get("/\(path)/\(id)", as: token)
                #expect(guessed.status == 404 || guessed.status == 403, "\(role) /\(path)/\(id)")
                let missing = try await site.get("/\(path)/999999", as: token)
                #expect(
                    missing.status == guessed.status, "a record that may not be read answers as one that is not there")
                attempts += 1
            }
            let words = [foreign, foreignGroup].map {
                $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            }
            var addresses = [
                "/", "/cooperatives", "/groups", "/officers", "/unions", "/units/79", "/units/25906",
                "/reports/situation.json", "/reports/situation.html", "/cooperatives?figure=members",
                "/groups?figure=groups", "/cooperatives?unit=79",
            ]
            for form in ["csv", "json"] { addresses += ["/cooperatives.\(form)", "/groups.\(form)"] }
            for word in words { addresses += ["/search?q=\(word)", "/cooperatives?q=\(word)", "/groups?q=\(word)"] }
            for address in addresses {
                let answer = try await site.get(address, as: token)
                // The page repeats what was searched for.
                let shown = answer.text.replacing("value=\"\(foreign)\"", with: "")
                #expect(!shown.contains(">\(foreign)<"), "\(role) \(address)")
                #expect(!shown.contains(">\(foreignGroup)<"), "\(role) \(address)")
                #expect(!shown.contains("/cooperatives/\(site.foreign)\""), "\(role) \(address)")
                #expect(!shown.contains("\"id\":\(site.foreign),") || address.contains("groups"), "\(role) \(address)")
                attempts += 1
            }
        }
        print("scope leaks: \(attempts) tried")
    }

    @Test("counts in the situation what the lists count, for each role") func figures() async throws {
        let site = try await WholeSite.sample.value
        for (role, cooperatives, groups) in [
            ("department_officer", 84, 180), ("unit_officer", nil, nil), ("cooperative_director", 1, 0),
            ("association_officer", 0, 97),
        ] as [(String, Int?, Int?)] {
            let token = try await site.signIn(role)
            let home = try await site.get("/", as: token).text
            for (path, expected) in [("cooperatives", cooperatives), ("groups", groups)] {
                let shown = home.firstMatch(
                    of: try Regex("href=\"/\(path)\\?figure=\(path)\"[^>]*>.*?<b>([0-9.]+)</b>")
                )
                .flatMap { $0[1].substring }.flatMap { Int($0.filter { $0 != "." }) }
                let list = try await site.get("/\(path)", as: token)
                let listed = list.text.firstMatch(of: /<h1>[^<]*<span class="muted">([0-9.]+)<\/span>/)
                    .flatMap { Int($0.1.filter { $0 != "." }) }
                if list.status == 200, let shown { #expect(listed == shown, "\(role) \(path)") }
                if let expected, let shown { #expect(shown == expected, "\(role) \(path)") }
                if let expected, expected > 0 { #expect(listed == expected, "\(role) \(path)") }
            }
        }
    }
}
