import Foundation
import Kernel

/// One connection to a server on this machine that is kept open: asks for a page and reads it to its end.
final class Caller {
    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// `nil` while nobody listens.
    init?(port: Int) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var flag: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
        guard status == 0 else {
            close(socket)
            return nil
        }
    }

    deinit { close(socket) }

    /// What later requests send as `Cookie`.
    private(set) var cookie = ""

    /// Opens a session, and asks as its owner from then on.
    func signIn(_ name: String, _ password: String) throws {
        let form = "name=\(name)&password=\(password)"
        let (status, _) = try ask(
            """
            POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)
            """)
        guard status == 303, !cookie.isEmpty else { throw broken("/sign-in") }
    }

    /// The status and the length of the answer.
    func get(_ path: String) throws -> (status: Int, length: Int) {
        try ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept-Language: vi\r\nCookie: \(cookie)\r\n\r\n")
    }

    private func ask(_ request: String) throws -> (status: Int, length: Int) {
        let path = request.prefix { $0 != "\r" && $0 != "\r\n" }.description
        guard write(socket, request, request.utf8.count) == request.utf8.count else { throw broken(path) }
        var head: [UInt8] = []
        while true {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { throw broken(path) }
            head += buffer[..<count]
            guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let lines = String(decoding: head[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            let length =
                lines.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
            if let session = lines.first(where: { $0.lowercased().hasPrefix("set-cookie: session=") }) {
                cookie = String(session.dropFirst("set-cookie: ".count).prefix { $0 != ";" })
            }
            guard let length else { throw broken(path) }
            var missing = length - (head.count - end.upperBound)
            while missing > 0 {
                let count = read(socket, &buffer, buffer.count)
                guard count > 0 else { throw broken(path) }
                missing -= count
            }
            return (status, length)
        }
    }

    private func broken(_ path: String) -> Failure { Failure(.unavailable, "bench.no-answer", ["path": path]) }
}
