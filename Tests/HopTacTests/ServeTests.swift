import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import NIOSSL
import Persistence
import TestSupport
import Testing
import Web

@testable import HopTac

@Suite("The server", .timeLimit(.minutes(20))) struct ServeTests {
    @Test("ends on SIGTERM after the answers under way, with its database whole") func graceful() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            let server = try await RunningServer(hoptac)
            let body = "name=nobody&password=geheim"
            let slow = try RawConnection(port: server.port)
            slow.send(
                """
                POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n
                """)
            slow.send(String(body.prefix(10)))
            // An idle one must not keep it from ending.
            let idle = try RawConnection(port: server.port)
            // The metrics count themselves too.
            while try await !RawConnection.get("/metrics", port: server.port).contains("hoptac_requests_in_flight 2\n")
            {}
            server.terminate()
            #expect(await idle.read() == "")
            slow.send(String(body.dropFirst(10)))
            let answer = await slow.read()
            #expect(answer.hasPrefix("HTTP/1.1 422"), "\(answer.prefix(100))")
            #expect(answer.hasSuffix("</html>\n") || answer.hasSuffix("</html>"), "\(answer.suffix(100))")
            #expect(await server.ended() == 0)
            #expect((try? RawConnection(port: server.port)) == nil)
            let files = try FileManager.default.contentsOfDirectory(atPath: hoptac.folder.path)
            #expect(files.filter { $0.hasPrefix("hoptac.sqlite") } == ["hoptac.sqlite"])
            #expect(try await hoptac("check").status == 0)
        }
    }

    @Test("tells programs on this machine how it is, and logs requests without names, addresses and secrets")
    func watched() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            let added = try await hoptac("account", "add", "Nguyễn Thị Lan", "--email", "lan@example.vn")
            let token = try #require(added.output.firstMatch(of: /\/link\/(\S+)/)).1
            let server = try await RunningServer(hoptac, "--host", "htx.example.vn")
            #expect(try await RawConnection.get("/healthz", port: server.port).hasSuffix("\r\n\r\nok\n"))
            #expect(try await RawConnection.get("/readyz", port: server.port).hasSuffix("\r\n\r\nready\n"))
            // Another name than the site's: programs that watch come by address, browsers do not.
            #expect(try await RawConnection.get("/sign-in", port: server.port).hasPrefix("HTTP/1.1 421"))
            let raw = try RawConnection(port: server.port)
            raw.send(
                "GET /link/\(token)?q=lan@example.vn HTTP/1.1\r\nHost: htx.example.vn\r\nConnection: close\r\n\r\n")
            #expect(await raw.read().hasPrefix("HTTP/1.1 200"))
            _ = try await RawConnection.get("/cooperatives", port: server.port)
            let metrics = try await RawConnection.get("/metrics", port: server.port)
            #expect(
                metrics.contains("hoptac_requests_total{route=\"/link/{token}\",method=\"GET\",status=\"2xx\"} 1\n"))
            #expect(
                metrics.contains("hoptac_request_seconds_bucket{route=\"/healthz\",method=\"GET\",le=\"+Inf\"} 1\n"))
            #expect(metrics.contains("hoptac_sessions_open 0.0\n"))
            #expect(metrics.contains("hoptac_database_transactions_total "))
            #expect(!metrics.contains("hoptac_backup_proven_timestamp_seconds"))
            #expect(await server.stop() == 0)
            let log = server.logged
            let line = try #require(log.split(separator: "\n").first { $0.contains("route=/link/{token}") })
            #expect(line.contains(" level=info ") && line.contains(" method=GET ") && line.contains(" status=200"))
            #expect(line.hasPrefix("time=20") && line.contains(" ms=") && line.contains(" request="))
            for secret in [String(token), "lan@", "Nguyễn", "Lan", "127.0.0.1:\(server.port)/link"] {
                #expect(!log.contains(secret) && !metrics.contains(secret), "\(secret)")
            }
        }
    }

    @Test("shows how it is to nobody else") func strangers() async throws {
        let whole = try await WholeSite.sample.value
        var site = whole.site
        site.monitors = ["10.0.0.9"]
        // The requests of these tests have no address of their own; the proxy gives them one.
        site.trustedProxies = [""]
        func status(_ path: String, from address: String, of site: Site) async throws -> Int {
            var headers: HTTPFields = [:]
            headers[try #require(HTTPField.Name("X-Forwarded-For"))] = address
            return try await whole.plain(.get, path, headers, of: site).status
        }
        for path in ["/healthz", "/readyz", "/metrics"] {
            for near in ["127.0.0.1", "::1", "10.0.0.9", "::ffff:10.0.0.9", "198.51.100.7, 127.0.0.1"] {
                #expect(try await status(path, from: near, of: site) == 200, "\(path) \(near)")
            }
            for far in ["198.51.100.7", "10.0.0.10", "", "127.0.0.1, 198.51.100.7", "localhost"] {
                #expect(try await status(path, from: far, of: site) == 404, "\(path) \(far)")
            }
            // A proxy that nobody named makes everything look near.
            site.trustedProxies = []
            #expect(try await status(path, from: "127.0.0.1", of: site) == 404)
            site.trustedProxies = [""]
        }
    }

    @Test("is not ready while its database is of an older version") func notReady() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            let server = try await RunningServer(hoptac)
            let database = try await Database.open(hoptac.folder.path + "/hoptac.sqlite")
            try await database.write { _ = try $0.run("DELETE FROM persistence_migration WHERE part = 'operations'") }
            let answer = try await RawConnection.get("/readyz", port: server.port)
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.hasSuffix("not ready: database.older\n"))
            #expect(try await RawConnection.get("/healthz", port: server.port).hasPrefix("HTTP/1.1 200"))
            await database.close()
            #expect(await server.stop() == 0)
        }
    }

    /// Gives the port of a server in this process.
    private func serving(_ patience: RequestPatience, _ body: (Int) async throws -> Void) async throws {
        let whole = try await WholeSite.sample.value
        let (ports, found) = AsyncStream<Int>.makeStream()
        let application = makeApplication(site: whole.site, host: "127.0.0.1", port: 0, patience: patience) {
            found.yield($0)
        }
        let serving = Task { try await application.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        try await body(try #require(await iterator.next()))
    }

    private static let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: none\r\n"

    @Test("closes on a client that sends its head or its body too slowly") func slow() async throws {
        try await serving(RequestPatience(idle: .milliseconds(300), body: .milliseconds(300))) { port in
            let body = Self.head + "Content-Length: 20\r\n\r\n"
            for begun in ["", "GET /sign-in HT", Self.head, body, body + "name="] {
                let connection = try RawConnection(port: port)
                connection.send(begun)
                let answer = await connection.read()
                #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(begun) \(answer)")
            }
            // A byte at a time for as long as the server takes them.
            let dripping = try RawConnection(port: port)
            dripping.send(Self.head + "Content-Length: 2000000\r\n\r\n")
            while dripping.send("x") { await Task.yield() }
            // What a client breaks off is no defect of ours.
            var metrics = ""
            while !metrics.hasPrefix("HTTP/1.1 200") { metrics = try await RawConnection.get("/metrics", port: port) }
            #expect(!metrics.contains("5xx"))
        }
    }

    @Test("refuses a body that is too large, whether it says so before or not") func large() async throws {
        try await serving(.usual) { port in
            let most = 2 * 1024 * 1024
            for rest in [
                "Content-Length: \(most + 1)\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n\(String(most + 1, radix: 16))\r\n\(String(repeating: "x", count: most + 1))",
            ] {
                let connection = try RawConnection(port: port)
                connection.send(Self.head + rest)
                let answer = await connection.read { $0.contains("\r\n\r\n") }
                #expect(answer.hasPrefix("HTTP/1.1 413"), "\(answer.prefix(200))")
            }
        }
    }

    @Test("speaks TLS of version 1.2 or later with a certificate of its own, and then insists on it") func tls()
        async throws
    {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            for (file, text) in [("certificate.pem", TestCertificate.certificate), ("key.pem", TestCertificate.key)] {
                try text.write(toFile: hoptac.folder.path + "/" + file, atomically: true, encoding: .utf8)
            }
            let server = try await RunningServer(hoptac, "--certificate", "certificate.pem", "--key", "key.pem")
            let port = server.port
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(
                [try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)])
            func page(_ configuration: TLSConfiguration) async throws -> HTTPFields {
                try await TestClient.withClient(
                    host: "localhost", port: port,
                    configuration: .init(
                        tlsConfiguration: configuration, timeout: .seconds(300), serverName: "localhost")
                ) { try await $0.get("/sign-in").headers }
            }
            let headers = try await page(configuration)
            #expect(headers[.strictTransportSecurity] == "max-age=31536000")
            configuration.minimumTLSVersion = .tlsv1
            configuration.maximumTLSVersion = .tlsv11
            let old = configuration
            await #expect(throws: (any Error).self) { try await page(old) }
            #expect(await !(try RawConnection(port: port).read { _ in true }).hasPrefix("HTTP"))
            #expect(await server.stop() == 0)
            // The key of another certificate shows before anybody comes.
            try TestCertificate.otherKey.write(
                toFile: hoptac.folder.path + "/key.pem", atomically: true, encoding: .utf8)
            let ending = try await hoptac("serve", "--certificate", "certificate.pem", "--key", "key.pem")
            #expect(ending.status == 3 && ending.error.contains("[serve.bad-certificate]"))
        }
    }
}
