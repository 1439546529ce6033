import Foundation
import GRDB
import Kernel

/// A database of either engine. `read` and `write` are the only ways in.
package struct Database: Sendable {
    private enum Backend: Sendable {
        case file(DatabasePool)
        case memory(DatabaseQueue)
        case postgres(PostgresPool)
    }

    package let engine: Engine
    /// Where it is, without a password.
    package let address: String
    private let backend: Backend

    /// Opens a file, `:memory:`, or a `postgresql://` server, which may name several hosts.
    package static func open(_ address: String, readers: Int = 4) async throws -> Database {
        if address.hasPrefix("postgresql:") || address.hasPrefix("postgres:") {
            let pool = PostgresPool(address, size: max(2, readers))
            try await pool.use { _ in }
            return Database(engine: .postgres, address: address.withoutPassword, backend: .postgres(pool))
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = readers
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY")
        }
        do {
            let backend: Backend =
                address == ":memory:"
                ? .memory(try DatabaseQueue(configuration: configuration))
                : .file(try DatabasePool(path: address, configuration: configuration))
            return Database(engine: .sqlite, address: address, backend: backend)
        } catch let error as DatabaseError {
            var failure = SQLiteFailure.mapped(error)
            failure.details["database"] = address
            throw failure
        }
    }

    /// Reads from one consistent state. The closure cannot change anything.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await mapped {
            switch backend {
            case .file(let pool): try await pool.read { try body(Connection(.sqlite, SQLiteSession($0))) }
            case .memory(let queue): try await queue.read { try body(Connection(.sqlite, SQLiteSession($0))) }
            case .postgres(let pool): try await pool.transaction(.read, body)
            }
        }
    }

    /// One serializable transaction: all of it or, when the closure throws, nothing. Of two that would overwrite each
    /// other's premises one waits (SQLite) or is run again (PostgreSQL), so a closure must not do anything else.
    package func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await mapped {
            switch backend {
            case .file(let pool): try await pool.write { try body(Connection(.sqlite, SQLiteSession($0))) }
            case .memory(let queue): try await queue.write { try body(Connection(.sqlite, SQLiteSession($0))) }
            case .postgres(let pool): try await pool.transaction(.write, body)
            }
        }
    }

    /// A consistent copy while others read and write. SQLite only.
    package func backup(to file: String) async throws {
        let path = file
        switch backend {
        case .file(let pool):
            try await mapped { try pool.backup(to: try DatabaseQueue(path: path)) }
        case .memory(let queue):
            try await mapped { try queue.backup(to: try DatabaseQueue(path: path)) }
        case .postgres: throw Failure(.refused, "persistence.backup-by-pg-dump")
        }
    }

    package func close() async {
        switch backend {
        case .file(let pool): try? pool.close()  // Readers still at work close it when they end.
        case .memory(let queue): try? queue.close()
        case .postgres(let pool): pool.close()
        }
    }

    private func mapped<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as DatabaseError { throw SQLiteFailure.mapped(error) }
    }
}

extension String {
    /// `postgresql://user:secret@host/db` without `:secret`.
    var withoutPassword: String { replacing(/\/\/([^:@\/]+):[^@\/]*@/) { "//\($0.1)@" } }
}
