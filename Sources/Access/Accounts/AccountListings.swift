import Kernel
import Persistence
package import Records

extension UserAccount {
    /// Accounts that can sign in on a day.
    package static let listing = Listing(
        "account", path: "accounts", table: "access_account", alias: "a",
        columns: [
            .init("name", "a.name", .text, order: "a.sort_key", link: ("account", "id")),
            .init("email", "a.email", .text), .init("phone", "a.phone", .code),
            .init("roles", roles, .integer),
        ], filters: [], joins: { _ in .empty }, exists: { day in "(a.ended_on IS NULL OR a.ended_on > \(day))" })

    private static let roles = """
        (SELECT count(*) FROM access_holding h WHERE h.account_id = a.id AND h.valid_to IS NULL)
        """
}

extension Role {
    package static let listing = Listing(
        "role", path: "roles", table: "access_role", alias: "r",
        columns: [
            .init("name", "r.name", .text, order: "r.sort_key", link: ("role", "id")), .init("code", "r.code", .code),
            .init("needs_second_factor", "r.needs_second_factor", .flag),
        ], filters: [], joins: { _ in .empty }, exists: { _ in "1 = 1" })
}

/// The record types of Access: each has forms, a list and a history like those of the register.
package let accessRecords: [any Record.Type] = [UserAccount.self, Role.self, Holding.self]
