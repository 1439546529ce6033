import CPostgres
import Foundation
import Kernel

/// One connection to a PostgreSQL server. Its calls block, so they are made on its slot's queue only.
// Used by one borrower of the pool at a time.
final class PostgresSession: Session, @unchecked Sendable {
    private let connection: OpaquePointer
    private let patience: Int
    private var statements = PostgresStatements()
    private var cursors = 0
    private var purpose = Purpose.read
    private var remedy: PostgresRetry.Remedy?

    var failure: (any Error)?
    var mustStartOver: Bool { remedy != nil || !isAlive }

    // Locks among all processes; any numbers that nobody else uses.
    private static let migrationLock = 4_850_416
    private static let writeLock = 4_850_417

    init(_ address: String, patience: Duration) throws {
        // What stands before `dbname` the address may overrule, what stands after it not.
        let settings = [
            ("connect_timeout", "10"), ("fallback_application_name", "hoptac"), ("dbname", address),
            ("client_encoding", "UTF8"),
        ]
        let keys = settings.map { strdup($0.0) } + [nil]
        let values = settings.map { strdup($0.1) } + [nil]
        defer { for text in keys + values { free(text) } }
        guard let connection = PQconnectdbParams(keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
        else { throw Failure(.unavailable, "persistence.no-connection") }
        self.connection = connection
        self.patience = Int(patience / .milliseconds(1))
        guard isAlive else {
            let message = String(cString: PQerrorMessage(connection)).trimmed
            throw Failure(.unavailable, "persistence.no-connection", ["message": message])
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try script(
            """
            SET TIME ZONE 'UTC'; SET standard_conforming_strings = on; SET client_min_messages = warning;
            SET search_path = public; SET lock_timeout = \(self.patience); SET bytea_output = hex
            """)
    }

    deinit { PQfinish(connection) }

    let memory = Memory()

    /// Which transactions are seen: the same snapshot sees the same rows.
    func stamp() throws -> String? {
        guard purpose == .read else { return nil }
        var snapshot: String?
        try each("SELECT pg_current_snapshot()::text") {
            snapshot = try $0.text(0)
            return false
        }
        return snapshot
    }

    var isAlive: Bool { PQstatus(connection) == CONNECTION_OK }

    // MARK: Transactions

    /// Throws `PostgresRetry` where running it again may help, whatever the closure made of the failure.
    func transaction<T>(
        _ purpose: Purpose, isRetry: Bool = false, _ body: (Connection) throws -> T
    ) throws -> T {
        reset(purpose)
        defer { if purpose != .read { unlock() } }
        do {
            if purpose != .read { try lock(isRetry: isRetry) }
            try script(
                purpose == .read
                    ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL SERIALIZABLE")
        } catch let failure as Failure where !isAlive { throw PostgresRetry(failure: failure, remedy: .reconnect) }
        do {
            let value = try body(Connection(.postgres, self))
            try checkUsable()
            try commit()
            return value
        } catch {
            // Where the connection is gone the server rolls back by itself.
            if isAlive { send("ROLLBACK") }
            if isAlive, statements.areStale {
                send("DEALLOCATE ALL")
                statements = PostgresStatements()
            }
            guard let remedy, let failure = failure as? Failure else { throw error }
            throw PostgresRetry(failure: failure, remedy: remedy)
        }
    }

    /// Runs a statement outside of any transaction.
    func command(_ sql: SQL) throws {
        reset(.write)
        PQclear(try execute(sql, keeps: false))
    }

    private func reset(_ purpose: Purpose) {
        failure = nil
        remedy = nil
        self.purpose = purpose
    }

    private func commit() throws {
        let result: OpaquePointer
        do { result = try checked(PQexec(connection, "COMMIT")) } catch let failure as Failure {
            guard isAlive || purpose == .read else {
                throw Failure(.unavailable, "persistence.outcome-unknown", failure.details)
            }
            throw failure
        }
        defer { PQclear(result) }
        guard String(cString: PQcmdStatus(result)) == "COMMIT" else {
            throw Failure(.defect, "persistence.sql", ["message": "the server rolled back"])
        }
    }

    /// Writers go together, one that runs again alone: a commit that waits for the disk is not seen yet by a new
    /// snapshot but makes it fail, however often, so the next attempt must wait for it. Taken before the transaction,
    /// whose snapshot must see what those before did. Only a migration waits for ever.
    private func lock(isRetry: Bool) throws {
        if purpose == .migration {
            try script("SET lock_timeout = 0")
            try script("SELECT pg_advisory_lock(\(Self.migrationLock))")
        } else {
            try script("SELECT pg_advisory_lock\(isRetry ? "" : "_shared")(\(Self.writeLock))")
        }
    }

    private func unlock() {
        guard isAlive else { return }
        send("SELECT pg_advisory_unlock_all()")
        if purpose == .migration { send("SET lock_timeout = \(patience)") }
    }

    /// What must be tried whatever happened before.
    private func send(_ text: String) { PQclear(PQexec(connection, text)) }

    // MARK: Statements

    func run(_ sql: SQL) throws -> Int {
        let result = try execute(sql)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws {
        let result = try execute(sql)
        defer { PQclear(result) }
        for row in 0..<PQntuples(result) where try !body(Row(source: .postgres(result, row))) { break }
    }

    /// Through a cursor, so that other statements can run between its parts.
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        let name = "hoptac_\(cursors)"
        PQclear(try execute("\(described: "DECLARE \(name) NO SCROLL CURSOR FOR ")\(sql)", keeps: false))
        defer { if failure == nil, isAlive { send("CLOSE \(name)") } }
        while true {
            let result = try execute(SQL(described: "FETCH 500 FROM \(name)"), keeps: false)
            defer { PQclear(result) }
            let count = PQntuples(result)
            for row in 0..<count { try body(Row(source: .postgres(result, row))) }
            if count < 500 { break }
        }
    }

    func script(_ text: String) throws {
        try checkUsable()
        PQclear(try checked(PQexec(connection, text)))
    }

    private func execute(_ sql: SQL, keeps: Bool = true) throws -> OpaquePointer {
        try checkUsable()
        let parameters = try PostgresParameters(sql.values)
        return try parameters.withPointers { count, types, values, lengths, formats in
            switch try statements.plan(sql, keeps: keeps) {
            case .once(let text, let evicted):
                if let evicted { send("DEALLOCATE \(evicted)") }
                return try checked(PQexecParams(connection, text, count, types, values, lengths, formats, 0))
            case .prepare(let name, let text):
                PQclear(try checked(PQprepare(connection, name, text, count, types)))
                statements.keep(sql, as: name)
                return try checked(PQexecPrepared(connection, name, count, values, lengths, formats, 0))
            case .prepared(let name):
                return try checked(PQexecPrepared(connection, name, count, values, lengths, formats, 0))
            }
        }
    }

    private func checked(_ result: OpaquePointer?) throws -> OpaquePointer {
        let status = PQresultStatus(result)
        if let result, status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return result }
        defer { PQclear(result) }
        let refusal = PostgresRefusal(result, on: connection)
        if !isAlive {
            remedy = purpose == .read ? .reconnect : nil
        } else if refusal.isStale {
            statements.areStale = true
            remedy = .startOver
        } else if refusal.isTransient {
            remedy = .startOver
        }
        let failure = refusal.failure(isLost: !isAlive)
        self.failure = failure
        throw failure
    }
}

/// A transaction that failed for a reason which running it again may cure.
struct PostgresRetry: Error {
    enum Remedy {
        case reconnect
        case startOver
    }
    let failure: Failure
    let remedy: Remedy
}
