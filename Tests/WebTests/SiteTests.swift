import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Testing
import Web

@Suite("The site") struct SiteTests {
    /// One request through the whole router, as text.
    private func ask(
        _ uri: String, _ method: HTTPRequest.Method = .get, _ headers: HTTPFields = [:],
        body: String? = nil, of site: Site = GallerySite.make()
    ) async throws -> (status: Int, headers: HTTPFields, text: String) {
        try await Application(router: site.router()).test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
            ) { ($0.status.code, $0.headers, String(buffer: $0.body)) }
        }
    }

    @Test("shows what was typed as text, wherever it comes from") func escaping() async throws {
        let list = try await ask("/cooperatives?q=%3Cscript%3Ealert(1)%3C/script%3E&sort=%22onx=%22")
        #expect(list.status == 200)
        #expect(!list.text.contains("<script>"))
        #expect(list.text.contains("&lt;script&gt;alert(1)"))
        let name = try await ask("/named/%3Cb%3E%22")
        #expect(name.text.contains("<h1>&lt;b&gt;&quot;</h1>"))
    }

    @Test(
        "guards every answer, pages and failures alike",
        arguments: ["/", "/nothing", "/defect", "/api/defect", "/?q=%"])
    func guarded(uri: String) async throws {
        let answer = try await ask(uri)
        #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        #expect(answer.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        for name in [
            "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
        ] {
            let field = try #require(HTTPField.Name(name))
            #expect(answer.headers[values: field].count == 1, "\(name)")
        }
    }

    @Test("has no style or script inside its pages", arguments: ["/", "/cooperatives", "/cooperatives/1", "/nothing"])
    func plain(uri: String) async throws {
        let text = try await ask(uri).text
        #expect(!text.contains(" style="))
        #expect(!text.contains("<style"))
        #expect(!text.contains("⟦"))
        #expect(text.components(separatedBy: "<h1>").count == 2)
        #expect(text.firstMatch(of: /\son[a-z]+=/) == nil)
    }

    @Test("says in both languages that a page is missing, with a code and a way on") func missing() async throws {
        let vietnamese = try await ask("/nothing/here")
        #expect(vietnamese.status == 404)
        #expect(vietnamese.text.contains("Không tìm thấy"))
        #expect(vietnamese.text.contains("<code>page.missing</code>"))
        #expect(vietnamese.text.contains("<html lang=\"vi\">"))
        let english = try await ask("/nothing/here?lang=en")
        #expect(english.status == 404)
        #expect(english.text.contains("Not found"))
        for uri in [
            "/cooperatives/2", "/cooperatives/x", "/cooperatives/-1", "/cooperatives/99999999999999999999", "//a",
        ] {
            #expect(try await ask(uri).status == 404, "\(uri)")
        }
    }

    @Test("answers a program with a problem document") func problem() async throws {
        let answer = try await ask("/nothing", .get, [.accept: "application/json"])
        #expect(answer.status == 404)
        #expect(answer.headers[.contentType] == "application/problem+json")
        let sentence = "Không có trang hoặc hồ sơ ở địa chỉ này."
        #expect(
            answer.text == """
                {"code":"page.missing","detail":"\(sentence)","status":404,"title":"Không tìm thấy"}
                """)
        #expect(try await ask("/api/nothing").headers[.contentType] == "application/problem+json")
        let browser = try await ask("/nothing", .get, [.accept: "text/html,application/json"])
        #expect(browser.headers[.contentType] == "text/html; charset=utf-8")
    }

    @Test("tells a wrong method from a wrong address") func method() async throws {
        let answer = try await ask("/cooperatives", .delete)
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "GET, HEAD, POST")
        #expect(answer.text.contains("DELETE"))
        #expect(try await ask("/cooperatives/1", .post).headers[.allow] == "GET, HEAD")
        #expect(try await ask("/cooperatives", .post, body: "a=b").status == 303)
    }

    @Test("says 409 where a rule refuses") func refused() async throws {
        #expect(try await ask("/refused").status == 409)
    }

    @Test("keeps the cause of a defect to itself", arguments: ["/defect", "/api/defect"])
    func defect(uri: String) async throws {
        let answer = try await ask(uri)
        #expect(answer.status == 500)
        #expect(!answer.text.contains("hunter2"))
        #expect(!answer.text.contains("Secret"))
        #expect(answer.text.contains("defect"))
    }

    @Test("speaks Vietnamese until asked otherwise, and remembers") func language() async throws {
        let first = try await ask("/", .get, [.acceptLanguage: "en-GB,en"])
        #expect(first.text.contains("<html lang=\"vi\">"))
        #expect(first.headers[.setCookie] == nil)
        let asked = try await ask("/cooperatives?q=a%26b&lang=en")
        #expect(asked.text.contains("<html lang=\"en\">"))
        #expect(asked.headers[.setCookie]?.hasPrefix("lang=en; Path=/;") == true)
        #expect(asked.text.contains("href=\"/cooperatives?q=a%26b&amp;lang=vi\""))
        let remembered = try await ask("/", .get, [.cookie: "a=b; lang=en"])
        #expect(remembered.text.contains("<html lang=\"en\">"))
        let back = try await ask("/?lang=vi", .get, [.cookie: "lang=en"])
        #expect(back.text.contains("<html lang=\"vi\">"))
        #expect(try await ask("/?lang=%22%3E").text.contains("<html lang=\"vi\">"))
    }

    @Test("lets browsers keep its files for ever under addresses of their content") func assets() async throws {
        let page = try await ask("/").text
        let path = try #require(page.firstMatch(of: /href="(\/assets\/[a-z0-9]+\/site\.css)"/)).1
        let file = try await ask(String(path))
        #expect(file.status == 200)
        #expect(file.headers[.contentType] == "text/css; charset=utf-8")
        #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
        let tag = try #require(file.headers[.eTag])
        let again = try await ask(String(path), .get, [.ifNoneMatch: tag])
        #expect(again.status == 304)
        #expect(again.text.isEmpty)
        #expect(again.headers[.eTag] == tag)
        #expect(try await ask("/assets/0/site.css").status == 404)
    }

    @Test("answers HEAD with the head of the page") func head() async throws {
        let page = try await ask("/")
        let head = try await ask("/", .head)
        #expect(head.status == 200)
        #expect(head.text.isEmpty)
        #expect(head.headers[.contentLength] == String(page.text.utf8.count))
        #expect(try await ask("/nothing", .head).status == 404)
    }

    @Test("refuses an address too long to be honest") func long() async throws {
        let answer = try await ask("/?q=" + String(repeating: "a", count: 9000))
        #expect(answer.status == 414)
        #expect(answer.text.contains("request.address-too-long"))
    }

    @Test(
        "refuses what it cannot decode",
        arguments: ["/%", "/a%zz", "/%FF", "/named/%C3%28", "/named/%00", "/?q=%", "/?q=%FF"])
    func undecodable(uri: String) async throws {
        #expect(try await ask(uri).status == 400)
    }

    @Test("refuses a body larger than any form, before it reads it") func large() async throws {
        let answer = try await ask("/cooperatives", .post, body: String(repeating: "a", count: 3_000_000))
        #expect(answer.status == 413)
    }

    @Test("has one address for a page") func canonical() async throws {
        let answer = try await ask("/cooperatives/?q=a")
        #expect(answer.status == 308)
        #expect(answer.headers[.location] == "/cooperatives?q=a")
        #expect(try await ask("//evil.example/").status == 404)
    }

    @Test("answers only under its own names where they are given") func hosts() async throws {
        var site = GallerySite.make()
        site.hosts = ["localhost"]
        #expect(try await ask("/", of: site).status == 200)
        site.hosts = ["127.0.0.1"]
        let foreign = try await ask("/", of: site)
        #expect(foreign.status == 421)
        #expect(!foreign.text.contains("Bắc Tân Uyên"))
    }

    @Test("sends a first page of less than 40 KB with all that it needs") func size() async throws {
        let page = try await ask("/").text
        var total = page.utf8.count
        for match in page.matches(of: /"(\/assets\/[^"]+)"/) { total += try await ask(String(match.1)).text.utf8.count }
        #expect(total < 40_000)
    }

    @Test("knows all its routes and for whom they are") func routes() {
        let routes = GallerySite.make().routes
        #expect(routes.map(\.path).contains("/cooperatives/:id"))
        #expect(Set(routes.map { "\($0.method) \($0.path)" }).count == routes.count)
        #expect(routes.allSatisfy { $0.audience == .everyone })
    }

    @Test("answers on a port of its own choice") func serving() async throws {
        let site = GallerySite.make()
        let patience = RequestPatience(idle: .seconds(600), body: .seconds(600))
        try await makeApplication(site: site, host: "127.0.0.1", port: 0, patience: patience).test(.live) { client in
            let answer = try await client.execute(uri: "/cooperatives/1?lang=en", method: .get)
            #expect(answer.status == .ok)
            #expect(answer.headers[.date] != nil)
            #expect(answer.headers[.server] == nil)
            let head = try await client.execute(uri: "/", method: .head)
            #expect(head.headers[.contentLength].flatMap(Int.init) ?? 0 > 1000)
        }
    }
}
