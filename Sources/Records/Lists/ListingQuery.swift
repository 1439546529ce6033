import Kernel
package import Persistence

extension Listing {
    /// The rows that meet the question, as SQL conditions over the main table.
    func condition(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        var parts: [SQL] = [exists(query.asOf)]
        for (name, value) in query.filters where !value.isEmpty {
            guard let filter = filters.first(where: { $0.name == name }) else {
                throw Failure(
                    .usage, "list.no-such-filter",
                    ["filter": name, "filters": filters.map(\.name).joined(separator: ", ")])
            }
            parts.append(try filter.condition(value, query.asOf))
        }
        if let search = search(query.search, engine) { parts.append(search) }
        if let only = query.only { parts.append("\(described: alias).id IN (\(only))") }
        return parts.map { "(\($0))" as SQL }.joined(separator: " AND ")
    }

    /// Every word of the search must occur in the folded text. Words of three letters and more use the trigram index.
    private func search(_ text: String, _ engine: Engine) -> SQL? {
        let words = fold(text).split(separator: " ").prefix(8).map { word in
            "%" + word.flatMap { "\\%_".contains($0) ? ["\\", $0] : [$0] } + "%"
        }
        guard !words.isEmpty else { return nil }
        return words.map { pattern -> SQL in
            if engine == .sqlite, pattern.count >= 5, !pattern.contains("\\") {
                return """
                    \(described: alias).id IN (SELECT rowid FROM \(described: table)_search
                    WHERE search_text LIKE \(pattern))
                    """
            }
            return "\(described: alias).search_text LIKE \(pattern) ESCAPE '\\'"
        }.joined(separator: " AND ")
    }

    private func order(_ query: ListQuery, _ engine: Engine) throws -> (key: String, kind: ValueKind) {
        let collated = engine == .postgres ? " COLLATE \"C\"" : ""
        guard let name = query.order, name != "name" else { return ("\(alias).sort_key\(collated)", .text) }
        guard let column = columns.first(where: { $0.name == name }), let order = column.order else {
            throw Failure(.usage, "list.no-such-order", ["order": name])
        }
        return (column.kind.isNumber || column.kind == .flag ? order : order + collated, column.kind)
    }

    /// One page, or all rows when the query has no limit, and the number of rows that meet the filters.
    package func page(_ query: ListQuery, in db: Connection) throws -> ListPage {
        var rows: [ListPage.Row] = []
        var keys: [SQLValue] = []
        try each(query, in: db) { id, key, values in
            rows.append(ListPage.Row(id: id, values: values))
            keys.append(key)
        }
        var next: String?
        if let limit = query.limit, rows.count > limit {
            rows.removeLast()
            next = Cursor(key: keys[limit - 1], id: rows[limit - 1].id).text
        }
        let total = query.after == nil && next == nil ? rows.count : try count(query, in: db)
        return ListPage(rows: rows, total: total, next: next)
    }

    package func count(_ query: ListQuery, in db: Connection) throws -> Int {
        try db.one(
            "\(described: "SELECT count(*) FROM \(table) \(alias) WHERE ")\(try condition(query, db.engine))"
        ) { try $0[0] }
    }

    /// Streams the rows in order: for exports and long answers.
    package func each(
        _ query: ListQuery, in db: Connection, _ body: (_ id: Int64, _ key: SQLValue, [SQLValue]) throws -> Void
    ) throws {
        let (key, _) = try order(query, db.engine)
        let direction = query.isDescending ? "DESC" : "ASC"
        var condition = try condition(query, db.engine)
        if let after = query.after {
            guard let cursor = Cursor(after) else { throw Failure(.usage, "list.bad-cursor") }
            condition = condition + cursor.condition(key: key, alias: alias, isDescending: query.isDescending)
        }
        // The main table is filtered, ordered and cut first; only the rows of the page are joined.
        var chosen: SQL =
            """
            SELECT \(described: alias).*, \(described: key) AS list_key FROM \(described: "\(table) \(alias)")
            WHERE \(condition) ORDER BY \(described: "\(key) \(direction), \(alias).id \(direction)")
            """
        if let limit = query.limit { chosen = "\(chosen) LIMIT \(limit + 1)" }
        let shown = columns.map(\.expression).joined(separator: ", ")
        let sql: SQL = """
            SELECT \(described: "\(alias).id, \(alias).list_key, \(shown)") FROM (\(chosen)) \(described: alias)
            \(joins(query.asOf)) ORDER BY \(described: "\(alias).list_key \(direction), \(alias).id \(direction)")
            """
        try db.each(sql) { row in
            try body(try row[0], try row.value(1), try columns.indices.map { try row.value($0 + 2) })
        }
    }
}

/// Where a page ended: the order's value and the id of its last row.
private struct Cursor {
    let key: SQLValue
    let id: Int64

    init(key: SQLValue, id: Int64) {
        self.key = key
        self.id = id
    }

    /// `id.kind.value`, where the value of a text is its hexadecimal bytes.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let id = Int64(parts[0]) else { return nil }
        switch parts[1] {
        case "n": key = .null
        case "i":
            guard let number = Int64(parts[2]) else { return nil }
            key = .integer(number)
        case "t":
            guard let bytes = [UInt8](hexadecimal: parts[2]), let string = String(validating: bytes, as: UTF8.self)
            else { return nil }
            key = .text(string)
        default: return nil
        }
        self.id = id
    }

    var text: String {
        switch key {
        case .integer(let number): "\(id).i.\(number)"
        case .text(let string):
            "\(id).t." + string.utf8.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        default: "\(id).n."
        }
    }

    /// Rows after this one. Unknown values come last in both directions; the id decides between equals.
    func condition(key expression: String, alias: String, isDescending: Bool) -> SQL {
        let beyond = isDescending ? "<" : ">"
        if case .null = key {
            return " AND (\(described: "\(expression) IS NULL AND \(alias).id \(beyond)") \(id))"
        }
        return """
             AND (\(described: "\(expression) \(beyond)") \(key)
             OR (\(described: expression) = \(key) AND \(described: "\(alias).id \(beyond)") \(id)))
            """
    }
}

extension [UInt8] {
    init?(hexadecimal text: some StringProtocol) {
        guard text.utf8.count % 2 == 0 else { return nil }
        self = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            append(byte)
            rest = rest.dropFirst(2)
        }
    }
}
