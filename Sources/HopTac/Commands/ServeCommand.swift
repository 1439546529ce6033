import Access
import ArgumentParser
import Foundation
import Hummingbird
import Kernel
import Persistence
import Registry
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves the pages until stopped.",
        discussion: """
            Passwords travel through TLS only: listening elsewhere than on this machine needs a proxy that ends TLS and \
            is named with --trusted-proxy.
            """)
    @OptionGroup var settings: Settings
    @ArgumentParser.Option(help: "Where to listen: 127.0.0.1, ::1, 0.0.0.0 …") var listen = "127.0.0.1"
    @ArgumentParser.Option(help: "The port.") var port = 8080
    @ArgumentParser.Option(
        name: .customLong("trusted-proxy"),
        help: "The address of a proxy that ends TLS and whose X-Forwarded-For is believed. May be given several times.")
    var trustedProxy: [String] = []
    @ArgumentParser.Option(
        name: .customLong("host"), help: "A name under which the site is asked for; any where none is given.")
    var host: [String] = []

    @ArgumentParser.Option(name: .customLong("api-rate"), help: "Requests that a token may send in a minute.")
    var apiRate = 600

    private var isLoopback: Bool { listen.hasPrefix("127.") || listen == "::1" || listen == "localhost" }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port 0…65535") }
        guard apiRate > 0 else { throw ValidationError("--api-rate 1…") }
    }

    func run() async throws {
        guard isLoopback || !trustedProxy.isEmpty else {
            throw Failure(.refused, "serve.needs-tls", ["listen": listen])
        }
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        let access = try Wiring.access(database)
        try await access.sweep()
        var site = try Wiring.site(database, access, isSecure: !trustedProxy.isEmpty)
        site.trustedProxies = Set(trustedProxy)
        site.limiter = RateLimiter(perMinute: apiRate)
        // A foreign page could point a name of its own at this machine and send requests from it.
        site.hosts =
            host.isEmpty
            ? isLoopback && trustedProxy.isEmpty ? ["localhost", "127.0.0.1", "[::1]"] : nil
            : Set(host.map { $0.lowercased() })
        let (address, isLocal) = (listen, isLoopback)
        let application = makeApplication(site: site, host: address, port: port) { bound in
            Swift.print(
                t("serve.listening", ["address": "http://\(isLocal ? "localhost" : address):\(bound)"]))
            fflush(nil)
        }
        try await application.runService()
        await database.close()
    }
}
