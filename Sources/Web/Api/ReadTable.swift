import Access
import Hummingbird
package import Kernel
package import Persistence
package import Records

/// What programs can read beside the record types: rows that no form changes, such as the admin units, whose numbers
/// records name.
package struct ReadTable: Sendable {
    package struct Column: Sendable {
        let name: String
        let kind: ValueKind
        let isOptional: Bool
        /// The column, or what is computed from the row.
        let value: String

        package init(_ name: String, _ kind: ValueKind, isOptional: Bool = false, value: String? = nil) {
            self.name = name
            self.kind = kind
            self.isOptional = isOptional
            self.value = value ?? name
        }
    }

    let name: String
    let table: String
    let columns: [Column]
    /// The columns that a list can be narrowed by.
    let filters: [String]
    /// The column with the folded text in which `q` looks.
    let searched: String
    /// Which rows stand on a day.
    let standing: @Sendable (Day) -> SQL

    package init(
        _ name: String, table: String, columns: [Column], filters: [String], searched: String,
        standing: @escaping @Sendable (Day) -> SQL
    ) {
        self.name = name
        self.table = table
        self.columns = columns
        self.filters = filters
        self.searched = searched
        self.standing = standing
    }
}

/// The routes of such a table: its list as of a day, and one row of any day by its number.
struct ReadTableApi: Sendable {
    let read: ReadTable
    let shape: ApiType
    let database: Database

    init(_ read: ReadTable, _ database: Database) {
        self.read = read
        shape = ApiType(read)
        self.database = database
    }

    func register(in site: inout Site) {
        site.get(shape.path, may: .holders(.read, read.name)) { try await list($0, $1) }
        site.get("\(shape.path)/:id", may: .holders(.read, read.name)) { request, context -> Response in
            _ = try ApiQuery(request, context, allowed: [])
            let id: Identifier<ReadTable> = try context.id("id")
            let found = try await database.read { db in
                try db.first("SELECT \(columns) FROM \(described: read.table) WHERE id = \(id)", object)
            }
            guard let found else {
                throw Failure(.missing, "record.missing", ["type": "@type.\(read.name)", "id": "\(id)"])
            }
            return .json(found)
        }
    }

    private var columns: SQL {
        "id, \(described: read.columns.map(\.value).joined(separator: ", "))"
    }

    private func object(_ row: Row) throws -> String {
        var object = JSONText()
        object.add("id", .integer(try row[0]))
        for (place, field) in shape.fields.enumerated() {
            object.add(field.column, raw: field.json(try row.value(place + 1)))
        }
        return object.object
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = try ApiQuery(request, context, allowed: Set(read.filters + ["q", "as_of", "limit", "after"]))
        let day = try query.day("as_of") ?? context.clock.today()
        let limit = Int(try query.integer("limit", within: 1...500) ?? 50)
        let after = try query.integer("after", within: 1...Int64.max) ?? 0
        var parts = [read.standing(day)]
        for column in read.columns where read.filters.contains(column.name) {
            guard let value = query[column.name] else { continue }
            try requireCode(value, of: column.name)
            if case .choice(_, let values) = column.kind, !values.contains(value) {
                throw Failure(.usage, "api.bad-parameter", ["name": column.name])
            }
            parts.append("\(described: column.value) = \(value)")
        }
        _ = try context.query.words()
        if let words = query["q"] {
            parts.append("\(described: read.searched) LIKE \("%\(fold(words).filter { !"%_\\".contains($0) })%")")
        }
        let condition = parts.map { "(\($0))" as SQL }.joined(separator: " AND ")
        let (rows, total) = try await database.read { db in
            (
                try db.all(
                    """
                    SELECT \(columns) FROM \(described: read.table) WHERE \(condition) AND id > \(after)
                    ORDER BY id LIMIT \(limit + 1)
                    """
                ) { (id: try $0[0] as Int64, object: try object($0)) },
                try db.one("SELECT count(*) FROM \(described: read.table) WHERE \(condition)") { try $0[0] as Int64 }
            )
        }
        var answer = JSONText()
        let page = rows.prefix(limit)
        answer.add("items", raw: "[\(page.map(\.object).joined(separator: ","))]")
        answer.add("total", .integer(total))
        answer.add("next", rows.count > limit ? page.last.map { .text("\($0.id)") } ?? .null : .null)
        return .json(answer.object)
    }
}
