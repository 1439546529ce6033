package import Kernel
import Persistence

/// What a program signs in with: made by an account, for itself or a service, with no more than the account's rights.
package struct AccessToken: Sendable {
    package typealias ID = Identifier<AccessToken>

    /// The most days that a token may live, and the most living ones of an account.
    package static let longestLife = 365
    static let most = 50
    /// `last_used_at` is written no more often than this.
    private static let useGranularity: Int64 = 60_000

    package let id: ID
    package let account: Identifier<UserAccount>
    /// What it is for, as its maker says.
    package let name: String
    /// A `PermissionSet`: what it may do at most. What the account may not, it may not either.
    package let permissions: String
    /// Whose records it reaches at most.
    package let organisation: OrganisationRef?
    package let madeAt: Instant
    package let expiresAt: Instant
    package let lastUsedAt: Instant?
    package let endedAt: Instant?

    private static let columns =
        "id, account_id, name, permissions, organisation, made_at, expires_at, last_used_at, ended_at"

    private init(_ row: Row) throws {
        id = try row[0]
        account = try row[1]
        name = try row[2]
        permissions = try row[3]
        organisation = try row[4]
        madeAt = try row[5]
        expiresAt = try row[6]
        lastUsedAt = try row[7]
        endedAt = try row[8]
    }

    package func lives(at now: Instant) -> Bool { endedAt == nil && expiresAt > now }

    static func find(_ text: String, at now: Instant, in db: Connection) throws -> AccessToken? {
        try list(where: "token_hash = \(Secret(text: text).hash)", in: db).first { $0.lives(at: now) }
    }

    /// The newest first.
    static func list(where condition: SQL, in db: Connection) throws -> [AccessToken] {
        try db.all(
            "SELECT \(described: columns) FROM access_token WHERE \(condition) ORDER BY id DESC", AccessToken.init)
    }

    func needsTouch(at now: Instant) -> Bool {
        now.milliseconds - (lastUsedAt?.milliseconds ?? 0) >= Self.useGranularity
    }

    func touch(at now: Instant, in db: Connection) throws {
        try db.run("UPDATE access_token SET last_used_at = \(now) WHERE id = \(id)")
    }
}
