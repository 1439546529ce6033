import Access
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records

/// The routes of one record type: the same store, rules and rights as the pages.
struct RecordApi<R: Record>: Sendable {
    let database: Database
    let access: AccessControl
    let shape: ApiType
    /// Where the records are that a field can name, by the word of their type.
    let tables: [String: String]

    var type: String { shape.name }

    func register(in site: inout Site) {
        let path = shape.path
        site.get(path, may: .holders(.read, type)) { try await list($0, $1) }
        site.get("\(path).jsonl", may: .holders(.export, type)) { try await lines($0, $1) }
        site.get("\(path)/:id", may: .holders(.read, type)) { try await read($0, $1) }
        site.get("\(path)/:id/history", may: .holders(.read, type)) { try await history($0, $1) }
        site.post(path, may: .holders(.edit, type)) { try await create($0, $1) }
        site.on(.patch, "\(path)/:id", may: .holders(.edit, type)) { try await change($0, $1) }
        if let end = shape.end {
            site.post("\(path)/:id/end", may: .holders(.edit, type)) { try await self.end($0, $1, end) }
        }
    }

    /// GET /api/v1/{type}/{id}. Personal fields are shown to whoever may see them and says why; that is noted.
    private func read(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = try ApiQuery(request, context, allowed: shape.hasPersonal ? ["personal"] : [])
        let id: R.ID = try context.id("id")
        let viewer = try context.viewer
        let t = context.t
        if let reason = query["personal"] {
            return answer(try await unmask(id, try Self.reason(reason), context), showsPersonal: true).response
        }
        return try await database.read { db in
            try viewer.require(.read, id, in: db)
            return try answer(R.find(id, in: db), doubted: t, in: db)
        }.response
    }

    private func unmask(_ id: R.ID, _ reason: String, _ context: WebContext) async throws -> R {
        let viewer = try context.viewer
        let act = try context.act(reason: reason)
        return try await database.write { db in
            try viewer.require(.personal, id, in: db)
            try db.note(.unmasked, type, id.number, by: act)
            return try R.find(id, in: db)
        }
    }

    /// Why somebody does something, in one line. Throws `api.no-reason`.
    static func reason(_ text: String, longest: Int = 300) throws -> String {
        let reason = normalised(text)
        guard (1...longest).contains(reason.count) else { throw Failure(.invalid, "api.no-reason") }
        return reason
    }

    func answer(
        _ record: R, status: Int = 200, showsPersonal: Bool = false, findings: String? = nil
    ) -> ApiAnswer {
        ApiAnswer(
            status: status, record: record.id.number, version: record.version,
            location: status == 201 ? "\(shape.path)/\(record.id)" : nil,
            body: shape.json(record, showsPersonal: showsPersonal, findings: findings))
    }

    /// The same with what looks wrong in the record, in words.
    func answer(_ record: R, status: Int = 200, doubted t: Texts, in db: Connection) throws -> ApiAnswer {
        let findings = try R.description.doubts?(record, db).map { doubt in
            var object = JSONText()
            object.add("rule", .text(doubt.rule))
            object.add("field", .text(shape.fields.first { $0.name == doubt.field }?.column ?? doubt.field))
            object.add("severity", .text(doubt.severity.rawValue))
            object.add("detail", .text(t(doubt.code, doubt.details)))
            return object.object
        }
        return answer(record, status: status, findings: findings.map { "[\($0.joined(separator: ","))]" })
    }
}
