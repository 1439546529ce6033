package import Access
package import Kernel
import Persistence
import Records

extension AccessControl {
    /// Signs somebody new in who holds a role; the token of the session. Passwords must be cheap to hash.
    package func signIn(_ name: String, as role: Role, of organisation: OrganisationRef? = nil, at now: Instant)
        async throws -> String
    {
        let act = Act(at: now, origin: "cli")
        let account = try await database.write { db in
            var account = UserAccount()
            account.name = name
            account.email = "\(name)@example.vn"
            account = try db.insert(account, by: act)
            var holding = Holding()
            holding.account = account.id
            holding.role = try (Role.first(where: "code = \(role.code)", in: db) ?? db.insert(role, by: act)).id
            holding.organisation = organisation
            try db.insert(holding, by: act)
            return account
        }
        let password = "correct horse battery"
        try await setPassword(of: account, to: password, by: act)
        // Each from an address of its own: many at once from one would be held up.
        return try await signIn("\(name)@example.vn", password, Visit(address: "host of \(name)", agent: "")).token.text
    }
}

extension Role {
    package static func test(_ code: String, _ permissions: String) -> Role {
        var role = Role()
        role.code = Code(code)
        role.name = code
        role.permissions = permissions
        return role
    }

    package static let everything = test("everything", "read *\nedit *\nimport *\nexport *\npersonal *")
}

extension PasswordHashing {
    /// Quick, and for tests only.
    package static func cheap() -> PasswordHashing {
        PasswordHashing(.init(rounds: 2, blockSize: 1, parallelism: 1))
    }
}
