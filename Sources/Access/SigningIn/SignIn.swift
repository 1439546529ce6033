import Kernel
import Persistence
package import Records

/// What a browser gets when somebody has signed in.
package struct SignedIn: Sendable {
    package let token: Secret
    package let state: UserSession.State
    /// Remembers that this browser has signed in to the account before.
    package let device: Secret
}

extension AccessControl {
    /// Throws `sign-in.wrong` for an unknown name as for a wrong password, after the same work, and `sign-in.too-many`
    /// while guesses are held up.
    package func signIn(_ typed: String, _ password: String, _ visit: Visit) async throws -> SignedIn {
        let now = clock.now()
        let name = SignInName(typed)
        let known = try await database.write { db in
            let known = try Known(name, on: now.day, in: db)
            try throttle(name, known, visit, in: db).charge(at: now, in: db)
            return known
        }
        let (matches, isOutdated) = try await hashing.check(password, against: known?.password)
        guard matches, let known else {
            let act = Act(at: now, account: known.map { Identifier($0.account.id.number) }, origin: "web")
            try await database.write { try $0.note(.refused, "account", known?.account.id.number ?? 0, by: act) }
            throw Failure(.invalid, "sign-in.wrong")
        }
        let fresh = isOutdated ? try await hashing.hash(password) : nil
        return try await database.write { db in
            try throttle(name, known, visit, in: db).refund(in: db)
            if let fresh { try known.account.keep(fresh, in: db) }
            let state: UserSession.State =
                known.hasSecondFactor
                ? .code : try known.account.needsSecondFactor(on: now.day, in: db) ? .enrolment : .open
            let device = try db.rememberDevice(of: known.account.id, at: now)
            if state == .open { try db.note(.signedIn, known.account, at: now) }
            return SignedIn(
                token: try UserSession.begin(known.account.id, state, visit, at: now, in: db), state: state,
                device: device)
        }
    }

    private func throttle(_ name: SignInName, _ known: Known?, _ visit: Visit, in db: Connection) throws -> Throttle {
        var isKnownDevice = false
        if let known, let device = visit.device {
            isKnownDevice =
                try db.first(
                    """
                    SELECT 1 FROM access_device
                    WHERE token_hash = \(Secret(text: device).hash) AND account_id = \(known.account.id)
                    """, { _ in true }) ?? false
        }
        return .signIn(name.text, visit.address, isKnownDevice: isKnownDevice)
    }

    package func signOut(_ session: UserSession) async throws {
        let now = clock.now()
        try await database.write { db in
            guard try UserSession.end(session.id, of: session.account, in: db) else { return }
            try db.note(.signedOut, UserAccount.find(session.account, in: db), at: now)
        }
    }

    /// The browsers in which an account is signed in, the last used first.
    package func sessions(of account: UserAccount.ID) async throws -> [UserSession] {
        let now = clock.now()
        return try await database.read { try UserSession.list(of: account, at: now, in: $0) }
    }

    package func end(session id: Int64, of account: UserAccount.ID) async throws {
        let now = clock.now()
        try await database.write { db in
            guard try UserSession.end(id, of: account, in: db) else { return }
            try db.note(.signedOut, UserAccount.find(account, in: db), at: now)
        }
    }
}

/// An open account with what it signs in with.
private struct Known: Sendable {
    let account: UserAccount
    let password: String?
    let hasSecondFactor: Bool

    init?(_ name: SignInName, on today: Day, in db: Connection) throws {
        guard
            let account = try UserAccount.first(where: "email = \(name.text) OR phone = \(name.text)", in: db),
            account.isOpen(on: today)
        else { return nil }
        self.account = account
        (password, hasSecondFactor) =
            try db.first("SELECT password, is_code_confirmed FROM access_secret WHERE account_id = \(account.id)") {
                (try $0[0] as String?, try $0[1] as Int64 != 0)
            } ?? (nil, false)
    }
}

extension UserAccount {
    func keep(_ password: Password, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO access_secret (account_id, password) VALUES (\(id), \(password.stored))
            ON CONFLICT (account_id) DO UPDATE SET password = excluded.password
            """)
    }

    /// Whether one of its roles asks for a second factor.
    func needsSecondFactor(on today: Day, in db: Connection) throws -> Bool {
        try db.first(
            """
            SELECT 1 FROM access_holding h JOIN access_role r ON r.id = h.role_id
            WHERE h.account_id = \(id) AND r.needs_second_factor <> 0 AND \(Holding.standing(on: today))
            """, { _ in true }) ?? false
    }
}

extension Connection {
    /// A browser that has signed in to the account: its token.
    func rememberDevice(of account: UserAccount.ID, at now: Instant) throws -> Secret {
        let device = Secret.fresh()
        try run(
            "INSERT INTO access_device (token_hash, account_id, seen_at) VALUES (\(device.hash), \(account), \(now))")
        return device
    }

    /// What an account did with itself.
    func note(_ action: Change.Action, _ account: UserAccount, at now: Instant) throws {
        try note(
            action, "account", account.id.number,
            by: Act(at: now, account: Identifier(account.id.number), origin: "web"))
    }
}
