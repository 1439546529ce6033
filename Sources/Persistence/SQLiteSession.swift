import GRDB
import GRDBSQLite
import Kernel

/// SQLite through GRDB's connections and statements; values are bound and read directly, so that a row costs nothing
/// besides what SQLite does.
final class SQLiteSession: Session {
    private let database: GRDB.Database

    init(_ database: GRDB.Database) { self.database = database }

    func run(_ sql: SQL) throws -> Int {
        try prepared(sql) { statement in
            while try step(statement) {}
            return Int(sqlite3_changes(database.sqliteConnection))
        }
    }

    func insert(_ sql: SQL) throws -> Int64 {
        _ = try run(sql)
        return sqlite3_last_insert_rowid(database.sqliteConnection)
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws {
        try prepared(sql) { statement in
            let row = Row(source: .sqlite(statement))
            while try step(statement), try body(row) {}
        }
    }

    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try each(sql) {
            try body($0)
            return true
        }
    }

    func script(_ text: String) throws {
        guard sqlite3_exec(database.sqliteConnection, text, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    private func prepared<T>(_ sql: SQL, _ body: (OpaquePointer) throws -> T) throws -> T {
        var statement = try mapped { try database.cachedStatement(sql: sql.text) }
        // A statement that is being read further out cannot serve twice.
        if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
            statement = try mapped { try database.makeStatement(sql: sql.text) }
        }
        let pointer = statement.sqliteStatement
        defer {
            sqlite3_reset(pointer)
            sqlite3_clear_bindings(pointer)
        }
        guard Int(sqlite3_bind_parameter_count(pointer)) == sql.values.count else {
            throw Failure(.defect, "persistence.wrong-value-count", ["sql": sql.text])
        }
        for (index, value) in sql.values.enumerated() {
            guard bind(value, pointer, Int32(index + 1)) == SQLITE_OK else { throw failure() }
            if case .text(let text) = value, text.utf8.contains(0) { throw Failure(.invalid, "persistence.nul") }
        }
        return try withExtendedLifetime(statement) { try body(pointer) }
    }

    private func bind(_ value: SQLValue, _ statement: OpaquePointer, _ index: Int32) -> Int32 {
        // SQLITE_TRANSIENT: SQLite copies what it is given.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .real(let number): return sqlite3_bind_double(statement, index, number)
        case .text(var text):
            return text.withUTF8 { utf8 in
                // An empty string has no address, which SQLite would take for NULL.
                guard let base = utf8.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
                return base.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                    sqlite3_bind_text(statement, index, $0, Int32(utf8.count), copied)
                }
            }
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), copied)
        }
    }

    /// Whether there is a row.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure()
        }
    }

    private func failure() -> Failure {
        let connection = database.sqliteConnection
        return SQLiteFailure.mapped(
            sqlite3_extended_errcode(connection), sqlite3_errmsg(connection).map { String(cString: $0) } ?? "")
    }

    private func mapped<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError { throw SQLiteFailure.mapped(error) }
    }
}

/// SQLite's result codes as failures.
enum SQLiteFailure {
    // Macros that Swift does not import: https://sqlite.org/rescode.html
    private static let constraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
    private static let constraintUnique = SQLITE_CONSTRAINT | (8 << 8)
    private static let constraintForeignKey = SQLITE_CONSTRAINT | (3 << 8)

    static func mapped(_ error: DatabaseError) -> Failure {
        mapped(error.extendedResultCode.rawValue, error.message ?? "")
    }

    static func mapped(_ code: Int32, _ message: String) -> Failure {
        let details = ["message": message]
        switch code {
        case constraintUnique, constraintPrimaryKey:
            return Failure(.conflict, "persistence.taken", details)
        case constraintForeignKey: return Failure(.refused, "persistence.still-referenced", details)
        case _ where code & 0xFF == SQLITE_CONSTRAINT: return Failure(.invalid, "persistence.check", details)
        case _ where code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED:
            return Failure(.unavailable, "persistence.busy", details)
        case _ where code & 0xFF == SQLITE_FULL: return Failure(.unavailable, "persistence.disk-full", details)
        case _ where [SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_PERM, SQLITE_READONLY]
            .contains(code & 0xFF):
            return Failure(.unavailable, "persistence.unreadable", details)
        default: return Failure(.defect, "persistence.sql", details)
        }
    }
}
