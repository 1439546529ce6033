import Access
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Kernel
import NIOCore
package import Persistence
import Records

/// The answers to changes that were sent with an `Idempotency-Key`.
package let apiMigrations: [Migration] = [
    Migration(
        part: "api", number: 1, title: "Answers given once",
        """
        CREATE TABLE api_answer (
            account_id BIGINT NOT NULL REFERENCES access_account (id),
            key TEXT NOT NULL,
            fingerprint {bytes} NOT NULL,
            at BIGINT NOT NULL,
            status BIGINT NOT NULL,
            record_id BIGINT NOT NULL,
            record_version BIGINT NOT NULL,
            location TEXT,
            body TEXT NOT NULL,
            PRIMARY KEY (account_id, key)
        );
        CREATE INDEX api_answer_at ON api_answer (at);
        """)
]

/// A request that changes something: its body, and the key under which it must have its effect once.
struct ApiWrite: Sendable {
    let body: [UInt8]
    private let key: String?
    private let fingerprint: [UInt8]
    private let account: UserAccount.ID
    private let at: Instant

    /// Keys are forgotten after a day.
    static let kept: Int64 = 24 * 3_600_000

    /// Throws `request.media-type`, `request.too-large`, `api.bad-key`.
    init(_ request: Request, _ context: WebContext) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/json" || type == "application/merge-patch+json" else {
            throw Refusal(.unsupportedMediaType, Failure(.usage, "api.media-type"))
        }
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: Entrance.largestBody) } catch is NIOTooManyBytesError {
            throw Refusal(.contentTooLarge, Failure(.usage, "request.too-large"))
        }
        body = Array(buffer.readableBytesView)
        key = request.headers[.idempotencyKey]
        if let key, !(1...255).contains(key.utf8.count) || !key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            throw Failure(.usage, "api.bad-key")
        }
        let asked = "\(request.method.rawValue) \(context.path)\n\(request.headers[.ifMatch] ?? "")\n"
        fingerprint = Secret(text: asked + String(decoding: body, as: UTF8.self)).hash
        account = try context.viewer.account.id
        at = context.clock.now()
    }

    /// The answer that the same request was given before. Throws `api.key-reused` where the key came with another.
    func earlier(in db: Connection) throws -> ApiAnswer? {
        guard let key else { return nil }
        try db.run("DELETE FROM api_answer WHERE at <= \(at.milliseconds - Self.kept)")
        let found = try db.first(
            """
            SELECT fingerprint, status, record_id, record_version, location, body FROM api_answer
            WHERE account_id = \(account) AND key = \(key)
            """
        ) { row in
            (
                fingerprint: try row[0] as [UInt8],
                answer: ApiAnswer(
                    status: try row[1], record: try row[2], version: try row[3], location: try row[4],
                    body: try row[5])
            )
        }
        guard let found else { return nil }
        guard found.fingerprint == fingerprint else { throw Failure(.invalid, "api.key-reused") }
        return found.answer
    }

    func keep(_ answer: ApiAnswer, in db: Connection) throws {
        guard let key else { return }
        try db.run(
            """
            INSERT INTO api_answer
            (account_id, key, fingerprint, at, status, record_id, record_version, location, body)
            VALUES (\(account), \(key), \(fingerprint), \(at), \(answer.status), \(answer.record), \(answer.version),
            \(answer.location), \(answer.body))
            """)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
