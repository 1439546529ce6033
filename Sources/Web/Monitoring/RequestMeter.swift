import HTTPTypes
import Synchronization

/// Requests since the start, by the pattern of their route, so that no address and nobody's number is in it.
package final class RequestMeter: Sendable {
    private struct Endpoint: Hashable, Comparable {
        let route: String
        let method: String

        static func < (a: Endpoint, b: Endpoint) -> Bool { (a.route, a.method) < (b.route, b.method) }
    }

    private struct Tally {
        /// By the first digit of the status, from 1.
        var byClass = [Int](repeating: 0, count: 5)
        /// By `RequestMeter.bounds`, and one for those beyond.
        var byTime = [Int](repeating: 0, count: RequestMeter.bounds.count + 1)
        var seconds = 0.0
    }

    private struct State {
        var inFlight = 0
        var tallies: [Endpoint: Tally] = [:]
    }

    /// Seconds until the answer begins.
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let state = Mutex(State())

    func begin() { state.withLock { $0.inFlight += 1 } }

    /// `route`: nil where the address belongs to none.
    func end(_ method: HTTPRequest.Method, _ route: String?, _ status: Int, _ time: Duration) {
        // A stranger can invent methods, and each would be a line for ever.
        let name = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        let endpoint = Endpoint(route: route ?? "none", method: name)
        let seconds = time / .seconds(1)
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.inFlight -= 1
            state.tallies[endpoint, default: Tally()].byClass[min(max(status / 100, 1), 5) - 1] += 1
            state.tallies[endpoint, default: Tally()].byTime[bucket] += 1
            state.tallies[endpoint, default: Tally()].seconds += seconds
        }
    }

    /// In the text format of Prometheus.
    var text: String {
        let (inFlight, tallies) = state.withLock { ($0.inFlight, $0.tallies.sorted { $0.key < $1.key }) }
        var text = """
            # HELP hoptac_requests_in_flight Requests that have no answer yet.
            # TYPE hoptac_requests_in_flight gauge
            hoptac_requests_in_flight \(inFlight)
            # HELP hoptac_requests_total Requests answered, by route, method and class of status.
            # TYPE hoptac_requests_total counter

            """
        for (endpoint, tally) in tallies {
            for (index, count) in tally.byClass.enumerated() where count > 0 {
                text += "hoptac_requests_total{\(labels(endpoint)),status=\"\(index + 1)xx\"} \(count)\n"
            }
        }
        text += """
            # HELP hoptac_request_seconds Time until the answer begins.
            # TYPE hoptac_request_seconds histogram

            """
        for (endpoint, tally) in tallies {
            var sum = 0
            for (index, count) in tally.byTime.enumerated() {
                sum += count
                let bound = index < Self.bounds.count ? "\(Self.bounds[index])" : "+Inf"
                text += "hoptac_request_seconds_bucket{\(labels(endpoint)),le=\"\(bound)\"} \(sum)\n"
            }
            text += "hoptac_request_seconds_sum{\(labels(endpoint))} \(tally.seconds)\n"
            text += "hoptac_request_seconds_count{\(labels(endpoint))} \(sum)\n"
        }
        return text
    }

    private func labels(_ endpoint: Endpoint) -> String { "route=\"\(endpoint.route)\",method=\"\(endpoint.method)\"" }
}
