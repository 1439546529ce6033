import Foundation
package import Kernel

extension Database {
    /// Applies what has not been applied, each in a transaction together with the row that says so. Two processes at
    /// once wait for each other. Throws `persistence.newer-database` where the database knows more than this program,
    /// `persistence.migration-edited` where an applied migration reads differently now.
    ///
    /// Foreign keys are not looked at while a migration runs on SQLite but must hold at its end: a table can be made
    /// anew under its old name.
    @discardableResult
    package func migrate(_ migrations: [Migration], clock: WallClock = .system) async throws -> [Migration] {
        var applied: [Migration] = []
        while try await !pendingMigrations(migrations).isEmpty {
            let step = try await transaction(.migration) { db -> Migration? in
                try db.script(
                    """
                    CREATE TABLE IF NOT EXISTS persistence_migration (
                        part TEXT NOT NULL, number BIGINT NOT NULL, title TEXT NOT NULL, fingerprint TEXT NOT NULL,
                        applied_at BIGINT NOT NULL, PRIMARY KEY (part, number))
                    """)
                // Another process may have been faster.
                guard let step = try pending(migrations, db).first else { return nil }
                try step.apply(to: db, at: clock.now())
                return step
            }
            if let step { applied.append(step) }
        }
        return applied
    }

    /// Applies to a database that has been migrated before what is still to be applied, and looks at the outcome, in one
    /// transaction: when `verify` throws, or a step fails, nothing has happened.
    package func migrateAtOnce(
        _ migrations: [Migration], clock: WallClock = .system, verify: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> [Migration] {
        try await transaction(.migration) { db in
            let steps = try pending(migrations, db)
            for step in steps { try step.apply(to: db, at: clock.now()) }
            try verify(db)
            return steps
        }
    }

    /// What `migrate` would apply, in order.
    package func pendingMigrations(_ migrations: [Migration]) async throws -> [Migration] {
        guard try await !columns(of: "persistence_migration").isEmpty else { return migrations }
        return try await read { try pending(migrations, $0) }
    }

    private func pending(_ migrations: [Migration], _ db: Connection) throws -> [Migration] {
        var pending = migrations
        try db.each("SELECT part, number, fingerprint FROM persistence_migration") { row in
            let (part, number, fingerprint): (String, Int, String) = try (row[0], row[1], row[2])
            guard let index = pending.firstIndex(where: { $0.part == part && $0.number == number }) else {
                throw Failure(
                    .refused, "persistence.newer-database", ["database": address, "step": "\(part) \(number)"])
            }
            guard pending[index].fingerprint(engine) == fingerprint else {
                throw Failure(.defect, "persistence.migration-edited", ["step": "\(part) \(number)"])
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

extension Migration {
    fileprivate func apply(to db: Connection, at now: Instant) throws {
        try db.script(script(db.engine))
        try db.run(
            """
            INSERT INTO persistence_migration (part, number, title, fingerprint, applied_at)
            VALUES (\(part), \(number), \(title), \(fingerprint(db.engine)), \(now))
            """)
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
