import Kernel
import Persistence
import Records
import Synchronization
import TestSupport

@testable import Access

/// Access over an empty database, with a clock that the test moves.
struct Front: Sendable {
    final class Time: Sendable {
        private let instant = Mutex(Instant(milliseconds: 1_719_720_000_000))
        var now: Instant { instant.withLock { $0 } }
        func pass(seconds: Int64) { instant.withLock { $0.milliseconds += seconds * 1000 } }
    }

    static let password = "correct horse battery"
    static let visit = Visit(address: "192.0.2.7", agent: "Firefox")

    let access: AccessControl
    let time: Time
    var database: Database { access.database }
    var act: Act { Act(at: time.now, origin: "cli") }

    static func with<T: Sendable>(
        _ engine: TestEngine = .sqlite, _ body: @Sendable (Front) async throws -> T
    ) async throws -> T {
        try await TestDatabase.with(
            engine, recordsMigrations + accessMigrations + tokenMigrations + letterMigrations
        ) {
            database in
            let time = Time()
            let organisations = Organisations { refs, _, _ in
                Dictionary(
                    uniqueKeysWithValues: refs.filter { $0.id < 10 }.map {
                        ($0, Organisation($0, "Cơ quan \($0.id)", .unit("7\($0.id)")))
                    })
            }
            let access = AccessControl(
                database, clock: WallClock { time.now }, organisations: organisations, rules: ScopeRules(),
                hashing: .cheap())
            return try await body(Front(access: access, time: time))
        }
    }

    /// An account with a password and, where given, a role.
    func account(_ name: String, role: Role? = nil, of organisation: OrganisationRef? = nil) async throws -> UserAccount
    {
        let act = act
        let account = try await database.write { db in
            var account = UserAccount()
            account.name = name
            account.email = "\(name)@example.vn"
            account.phone = Code("09" + String(repeating: "\(name.utf8.count % 10)", count: 8))
            account = try db.insert(account, by: act)
            if let role {
                var holding = Holding()
                holding.account = account.id
                holding.role = try (Role.first(where: "code = \(role.code)", in: db) ?? db.insert(role, by: act)).id
                holding.organisation = organisation
                try db.insert(holding, by: act)
            }
            return account
        }
        try await access.setPassword(of: account, to: Self.password, by: act)
        return account
    }

    func signIn(_ name: String, _ password: String = Front.password, _ visit: Visit = Front.visit) async throws
        -> SignedIn
    {
        try await access.signIn("\(name)@example.vn", password, visit)
    }

    /// The code of the failure that `body` ends in.
    func failure(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let failure as Failure { return failure.code } catch { return "\(error)" }
        return nil
    }

    func actions() async throws -> [String] {
        try await database.read { db in
            try db.all("SELECT action FROM records_change WHERE type = 'account' ORDER BY id") { try $0[0] }
        }
    }
}

extension Role {
    static let officer = Role.test("officer", "read cooperative\nedit cooperative")

    static var guarded: Role {
        var role = Role.test("guarded", "read *")
        role.needsSecondFactor = true
        return role
    }
}
