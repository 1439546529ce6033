package import Kernel
package import Persistence
package import Records

/// Whoever asks: the one place that says what they may read and do, for a single record and as a condition on rows.
/// Lists, counts, search, exports, figures, imports and the API all go through it.
package struct Viewer: Sendable {
    /// What an account may do for an organisation. Without an organisation: for the whole system.
    package struct Post: Sendable {
        /// The role's code.
        package let role: String
        private let roleName: String
        package let organisation: Organisation?
        let permissions: PermissionSet
        let scope: Scope

        package init(role: String, name: String = "", permissions: PermissionSet, organisation: Organisation?) {
            self.role = role
            roleName = name
            self.permissions = permissions
            self.organisation = organisation
            scope = organisation?.scope ?? .everything
        }

        package func name(_ t: Texts) -> String { Role.name(role, roleName, t) }
    }

    package let account: UserAccount
    package let posts: [Post]
    let today: Day
    let rules: ScopeRules
    /// What a token leaves of the posts' rights.
    private var most: (permissions: PermissionSet, scope: Scope) = (.all, .everything)

    package init(account: UserAccount, posts: [Post], today: Day, rules: ScopeRules) {
        self.account = account
        self.posts = posts
        self.today = today
        self.rules = rules
    }

    /// The program itself, as from the command line on the server: whoever can open the database can read all of it.
    package static func system(today: Day, rules: ScopeRules = ScopeRules()) -> Viewer {
        Viewer(
            account: UserAccount(), posts: [Post(role: "system", permissions: .all, organisation: nil)], today: today,
            rules: rules)
    }

    /// The same account with no more than these rights, on records within `scope` alone.
    func limited(to permissions: PermissionSet, _ scope: Scope) -> Viewer {
        var viewer = self
        viewer.most = (permissions, scope)
        return viewer
    }

    package func may(_ permission: Permission, _ type: String) -> Bool {
        let whole = rules.whole(of: type)
        return most.permissions.allows(permission, whole) && posts.contains { $0.permissions.allows(permission, whole) }
    }

    /// Whether any post allows it on records of any type.
    package func mayAny(_ permission: Permission) -> Bool { posts.contains { $0.permissions.allowsAny(permission) } }

    /// Throws `access.forbidden` where no post allows it on any record of the type.
    package func require(_ permission: Permission, _ type: String) throws {
        guard may(permission, type) else { throw Viewer.forbidden(permission, type) }
    }

    /// Which rows of a type the permission reaches.
    package func rows(_ permission: Permission, _ type: String) -> RowScope {
        let whole = rules.whole(of: type)
        let held = may(permission, type) ? posts.filter { $0.permissions.allows(permission, whole) } : []
        let (scopes, limit) = (Set(held.map(\.scope)), most.scope)
        if scopes.contains(.everything), limit == .everything { return .all }
        let (rules, today) = (rules, today)
        return RowScope(isNarrow: limit.isNarrow || scopes.allSatisfy(\.isNarrow)) { alias in
            let parts = scopes.compactMap { rules.condition(type, $0, alias, today) }
            guard !parts.isEmpty, let within = rules.condition(type, limit, alias, today) else { return "1 = 0" }
            let condition = parts.map { "(\($0))" as SQL }.joined(separator: " OR ")
            return limit == .everything ? condition : "(\(condition)) AND (\(within))"
        }
    }

    /// The rows of a type that lie in the subtree of a unit as of today, by its code; no condition where it holds none.
    package func rows(of type: String, under unit: String, _ alias: String) -> SQL? {
        rules.condition(type, .unit(unit), alias, today)
    }

    package func allows<R: Record>(_ permission: Permission, _ id: Identifier<R>, in db: Connection) throws -> Bool {
        let name = R.description.name
        guard may(permission, name) else { return false }
        guard rows(permission, name).condition("r") != nil else { return true }
        return try allows(permission, name, R.description.table, id.number, in: db)
    }

    /// Whether there is a row that the permission reaches.
    package func allows(
        _ permission: Permission, _ type: String, _ table: String, _ id: Int64, in db: Connection
    ) throws -> Bool {
        guard may(permission, type) else { return false }
        let condition = rows(permission, type).condition("r") ?? "1 = 1"
        return try db.first(
            "SELECT 1 FROM \(described: table) r WHERE r.id = \(id) AND (\(condition))", { _ in true }) ?? false
    }

    /// Throws `record.missing` for a record that may not be read, so that a guessed number tells nothing, and
    /// `access.forbidden` for one that may be read and not more.
    package func require<R: Record>(_ permission: Permission, _ id: Identifier<R>, in db: Connection) throws {
        let name = R.description.name
        guard try allows(.read, id, in: db) else {
            throw Failure(.missing, "record.missing", ["type": "@type.\(name)", "id": "\(id)"])
        }
        guard permission != .read else { return }
        guard try allows(permission, id, in: db) else { throw Viewer.forbidden(permission, name) }
    }

    package func act(at instant: Instant, origin: String, reason: String? = nil) -> Act {
        let body = posts.lazy.compactMap(\.organisation).first { $0.ref.type == "body" }
        return Act(
            at: instant, account: account.id.number == 0 ? nil : Identifier(account.id.number),
            body: body.map { Identifier($0.ref.id) }, origin: origin, reason: reason)
    }

    package static func forbidden(_ permission: Permission, _ type: String) -> Failure {
        Failure(
            .forbidden, "access.forbidden",
            ["permission": "@permission.\(permission.rawValue)", "type": "@type.\(type)"])
    }
}
