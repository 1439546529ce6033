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

    private var isLoopback: Bool { listen.hasPrefix("127.") || listen == "::1" || listen == "localhost" }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port 0…65535") }
    }

    func run() async throws {
        guard isLoopback || !trustedProxy.isEmpty else {
            throw Failure(.refused, "serve.needs-tls", ["listen": listen])
        }
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        let access = try Wiring.access(database)
        try await access.sweep()
        let jobs = Wiring.jobs(database, access) { Message.write("hoptac: \(String(reflecting: $0))") }
        var site = try Wiring.site(database, access, isSecure: !trustedProxy.isEmpty, jobs: jobs)
        site.trustedProxies = Set(trustedProxy)
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
        let work = Task { await jobs.run() }
        do { try await application.runService() } catch {
            work.cancel()
            throw error
        }
        // A job that has begun is finished; the others wait for the next start.
        work.cancel()
        await work.value
        await database.close()
    }
}
