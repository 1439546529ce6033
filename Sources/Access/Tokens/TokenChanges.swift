import Kernel
import Persistence
package import Records

/// What somebody asks of a new token.
package struct NewToken: Sendable {
    package var name: String
    /// See `PermissionSet`.
    package var permissions: String
    package var organisation: OrganisationRef?
    package var days: Int

    package init(name: String, permissions: String, organisation: OrganisationRef? = nil, days: Int) {
        self.name = normalised(name)
        self.permissions = CleanText(permissions, lines: true).text
        self.organisation = organisation
        self.days = days
    }

    private func check() throws {
        guard !name.isEmpty, name.count <= 100 else { throw Failure(.invalid, "token.bad-name") }
        guard !permissions.isEmpty, permissions.count <= 4000 else { throw Failure(.invalid, "token.no-permissions") }
        _ = try PermissionSet(parsing: permissions)
        guard (1...AccessToken.longestLife).contains(days) else {
            throw Failure(.invalid, "token.bad-days", ["most": "\(AccessToken.longestLife)"])
        }
    }

    fileprivate func checked() throws -> NewToken {
        try check()
        return self
    }
}

extension AccessControl {
    /// The text of the new token, which nobody can read again. Throws `token.…` for what may not be so.
    package func makeToken(_ asked: NewToken, of account: UserAccount.ID, by act: Act) async throws -> Secret {
        let new = try asked.checked()
        // The word before it lets people and scanners see what it is.
        let secret = Secret(text: "hoptac_\(Secret.fresh().text)")
        try await database.write { db in
            let owner = try UserAccount.find(account, in: db)
            guard owner.isOpen(on: act.at.day) else { throw Failure(.refused, "account.ended", ["name": owner.name]) }
            if let ref = new.organisation, try organisations.find([ref], act.at.day, db)[ref] == nil {
                throw Failure(.invalid, "holding.no-such-organisation", ["organisation": ref.text])
            }
            let living = try AccessToken.list(where: "account_id = \(account)", in: db).filter { $0.lives(at: act.at) }
            guard living.count < AccessToken.most else {
                throw Failure(.refused, "token.too-many", ["most": "\(AccessToken.most)"])
            }
            try db.run(
                """
                INSERT INTO access_token (token_hash, account_id, name, permissions, organisation, made_at, expires_at)
                VALUES (\(secret.hash), \(account), \(new.name), \(new.permissions), \(new.organisation), \(act.at),
                \(act.at.milliseconds + Int64(new.days) * 86_400_000))
                """)
            try db.note(.tokenMade, "account", account.number, by: act)
        }
        return secret
    }

    /// An account's tokens, those that have ended as well.
    package func tokens(of account: UserAccount.ID) async throws -> [AccessToken] {
        try await database.read { try AccessToken.list(where: "account_id = \(account)", in: $0) }
    }

    /// From now on it opens nothing. Throws `token.missing` for one that is not the account's.
    package func end(token id: AccessToken.ID, of account: UserAccount.ID, by act: Act) async throws {
        try await database.write { db in
            let found = try AccessToken.list(where: "id = \(id) AND account_id = \(account)", in: db)
            guard let token = found.first else { throw Failure(.missing, "token.missing", ["id": "\(id)"]) }
            guard token.endedAt == nil else { return }
            try db.run("UPDATE access_token SET ended_at = \(act.at) WHERE id = \(id)")
            try db.note(.tokenEnded, "account", account.number, by: act)
        }
    }

    /// Who a token stands for, with what both the token and today's posts of its account allow.
    package func visitor(bearing text: String) async throws -> Visitor {
        let now = clock.now()
        let visitor = try await database.read { db -> Visitor in
            guard let token = try AccessToken.find(text, at: now, in: db),
                let account = try UserAccount.first(where: "id = \(token.account)", in: db),
                account.isOpen(on: now.day)
            else { return .nobody }
            var scope = Scope.everything
            if let ref = token.organisation {
                // An organisation that is no more gives nothing; it must not turn into the whole system.
                guard let organisation = try organisations.find([ref], now.day, db)[ref] else { return .nobody }
                scope = organisation.scope
            }
            let permissions = try PermissionSet(parsing: token.permissions)
            return .token(try viewer(account, on: now.day, in: db).limited(to: permissions, scope), token)
        }
        if case .token(_, let token) = visitor, token.needsTouch(at: now) {
            try await database.write { try token.touch(at: now, in: $0) }
        }
        return visitor
    }
}
