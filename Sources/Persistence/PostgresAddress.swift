import CPostgres
import Foundation
import Kernel

/// `postgresql://user:password@host:port,host/database?setting=value`, checked, with a form that may be shown.
struct PostgresAddress {
    let text: String
    /// Without passwords.
    let shown: String

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

    /// What stands between the first colon and the last `@` before the settings, or with a `?` in it, even beyond.
    private static func password(_ text: String) -> Substring? {
        let places = text.prefix { $0 != "?" }
        if let match = places.firstMatch(of: /\/\/[^:@\/]*:(.*)@/) { return match.1 }
        // `host:5432/name?user=officer@server` has ports and no password.
        guard !places.contains("@"), places.firstMatch(of: /\/\/[^:\/]*:[^0-9]/) != nil else { return nil }
        return text.firstMatch(of: /\/\/[^:\/]*:(.*)@/)?.1
    }
}
