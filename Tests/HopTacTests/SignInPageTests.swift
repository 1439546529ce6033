import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import Testing
import Web

@testable import HopTac

@Suite("The sign-in page") struct SignInPageTests {
    private static let password = "correct%20horse%20battery"

    @Test("brings one back to what was asked for, and nowhere else") func next() async throws {
        let site = try await WholeSite.sample.value
        let asked = try await site.get("/cooperatives?unit=79&q=a%26b", as: nil)
        #expect(asked.status == 303)
        let location = try #require(asked.headers[.location])
        #expect(location == "/sign-in?next=%2Fcooperatives%3Funit%3D79%26q%3Da%2526b")
        let page = try await site.get(location, as: nil)
        #expect(page.text.contains("name=\"next\" value=\"/cooperatives?unit=79&amp;q=a%26b\""))
        for evil in ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)"] {
            let page = try await site.get("/sign-in?next=\(evil)", as: nil)
            #expect(page.status == 200)
            #expect(!page.text.contains("name=\"next\""), "\(evil)")
        }
    }

    @Test("keeps what was typed, but the password, when it refuses") func refused() async throws {
        let site = try await WholeSite.sample.value
        let answer = try await site.ask(
            .post, "/sign-in", as: nil, form: "name=%3Cb%3Elan&password=geheim-geheim&next=%2Fgroups")
        #expect(answer.status == 422)
        #expect(answer.text.contains("value=\"&lt;b&gt;lan\""))
        #expect(answer.text.contains("value=\"/groups\""))
        #expect(!answer.text.contains("geheim"))
        #expect(answer.headers[values: .setCookie].isEmpty)
    }

    @Test("gives a fresh session each time, in a cookie that scripts and other sites do not see") func cookie()
        async throws
    {
        let site = try await WholeSite.sample.value
        let before = try await site.signIn("auditor")
        let account = try await site.access.visitor(before).account
        let name = try #require(account?.email)
        let answer = try await site.ask(
            .post, "/sign-in", as: before, form: "name=\(name)&password=\(Self.password)")
        #expect(answer.status == 303)
        #expect(answer.headers[.location] == "/")
        let cookies = answer.headers[values: .setCookie]
        let session = try #require(cookies.first { $0.hasPrefix("session=") })
        #expect(session.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
        // A session that somebody else planted is worth nothing after the sign-in.
        #expect(!session.contains(before))
        #expect(try await site.get("/", as: before).status == 303)
        let token = String(session.dropFirst("session=".count).prefix { $0 != ";" })
        #expect(try await site.get("/", as: token).status == 200)
        #expect(try await site.get("/", as: "invented").status == 303)
    }

    @Test("of a site behind TLS gives cookies that travel through nothing else") func secure() async throws {
        let site = try await WholeSite.sample.value
        let secure = try Wiring.site(site.database, site.access, isSecure: true)
        let token = try await site.signIn("auditor")
        let name = try #require(try await site.access.visitor(token).account?.email)
        let answer = try await site.ask(
            .post, "/sign-in", as: nil, form: "name=\(name)&password=\(Self.password)", of: secure)
        let cookies = answer.headers[values: .setCookie]
        #expect(cookies.contains { $0.hasPrefix("__Host-session=") && $0.contains("; Secure") })
        #expect(cookies.allSatisfy { $0.contains("; Secure") })
    }

    @Test(
        "and every other form refuse what another site sends",
        arguments: [
            [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Origin", "https://evil.example")],
            [("Origin", "null")], [],
        ])
    func foreign(headers: [(String, String)]) async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("auditor")
        var fields: HTTPFields = [.cookie: "session=\(token)"]
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        for path in ["/sign-out", "/account/language", "/account/password"] {
            let answer = try await site.plain(.post, path, fields, form: "language=en")
            #expect(answer.status == 403, "\(path) \(headers)")
            #expect(answer.text.contains("request.foreign"))
        }
        #expect(try await site.get("/", as: token).status == 200)
        let own = try await site.plain(
            .post, "/account/language", fields.replacing(["Sec-Fetch-Site": "same-origin"]), form: "language=en")
        #expect(own.status == 303)
        #expect(try await site.get("/", as: token).text.contains("<html lang=\"en\">"))
    }

    @Test("holds up guesses with 429 and says for how long") func tooMany() async throws {
        let site = try await WholeSite.sample.value
        var answer = try await site.ask(.post, "/sign-in", as: nil, form: "name=stranger&password=x")
        // Waits double, so that even a slow machine runs into one soon.
        for _ in 0..<20 where answer.status != 429 {
            answer = try await site.ask(.post, "/sign-in", as: nil, form: "name=stranger&password=x")
        }
        #expect(answer.status == 429)
        #expect(answer.headers[.retryAfter] != nil)
    }

    @Test("asks again who it is, half an hour after the sign-in, before what opens accounts can be seen or changed")
    func proof() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("administrator")
        let account = try #require(try await site.access.visitor(token).account?.id)
        #expect(try await site.get("/accounts/\(account)/edit", as: token).status == 200)
        func pass(minutes: Int) async throws {
            try await site.database.write { db in
                try db.run(
                    """
                    UPDATE access_session SET begun_at = begun_at - \(minutes * 60_000),
                    proven_at = proven_at - \(minutes * 60_000)
                    """)
            }
        }
        try await pass(minutes: 31)
        for address in ["/accounts/\(account)/edit", "/roles/new", "/account/tokens", "/account/second-factor"] {
            let answer = try await site.get(address, as: token)
            #expect(answer.headers[.location] == "/sign-in/again?next=\(address.replacing("/", with: "%2F"))")
        }
        // What is only read needs no proof, and a form that was opened in time may still be sent.
        #expect(try await site.get("/accounts/\(account)", as: token).status == 200)
        #expect(try await site.ask(.post, "/accounts/\(account)/link", as: token, form: "").status == 200)
        try await pass(minutes: 30)
        let late = try await site.plain(
            .post, "/accounts/\(account)/link",
            [
                .cookie: "session=\(token)", .secFetchSite: "same-origin",
                .referer: "http://localhost/accounts/\(account)",
            ], form: "")
        #expect(late.headers[.location] == "/sign-in/again?next=%2Faccounts%2F\(account)")

        let next = "next=%2Faccounts%2F\(account)%2Fedit"
        let wrong = try await site.ask(.post, "/sign-in/again", as: token, form: "password=geheim&\(next)")
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("/accounts/\(account)/edit") && !wrong.text.contains("geheim"))
        let right = try await site.ask(.post, "/sign-in/again", as: token, form: "password=\(Self.password)&\(next)")
        #expect(right.headers[.location] == "/accounts/\(account)/edit")
        #expect(try await site.get("/accounts/\(account)/edit", as: token).status == 200)
        var statuses: [Int] = []
        for _ in 0..<15 {
            statuses.append(
                try await site.ask(.post, "/sign-in/again", as: token, form: "password=geheim").status)
        }
        #expect(statuses.prefix(4).allSatisfy { $0 == 422 } && statuses.contains(429))
    }

    @Test("lets an administrator sign an account out of every browser, and nobody else") func everywhere() async throws
    {
        let site = try await WholeSite()
        let (token, other) = (try await site.signIn("administrator"), try await site.signIn("department_officer"))
        let account = try #require(try await site.access.visitor(other).account?.id)
        let address = "/accounts/\(account)/sessions/end"
        #expect(try await site.ask(.post, address, as: other, form: "").status == 403)
        #expect(try await site.get("/", as: other).status == 200)
        #expect(try await site.ask(.post, address, as: token, form: "").status == 303)
        #expect(try await site.get("/", as: other).status == 303)
        let noted = try await site.database.read { try Change.list(of: "account", account.number, in: $0) }
        #expect(noted.first?.action == .signedOut)
    }
}

extension HTTPFields {
    func replacing(_ pairs: [String: String]) -> HTTPFields {
        var fields = self
        for (name, value) in pairs { if let name = HTTPField.Name(name) { fields[name] = value } }
        return fields
    }
}
