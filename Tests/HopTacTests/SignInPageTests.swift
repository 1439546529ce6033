import Access
import HTTPTypes
import Kernel
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
}

extension HTTPFields {
    func replacing(_ pairs: [String: String]) -> HTTPFields {
        var fields = self
        for (name, value) in pairs { if let name = HTTPField.Name(name) { fields[name] = value } }
        return fields
    }
}
