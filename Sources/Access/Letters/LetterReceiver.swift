package import Kernel
package import Persistence
package import Records

/// Somebody with an e-mail address who acts for an organisation.
package struct LetterReceiver: Sendable {
    package let account: UserAccount.ID
    package let name: String
    package let language: String?
    package let organisation: OrganisationRef

    /// All who on a day have a right on the records of a type for organisations of a kind, `cooperative`, account by
    /// account.
    package static func list(
        for organisations: String, who permission: Permission, _ type: String, on day: Day, in db: Connection
    ) throws -> [LetterReceiver] {
        let roles = try Role.list(where: "1 = 1", in: db).filter {
            try PermissionSet(parsing: $0.permissions).allows(permission, type)
        }
        guard !roles.isEmpty else { return [] }
        return try db.all(
            """
            SELECT a.id, a.name, a.language, h.organisation FROM access_holding h JOIN access_account a ON a.id = h.account_id
            WHERE h.role_id IN (\(list: roles.map(\.id.number))) AND h.organisation IS NOT NULL AND a.email IS NOT NULL
            AND \(Holding.standing(on: day)) AND (a.ended_on IS NULL OR a.ended_on > \(day)) ORDER BY a.id, h.id
            """
        ) {
            LetterReceiver(
                account: try $0[0], name: try $0[1], language: try $0[2], organisation: try $0[3])
        }.filter { $0.organisation.type == organisations }
    }
}
