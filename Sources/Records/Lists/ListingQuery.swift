package import Kernel
package import Persistence

extension Listing {
    /// The rows that meet the question, as SQL conditions over the main table.
    func condition(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        var parts: [SQL] = [query.includesEnded ? "1 = 1" : exists(query.asOf)]
        for (name, value) in query.filters where !value.isEmpty {
            guard let filter = filters.first(where: { $0.name == name }) else {
                throw Failure(
                    .usage, "list.no-such-filter",
                    ["filter": name, "filters": filters.map(\.name).joined(separator: ", ")])
            }
            parts.append(try filter.condition(value, query.asOf))
        }
        if let rows = query.rows.condition(alias) { parts.append(rows) }
        let isNarrow =
            query.rows.isNarrow
            || query.filters.contains { name, value in
                !value.isEmpty && filters.contains { $0.name == name && $0.narrows(value) }
            }
        if let search = search(query.search, engine, besideIndex: isNarrow) { parts.append(search) }
        if let only = query.only { parts.append("\(described: alias).id IN (\(only))") }
        return parts.map { "(\($0))" as SQL }.joined(separator: " AND ")
    }

    /// Every word of the search must occur in the folded text. PostgreSQL finds its trigram index by itself; for SQLite
    /// the trigrams of the words are looked up first, unless a filter leaves so few rows that reading them is quicker.
    private func search(_ text: String, _ engine: Engine, besideIndex: Bool) -> SQL? {
        let words = fold(text).split(separator: " ").prefix(8)
        guard !words.isEmpty else { return nil }
        guard hasNames else { return "1 = 0" }
        guard engine == .sqlite else {
            return words.map { word in
                let pattern = "%" + word.flatMap { "\\%_".contains($0) ? ["\\", $0] : [$0] } + "%"
                return "\(described: alias).search_text LIKE \(pattern) ESCAPE '\\'" as SQL
            }.joined(separator: " AND ")
        }
        var parts = words.map { "instr(\(described: alias).search_text, \(String($0))) > 0" as SQL }
        let trigrams = words.flatMap(trigrams).prefix(24)
        // One or two are in so many texts that looking each of these up takes longer than reading all.
        if !besideIndex, trigrams.count >= 3 {
            let index = "\(named?.table ?? table)_search"
            parts.insert(
                """
                \(described: "\(alias).\(named?.by ?? "id")") IN (SELECT rowid FROM \(described: index)
                WHERE \(described: index) MATCH \(trigrams.joined(separator: " ")))
                """, at: 0)
        }
        return parts.joined(separator: " AND ")
    }

    /// The three-letter parts of a word, each quoted for the index.
    private func trigrams(_ word: Substring) -> [String] {
        let letters = Array(word.unicodeScalars)
        guard letters.count >= 3 else { return [] }
        return (0...letters.count - 3).map { start in
            var part = String.UnicodeScalarView()
            part.append(contentsOf: letters[start..<start + 3])
            return "\"" + String(part).replacing("\"", with: "\"\"") + "\""
        }
    }

    /// What the rows are ordered by. Alphabetical order is that of `sort_key`, which every row has.
    private func order(_ query: ListQuery, _ engine: Engine, key: String? = nil) throws -> ListOrder {
        let collated = engine == .postgres ? " COLLATE \"C\"" : ""
        guard let name = query.order, name != "name" else {
            guard hasNames else {
                return ListOrder(key: key ?? "\(alias).id", isText: false, isNullable: false, query, alias)
            }
            return ListOrder(key: key ?? "\(alias).sort_key\(collated)", isText: true, isNullable: false, query, alias)
        }
        guard let column = columns.first(where: { $0.name == name }), let order = column.order else {
            throw Failure(.usage, "list.no-such-order", ["order": name])
        }
        return ListOrder(
            key: key ?? (column.kind.isStoredAsText ? order + collated : order), isText: column.kind.isStoredAsText,
            isNullable: true, query, alias)
    }

