import NIOCore
import NIOHTTPTypes

/// How long a client may take. Whoever sends a byte a minute would otherwise hold a connection for ever.
package struct RequestPatience: Sendable {
    /// Until a request's head is there, and between requests.
    package var idle: Duration
    /// From the head to the end of the body, and a second more for each `rate` bytes of it.
    package var body: Duration
    /// Bytes a second: a bad mobile network still has more.
    package var rate = 4096

    package init(idle: Duration, body: Duration) {
        self.idle = idle
        self.body = body
    }

    package static let usual = RequestPatience(idle: .seconds(30), body: .seconds(30))
}

/// Closes the connection of a request whose body does not arrive in time.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let patience: RequestPatience
    private var due: NIODeadline?
    private var timer: Scheduled<Void>?

    init(_ patience: RequestPatience) { self.patience = patience }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            due = .now() + TimeAmount(patience.body)
            if timer == nil { schedule(context) }
        case .body(let bytes):
            due = due.map { $0 + .milliseconds(Int64(bytes.readableBytes) * 1000 / Int64(patience.rate)) }
        case .end: due = nil
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let due else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.timer = nil
            guard let due = self.due else { return }
            if due <= .now() { context.close(promise: nil) } else { self.schedule(context) }
        }
    }
}
