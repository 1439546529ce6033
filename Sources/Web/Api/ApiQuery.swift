import Foundation
import Hummingbird
import HummingbirdCore
import Kernel

/// The parameters after `?`, each known, given once and not blank: a program that misspells one should hear of it.
struct ApiQuery: Sendable {
    private let values: [String: String]

    /// Throws `api.no-such-parameter`, `api.bad-parameter`.
    init(_ request: Request, _ context: WebContext, allowed: Set<String>) throws {
        var values: [String: String] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&", omittingEmptySubsequences: false)
        where !pair.isEmpty {
            let name = pair.prefix { $0 != "=" }
            guard pair.utf8.count > name.utf8.count + 1, !name.isEmpty else {
                throw Failure(.usage, "api.bad-parameter", ["name": String(name.prefix(100))])
            }
        }
        for item in context.query.items {
            guard allowed.contains(item.name) else {
                throw Failure(
                    .usage, "api.no-such-parameter",
                    ["name": String(item.name.prefix(100)), "names": allowed.sorted().joined(separator: ", ")])
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw Failure(.usage, "api.bad-parameter", ["name": item.name])
            }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    /// A whole number within bounds, in digits alone or, as JSON Schema has it, with nothing but zeros behind a point.
    func integer(_ name: String, within range: ClosedRange<Int64>) throws -> Int64? {
        guard let written = values[name] else { return nil }
        let parts = written.split(separator: ".", omittingEmptySubsequences: false)
        let isWhole = parts.count == 1 || parts.count == 2 && !parts[1].isEmpty && parts[1].allSatisfy { $0 == "0" }
        let text = isWhole ? String(parts[0]) : written
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text), range.contains(number) else {
            throw Failure(.usage, "api.bad-parameter", ["name": name])
        }
        return number
    }

    func day(_ name: String) throws -> Day? {
        guard let text = values[name] else { return nil }
        guard let day = Day(text) else { throw Failure(.usage, "api.bad-parameter", ["name": name]) }
        return day
    }
}
