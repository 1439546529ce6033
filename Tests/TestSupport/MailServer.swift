import Foundation
import Synchronization

/// A mail server on this machine that keeps what it is given, or refuses every receiver.
package final class MailServer: Sendable {
    package struct Received: Sendable {
        package let from: String
        package let to: String
        /// Headers and body as they came, without the dot at the end.
        package let data: String

        /// The body, decoded.
        package var text: String {
            let body = data.components(separatedBy: "\r\n\r\n").dropFirst().joined()
            return Data(base64Encoded: body, options: .ignoreUnknownCharacters)
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    package let port: Int
    private let socket: Int32
    private let kept = Mutex<[Received]>([])
    private let refuses: Bool
    /// The user and password that it asks for, as a client sends them.
    private let secret: String?

    package var letters: [Received] { kept.withLock { $0 } }
    package var address: String { "smtp://127.0.0.1:\(port)" }

    package convenience init(asking user: String, _ password: String) {
        self.init(secret: Data("\0\(user)\0\(password)".utf8).base64EncodedString())
    }

    package init(refusing: Bool = false, secret: String? = nil) {
        refuses = refusing
        self.secret = secret
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let status = bind(socket, pointer, length)
                getsockname(socket, pointer, &length)
                return status
            }
        }
        precondition(bound == 0 && listen(socket, 8) == 0)
        port = Int(in_port_t(bigEndian: address.sin_port))
        let thread = Thread { [self] in
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0 else { return }
                serve(client)
                Glibc.close(client)
            }
        }
        thread.start()
    }

    package func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

    private func serve(_ client: Int32) {
        guard let stream = fdopen(dup(client), "r") else { return }
        defer { fclose(stream) }
        func say(_ text: String) {
            let line = text + "\r\n"
            _ = write(client, line, line.utf8.count)
        }
        func line() -> String? {
            var buffer = [CChar](repeating: 0, count: 4096)
            guard fgets(&buffer, 4096, stream) != nil else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        say("220 mail.test")
        var (from, to) = ("", "")
        var isKnown = false
        while let command = line()?.trimmingCharacters(in: .whitespacesAndNewlines) {
            let word = command.prefix(4).uppercased()
            switch word {
            case "EHLO", "HELO": say(secret == nil ? "250 mail.test" : "250-mail.test\r\n250 AUTH PLAIN")
            case "AUTH":
                say("334 ")
                isKnown = line()?.trimmingCharacters(in: .whitespacesAndNewlines) == secret
                say(isKnown ? "235 welcome" : "535 who")
            case "MAIL" where secret != nil && !isKnown: say("530 who")
            case "MAIL":
                from = command
                say("250 ok")
            case "RCPT":
                to = command
                say(refuses ? "550 no such box" : "250 ok")
            case "DATA":
                say("354 go on")
                var data = ""
                while let text = line(), text != ".\r\n" { data += text }
                kept.withLock { $0.append(Received(from: from, to: to, data: data)) }
                say("250 taken")
            case "QUIT":
                say("221 bye")
                return
            default: say("502 what")
            }
        }
    }
}