    /// One page, or all rows when the query has no limit, and the number of rows that meet the filters. Whoever opens the
    /// same list finds its first page remembered; the statement says who may see what.
    package func page(_ query: ListQuery, in db: Connection) throws -> ListPage {
        let statement = try query.tellsTotal ? totalledStatement(query, db.engine) : statement(query, db.engine)
        guard query.limit != nil, query.after == nil, query.search.isEmpty else {
            return try page(query, statement, in: db)
        }
        return try db.remembered(statement) { try page(query, statement, in: db) }
    }

    private func page(_ query: ListQuery, _ statement: SQL, in db: Connection) throws -> ListPage {
        // A page is short: read at once, not through a cursor, so that its statement stays prepared.
        var keys: [SQLValue] = []
        var total: Int?
        let tellsTotal = query.tellsTotal
        var rows = try db.all(statement) { row in
            keys.append(try row.value(1))
            if tellsTotal, total == nil { total = try row[2] }
            let first = tellsTotal ? 3 : 2
            return ListPage.Row(id: try row[0], values: try columns.indices.map { try row.value($0 + first) })
        }
        var next: String?
        if let limit = query.limit, rows.count > limit {
            rows.removeLast()
            next = Cursor(key: keys[limit - 1], id: rows[limit - 1].id).text
        }
        if query.after == nil, next == nil { total = rows.count }
        return ListPage(rows: rows, total: try total ?? count(query, in: db), next: next)
    }

    /// The statements that a page usually takes.
    package func pageStatements(_ query: ListQuery, _ engine: Engine) throws -> [SQL] {
        try query.tellsTotal
            ? [totalledStatement(query, engine)] : [statement(query, engine), countStatement(query, engine)]
    }

    /// One row by its number, whether or not it exists on the day; `nil` where the reader may not see it.
    package func row(_ id: Int64, asOf: Day, _ rows: RowScope, in db: Connection) throws -> ListPage.Row? {
        let shown = columns.map { ", \($0.expression)" }.joined()
        let sql: SQL = """
            SELECT \(described: "\(alias).id\(shown) FROM \(table) \(alias)") \(joins(asOf))
            WHERE \(described: alias).id = \(id) AND (\(rows.condition(alias) ?? "1 = 1"))
            """
        return try db.first(sql) { row in
            ListPage.Row(id: try row[0], values: try columns.indices.map { try row.value($0 + 1) })
        }
    }

    package func count(_ query: ListQuery, in db: Connection) throws -> Int {
        let statement = try countStatement(query, db.engine)
        return try db.remembered(statement) { try db.one(statement) { try $0[0] } }
    }

    package func countStatement(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        "\(described: "SELECT count(*) FROM \(source) \(alias) WHERE ")\(try condition(query, engine))"
    }

    /// The numbers of the rows, in no order, for `id IN (…)`.
    package func ids(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        "SELECT \(described: "\(alias).id FROM \(source) \(alias)") WHERE \(try condition(query, engine))"
    }

    /// Streams the rows in order: for exports and long answers.
    package func each(
        _ query: ListQuery, in db: Connection, _ body: (_ id: Int64, _ key: SQLValue, [SQLValue]) throws -> Void
    ) throws {
        try db.each(try statement(query, db.engine)) { row in
            try body(try row[0], try row.value(1), try columns.indices.map { try row.value($0 + 2) })
        }
    }

    /// The statement behind a list: the id, what the rows are ordered by, then the columns. With a limit one row more
    /// than that, which tells whether there is a next page.
    package func statement(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        let order = try order(query, engine)
        var condition = try condition(query, engine)
        if let after = query.after {
            guard let cursor = Cursor(after), order.suits(cursor.key) else { throw Failure(.usage, "list.bad-cursor") }
            condition = condition + order.rows(after: cursor)
        }
        // The main table is filtered, ordered and cut first; only the rows of the page are joined.
        var chosen: SQL =
            """
            SELECT \(described: alias).*, \(described: order.key) AS list_key FROM \(described: "\(source) \(alias)")
            WHERE \(condition) ORDER BY \(described: order.clause(of: order.key))
            """
        if let limit = query.limit { chosen = "\(chosen) LIMIT \(limit + 1)" }
        return shown(query, order, from: chosen)
    }

