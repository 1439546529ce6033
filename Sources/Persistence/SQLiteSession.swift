import GRDB
import GRDBSQLite
import Kernel

/// One of GRDB's connections with the statements prepared on it. Values are bound and read directly, so that a row
/// costs nothing besides what SQLite does.
// Used on the queue of its connection only.
final class SQLiteSession: Session, @unchecked Sendable {
    /// A prepared statement, finalized when nobody holds it any more.
    private final class Statement {
        let pointer: OpaquePointer
        var lastUse = 0
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { sqlite3_finalize(pointer) }
    }

    private let connection: OpaquePointer
    private var statements: [String: Statement] = [:]
    private var uses = 0
    private var purpose = Purpose.read

    var failure: (any Error)?
    var mustStartOver: Bool { false }
    let memory = Memory()

    /// `data_version` tells what other connections did, `total_changes` what this one did.
    func stamp() throws -> String? {
        guard purpose == .read else { return nil }
        var version: Int64 = 0
        try each("PRAGMA data_version") {
            version = try $0.integer(0)
            return false
        }
        return "\(version) \(sqlite3_total_changes64(connection))"
    }

    /// Statements kept prepared; the one used longest ago makes room.
    private static let cacheSize = 300

    init(_ connection: OpaquePointer) { self.connection = connection }

    // MARK: Transactions

    func transaction<T>(_ purpose: Purpose, _ body: (Connection) throws -> T) throws -> T {
        failure = nil
        if purpose == .migration { try script("PRAGMA foreign_keys = OFF") }
        defer { if purpose == .migration { execute("PRAGMA foreign_keys = ON") } }
        _ = try run(purpose == .read ? "BEGIN" : "BEGIN IMMEDIATE")
        do {
            let value = try inside(purpose, body)
            if purpose == .migration { try checkForeignKeys() }
            _ = try run("COMMIT")
            return value
        } catch {
            // SQLite may have rolled back by itself, as when the disk is full.
            if sqlite3_get_autocommit(connection) == 0 { execute("ROLLBACK") }
            throw error
        }
    }

    func inside<T>(_ purpose: Purpose, _ body: (Connection) throws -> T) throws -> T {
        failure = nil
        self.purpose = purpose
        let value = try body(Connection(.sqlite, self))
        try checkUsable()
        return value
    }

    func command(_ sql: SQL) throws {
        failure = nil
        purpose = .write
        _ = try run(sql)
    }

    /// Copies the state of one transaction, which `body` reads too, into a new file. Others go on writing meanwhile.
    func copy<T>(to file: String, noting body: (Connection) throws -> T) throws -> T {
        try transaction(.read) { db in
            let value = try body(db)
            // SQLite takes its snapshot with the first thing that is read.
            _ = try db.first("SELECT 1 FROM sqlite_master") { _ in true }
            var target: OpaquePointer?
            defer { sqlite3_close(target) }
            guard sqlite3_open(file, &target) == SQLITE_OK,
                let copying = sqlite3_backup_init(target, "main", connection, "main")
            else { throw SQLiteFailure.copying(file, target) }
            sqlite3_backup_step(copying, -1)
            guard sqlite3_backup_finish(copying) == SQLITE_OK,
                // A copy that is one file, wherever it is opened.
                sqlite3_exec(target, "PRAGMA journal_mode = DELETE", nil, nil, nil) == SQLITE_OK
            else { throw SQLiteFailure.copying(file, target) }
            return value
        }
    }

    private func checkForeignKeys() throws {
        try each("PRAGMA foreign_key_check") { row in
            throw Failure(
                .defect, "persistence.still-referenced", ["message": "\(try row.text(0)) -> \(try row.text(2))"])
        }
    }

    /// What must be tried whatever happened before.
    private func execute(_ text: String) { sqlite3_exec(connection, text, nil, nil, nil) }

    // MARK: Statements

    func run(_ sql: SQL) throws -> Int {
        try prepared(sql) { statement in
            while try step(statement) {}
            return sqlite3_stmt_readonly(statement) == 0 ? Int(sqlite3_changes(connection)) : 0
        }
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws {
        try prepared(sql) { statement in
            let row = Row(source: .sqlite(statement))
            repeat {
                // A further step after the end would run the statement once more.
                guard try step(statement) else { return }
            } while try body(row)
            // A statement that changes something runs to its end, whoever has seen enough of what it returns.
            if sqlite3_stmt_readonly(statement) == 0 { while try step(statement) {} }
        }
    }

    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try each(sql) {
            try body($0)
            return true
        }
    }

    func script(_ text: String) throws {
        try checkUsable()
        guard sqlite3_exec(connection, text, nil, nil, nil) == SQLITE_OK else { throw failed() }
    }

