import Access
import Foundation
import Hummingbird
import Kernel
import Persistence
import Registry
import Web

/// A site whose only page is the same text each time, for whoever has signed in: what a page costs that asks for nothing
/// but who is there. In a process of its own.
enum ConstantPage {
    private struct Constant: Page {
        let text: String
        func title(_ t: Texts) -> String { "constant" }
        func body(_ t: Texts) -> HTML { "<p>\(text)</p>" }
    }

    /// `arguments`: the database, the port and the length of the page.
    static func serve(_ arguments: [String]) async throws {
        guard arguments.count == 3, let port = Int(arguments[1]), let length = Int(arguments[2]) else { exit(2) }
        let database = try await Database.open(arguments[0])
        let access = AccessControl(
            database, clock: .system, organisations: .ofRegistry, rules: registryScopes, hashing: PasswordHashing())
        let page = Constant(text: String(repeating: "x", count: length))
        let bytes = ByteBuffer(string: page.text)
        var site = Site(texts: [HopTacBench.texts(.vi)], clock: .system, access: access)
        site.get("/constant", may: .signedIn) { _, _ in page }
        site.get("/bytes", may: .everyone) { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: ResponseBody(byteBuffer: bytes))
        }
        try await makeApplication(site: site, host: "127.0.0.1", port: port).runService()
    }
}
