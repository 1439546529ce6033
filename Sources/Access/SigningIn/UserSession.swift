package import Kernel
import Persistence

/// A browser in which somebody has signed in.
package struct UserSession: Sendable {
    /// Ends after two hours without a request, and in any case twelve after the sign-in.
    static let idleLimit: Int64 = 2 * 3_600_000
    static let absoluteLimit: Int64 = 12 * 3_600_000
    /// `used_at` is written no more often than this.
    private static let useGranularity: Int64 = 60_000

    package enum State: String, Sendable {
        /// Everything that the account may do.
        case open
        /// The password was right; the second factor is still to come.
        case code
        /// The account's roles ask for a second factor that is not set up yet.
        case enrolment
    }

    package let id: Int64
    package let account: Identifier<UserAccount>
    package let state: State
    package let begunAt: Instant
    package let usedAt: Instant
    /// When whoever uses it last showed password and second factor.
    package let provenAt: Instant
    package let address: String
    package let agent: String

    private static let columns =
        "s.id, s.account_id, s.state, s.begun_at, s.used_at, s.address, s.agent, coalesce(s.proven_at, s.begun_at)"

    private init(_ row: Row) throws {
        id = try row[0]
        account = try row[1]
        guard let state = State(rawValue: try row.text(2)) else { throw row.unexpected(2, wanted: "state") }
        self.state = state
        begunAt = try row[3]
        usedAt = try row[4]
        address = try row[5]
        agent = try row[6]
        provenAt = try row[7]
    }

    private static func living(_ now: Instant) -> SQL {
        "s.used_at > \(now.milliseconds - idleLimit) AND s.begun_at > \(now.milliseconds - absoluteLimit)"
    }

    func lives(at now: Instant) -> Bool {
        now.milliseconds - usedAt.milliseconds < Self.idleLimit
            && now.milliseconds - begunAt.milliseconds < Self.absoluteLimit
    }

    package func isProven(within minutes: Int64, at now: Instant) -> Bool {
        now.milliseconds - provenAt.milliseconds < minutes * 60_000
    }

    func prove(at now: Instant, in db: Connection) throws {
        try db.run("UPDATE access_session SET proven_at = \(now) WHERE id = \(id)")
    }

    /// By the hash of its token, whether or not it lives.
    static func find(_ hash: [UInt8], in db: Connection) throws -> UserSession? {
        try db.first(
            "SELECT \(described: columns) FROM access_session s WHERE s.token_hash = \(hash)", UserSession.init)
    }

    static func list(of account: Identifier<UserAccount>, at now: Instant, in db: Connection) throws -> [UserSession] {
        try db.all(
            """
            SELECT \(described: columns) FROM access_session s WHERE s.account_id = \(account) AND \(living(now))
            ORDER BY s.used_at DESC, s.id DESC
            """, UserSession.init)
    }

    static func count(at now: Instant, in db: Connection) throws -> Int {
        try db.one(
            "SELECT count(*) FROM access_session s WHERE s.state = \(State.open.rawValue) AND \(living(now))"
        ) { try $0[0] }
    }

    static func begin(
        _ account: Identifier<UserAccount>, _ state: State, _ from: Visit, at now: Instant, in db: Connection
    ) throws -> Secret {
        let token = Secret.fresh()
        try db.run(
            """
            INSERT INTO access_session (token_hash, account_id, state, begun_at, used_at, address, agent)
            VALUES (\(token.hash), \(account), \(state.rawValue), \(now), \(now), \(from.address),
            \(String(from.agent.prefix(200))))
            """)
        return token
    }

    func needsTouch(at now: Instant) -> Bool { now.milliseconds - usedAt.milliseconds >= Self.useGranularity }

    func touch(at now: Instant, in db: Connection) throws {
        try db.run("UPDATE access_session SET used_at = \(now) WHERE id = \(id) AND used_at < \(now)")
    }

    /// Ends one of an account's sessions. False where there is no such session.
    static func end(_ id: Int64, of account: Identifier<UserAccount>, in db: Connection) throws -> Bool {
        try db.run("DELETE FROM access_session WHERE id = \(id) AND account_id = \(account)") > 0
    }

    static func endAll(of account: Identifier<UserAccount>, except id: Int64? = nil, in db: Connection) throws {
        try db.run("DELETE FROM access_session WHERE account_id = \(account) AND id <> \(id ?? 0)")
    }

    static func sweep(at now: Instant, in db: Connection) throws {
        try db.run(
            """
            DELETE FROM access_session WHERE used_at <= \(now.milliseconds - idleLimit)
            OR begun_at <= \(now.milliseconds - absoluteLimit)
            """)
    }
}

/// Where a request comes from.
package struct Visit: Sendable {
    package var address: String
    package var agent: String
    /// The token of a device that has signed in before.
    package var device: String?

    package init(address: String, agent: String, device: String? = nil) {
        self.address = address
        self.agent = agent
        self.device = device
    }
}
