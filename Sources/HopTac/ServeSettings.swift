import Foundation
import Kernel
import Web

/// How the server is to be reached, checked.
struct ServeSettings {
    let listen: String
    let port: Int
    let trustedProxies: Set<String>
    /// The names under which the site is asked for; nil: any.
    let hosts: Set<String>?
    /// Who besides this machine may ask how the system is.
    let metricsFrom: Set<String>
    let certificate: ServerCertificate?

    var isLoopback: Bool { listen.hasPrefix("127.") || listen == "::1" || listen == "localhost" }

    /// Whether browsers reach the site through TLS.
    var isSecure: Bool { certificate != nil || !trustedProxies.isEmpty }

    /// Where a browser on this machine finds it.
    func address(_ bound: Int) -> String {
        "http\(certificate == nil ? "" : "s")://\(isLoopback ? "localhost" : listen.contains(":") ? "[\(listen)]" : listen):\(bound)"
    }

    init(
        listen: String?, port: String?, trustedProxies: [String], hosts: [String], metricsFrom: [String],
        certificate: String?, key: String?
    ) throws {
        self.listen = listen ?? "127.0.0.1"
        let port = port ?? "8080"
        guard let number = Int(port), (0...65_535).contains(number) else {
            throw Failure(.usage, "config.bad-port", ["text": port])
        }
        self.port = number
        // A name here would never equal the address of a connection, and nobody would notice.
        for address in trustedProxies + metricsFrom where !Self.isAddress(address) {
            throw Failure(.usage, "config.bad-address", ["text": address])
        }
        self.trustedProxies = Set(trustedProxies)
        self.metricsFrom = Set(metricsFrom)
        switch (certificate, key) {
        case (nil, nil): self.certificate = nil
        case (let certificate?, let key?): self.certificate = try ServerCertificate(certificate, key: key)
        default: throw Failure(.usage, "config.half-certificate")
        }
        // A foreign page could point a name of its own at this machine and send requests from it.
        self.hosts = hosts.isEmpty ? nil : Set(hosts.map { $0.lowercased() })
    }

    /// The names to answer to: on this machine alone, without a proxy, only its own where none is given.
    var answered: Set<String>? {
        hosts ?? (isLoopback && trustedProxies.isEmpty ? ["localhost", "127.0.0.1", "[::1]"] : nil)
    }

    /// Throws `serve.needs-tls` where passwords would travel in the open.
    func requireCover() throws {
        guard isLoopback || isSecure else { throw Failure(.refused, "serve.needs-tls", ["listen": listen]) }
    }

    private static func isAddress(_ text: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }
}
