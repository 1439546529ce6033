import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// Decrees on units: looking at what one would change, applying it, and taking it back while its day has not come.
    func registerDecrees(in site: inout Site) {
        let path = UnitDecree.listing.path
        site.get("/\(path)/:id", may: .holders(.read, "unit_decree")) { _, context in
            let viewer = try context.viewer
            let id: UnitDecree.ID = try context.id("id")
            let today = context.clock.today()
            return try await database.read { db in
                try DecreePage(id, viewer, today, self, in: db)
            }
        }
        site.post("/\(path)/:id/apply", may: .holders(.edit, "unit_decree")) { request, context -> Response in
            let form = try await request.form()
            let act = try context.act()
            return try await decreeAction(form, context) { decree, db in try decree.apply(by: act, in: db) }
        }
        site.post("/\(path)/:id/withdraw", may: .holders(.edit, "unit_decree")) { request, context -> Response in
            let form = try await request.form()
            let act = try context.act(reason: try reason(in: form))
            return try await decreeAction(form, context) { decree, db in try decree.takeBack(by: act, in: db) }
        }
    }

    private func decreeAction(
        _ form: Query, _ context: WebContext, _ body: @escaping @Sendable (UnitDecree, Connection) throws -> Void
    ) async throws -> Response {
        let viewer = try context.viewer
        let id: UnitDecree.ID = try context.id("id")
        try await database.write { db in
            try viewer.require(.edit, id, in: db)
            let decree = try UnitDecree.find(id, in: db)
            guard form["version"] == "\(decree.version)" else {
                throw Failure(.conflict, "record.changed-meanwhile", ["type": "@type.unit_decree", "id": "\(id)"])
            }
            try body(decree, db)
        }
        return .seeOther("/\(UnitDecree.listing.path)/\(id)?done=saved")
    }
}
