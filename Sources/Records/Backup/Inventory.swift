import Crypto
import Foundation
import Kernel
package import Persistence

/// What a database holds at one moment, so that a copy can be compared with what it was made from.
package struct Inventory: Codable, Equatable, Sendable {
    /// Rows by table.
    package let tables: [String: Int]
    /// The number of the last row of the history; 0 where there is none.
    package let lastChange: Int64
    /// SHA-256 over the rows of the history in the order of their numbers.
    package let history: String

    package init(_ db: Connection) throws {
        var tables: [String: Int] = [:]
        for name in try Inventory.tables(db) {
            tables[name] = try db.one(SQL(described: "SELECT count(*) FROM \(name)")) { try $0[0] as Int }
        }
        self.tables = tables
        lastChange = try db.one("SELECT coalesce(max(id), 0) FROM records_change") { try $0[0] as Int64 }
        history = try Inventory.history(db, upTo: lastChange)
    }

    /// Ordinary tables: those in which a search index keeps its words follow from others.
    private static func tables(_ db: Connection) throws -> [String] {
        try db.all(
            db.engine == .sqlite
                ? """
                SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name
                """
                : """
                SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
                """
        ) { try $0[0] as String }
    }

    package static func history(_ db: Connection, upTo last: Int64) throws -> String {
        var hash = SHA256()
        try db.each(
            """
            SELECT id, at, account_id, body_id, origin, type, record_id, action, before, after, reason, batch_id
            FROM records_change WHERE id <= \(last) ORDER BY id
            """
        ) { row in
            var line = ""
            for index in 0..<12 { line += "\(try row.value(index))\u{1F}" }
            hash.update(data: Data((line + "\n").utf8))
        }
        return hash.finalize().hex
    }

    /// The kept files whose content is not what their name, a SHA-256, says.
    package static func brokenFiles(_ db: Connection) throws -> [String] {
        var broken: [String] = []
        try db.each("SELECT sha256, content FROM records_file ORDER BY sha256") { row in
            let (name, content): (String, [UInt8]) = (try row[0], try row[1])
            if sha256Hex(content) != name { broken.append(name) }
        }
        return broken
    }

    /// The first thing in which another differs: a table with both counts, or the history.
    func difference(from other: Inventory) -> (what: String, here: String, there: String)? {
        for table in Set(tables.keys).union(other.tables.keys).sorted() where tables[table] != other.tables[table] {
            return (table, tables[table].map(String.init) ?? "-", other.tables[table].map(String.init) ?? "-")
        }
        if lastChange != other.lastChange { return ("records_change", "\(lastChange)", "\(other.lastChange)") }
        return history == other.history ? nil : ("records_change", history, other.history)
    }
}