    private func prepared<T>(_ sql: SQL, _ body: (OpaquePointer) throws -> T) throws -> T {
        try checkUsable()
        let statement = try statement(sql.text)
        let pointer = statement.pointer
        defer {
            sqlite3_reset(pointer)
            sqlite3_clear_bindings(pointer)
        }
        guard Int(sqlite3_bind_parameter_count(pointer)) == sql.values.count else {
            throw Failure(.defect, "persistence.wrong-value-count", ["sql": sql.text])
        }
        for (index, value) in sql.values.enumerated() {
            guard try bind(value, pointer, Int32(index + 1)) == SQLITE_OK else { throw failed() }
        }
        return try withExtendedLifetime(statement) { try body(pointer) }
    }

    private func statement(_ text: String) throws -> Statement {
        uses += 1
        let known = statements[text]
        // A statement that is being read further out cannot serve twice.
        if let known, sqlite3_stmt_busy(known.pointer) == 0 {
            known.lastUse = uses
            return known
        }
        var text = text
        var pointer: OpaquePointer?
        var hasMore = false
        let code = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { text in
                var rest: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    connection, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, &rest)
                if let rest, let start = text.baseAddress {
                    hasMore = text[(rest - start)...].contains { $0 > 32 && $0 != 59 }
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw failed() }
        guard let pointer else { throw Failure(.defect, "persistence.sql", ["message": "no statement"]) }
        let statement = Statement(pointer)
        guard !hasMore else { throw Failure(.defect, "persistence.sql", ["message": "several statements"]) }
        guard known == nil else { return statement }
        if statements.count >= Self.cacheSize, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            statements[oldest.key] = nil
        }
        statement.lastUse = uses
        statements[text] = statement
        return statement
    }

    private func bind(_ value: SQLValue, _ statement: OpaquePointer, _ index: Int32) throws -> Int32 {
        // SQLITE_TRANSIENT: SQLite copies what it is given.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .real(let number):
            try value.checkStorable()
            return sqlite3_bind_double(statement, index, number)
        case .text(var text):
            try value.checkStorable()
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
        default: throw failed()
        }
    }

    private func failed() -> any Error {
        let code = sqlite3_extended_errcode(connection)
        let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? ""
        var failure = SQLiteFailure.mapped(code, message)
        if code == SQLITE_READONLY, purpose == .read { failure = Failure(.defect, "persistence.read-only") }
        // GRDB interrupts what a cancelled task waits for.
        let error: any Error = code & 0xFF == SQLITE_INTERRUPT ? CancellationError() : failure
        self.failure = error
        return error
    }
}

/// SQLite's result codes as failures.
enum SQLiteFailure {
    // Macros that Swift does not import: https://sqlite.org/rescode.html
    private static let constraintCheck = SQLITE_CONSTRAINT | (1 << 8)
    private static let constraintForeignKey = SQLITE_CONSTRAINT | (3 << 8)
    private static let constraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
    private static let constraintUnique = SQLITE_CONSTRAINT | (8 << 8)
    private static let constraintRowID = SQLITE_CONSTRAINT | (10 << 8)

    static func mapped(_ error: DatabaseError) -> Failure {
        mapped(error.extendedResultCode.rawValue, error.message ?? "")
    }

    /// Why a copy could not be written.
    static func copying(_ file: String, _ target: OpaquePointer?) -> Failure {
        let message = String(cString: sqlite3_errmsg(target))
        guard sqlite3_errcode(target) & 0xFF != SQLITE_FULL else {
            return Failure(.unavailable, "persistence.disk-full", ["message": message])
        }
        return Failure(.unavailable, "persistence.unwritable", ["file": file, "message": message])
    }

    static func mapped(_ code: Int32, _ message: String) -> Failure {
        var details = ["message": message]
        if code & 0xFF == SQLITE_CONSTRAINT { details["constraint"] = constraint(message) }
        switch code {
        case constraintUnique, constraintPrimaryKey, constraintRowID:
            return Failure(.conflict, "persistence.taken", details)
        case constraintForeignKey: return Failure(.refused, "persistence.still-referenced", details)
        case _ where code & 0xFF == SQLITE_CONSTRAINT: return Failure(.invalid, "persistence.check", details)
        default: break
        }
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return Failure(.unavailable, "persistence.busy", details)
        case SQLITE_FULL: return Failure(.unavailable, "persistence.disk-full", details)
        case SQLITE_MISUSE: return Failure(.unavailable, "persistence.closed", details)
        case SQLITE_NOTADB: return unreadable("not-a-database")
        case SQLITE_CORRUPT: return unreadable("damaged")
        case SQLITE_CANTOPEN: return unreadable("not-opened")
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: return unreadable("no-writing")
        case SQLITE_IOERR: return unreadable("disk-error")
        default: return Failure(.defect, "persistence.sql", details)
        }
    }

    private static func unreadable(_ reason: String) -> Failure {
        Failure(.unavailable, "persistence.unreadable", ["message": "@persistence.\(reason)"])
    }

    /// `UNIQUE constraint failed: t.a, t.b` → `t.a, t.b`; `… failed: index 'x'` → `x`.
    private static func constraint(_ message: String) -> String? {
        guard let match = message.firstMatch(of: /failed: (?:index '(.*)'|(.*))$/) else { return nil }
        return String(match.1 ?? match.2 ?? "")
    }
}
