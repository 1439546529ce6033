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
            .init("roles", "coalesce(held.roles, 0)", .integer),
        ], filters: [],
        joins: { day in
            """
            LEFT JOIN (SELECT h.account_id, count(*) AS roles FROM access_holding h WHERE \(Holding.standing(on: day))
            GROUP BY h.account_id) held ON held.account_id = a.id
            """
        }, exists: { day in "(a.ended_on IS NULL OR a.ended_on > \(day))" })
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
