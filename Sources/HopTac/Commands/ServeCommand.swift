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
            Passwords travel through TLS only: listening elsewhere than on this machine needs --certificate and --key, \
            or a proxy that ends TLS and is named with --trusted-proxy. Each option may also stand in the environment \
            (HOPTAC_TRUSTED_PROXY) or in the file of --config (trusted-proxy = 10.0.0.2).
            """)
    @OptionGroup var settings: Settings
    @ArgumentParser.Option(help: "Where to listen: 127.0.0.1 (if nothing is said), ::1, 0.0.0.0 …")
    var listen: String?
    @ArgumentParser.Option(help: "The port; 8080 if nothing is said.") var port: String?
    @ArgumentParser.Option(
        name: .customLong("trusted-proxy"),
        help: "The address of a proxy that ends TLS and whose X-Forwarded-For is believed. May be given several times.")
    var trustedProxy: [String] = []
    @ArgumentParser.Option(
        name: .customLong("host"), help: "A name under which the site is asked for; any where none is given.")
    var host: [String] = []
    @ArgumentParser.Option(help: "The certificate with its chain, as PEM, to serve TLS without a proxy.")
    var certificate: String?
    @ArgumentParser.Option(help: "The certificate's private key, as PEM.") var key: String?
    @ArgumentParser.Option(
        name: .customLong("metrics-from"),
        help: "An address from which, besides this machine, /healthz, /readyz and /metrics may be asked.")
    var metricsFrom: [String] = []
    @OptionGroup var letters: LetterSettings
    @ArgumentParser.Option(name: .customLong("api-rate"), help: "Requests that a token may send in a minute.")
    var apiRate = 600

    func validate() throws {
        guard apiRate > 0 else { throw ValidationError("--api-rate 1…") }
    }

    func run() async throws {
        let given = try settings.configuration()
        let serving = try ServeSettings(
            listen: given.value(.listen, listen), port: given.value(.port, port),
            trustedProxies: given.values(.trustedProxy, trustedProxy), hosts: given.values(.host, host),
            metricsFrom: given.values(.metricsFrom, metricsFrom), certificate: given.value(.certificate, certificate),
            key: given.value(.key, key))
        try serving.requireCover()
        LineLog.begin()
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        var access = Wiring.access(database)
        let server = try letters.server(given)
        access.sendsLetters = server != nil
        try await access.sweep()
        let jobs = Wiring.jobs(database, access) { Message.write("hoptac: \(String(reflecting: $0))") }
        var site = try Wiring.site(database, access, isSecure: serving.isSecure, jobs: jobs)
        site.trustedProxies = serving.trustedProxies
        site.hosts = serving.answered
        site.monitors = serving.metricsFrom
        site.logsRequests = true
        site.limiter = RateLimiter(perMinute: apiRate)
        let application = makeApplication(
            site: site, host: serving.listen, port: serving.port, certificate: serving.certificate
        ) { bound in
            Swift.print(t("serve.listening", ["address": serving.address(bound)]))
            fflush(nil)
        }
        let work = Task { await jobs.run() }
        let upkeep = Task { [access] in await Upkeep(access: access, letters: server).run() }
        do { try await application.runService() } catch let error where !(error is Failure) {
            work.cancel()
            upkeep.cancel()
            await database.close()
            throw Failure(
                .unavailable, "serve.ended", ["listen": serving.address(serving.port), "reason": "\(error)"])
        }
        // A job that has begun is finished; the others wait for the next start.
        work.cancel()
        upkeep.cancel()
        await work.value
        await upkeep.value
        await database.close()
    }
}
