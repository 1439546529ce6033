import Foundation
import HTTPTypes
import Hummingbird
import Kernel

/// A figure for `/metrics`, of the whole system.
package struct Gauge: Sendable {
    package enum Kind: String, Sendable { case gauge, counter }

    package let name: String
    package let help: String
    package let kind: Kind
    package let value: Double

    package init(_ name: String, _ help: String, _ kind: Kind = .gauge, _ value: Double) {
        self.name = name
        self.help = help
        self.kind = kind
        self.value = value
    }

    fileprivate var text: String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n\(name) \(value)\n"
    }
}

/// What other programs ask to know how this one is: `/healthz` (it lives), `/readyz` (it can serve), `/metrics`. Only
/// this machine and the addresses in `Site.monitors` get an answer; to all others there is no such page.
package struct Monitoring: Sendable {
    static let paths: Set<String> = ["/healthz", "/readyz", "/metrics"]

    private let check: @Sendable () async throws -> Void
    private let gauges: @Sendable () async throws -> [Gauge]

    /// `check` throws why the system cannot serve now.
    package init(
        check: @escaping @Sendable () async throws -> Void, gauges: @escaping @Sendable () async throws -> [Gauge]
    ) {
        self.check = check
        self.gauges = gauges
        _ = Self.begun
    }

    package func register(in site: inout Site) {
        let meter = site.meter
        site.get("/healthz", may: .everyone) { request, context in
            try require(request, context)
            return Self.plain("ok\n")
        }
        site.get("/readyz", may: .everyone) { request, context in
            try require(request, context)
            do { try await check() } catch {
                let code = (error as? Failure)?.code ?? "defect"
                return Self.plain("not ready: \(code)\n", .serviceUnavailable)
            }
            return Self.plain("ready\n")
        }
        site.get("/metrics", may: .everyone) { request, context in
            try require(request, context)
            // Where the database does not answer, what is known without it is still told.
            let gauges = (try? await gauges()) ?? []
            return Self.plain(meter.text + (gauges + Self.process).map(\.text).joined())
        }
    }

    private func require(_ request: Request, _ context: WebContext) throws {
        guard context.isMonitor else { throw Failure(.missing, "page.missing") }
    }

    private static func plain(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let begun = Date().timeIntervalSince1970

    private static var process: [Gauge] {
        // Pages of memory: all, then those that are in it.
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        let resident = pages.flatMap { $0.count > 1 ? Double($0[1]) : nil }.map {
            $0 * Double(sysconf(Int32(_SC_PAGESIZE)))
        }
        return [
            Gauge("process_start_time_seconds", "When the program began.", .gauge, begun),
            Gauge("process_resident_memory_bytes", "Memory in use.", .gauge, resident ?? .nan),
        ]
    }
}
