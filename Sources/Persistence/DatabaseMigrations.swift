import Foundation
package import Kernel

extension Database {
    private static let table = "persistence_migration"

    /// Applies what has not been applied, each in a transaction together with the row that says so. Two processes at
    /// once wait for each other. Throws `persistence.newer-database` where the database knows more than this program,
    /// `persistence.migration-edited` where an applied migration reads differently now.
    @discardableResult
    package func migrate(_ migrations: [Migration], clock: WallClock = .system) async throws -> [Migration] {
        try await write { db in
            try db.script(
                """
                CREATE TABLE IF NOT EXISTS persistence_migration (
                    part TEXT NOT NULL, number BIGINT NOT NULL, title TEXT NOT NULL, fingerprint TEXT NOT NULL,
                    applied_at BIGINT NOT NULL, PRIMARY KEY (part, number))
                """)
        }
        var applied: [Migration] = []
        for migration in try await pendingMigrations(migrations) {
            let isNew = try await write { db in
                if db.engine == .postgres { _ = try db.run("SELECT pg_advisory_xact_lock(4850416)") }
                let number: Int? = try db.first(
                    """
                    SELECT number FROM persistence_migration
                    WHERE part = \(migration.part) AND number = \(migration.number)
                    """) { try $0[0] }
                guard number == nil else { return false }
                try db.script(migration.script(db.engine))
                try db.run(
                    """
                    INSERT INTO persistence_migration (part, number, title, fingerprint, applied_at)
                    VALUES (\(migration.part), \(migration.number), \(migration.title),
                    \(migration.fingerprint(db.engine)), \(clock.now()))
                    """)
                return true
            }
            if isNew { applied.append(migration) }
        }
        return applied
    }

    /// What `migrate` would apply, in order.
    package func pendingMigrations(_ migrations: [Migration]) async throws -> [Migration] {
        guard try await hasTable("persistence_migration") else { return migrations }
        let applied = try await read { db in
            try db.all("SELECT part, number, fingerprint FROM persistence_migration") { row in
                (part: try row[0] as String, number: try row[1] as Int, fingerprint: try row[2] as String)
            }
        }
        var pending = migrations
        for step in applied {
            guard let index = pending.firstIndex(where: { $0.part == step.part && $0.number == step.number }) else {
                throw Failure(
                    .refused, "persistence.newer-database",
                    ["database": address, "step": "\(step.part) \(step.number)"])
            }
            guard pending[index].fingerprint(engine) == step.fingerprint else {
                throw Failure(.defect, "persistence.migration-edited", ["step": "\(step.part) \(step.number)"])
            }
            pending.remove(at: index)
        }
        return pending
    }

    /// No table stands in it.
    package func isEmpty() async throws -> Bool {
        let engine = engine
        return try await read { db in
            let count: Int = try db.one(
                engine == .sqlite
                    ? "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
                    : "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            ) { try $0[0] }
            return count == 0
        }
    }

    private func hasTable(_ name: String) async throws -> Bool { try await !columns(of: name).isEmpty }

    /// A column as the engine has it.
    package struct Column: Equatable, Sendable {
        package enum Kind: Sendable { case integer, real, text, bytes, other }
        package let name: String
        package let kind: Kind
        package let isNullable: Bool
    }

    /// The columns of a table, in order; none where there is no such table.
    package func columns(of table: String) async throws -> [Column] {
        let engine = engine
        return try await read { db in
            switch engine {
            case .sqlite:
                try db.all("SELECT name, type, \"notnull\", pk FROM pragma_table_info(\(table))") { row in
                    let isRequired: Bool = try row[2]
                    let key: Int = try row[3]
                    return Column(
                        name: try row[0], kind: Column.Kind(declared: try row[1]), isNullable: !isRequired && key == 0)
                }
            case .postgres:
                try db.all(
                    """
                    SELECT column_name, data_type, is_nullable FROM information_schema.columns
                    WHERE table_schema = 'public' AND table_name = \(table) ORDER BY ordinal_position
                    """
                ) { row in
                    let nullable: String = try row[2]
                    return Column(
                        name: try row[0], kind: Column.Kind(declared: try row[1]), isNullable: nullable == "YES")
                }
            }
        }
    }
}

extension Database.Column.Kind {
    fileprivate init(declared type: String) {
        switch type.uppercased() {
        case "INTEGER", "BIGINT": self = .integer
        case "DOUBLE PRECISION": self = .real
        case "TEXT": self = .text
        case "BLOB", "BYTEA": self = .bytes
        default: self = .other
        }
    }
}
