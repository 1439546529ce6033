import ArgumentParser
import Foundation
import Kernel

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Where a command finds records: a server that is asked through a token, or else the database itself.
struct RemoteSettings: ParsableArguments {
    @Option(help: "Ask this server, with the token in HOPTAC_TOKEN, instead of a database: https://htx.tinh.gov.vn.")
    var server: String?

    /// `nil`: the database. Throws `remote.no-token`, `remote.bad-address`.
    func remote() throws -> RemoteServer? {
        guard let server else { return nil }
        guard let token = ProcessInfo.processInfo.environment["HOPTAC_TOKEN"], !token.isEmpty else {
            throw Failure(.usage, "remote.no-token")
        }
        guard let url = URL(string: server), let host = url.host, url.scheme == "https" || url.scheme == "http" else {
            throw Failure(.usage, "remote.bad-address", ["server": server])
        }
        // A token is as good as a password: it travels through TLS, or stays on this machine.
        guard url.scheme == "https" || ["localhost", "127.0.0.1", "::1"].contains(host) else {
            throw Failure(.refused, "remote.needs-tls", ["server": server])
        }
        return RemoteServer(base: url, token: token)
    }

    func needed() throws -> RemoteServer {
        guard let remote = try remote() else { throw Failure(.usage, "remote.needed") }
        return remote
    }
}

/// The API of a server, as the commands use it.
struct RemoteServer: Sendable {
    let base: URL
    let token: String

    struct Answer {
        let body: Data
        let etag: String?

        func object() throws -> [String: Any] {
            guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
                throw Failure(.unavailable, "remote.not-understood")
            }
            return object
        }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Throws the server's refusal with its code, `remote.unreachable`, `remote.not-understood`.
    func ask(
        _ method: String = "GET", _ path: String, _ query: [(name: String, value: String)] = [], json: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var parts = URLComponents(url: base, resolvingAgainstBaseURL: false) ?? URLComponents()
        parts.path = "/api/v1/\(path)"
        // What the server says is said in the language of the command.
        let asked = query + [("lang", Settings.language.rawValue)]
        parts.percentEncodedQuery = asked.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
            .joined(separator: "&")
        guard let url = parts.url else { throw Failure(.usage, "remote.bad-address", ["server": "\(base)"]) }
        var request = URLRequest(url: url, timeoutInterval: 60)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let json {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(json.utf8)
        }
        let (data, response): (Data, URLResponse)
        do { (data, response) = try await URLSession.shared.data(for: request) } catch {
            throw Failure(.unavailable, "remote.unreachable", ["server": "\(base)"])
        }
        guard let response = response as? HTTPURLResponse else { throw Failure(.unavailable, "remote.not-understood") }
        let answer = Answer(body: data, etag: response.value(forHTTPHeaderField: "ETag"))
        guard (200..<300).contains(response.statusCode) else { throw try refusal(answer, response.statusCode) }
        return answer
    }

    /// What `If-Match` says: the version, or the present one of the record.
    func tag(_ path: String, _ version: Int?) async throws -> String {
        if let version { return "\"\(version)\"" }
        return try await ask("GET", path).etag ?? ""
    }

    /// The problem document of a refusal; what it says of each column goes to standard error.
    private func refusal(_ answer: Answer, _ status: Int) throws -> Failure {
        let problem = try answer.object()
        guard let code = problem["code"] as? String else { return Failure(.unavailable, "remote.not-understood") }
        for error in problem["errors"] as? [[String: Any]] ?? [] {
            Message.write("\(error["field"] as? String ?? ""): \(error["detail"] as? String ?? "")")
        }
        return Failure(
            Failure.Kind(rawValue: status) ?? .refused, code, problem["details"] as? [String: String] ?? [:])
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// All items of a list, page by page.
    func each(
        _ path: String, _ query: [(name: String, value: String)], _ body: ([String: Any]) throws -> Void
    ) async throws {
        var next: String?
        repeat {
            let asked = query + [("limit", "500")] + (next.map { [("after", $0)] } ?? [])
            let page = try await ask("GET", path, asked).object()
            for item in page["items"] as? [[String: Any]] ?? [] { try body(item) }
            next = page["next"] as? String
        } while next != nil
    }

    /// An object in one line, its members in alphabetical order.
    static func line(_ object: [String: Any]) throws -> String {
        let bytes = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: bytes, as: UTF8.self)
    }
}
