import Foundation
import Kernel
import TestSupport
import Testing

@testable import HopTac

@Suite("The configuration") struct ConfigurationTests {
    private static let text = """
        # how the office runs it
        database = /var/lib/hoptac/register.sqlite
        port=8443
          trusted-proxy = 10.0.0.2, 10.0.0.3

        trusted-proxy = fd00::2
        host = htx.example.vn
        """

    private func read(_ text: String = text, _ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration(parsing: text, named: "hoptac.conf", environment: environment)
    }

    @Test("takes a flag before the environment, and that before the file") func order() throws {
        let file = try read()
        #expect(file.value(.port) == "8443")
        #expect(file.value(.listen) == nil)
        #expect(file.values(.trustedProxy, []) == ["10.0.0.2", "10.0.0.3", "fd00::2"])
        let both = try read(
            Self.text, ["HOPTAC_PORT": "81", "HOPTAC_TRUSTED_PROXY": "10.1.1.1,10.1.1.2", "HOPTAC_HOST": ""])
        #expect(both.value(.port) == "81")
        #expect(both.value(.port, "82") == "82")
        #expect(both.values(.trustedProxy, []) == ["10.1.1.1", "10.1.1.2"])
        #expect(both.values(.trustedProxy, ["10.2.2.2"]) == ["10.2.2.2"])
        #expect(both.values(.host, []) == ["htx.example.vn"])
        #expect(Set(Configuration.Key.allCases.map(\.variable)).contains("HOPTAC_METRICS_FROM"))
    }

    @Test(
        "refuses a line that it does not understand, with its number",
        arguments: [
            ("port = 1\nprot = 2", "config.unknown-key", "2"), ("\n\nport", "config.unreadable", "3"),
            ("port =", "config.unreadable", "1"), ("port = 1\n# x\nport = 2", "config.twice", "3"),
            ("language = en", "config.unknown-key", "1"), ("HOPTAC_PORT = 1", "config.unknown-key", "1"),
        ])
    func refusals(text: String, code: String, line: String) throws {
        let failure = try #require(throws: Failure.self) { try read(text) }
        #expect(failure.code == code)
        #expect(failure.details["line"] == line)
        #expect(failure.details["file"] == "hoptac.conf")
    }

    private func serve(
        listen: String? = nil, port: String? = nil, proxies: [String] = [], metrics: [String] = [],
        certificate: String? = nil, key: String? = nil
    ) throws -> ServeSettings {
        let settings = try ServeSettings(
            listen: listen, port: port, trustedProxies: proxies, hosts: [], metricsFrom: metrics,
            certificate: certificate, key: key)
        try settings.requireCover()
        return settings
    }

    @Test("of a server listens on this machine alone, unless something keeps passwords under cover") func cover() throws
    {
        for listen in ["0.0.0.0", "::", "10.0.0.1", "127x", "localhost.example.vn"] {
            #expect(
                try #require(throws: Failure.self) { try serve(listen: listen) }.code == "serve.needs-tls", "\(listen)")
            #expect(try serve(listen: listen, proxies: ["10.0.0.2"]).isSecure)
        }
        let plain = try serve()
        #expect(plain.listen == "127.0.0.1" && plain.port == 8080 && !plain.isSecure)
        #expect(plain.answered == ["localhost", "127.0.0.1", "[::1]"])
        #expect(plain.address(81) == "http://localhost:81")
        for (code, attempt) in [
            ("config.bad-port", { try serve(port: "65536") }), ("config.bad-port", { try serve(port: "http") }),
            ("config.bad-address", { try serve(proxies: ["proxy.local"]) }),
            ("config.bad-address", { try serve(metrics: ["10.0.0.0/8"]) }),
            ("config.half-certificate", { try serve(certificate: "c.pem") }),
            ("config.half-certificate", { try serve(key: "k.pem") }),
            ("serve.bad-certificate", { try serve(certificate: "none.pem", key: "none.pem") }),
        ] as [(String, () throws -> ServeSettings)] {
            #expect(try #require(throws: Failure.self) { _ = try attempt() }.code == code)
        }
    }

    @Test("file is named by a flag or the environment and holds for every command") func program() async throws {
        try await Program.with { plain in
            var hoptac = plain
            let file = hoptac.folder.path + "/hoptac.conf"
            try "database = other.sqlite".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await hoptac("init", "--config", "hoptac.conf").output.contains("other.sqlite"))
            hoptac.environment["HOPTAC_CONFIG"] = file
            #expect(try await hoptac("check").status == 0)
            #expect(FileManager.default.fileExists(atPath: hoptac.folder.path + "/other.sqlite"))
            #expect(!FileManager.default.fileExists(atPath: hoptac.folder.path + "/hoptac.sqlite"))
            #expect(try await hoptac("check", "--config", "none.conf").error.contains("[file.unreadable]"))
            try "databse = other.sqlite".write(toFile: file, atomically: true, encoding: .utf8)
            let ending = try await hoptac("check")
            #expect(ending.status == 2)
            #expect(ending.error.contains("[config.unknown-key]") && ending.error.contains("databse"))
        }
    }
}
