import Foundation
import Kernel

/// What an operator can set: by a flag, else by `HOPTAC_…` in the environment, else by a line of the configuration
/// file.
struct Configuration: Sendable {
    enum Key: String, CaseIterable, Sendable {
        case database, listen, port, host, certificate, key
        case trustedProxy = "trusted-proxy"
        case metricsFrom = "metrics-from"
        case smtp
        case smtpUser = "smtp-user"
        case smtpPassword = "smtp-password"
        case smtpFrom = "smtp-from"
        case publicAddress = "public-address"

        /// Whether it may stand several times in the file, and be several words with commas between.
        var isList: Bool { self == .host || self == .trustedProxy || self == .metricsFrom }

        var variable: String { "HOPTAC_" + rawValue.uppercased().replacing("-", with: "_") }
    }

    private var lines: [Key: [String]] = [:]
    private let environment: [String: String]

    /// Reads the file, if one is named. Throws what `init(parsing:)` throws.
    init(file: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let named = file ?? environment["HOPTAC_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        try self.init(parsing: named.map(Files.text) ?? "", named: named ?? "", environment: environment)
    }

    /// Lines of `key = value`; `#` begins a line that nobody reads. Throws `config.unreadable`, `config.unknown-key`
    /// and `config.twice`, each with the line's number.
    init(parsing text: String, named file: String, environment: [String: String]) throws {
        self.environment = environment
        let texts = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, raw) in texts.enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let place = ["file": file, "line": "\(index + 1)"]
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw Failure(.usage, "config.unreadable", place.merging(["text": line]) { $1 })
            }
            guard let key = Key(rawValue: parts[0]) else {
                let keys = Key.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw Failure(.usage, "config.unknown-key", place.merging(["key": parts[0], "keys": keys]) { $1 })
            }
            guard key.isList || lines[key] == nil else {
                throw Failure(.usage, "config.twice", place.merging(["key": parts[0]]) { $1 })
            }
            lines[key, default: []] += key.isList ? Self.words(parts[1]) : [parts[1]]
        }
    }

    func value(_ key: Key, _ flag: String? = nil) -> String? { values(key, flag.map { [$0] } ?? []).first }

    func values(_ key: Key, _ flags: [String]) -> [String] {
        if !flags.isEmpty { return flags }
        guard let text = environment[key.variable], !text.isEmpty else { return lines[key] ?? [] }
        return key.isList ? Self.words(text) : [text]
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
