package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Kernel
package import Logging
import NIOCore
import NIOSSL

/// The site on a port. Run it with `runService()`: SIGTERM and SIGINT then end it after the answers under way.
/// `port` 0 takes a free one; `started` is told which. With a `certificate` it speaks TLS only.
package func makeApplication(
    site: Site, host: String, port: Int, certificate: ServerCertificate? = nil, patience: RequestPatience = .usual,
    logger: Logger = Logger(label: "hoptac.web"), started: @escaping @Sendable (Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    // A header larger than these is refused by the parser, before any of our code sees it.
    let limits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)
    let plain = HTTPServerBuilder.http1(
        configuration: .init(
            additionalChannelHandlers: [RequestDeadline(patience)],
            idleTimeout: TimeAmount(patience.idle), httpDecoderConfiguration: limits))
    return Application(
        router: site.router(), server: certificate?.over(plain) ?? plain,
        configuration: .init(
            address: .hostname(host, port: port), serverName: nil,
            availableConnectionsDelegate: MaximumAvailableConnections(mostConnections)),
        onServerRunning: { channel in await started(channel.localAddress?.port ?? port) },
        logger: logger)
}

/// Connections open at once; more wait until one ends. Idle ones end after `RequestPatience.idle`.
private let mostConnections = 2000

/// What a server shows to prove its name, with the key to it.
package struct ServerCertificate: Sendable {
    private let configuration: TLSConfiguration

    /// Reads PEM files: the certificate with its chain, and its key. Throws `serve.bad-certificate`.
    package init(_ certificate: String, key: String) throws {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            // A key that belongs to another certificate shows here, and not at the first browser.
            _ = try NIOSSLContext(configuration: configuration)
            self.configuration = configuration
        } catch {
            throw Failure(
                .refused, "serve.bad-certificate", ["certificate": certificate, "key": key, "reason": "\(error)"])
        }
    }

    fileprivate func over(_ plain: HTTPServerBuilder) -> HTTPServerBuilder? {
        try? .tls(plain, tlsConfiguration: configuration)  // What it throws, `init` has thrown before.
    }
}
