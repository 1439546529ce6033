import Kernel
import Persistence
package import Records

extension AccessControl {
    /// Ends the halfway session and begins an open one, for a code of the app or one of the recovery codes.
    /// Throws `second-factor.wrong`.
    package func confirm(_ typed: String, _ session: UserSession, _ visit: Visit) async throws -> SignedIn {
        let now = clock.now()
        let isRight = try await database.write { db in
            try Throttle.code(of: session.account.number).charge(at: now, in: db)
            guard try accepts(typed, session.account, at: now, in: db) else {
                let account = Identifier<Account>(session.account.number)
                try db.note(
                    .refused, "account", session.account.number, by: Act(at: now, account: account, origin: "web"))
                return false
            }
            try Throttle.code(of: session.account.number).refund(in: db)
            return true
        }
        guard isRight else { throw Failure(.invalid, "second-factor.wrong") }
        return try await database.write { try renew(session, visit, at: now, in: $0) }
    }

    /// Whoever has signed in shows once more that it is they: password, and a code where there is a second factor.
    /// Throws `sign-in.not-proven` without saying which was wrong, and `sign-in.too-many`.
    package func prove(_ session: UserSession, password: String, code: String) async throws {
        let now = clock.now()
        let stored = try await database.write { db in
            try Throttle.code(of: session.account.number).charge(at: now, in: db)
            return try db.first(
                "SELECT password, is_code_confirmed FROM access_secret WHERE account_id = \(session.account)"
            ) { (password: try $0[0] as String?, needsCode: try $0[1] as Int64 != 0) }
        }
        let isRight = try await hashing.check(password, against: stored?.password).matches
        let isProven = try await database.write { db in
            let act = Act(at: now, account: Identifier(session.account.number), origin: "web")
            guard isRight, try !(stored?.needsCode ?? false) || accepts(code, session.account, at: now, in: db) else {
                try db.note(.refused, "account", session.account.number, by: act)
                return false
            }
            try Throttle.code(of: session.account.number).refund(in: db)
            try session.prove(at: now, in: db)
            return true
        }
        guard isProven else { throw Failure(.invalid, "sign-in.not-proven") }
    }

    /// A new key that is not yet in force, or the one prepared before.
    package func prepareSecondFactor(_ account: UserAccount.ID) async throws -> OneTimeCode {
        try await database.write { db in
            let kept = try db.first(
                "SELECT code_key FROM access_secret WHERE account_id = \(account) AND is_code_confirmed = 0"
            ) { try $0[0] as [UInt8]? }
            if let kept, let key = kept { return OneTimeCode(key: key) }
            let fresh = OneTimeCode.fresh()
            try db.run(
                """
                INSERT INTO access_secret (account_id, code_key) VALUES (\(account), \(fresh.key))
                ON CONFLICT (account_id) DO UPDATE SET code_key = excluded.code_key
                WHERE access_secret.is_code_confirmed = 0
                """)
            return fresh
        }
    }

    /// Puts the prepared key in force for a right code of it. The recovery codes, shown this once, and the session that
    /// goes on; all others of the account end.
    package func enrol(
        _ typed: String, _ session: UserSession, _ visit: Visit
    ) async throws -> (recovery: [String], SignedIn) {
        let now = clock.now()
        let codes = (0..<10).map { _ in base32(randomBytes(10)).lowercased() }
        return try await database.write { db in
            let key = try db.first(
                "SELECT code_key FROM access_secret WHERE account_id = \(session.account) AND is_code_confirmed = 0"
            ) { try $0[0] as [UInt8]? }
            guard let key, let key, let step = OneTimeCode(key: key).step(of: typed, at: now, after: 0) else {
                throw Failure(.invalid, "second-factor.wrong")
            }
            try db.run(
                """
                UPDATE access_secret SET is_code_confirmed = 1, code_step = \(step) WHERE account_id = \(session.account)
                """)
            try db.run("DELETE FROM access_recovery WHERE account_id = \(session.account)")
            for code in codes {
                try db.run(
                    """
                    INSERT INTO access_recovery (account_id, code_hash)
                    VALUES (\(session.account), \(Secret(text: code).hash))
                    """)
            }
            return (codes, try renew(session, visit, at: now, in: db))
        }
    }

    package func hasSecondFactor(_ account: UserAccount.ID) async throws -> Bool {
        try await database.read { db in
            try db.first(
                "SELECT 1 FROM access_secret WHERE account_id = \(account) AND is_code_confirmed = 1", { _ in true })
                ?? false
        }
    }

    /// For somebody who has lost it, by an administrator. All sessions of the account end.
    package func removeSecondFactor(_ account: UserAccount.ID, by act: Act) async throws {
        try await database.write { db in
            try db.run(
                """
                UPDATE access_secret SET code_key = NULL, code_step = 0, is_code_confirmed = 0
                WHERE account_id = \(account)
                """)
            try db.run("DELETE FROM access_recovery WHERE account_id = \(account)")
            try UserSession.endAll(of: account, in: db)
            try db.note(.secretChanged, "account", account.number, by: act)
        }
    }

    /// A right code serves once: a step of the app is remembered, a recovery code is used up.
    private func accepts(_ typed: String, _ account: UserAccount.ID, at now: Instant, in db: Connection) throws -> Bool
    {
        let secret = try db.first(
            "SELECT code_key, code_step FROM access_secret WHERE account_id = \(account) AND is_code_confirmed = 1"
        ) { (key: try $0[0] as [UInt8]?, step: try $0[1] as Int64) }
        guard let secret, let key = secret.key else { return false }
        if let step = OneTimeCode(key: key).step(of: typed, at: now, after: secret.step) {
            try db.run("UPDATE access_secret SET code_step = \(step) WHERE account_id = \(account)")
            return true
        }
        let code = typed.lowercased().filter { $0.isLetter || $0.isNumber }
        return try db.run(
            "DELETE FROM access_recovery WHERE account_id = \(account) AND code_hash = \(Secret(text: code).hash)") > 0
    }

    /// The session goes on as an open one under another token, so that whoever knew the old one has nothing.
    private func renew(_ session: UserSession, _ visit: Visit, at now: Instant, in db: Connection) throws -> SignedIn {
        guard try UserSession.end(session.id, of: session.account, in: db) else {
            throw Failure(.anonymous, "sign-in.needed")
        }
        try UserSession.endAll(of: session.account, in: db)
        try db.note(.signedIn, UserAccount.find(session.account, in: db), at: now)
        let device = try db.rememberDevice(of: session.account, at: now)
        return SignedIn(
            token: try UserSession.begin(session.account, .open, visit, at: now, in: db), state: .open, device: device)
    }
}
