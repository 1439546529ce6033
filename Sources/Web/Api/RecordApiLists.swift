import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records

/// What is asked of a list.
private struct ApiList: Sendable {
    let asOf: Day?
    let after: String?
    let limit: Int
    let filters: [(name: String, value: String)]
    let references: [(column: String, id: Int64)]
    let sort: Sorting?
    let search: String

    static let most: Int64 = 500
    static let longestCursor = 6000

    init(_ shape: ApiType, _ request: Request, _ context: WebContext, paged: Bool) throws {
        let names = shape.listing?.filters.map(\.name) ?? []
        var allowed = Set(names + shape.references.map(\.column) + ["as_of"])
        if shape.listing != nil { allowed.formUnion(["q"]) }
        if paged { allowed.formUnion(["limit", "after"] + (shape.listing == nil ? [] : ["sort"])) }
        let query = try ApiQuery(request, context, allowed: allowed)
        asOf = try query.day("as_of")
        after =
            shape.listing == nil
            ? try query.integer("after", within: 1...Int64.max).map(String.init) : query["after"]
        if let after, after.utf8.count > Self.longestCursor || !after.utf8.allSatisfy(isCursorLetter) {
            throw Failure(.usage, "api.bad-parameter", ["name": "after"])
        }
        limit = Int(try query.integer("limit", within: 1...Self.most) ?? 50)
        filters = names.compactMap { name in query[name].map { (name, $0) } }
        references = try shape.references.compactMap { field in
            try query.integer(field.column, within: 1...Int64.max).map { (field.column, $0) }
        }
        sort = Sorting(parsing: query["sort"])
        if let asked = query["sort"], !shape.sorts.contains(asked) {
            throw Failure(.usage, "list.no-such-order", ["order": asked])
        }
        search = query["q"] ?? ""
        _ = try context.query.words()
        for filter in shape.listing?.filters ?? [] where filter.kind == .code {
            guard let value = query[filter.name] else { continue }
            try requireCode(value, of: filter.name)
        }
    }

    /// Which rows have these references, over the table itself.
    var condition: SQL? {
        references.isEmpty
            ? nil : references.map { "\(described: $0.column) = \($0.id)" as SQL }.joined(separator: " AND ")
    }
}

/// What a filter by a code may be asked for.
func requireCode(_ value: String, of name: String) throws {
    guard value.utf8.count <= 40, value.utf8.allSatisfy(isCodeLetter) else {
        throw Failure(.usage, "api.bad-parameter", ["name": name])
    }
}

private func isCodeLetter(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
}

