package import Kernel
package import Persistence
import Records

/// Who is there and what they may do: accounts, sign-in, sessions, and the viewer of each request.
package struct AccessControl: Sendable {
    package let database: Database
    let clock: WallClock
    let organisations: Organisations
    let rules: ScopeRules
    let hashing: PasswordHashing
    /// Whether letters go out; otherwise links are handed over by the administrator.
    package var sendsLetters = false

    package init(
        _ database: Database, clock: WallClock, organisations: Organisations, rules: ScopeRules,
        hashing: PasswordHashing
    ) {
        self.database = database
        self.clock = clock
        self.organisations = organisations
        self.rules = rules
        self.hashing = hashing
    }

    /// Who a session's token stands for; nobody where it is unknown, has run out or its account has ended.
    package func visitor(_ token: String?) async throws -> Visitor {
        guard let token, !token.isEmpty else { return .nobody }
        let now = clock.now()
        let shown = Shown(hash: Secret(text: token).hash, day: now.day)
        let visitor = try await database.read { db -> Visitor in
            let visitor = try db.remembered(shown) { try self.visitor(shown, in: db) }
            return visitor.session?.lives(at: now) ?? false ? visitor : .nobody
        }
        if let session = visitor.session, session.needsTouch(at: now) {
            try await database.write { try session.touch(at: now, in: $0) }
        }
        return visitor
    }

    /// A session's token as it is stored, on a day.
    private struct Shown: Hashable, Sendable {
        let hash: [UInt8]
        let day: Day
    }

    private func visitor(_ shown: Shown, in db: Connection) throws -> Visitor {
        guard let session = try UserSession.find(shown.hash, in: db),
            let account = try UserAccount.first(where: "id = \(session.account)", in: db),
            account.isOpen(on: shown.day)
        else { return .nobody }
        guard session.state == .open else { return .halfway(account, session) }
        return .viewer(try viewer(account, on: shown.day, in: db), session)
    }

    /// What an account may do on a day.
    package func viewer(_ account: UserAccount, on today: Day, in db: Connection) throws -> Viewer {
        let held = try db.all(
            """
            SELECT r.code, r.name, r.permissions, h.organisation FROM access_holding h JOIN access_role r ON r.id = h.role_id
            WHERE h.account_id = \(account.id) AND \(Holding.standing(on: today)) ORDER BY h.id
            """
        ) {
            (
                code: try $0[0] as String, name: try $0[1] as String, permissions: try $0[2] as String,
                ref: try $0[3] as OrganisationRef?
            )
        }
        let found = try organisations.find(Array(Set(held.compactMap(\.ref))), today, db)
        let posts = try held.compactMap { post -> Viewer.Post? in
            let organisation = post.ref.flatMap { found[$0] }
            // An organisation that is no more gives no rights; it must not turn into the whole system.
            if post.ref != nil, organisation == nil { return nil }
            return Viewer.Post(
                role: post.code, name: post.name, permissions: try PermissionSet(parsing: post.permissions),
                organisation: organisation)
        }
        return Viewer(account: account, posts: posts, today: today, rules: rules)
    }

    /// How many sessions are open.
    package func openSessions() async throws -> Int {
        let now = clock.now()
        return try await database.read { try UserSession.count(at: now, in: $0) }
    }

    /// Ends every session and link of a database that was restored: some had ended or been used since it was saved. One
    /// of a version before accounts has none.
    package static func closeDoors(of database: Database) async throws {
        guard try await !database.columns(of: "access_session").isEmpty else { return }
        try await database.write { db in
            try db.run("DELETE FROM access_session")
            try db.run("DELETE FROM access_link")
        }
        // Letters of then would bring links of today.
        guard try await !database.columns(of: "access_letter").isEmpty else { return }
        try await database.write { try $0.run("DELETE FROM access_letter WHERE sent_at IS NULL") }
    }

    /// Writes down that somebody was refused.
    package func noteRefusal(_ viewer: Viewer, _ path: String, origin: String = "web") async throws {
        let act = viewer.act(at: clock.now(), origin: origin, reason: path)
        try await database.write { try $0.note(.refused, "account", viewer.account.id.number, by: act) }
    }

    /// Takes out what has run out: sessions, links, counted tries, letters of three months ago.
    package func sweep() async throws {
        let now = clock.now()
        try await database.write { db in
            try UserSession.sweep(at: now, in: db)
            try Throttle.sweep(at: now, in: db)
            try db.run("DELETE FROM access_link WHERE expires_at <= \(now)")
            try db.run("DELETE FROM access_letter WHERE made_at <= \(now.milliseconds - 90 * 86_400_000)")
            try db.run("DELETE FROM access_device WHERE seen_at <= \(now.milliseconds - 180 * 86_400_000)")
        }
    }
}

/// Whoever sends a request.
package enum Visitor: Sendable {
    case nobody
    /// The password was right, and something is still to be done before anything may be seen.
    case halfway(UserAccount, UserSession)
    case viewer(Viewer, UserSession)
    /// A program, with the rights that its token leaves it.
    case token(Viewer, AccessToken)

    package var viewer: Viewer? {
        switch self {
        case .viewer(let viewer, _), .token(let viewer, _): viewer
        case .nobody, .halfway: nil
        }
    }

    package var isProgram: Bool { if case .token = self { true } else { false } }

    package var account: UserAccount? {
        switch self {
        case .nobody: nil
        case .halfway(let account, _): account
        case .viewer(let viewer, _), .token(let viewer, _): viewer.account
        }
    }

    package var session: UserSession? {
        switch self {
        case .nobody, .token: nil
        case .halfway(_, let session), .viewer(_, let session): session
        }
    }
}

extension UserAccount {
    func isOpen(on day: Day) -> Bool { endedOn.map { $0 > day } ?? true }
}

extension Holding {
    /// Over `access_holding h`.
    static func standing(on day: Day) -> SQL {
        "(h.valid_from IS NULL OR h.valid_from <= \(day)) AND (h.valid_to IS NULL OR h.valid_to > \(day))"
    }
}
