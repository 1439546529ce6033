import CPostgres
import Foundation
import Kernel

/// `postgresql://user:password@host:port,host/database?setting=value`, checked, with a form that may be shown.
struct PostgresAddress {
    let text: String
    /// Without passwords.
    let shown: String
    /// The settings that it holds, decoded: `host`, `dbname`, `password` …
    let settings: [String: String]

    /// Throws `persistence.address` where libpq could not read it, or would take a part of a password for a host: an
    /// `@`, `/` or `?` in it must be written `%40`, `%2F` or `%3F`.
    init(_ text: String) throws {
        self.text = text
        let password = Self.password(text)
        let start = password.map { text[..<$0.startIndex].dropLast() } ?? ""
        let rest = password.map { text[$0.endIndex...] } ?? text[...]
        let setting = /([?&][^=&]*password=)([^&]*)/
        shown = "\(start)\(rest.replacing(setting) { "\($0.1)***" })"

        let isAmbiguous = password?.contains { "@/?".contains($0) } ?? false
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(text, &message)
        defer {
            PQconninfoFree(options)
            PQfreemem(message)
        }
        settings = Self.settings(options)
        guard isAmbiguous || options == nil else { return }
        var reason = "password"
        if !isAmbiguous, let message {
            // libpq quotes where it gave up.
            let secrets = [password ?? ""] + rest.matches(of: setting).map { $0.2 }
            reason = String(cString: message).trimmed.replacing(text, with: shown)
            for secret in secrets where !secret.isEmpty { reason = reason.replacing(secret, with: "***") }
        }
        throw Failure(.usage, "persistence.address", ["database": shown, "message": reason])
    }

    private static func settings(_ options: UnsafeMutablePointer<PQconninfoOption>?) -> [String: String] {
        var settings: [String: String] = [:]
        var option = options
        while let current = option, let keyword = current.pointee.keyword {
            if let value = current.pointee.val { settings[String(cString: keyword)] = String(cString: value) }
            option = current + 1
        }
        return settings
    }

    /// The same server and account with another database, `postgresql:///name?host=…`.
    func naming(_ database: String, withPassword: Bool = true) -> String {
        func coded(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
        let others = settings.filter { $0.key != "dbname" && (withPassword || $0.key != "password") }
            .sorted { $0.key < $1.key }.map { "\($0.key)=\(coded($0.value))" }
        return "postgresql:///\(coded(database))" + (others.isEmpty ? "" : "?" + others.joined(separator: "&"))
    }

    /// What stands between the first colon and the last `@` before the settings, or with a `?` in it, even beyond.
    private static func password(_ text: String) -> Substring? {
        let places = text.prefix { $0 != "?" }
        if let match = places.firstMatch(of: /\/\/[^:@\/]*:(.*)@/) { return match.1 }
        // `host:5432/name?user=officer@server` has ports and no password.
        guard !places.contains("@"), places.firstMatch(of: /\/\/[^:\/]*:[^0-9]/) != nil else { return nil }
        return text.firstMatch(of: /\/\/[^:\/]*:(.*)@/)?.1
    }
}
