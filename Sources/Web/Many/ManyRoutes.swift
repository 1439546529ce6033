import Access
import Hummingbird
import Kernel
import Persistence
package import Records

extension RecordForms {
    /// Choosing many records of a list, saying what to do with them, looking at what that does, and doing it. All of it
    /// or nothing is stored.
    package func registerMany(_ listing: Listing, in site: inout Site) {
        let audience = Audience.holders(.edit, R.description.name)
        let path = "/\(path)/many"
        site.post(path, may: audience) { request, context -> Response in
            let form = try await request.form()
            var asked = ManyRequest(form)
            if form["all"] == "1" { asked.records = try await matching(form, listing, context) }
            try check(asked)
            let field = try field(of: asked)
            return context.response(ManyPage(forms: self, path: path, request: asked, field: field))
        }
        site.post("\(path)/preview", may: audience) { request, context -> Response in
            let viewer = try context.viewer
            let asked = ManyRequest(try await request.form())
            try check(asked)
            let act = try context.act(reason: asked.reason)
            let field = try field(of: asked)
            do {
                let change = try await database.write { db in
                    try db.attempted({ try carryOut(asked, viewer, by: act, in: db) }, undoneWhen: { _ in true })
                }
                return context.response(
                    ManyPreviewPage(forms: self, path: path, request: asked, field: field, change: change))
            } catch let failure as Failure where failure.kind == .invalid {
                return context.response(
                    ManyPage(forms: self, path: path, request: asked, field: field, problem: failure),
                    status: .unprocessableContent)
            }
        }
        site.post("\(path)/apply", may: audience) { request, context -> Response in
            let viewer = try context.viewer
            let asked = ManyRequest(try await request.form())
            try check(asked)
            let act = try context.act(reason: asked.reason)
            let field = try field(of: asked)
            let change = try await database.write { db in
                if let once = asked.once, try Once.record(once, path, in: db) != nil { return nil as ManyChange? }
                let change = try db.attempted(
                    { try carryOut(asked, viewer, by: act, in: db) }, undoneWhen: { !$0.refused.isEmpty })
                if change.refused.isEmpty, let once = asked.once {
                    try Once.keep(once, path, change.rows.first?.id ?? 0, at: act.at, in: db)
                }
                return change
            }
            guard let change, !change.refused.isEmpty else { return .seeOther("/\(self.path)?done=saved") }
            return context.response(
                ManyPreviewPage(forms: self, path: path, request: asked, field: field, change: change),
                status: .conflict)
        }
    }

    private func check(_ request: ManyRequest) throws {
        guard !request.records.isEmpty else { throw Failure(.invalid, "many.no-rows") }
        guard request.records.count <= Self.most else {
            throw Failure(.invalid, "many.too-many", ["limit": "\(Self.most)"])
        }
    }

    /// The records that meet the filters of the list, as it was shown.
    private func matching(
        _ form: Query, _ listing: Listing, _ context: WebContext
    ) async throws -> [(id: Int64, version: Int?)] {
        let viewer = try context.viewer
        let asked = try ListRequest(listing, Query(parsing: (form["asked"] ?? "").drop { $0 == "?" }), context.clock)
        guard asked.figure == nil else { throw Failure(.invalid, "many.no-figure") }
        let question = asked.question(viewer, .edit)
        return try await database.read { db in
            try db.all("\(try listing.ids(question, db.engine)) LIMIT \(Self.most + 1)") { (try $0[0], nil) }
        }
    }
}
