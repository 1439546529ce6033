package import Kernel
package import Persistence
package import Records

// What is done to accounts and to what they hold. Whatever changes rights ends the account's sessions, so that nobody
// goes on with those of before.

extension AccessControl {
    /// Stores a new post, or whatever else says who may do what, with what follows from it.
    package func add<R: Record>(_ record: R, by act: Act) async throws -> R {
        try await database.write { db in
            let stored = try db.insert(record, by: act)
            try settle(R.description.name, stored.id.number, by: act, in: db)
            return stored
        }
    }

    package func change<R: Record>(
        _ record: R, from before: R, by act: Act, action: Change.Action = .changed
    ) async throws -> R {
        try await database.write { db in
            let stored = try db.update(record, from: before, by: act, action: action)
            try settle(R.description.name, stored.id.number, by: act, in: db)
            return stored
        }
    }

    /// Signs an account out of every browser, by an administrator.
    package func endSessions(of account: UserAccount.ID, by act: Act) async throws {
        try await database.write { db in
            try UserSession.endAll(of: account, in: db)
            try db.note(.signedOut, "account", account.number, by: act)
        }
    }

    package static func hasPassword(_ account: UserAccount.ID, in db: Connection) throws -> Bool {
        try db.first(
            "SELECT 1 FROM access_secret WHERE account_id = \(account) AND password IS NOT NULL", { _ in true })
            ?? false
    }

    /// A link with which the account's owner sets a password, once, within three days. Earlier ones of the account no
    /// longer serve.
    package func makeLink(_ account: UserAccount.ID, by act: Act) async throws -> Secret {
        try await database.write { db in
            try db.run("DELETE FROM access_link WHERE account_id = \(account)")
            let token = try Self.link(account, by: act, in: db)
            try db.note(.invited, "account", account.number, by: act)
            return token
        }
    }

    /// The same for a letter, whose asking stands in the history already. It leaves those of an administrator, since
    /// anybody may ask for a letter; the first link that is used ends all others.
    func makeLink(forLetterTo account: UserAccount.ID, by act: Act) async throws -> Secret {
        try await database.write { try Self.link(account, by: act, in: $0) }
    }

    private static func link(_ account: UserAccount.ID, by act: Act, in db: Connection) throws -> Secret {
        let token = Secret.fresh()
        let owner = try UserAccount.find(account, in: db)
        guard owner.isOpen(on: act.at.day) else { throw Failure(.refused, "account.ended", ["name": owner.name]) }
        try db.run(
            """
            INSERT INTO access_link (token_hash, account_id, expires_at)
            VALUES (\(token.hash), \(account), \(act.at.milliseconds + 3 * 86_400_000))
            """)
        return token
    }

    /// Whose link this is. Throws `link.spent` for one that was used, has run out or never was.
    package func account(ofLink token: String) async throws -> UserAccount {
        let now = clock.now()
        return try await database.read { try account(ofLink: token, at: now, in: $0) }
    }

    private func account(ofLink token: String, at now: Instant, in db: Connection) throws -> UserAccount {
        let id = try db.first(
            "SELECT account_id FROM access_link WHERE token_hash = \(Secret(text: token).hash) AND expires_at > \(now)"
        ) { try $0[0] as UserAccount.ID }
        guard let id, let account = try UserAccount.first(where: "id = \(id)", in: db), account.isOpen(on: now.day)
        else {
            throw Failure(.missing, "link.spent")
        }
        return account
    }

    /// Sets the password that the link's owner chose.
    package func redeem(_ token: String, password: String) async throws {
        let now = clock.now()
        let account = try await account(ofLink: token)
        let hash = try await hashed(password, for: account)
        try await database.write { db in
            // Of two who use it at once the second finds it spent.
            let account = try self.account(ofLink: token, at: now, in: db)
            try db.run("DELETE FROM access_link WHERE account_id = \(account.id)")
            try set(hash, account, at: now, in: db)
        }
    }

    /// Sets another password for somebody who knows the present one. The other sessions of the account end.
    package func changePassword(of account: UserAccount, from old: String, to new: String, keeping session: Int64)
        async throws
    {
        let now = clock.now()
        let stored = try await database.write { db in
            try Throttle.code(of: account.id.number).charge(at: now, in: db)
            return try db.first("SELECT password FROM access_secret WHERE account_id = \(account.id)") {
                try $0[0] as String?
            }
        }
        guard try await hashing.check(old, against: stored ?? nil).matches else {
            throw Failure(.invalid, "password.old-is-wrong")
        }
        let hash = try await hashed(new, for: account)
        try await database.write { db in
            try Throttle.code(of: account.id.number).refund(in: db)
            try set(hash, account, at: now, keeping: session, in: db)
        }
    }

    /// Sets a password without asking for the old one: the command line, for whoever runs the server.
    package func setPassword(of account: UserAccount, to new: String, by act: Act) async throws {
        let hash = try await hashed(new, for: account)
        try await database.write { db in
            try account.keep(hash, in: db)
            try UserSession.endAll(of: account.id, in: db)
            try db.note(.secretChanged, "account", account.id.number, by: act)
        }
    }

    private func hashed(_ password: String, for account: UserAccount) async throws -> Password {
        let names = [account.name, account.email, account.phone?.text].compactMap(\.self)
        if case .fails(let code, let details) = PasswordRules.check(password, names: names) {
            throw Failure(.invalid, code, details)
        }
        return try await hashing.hash(password)
    }

    private func set(
        _ hash: Password, _ account: UserAccount, at now: Instant, keeping session: Int64? = nil, in db: Connection
    ) throws {
        try account.keep(hash, in: db)
        try UserSession.endAll(of: account.id, except: session, in: db)
        try db.note(.secretChanged, account, at: now)
    }

    /// The language in which the account reads from now on.
    package func speak(_ language: Language, _ account: UserAccount.ID) async throws {
        let now = clock.now()
        try await database.write { db in
            let before = try UserAccount.find(account, in: db)
            var after = before
            after.language = language.rawValue
            let act = Act(at: now, account: Identifier(account.number), origin: "web")
            try db.update(after, from: before, by: act)
        }
    }
}
