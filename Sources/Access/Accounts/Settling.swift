import Kernel
package import Persistence
package import Records

extension AccessControl {
    /// What follows from a change of any record, in its transaction: whatever changes rights ends sessions, so that
    /// nobody goes on with those of before. Throws `holding.no-such-organisation`.
    package func settle(_ type: String, _ id: Int64, by act: Act, in db: Connection) throws {
        switch type {
        case Holding.description.name:
            let holding = try Holding.find(Identifier(id), in: db)
            if let ref = holding.organisation, try organisations.find([ref], act.at.day, db)[ref] == nil {
                throw Failure(.invalid, "holding.no-such-organisation", ["organisation": ref.text])
            }
            try UserSession.endAll(of: holding.account, in: db)
        case UserAccount.description.name:
            try UserSession.endAll(of: Identifier(id), in: db)
        case Role.description.name:
            try db.run(
                """
                DELETE FROM access_session
                WHERE account_id IN (SELECT account_id FROM access_holding WHERE role_id = \(id))
                """)
        default: break
        }
    }
}
