import Access
import Hummingbird
package import Kernel
import Persistence
package import Records
package import Web

extension RegistryPages {
    /// Files attached to cooperatives, groups and unions, and how files are looked at.
    func registerAttachments(in site: inout Site) {
        registerAttachments(of: Cooperative.self, at: Cooperative.listing.path, in: &site)
        registerAttachments(of: Group.self, at: Group.listing.path, in: &site)
        registerAttachments(of: CooperativeUnion.self, at: CooperativeUnion.listing.path, in: &site)
        let catalogue = catalogue
        site.get("/files/:id", may: .signedIn) { _, context -> Response in
            let viewer = try context.viewer
            let id: Attachment.ID = try context.id("id")
            let (file, content) = try await database.read { db in
                guard let file = try Attachment.first(where: "id = \(id) AND ended_on IS NULL", in: db),
                    try catalogue.mayRead(file.subjectType, Int64(file.subject), viewer, in: db)
                else { throw Failure(.missing, "page.missing") }
                return (file, try file.content(in: db))
            }
            return .kept(
                content, type: file.mediaType.mediaType, name: file.name, isShown: file.mediaType.isShown)
        }
    }

    /// Files attached to the records of a type: sent, and taken off. `allows`: whether a record takes files now.
    package func registerAttachments<R: Record>(
        of _: R.Type, at path: String, allows: @escaping @Sendable (R) -> Verdict = { _ in .meets },
        in site: inout Site
    ) {
        let type = R.description.name
        @Sendable func require(_ id: Identifier<R>, _ viewer: Viewer, _ db: Connection) throws {
            try viewer.require(.edit, id, in: db)
            try allows(try R.find(id, in: db)).required()
        }
        // The form around the file takes some room of its own.
        site.post("/\(path)/:id/files", may: .holders(.edit, type), largestBody: Attachment.largest + 64 * 1024) {
            request, context -> Response in
            let id: Identifier<R> = try context.id("id")
            let (viewer, act) = (try context.viewer, try context.act())
            // Before the file is read, so that nobody sends it in vain.
            try await database.read { try require(id, viewer, $0) }
            var limits = UploadLimits()
            limits.total = Attachment.largest + 64 * 1024
            let file = try await request.upload(limits).file("file")
            try await database.write { db in
                try require(id, viewer, db)
                try Attachment.add(file.content, named: file.name, to: type, id.number, by: act, in: db)
            }
            return .seeOther("/\(path)/\(id)")
        }
        site.post("/\(path)/:id/files/:file/end", may: .holders(.edit, type)) { _, context -> Response in
            let id: Identifier<R> = try context.id("id")
            let file: Attachment.ID = try context.id("file")
            let (viewer, act) = (try context.viewer, try context.act())
            try await database.write { db in
                try require(id, viewer, db)
                let attached = try Attachment.list(of: type, id.number, in: db)
                // Ended by somebody else in the meantime is ended.
                try attached.first { $0.id == file }?.end(by: act, in: db)
            }
            return .seeOther("/\(path)/\(id)")
        }
    }
}

extension RecordCatalogue {
    /// Whether a record, whose type is known by its word, may be read.
    fileprivate func mayRead(_ type: String, _ id: Int64, _ viewer: Viewer, in db: Connection) throws -> Bool {
        func read<R: Record>(_: R.Type) throws -> Bool? {
            R.description.name == type ? try viewer.allows(.read, Identifier<R>(id), in: db) : nil
        }
        for record in records { if let may = try read(record) { return may } }
        return false
    }
}
