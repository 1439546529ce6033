package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

/// The site on a port. Run it with `runService()`: SIGTERM and SIGINT then end it after the answers under way.
/// `port` 0 takes a free one; `started` is told which.
package func makeApplication(
    site: Site, host: String, port: Int, logger: Logger = Logger(label: "hoptac.web"),
    started: @escaping @Sendable (Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    // A header larger than these is refused by the parser, before any of our code sees it.
    let limits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)
    return Application(
        router: site.router(),
        server: .http1(configuration: .init(idleTimeout: .seconds(60), httpDecoderConfiguration: limits)),
        configuration: .init(address: .hostname(host, port: port)),
        onServerRunning: { channel in await started(channel.localAddress?.port ?? port) },
        logger: logger)
}