private func isCursorLetter(_ byte: UInt8) -> Bool {
    isCodeLetter(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
}

extension RecordApi {
    /// GET /api/v1/{type}
    func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let asked = try ApiList(shape, request, context, paged: true)
        let viewer = try context.viewer
        let today = context.clock.today()
        let (records, total, next) = try await database.read { db in
            if let listing = shape.listing {
                let question = question(asked, viewer, asked.asOf ?? today)
                let page: ListPage
                do { page = try listing.page(question, in: db) } catch let failure as Failure
                    where failure.code == "list.bad-cursor"
                { throw Failure(.invalid, failure.code) }
                let found = try R.list(where: "id IN (\(list: page.rows.map(\.id)))", in: db)
                let places = Dictionary(uniqueKeysWithValues: found.map { ($0.id.number, $0) })
                return (page.rows.compactMap { places[$0.id] }, page.total, page.next)
            }
            return try plainPage(asked, viewer, in: db)
        }
        var object = JSONText()
        object.add("items", raw: "[\(records.map { shape.json($0, showsPersonal: false) }.joined(separator: ","))]")
        object.add("total", .integer(Int64(total)))
        object.add("next", next.map { .text($0) } ?? .null)
        return .json(object.object)
    }

    /// GET /api/v1/{type}.jsonl: all that a list would show, a record a line, in the order of their numbers.
    func lines(_ request: Request, _ context: WebContext) async throws -> Response {
        let asked = try ApiList(shape, request, context, paged: false)
        let viewer = try context.viewer
        let today = context.clock.today()
        return try await Response.download(type: "application/x-ndjson", file: "\(type).jsonl") { path in
            try await database.read { db in
                let condition =
                    try shape.listing.map { listing in
                        let question = question(asked, viewer, asked.asOf ?? today, .export)
                        return "id IN (\(try listing.ids(question, db.engine)))" as SQL
                    } ?? plainCondition(asked, viewer, .export)
                try write(condition, to: path, in: db)
            }
        }
    }

    private func question(
        _ asked: ApiList, _ viewer: Viewer, _ day: Day, _ permission: Permission = .read
    ) -> ListQuery {
        var question = ListQuery(asOf: day, viewer.rows(permission, type))
        question.search = asked.search
        question.filters = asked.filters
        question.order = asked.sort?.column
        question.isDescending = asked.sort?.isDescending ?? false
        question.after = asked.after
        question.limit = asked.limit
        if let condition = asked.condition {
            question.only = "SELECT id FROM \(described: shape.table) WHERE \(condition)"
        }
        return question
    }

    private func plainPage(_ asked: ApiList, _ viewer: Viewer, in db: Connection) throws -> ([R], Int, String?) {
        let condition = plainCondition(asked, viewer, .read)
        let after = asked.after.flatMap { Int64($0) } ?? 0
        let total = try db.one("SELECT count(*) FROM \(described: shape.table) WHERE \(condition)") { try $0[0] as Int }
        var records = try R.list(
            where: "(\(condition)) AND id > \(after) ORDER BY id LIMIT \(asked.limit + 1)", in: db)
        guard records.count > asked.limit else { return (records, total, nil) }
        records.removeLast()
        return (records, total, records.last.map { "\($0.id)" })
    }

    /// The rows of a type without a listing, over the table itself.
    private func plainCondition(_ asked: ApiList, _ viewer: Viewer, _ permission: Permission) -> SQL {
        var parts: [SQL] = [viewer.rows(permission, type).condition(shape.table) ?? "1 = 1"]
        if let condition = asked.condition { parts.append(condition) }
        if let day = asked.asOf { parts += standing(on: day) }
        return parts.map { "(\($0))" as SQL }.joined(separator: " AND ")
    }

    /// Which records stand on a day: within their days, or, of facts that hold until the next one, the last.
    private func standing(on day: Day) -> [SQL] {
        var parts: [SQL] = []
        let table = shape.table
        if shape.field("ended_on") != nil { parts.append("ended_on IS NULL OR ended_on > \(day)") }
        if shape.field("valid_from") != nil { parts.append("valid_from IS NULL OR valid_from <= \(day)") }
        if shape.field("valid_to") != nil {
            parts.append("valid_to IS NULL OR valid_to > \(day)")
        } else if shape.field("valid_from") != nil, let whole = shape.references.first?.column {
            parts.append(
                """
                NOT EXISTS (SELECT 1 FROM \(described: "\(table) l WHERE l.\(whole) = \(table).\(whole)")
                AND l.valid_from <= \(day) AND l.valid_from > \(described: table).valid_from)
                """)
        }
        return parts
    }

    private func write(_ condition: SQL, to path: String, in db: Connection) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw Failure(.unavailable, "list.export-unwritable") }
        defer { try? file.close() }
        var pending: [UInt8] = []
        func flush() throws {
            do { try file.write(contentsOf: pending) } catch { throw Failure(.unavailable, "list.export-unwritable") }
            pending.removeAll(keepingCapacity: true)
        }
        try R.each(where: "\(condition) ORDER BY id", in: db) { record in
            pending += shape.json(record, showsPersonal: false).utf8
            pending.append(UInt8(ascii: "\n"))
            if pending.count > 1 << 16 { try flush() }
        }
        try flush()
    }
}
