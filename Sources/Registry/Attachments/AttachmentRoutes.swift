import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// Files attached to cooperatives, groups and unions: sent, taken off, and looked at.
    func registerAttachments(in site: inout Site) {
        for type in HistorySubjects.pages.sorted() {
            guard let path = paths[type] else { continue }
            // The form around the file takes some room of its own.
            site.post("/\(path)/:id/files", may: .holders(.edit, type), largestBody: Attachment.largest + 64 * 1024) {
                request, context -> Response in
                guard let id = Int64(try context.parameter("id")) else { throw Failure(.missing, "page.missing") }
                let (viewer, act) = (try context.viewer, try context.act())
                // Before the file is read, so that nobody sends it in vain.
                try await database.read { try requireRecord(.edit, type, id, viewer, in: $0) }
                var limits = UploadLimits()
                limits.total = Attachment.largest + 64 * 1024
                let file = try await request.upload(limits).file("file")
                try await database.write { db in
                    try requireRecord(.edit, type, id, viewer, in: db)
                    try Attachment.add(file.content, named: file.name, to: type, id, by: act, in: db)
                }
                return .seeOther("/\(path)/\(id)")
            }
            site.post("/\(path)/:id/files/:file/end", may: .holders(.edit, type)) { _, context -> Response in
                guard let id = Int64(try context.parameter("id")) else { throw Failure(.missing, "page.missing") }
                let file: Attachment.ID = try context.id("file")
                let (viewer, act) = (try context.viewer, try context.act())
                try await database.write { db in
                    try requireRecord(.edit, type, id, viewer, in: db)
                    let attached = try Attachment.list(of: type, id, in: db)
                    // Ended by somebody else in the meantime is ended.
                    try attached.first { $0.id == file }?.end(by: act, in: db)
                }
                return .seeOther("/\(path)/\(id)")
            }
        }
        site.get("/files/:id", may: .signedIn) { _, context -> Response in
            let viewer = try context.viewer
            let id: Attachment.ID = try context.id("id")
            let (file, content) = try await database.read { db in
                guard let file = try Attachment.first(where: "id = \(id) AND ended_on IS NULL", in: db),
                    try mayReadRecord(file.subjectType, Int64(file.subject), viewer, in: db)
                else { throw Failure(.missing, "page.missing") }
                return (file, try file.content(in: db))
            }
            return .kept(
                content, type: file.mediaType.mediaType, name: file.name, isShown: file.mediaType.isShown)
        }
    }
}

private func recordType(_ name: String) -> (any Record.Type)? {
    registryRecords.first { type in
        func isIt<R: Record>(_ type: R.Type) -> Bool { R.description.name == name }
        return isIt(type)
    }
}

/// See `Viewer.require`, of a record whose type is known by its word.
private func requireRecord(
    _ permission: Permission, _ type: String, _ id: Int64, _ viewer: Viewer, in db: Connection
) throws {
    guard let found = recordType(type) else { throw Failure(.missing, "page.missing") }
    func require<R: Record>(_ type: R.Type) throws { try viewer.require(permission, Identifier<R>(id), in: db) }
    try require(found)
}

private func mayReadRecord(_ type: String, _ id: Int64, _ viewer: Viewer, in db: Connection) throws -> Bool {
    guard let found = recordType(type) else { return false }
    func may<R: Record>(_ type: R.Type) throws -> Bool { try viewer.allows(.read, Identifier<R>(id), in: db) }
    return try may(found)
}
