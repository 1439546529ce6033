import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Access

@Suite("A token") struct TokenTests {
    private static func token(_ permissions: String, _ organisation: OrganisationRef? = nil, days: Int = 30) -> NewToken
    {
        NewToken(name: "Báo cáo", permissions: permissions, organisation: organisation, days: days)
    }

    @Test(
        "gives what both it and its account allow today, and nothing once either has ended", arguments: TestEngine.all)
    func rights(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            let lan = try await front.account("lan", role: .officer, of: OrganisationRef("body", 4))
            let wide = try await front.access.makeToken(Self.token("read *\npersonal *"), of: lan.id, by: front.act)
            #expect(wide.text.hasPrefix("hoptac_"))
            var viewer = try #require(try await front.access.visitor(bearing: wide.text).viewer)
            #expect(viewer.may(.read, "cooperative"))
            // The account may edit and the token not; the token may read personal data and the account not.
            #expect(!viewer.may(.edit, "cooperative"))
            #expect(!viewer.may(.personal, "cooperative"))
            #expect(!viewer.may(.read, "group"))
            #expect(viewer.act(at: front.time.now, origin: "api").account == Identifier(lan.id.number))

            let role = try await front.database.read { try Role.find(code: "officer", in: $0) }
            var less = role
            less.permissions = "edit cooperative"
            _ = try await front.access.change(less, from: role, by: front.act)
            viewer = try #require(try await front.access.visitor(bearing: wide.text).viewer)
            #expect(!viewer.may(.read, "cooperative"))

            var ended = lan
            ended.endedOn = front.time.now.day
            _ = try await front.access.change(ended, from: lan, by: front.act)
            #expect(try await front.access.visitor(bearing: wide.text).viewer == nil)
        }
    }

    @Test("narrows the records to its organisation's, and never widens them") func scope() async throws {
        try await Front.with { front in
            let boss = try await front.account("boss", role: Role.test("boss", "read *"))
            let lan = try await front.account("lan", role: .officer, of: OrganisationRef("body", 4))
            func condition(_ account: UserAccount, _ ref: OrganisationRef?) async throws -> String? {
                let token = try await front.access.makeToken(Self.token("read *", ref), of: account.id, by: front.act)
                let viewer = try #require(try await front.access.visitor(bearing: token.text).viewer)
                var rules = ScopeRules()
                rules.add("cooperative") { scope, alias, _ in
                    if case .unit(let code) = scope { "\(described: alias).code = \(code)" } else { nil }
                }
                let posts = Viewer(account: account, posts: viewer.posts, today: front.time.now.day, rules: rules)
                let limit = ref.map { Scope.unit("7\($0.id)") } ?? .everything
                return posts.limited(to: try PermissionSet(parsing: "read *"), limit).rows(.read, "cooperative")
                    .condition("c")?.text
            }
            #expect(try await condition(boss, nil) == nil)
            #expect(try await condition(boss, OrganisationRef("body", 5)) == "((1 = 1)) AND (c.code = ?)")
            #expect(try await condition(lan, nil) == "(c.code = ?)")
            #expect(try await condition(lan, OrganisationRef("body", 5)) == "((c.code = ?)) AND (c.code = ?)")
        }
    }

    @Test("lives until its day, until it is ended, and for its owner alone") func life() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan", role: .officer)
            let minh = try await front.account("minh", role: .officer)
            let token = try await front.access.makeToken(Self.token("read *", days: 2), of: lan.id, by: front.act)
            front.time.pass(seconds: 2 * 86_400 - 1)
            #expect(try await front.access.visitor(bearing: token.text).viewer != nil)
            let used = try await front.access.tokens(of: lan.id)
            #expect(used.map(\.lastUsedAt) == [front.time.now])
            front.time.pass(seconds: 1)
            #expect(try await front.access.visitor(bearing: token.text).viewer == nil)
            #expect(try await front.access.visitor(bearing: "hoptac_").viewer == nil)

            let other = try await front.access.makeToken(Self.token("read *"), of: lan.id, by: front.act)
            let id = try #require(try await front.access.tokens(of: lan.id).first?.id)
            #expect(
                await front.failure { try await front.access.end(token: id, of: minh.id, by: front.act) }
                    == "token.missing")
            #expect(try await front.access.visitor(bearing: other.text).viewer != nil)
            try await front.access.end(token: id, of: lan.id, by: front.act)
            #expect(try await front.access.visitor(bearing: other.text).viewer == nil)
            // A session's cookie is no token, nor a token a session.
            let session = try await front.signIn("lan").token.text
            #expect(try await front.access.visitor(bearing: session).viewer == nil)
            #expect(try await front.access.visitor(other.text).viewer == nil)
            let actions = try await front.actions()
            #expect(actions.filter { $0.hasPrefix("token") } == ["token_made", "token_made", "token_ended"])
        }
    }

    @Test("is kept only as its hash, and refused without a purpose, rights or an end")
    func refused() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan", role: .officer)
            for (new, code) in [
                (NewToken(name: " ", permissions: "read *", days: 1), "token.bad-name"),
                (NewToken(name: "a", permissions: "", days: 1), "token.no-permissions"),
                (NewToken(name: "a", permissions: "rule *", days: 1), "role.unreadable"),
                (NewToken(name: "a", permissions: "read *", days: 0), "token.bad-days"),
                (NewToken(name: "a", permissions: "read *", days: 366), "token.bad-days"),
                (Self.token("read *", OrganisationRef("body", 44)), "holding.no-such-organisation"),
            ] {
                #expect(
                    await front.failure { _ = try await front.access.makeToken(new, of: lan.id, by: front.act) } == code
                )
            }
            let token = try await front.access.makeToken(Self.token("read *"), of: lan.id, by: front.act)
            let stored = try await front.database.read { db in
                try db.all("SELECT token_hash FROM access_token") { try $0[0] as [UInt8] }
            }
            #expect(stored == [token.hash])
        }
    }
}
