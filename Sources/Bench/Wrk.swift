import Foundation
import Kernel

/// What wrk says of a page that many clients ask for on this machine.
struct Wrk {
    let perSecond: Double
    /// Seconds within which half and 99 of 100 answers came.
    let median: Double
    let slowest: Double

    /// Asks with `clients` connections for `seconds`. `nil` where wrk is not installed.
    static func ask(
        _ path: String, port: Int, cookie: String = "", clients: Int, seconds: Int = 4, output: String
    ) async throws -> Wrk? {
        for program in ["/usr/bin/wrk", "/usr/local/bin/wrk"]
        where FileManager.default.isExecutableFile(atPath: program) {
            _ = try await Child.run(
                program,
                [
                    "-c", "\(clients)", "-t", "1", "-d", "\(seconds)", "--latency", "-H", "Host: localhost",
                    "-H", "Cookie: \(cookie)", "http://127.0.0.1:\(port)\(path)",
                ],
                output: output)
            return try Wrk(said: String(contentsOfFile: output, encoding: .utf8), path)
        }
        return nil
    }

    private init(said: String, _ path: String) throws {
        func value(after name: String) -> Substring? {
            said.split(separator: "\n").lazy.map { $0.drop { $0 == " " } }.first { $0.hasPrefix(name) }?
                .dropFirst(name.count).split(separator: " ").first
        }
        func time(_ name: String) -> Double? {
            guard let text = value(after: name) else { return nil }
            let units: [(String, Double)] = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60)]
            return units.first { text.hasSuffix($0.0) }.flatMap { unit in
                Double(text.dropLast(unit.0.count)).map { $0 * unit.1 }
            }
        }
        guard let rate = value(after: "Requests/sec:").flatMap({ Double($0) }), let median = time("50%"),
            let slowest = time("99%"), value(after: "Non-2xx") == nil
        else { throw Failure(.unavailable, "bench.no-page", ["path": path, "said": said]) }
        (perSecond, self.median, self.slowest) = (rate, median, slowest)
    }
}