    /// The same for a page of a narrowed list, with the number of all its rows before the columns: the rows that meet
    /// the conditions are found once, then counted, ordered and cut.
    private func totalledStatement(_ query: ListQuery, _ engine: Engine) throws -> SQL {
        let order = try order(query, engine)
        let hit = try self.order(query, engine, key: "\(alias).list_key")
        var cut: SQL = "SELECT * FROM hits \(described: alias)"
        if let after = query.after {
            guard let cursor = Cursor(after), order.suits(cursor.key) else { throw Failure(.usage, "list.bad-cursor") }
            cut = "\(cut) WHERE 1 = 1\(hit.rows(after: cursor))"
        }
        cut = "\(cut) ORDER BY \(described: hit.clause(of: hit.key))"
        if let limit = query.limit { cut = "\(cut) LIMIT \(limit + 1)" }
        let rows = shown(
            query, order, total: "(SELECT count(*) FROM hits), ",
            from: "SELECT t.*, h.list_key FROM (\(cut)) h JOIN \(described: table) t ON t.id = h.id")
        return """
            WITH hits AS MATERIALIZED (
                SELECT \(described: "\(alias).id, \(order.key) AS list_key FROM \(source) \(alias)")
                WHERE \(try condition(query, engine))
            ) \(rows)
            """
    }

    private func shown(_ query: ListQuery, _ order: ListOrder, total: String = "", from chosen: SQL) -> SQL {
        let shown = columns.enumerated().map { query.columns?.contains($0) ?? true ? $1.expression : "NULL" }
        return """
            SELECT \(described: "\(alias).id, \(alias).list_key, \(total)\(shown.joined(separator: ", "))") FROM (\(chosen)) \(described: alias)
            \(joins(query.asOf)) ORDER BY \(described: order.clause(of: "\(alias).list_key"))
            """
    }
}

extension ListQuery {
    /// A whole list is cheaper to count apart than to keep.
    fileprivate var tellsTotal: Bool {
        limit != nil && (rows.isNarrow || only != nil || !search.isEmpty || filters.contains { !$0.value.isEmpty })
    }
}

/// An order of a list: by a key, and by the id among equals. Unknown values come last in both directions, on both
/// engines.
private struct ListOrder {
    /// SQL over the main table.
    let key: String
    let isText: Bool
    let isNullable: Bool
    private let direction: String
    private let beyond: String
    private let id: String

    init(key: String, isText: Bool, isNullable: Bool, _ query: ListQuery, _ alias: String) {
        self.key = key
        self.isText = isText
        self.isNullable = isNullable
        direction = query.isDescending ? "DESC" : "ASC"
        beyond = query.isDescending ? "<" : ">"
        id = "\(alias).id"
    }

    func clause(of key: String) -> String {
        "\(key) \(direction)\(isNullable ? " NULLS LAST" : ""), \(id) \(direction)"
    }

    func suits(_ value: SQLValue) -> Bool {
        switch value {
        case .null: isNullable
        case .text: isText
        case .integer: !isText
        default: false
        }
    }

    func rows(after cursor: Cursor) -> SQL {
        guard isNullable else { return " AND (\(described: "\(key), \(id)) \(beyond)") (\(cursor.key), \(cursor.id))" }
        if case .null = cursor.key {
            return " AND \(described: "\(key) IS NULL AND \(id) \(beyond)") \(cursor.id)"
        }
        return """
             AND (\(described: "\(key) \(beyond)") \(cursor.key) OR \(described: "\(key) IS NULL")
             OR (\(described: key) = \(cursor.key) AND \(described: "\(id) \(beyond)") \(cursor.id)))
            """
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
}

extension [UInt8] {
    init?(hexadecimal text: some StringProtocol) {
        guard text.utf8.count % 2 == 0 else { return nil }
        self = []
        var rest = text[...]
        while !rest.isEmpty {
            guard rest.prefix(2).allSatisfy(\.isHexDigit), let byte = UInt8(rest.prefix(2), radix: 16) else {
                return nil
            }
            append(byte)
            rest = rest.dropFirst(2)
        }
    }
}
