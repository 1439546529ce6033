import CCurl
import Foundation
package import Kernel

/// The mail server that takes our letters, through SMTP.
package struct LetterServer: Sendable {
    private let url: String
    private let user: String?
    private let password: String
    package let sender: String
    /// What links in letters begin with: `https://htx.example.vn`.
    package let site: String
    private let needsTLS: Bool

    /// `url`: `smtp://host:587` (then TLS begins before anything is said) or `smtps://host:465`. Only a server on this
    /// machine may be spoken to in the open. Throws `letters.bad-server`, `letters.bad-sender`, `letters.bad-site`.
    package init(_ url: String, user: String?, password: String?, sender: String?, site: String?) throws {
        guard let parts = URLComponents(string: url), ["smtp", "smtps"].contains(parts.scheme), let host = parts.host,
            !host.isEmpty, parts.user == nil
        else { throw Failure(.usage, "letters.bad-server", ["text": url]) }
        guard let sender, sender.split(separator: "@").count == 2,
            sender.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw Failure(.usage, "letters.bad-sender", ["text": sender ?? ""]) }
        guard let site, let address = URLComponents(string: site), ["http", "https"].contains(address.scheme),
            address.host?.isEmpty == false
        else { throw Failure(.usage, "letters.bad-site", ["text": site ?? ""]) }
        self.url = url
        self.user = user
        self.password = password ?? ""
        self.sender = sender
        self.site = site.hasSuffix("/") ? String(site.dropLast()) : site
        needsTLS = !Self.isThisMachine(host)
    }

    /// A name such as `127.mail.example` is anybody's.
    private static func isThisMachine(_ host: String) -> Bool {
        var address = in_addr()
        if host == "localhost" || host == "[::1]" { return true }
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    /// Hands a letter over, off the threads that answer requests. Throws `letter.not-sent` with the server's reason.
    package func send(_ letter: Letter, at now: Instant) async throws {
        let message = letter.message(from: sender, at: now)
        let reason: String? = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                var reason = [CChar](repeating: 0, count: 256)
                let code = hoptac_send_letter(
                    url, user, password, "<\(sender)>", "<\(letter.to)>", message, message.utf8.count, needsTLS ? 1 : 0,
                    20, &reason)
                let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                continuation.resume(returning: code == 0 ? nil : text)
            }
        }
        if let reason { throw Failure(.unavailable, "letter.not-sent", ["reason": reason]) }
    }
}
