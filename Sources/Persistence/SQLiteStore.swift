import Foundation
import GRDB
import GRDBSQLite
import Kernel
import Synchronization

/// A file or a database in memory, on GRDB's connections and their queues.
final class SQLiteStore: Store {
    private enum Access: Sendable {
        case file(DatabasePool)
        case memory(DatabaseQueue)
    }

    private let access: Access
    private let sessions = Mutex<[Int: SQLiteSession]>([:])

    init(_ path: String, readers: Int, patience: Duration) async throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience / .seconds(1))
        configuration.maximumReaderCount = readers
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16000")
        }
        do {
            guard path != ":memory:" else {
                access = .memory(try DatabaseQueue(configuration: configuration))
                return
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL in WAL mode, with which a power failure can take the last transactions.
            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            access = .file(pool)
        } catch let error as DatabaseError { throw SQLiteFailure.mapped(error) }
    }

    func transaction<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try await mapped {
            switch (access, purpose) {
            case (.file(let pool), .read):
                try await pool.unsafeRead { try self.session($0).transaction(.read, body) }
            case (.memory(let queue), .read):
                try await queue.read { try self.session($0).inside(.read, body) }
            case (.file(let pool), _):
                try await pool.writeWithoutTransaction { try self.session($0).transaction(purpose, body) }
            case (.memory(let queue), _):
                try await queue.writeWithoutTransaction { try self.session($0).transaction(purpose, body) }
            }
        }
    }

    func command(_ sql: SQL) async throws {
        try await mapped {
            switch access {
            case .file(let pool): try await pool.writeWithoutTransaction { try self.session($0).command(sql) }
            case .memory(let queue): try await queue.writeWithoutTransaction { try self.session($0).command(sql) }
            }
        }
    }

    func backup<T: Sendable>(
        to file: String, noting body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try await NewFile.write(file) { part in
            try await mapped {
                switch access {
                case .file(let pool):
                    try await pool.unsafeRead { try self.session($0).copy(to: part, noting: body) }
                case .memory(let queue):
                    try await queue.writeWithoutTransaction { try self.session($0).copy(to: part, noting: body) }
                }
            }
        }
    }

    func close() async {
        // Statements are finalized before their connections are closed, while nobody uses any of them.
        switch access {
        case .file(let pool):
            try? await pool.barrierWriteWithoutTransaction { _ in self.sessions.withLock { $0 = [:] } }
            // The last connection folds the log into the file, and only one that may write can: readers go first.
            pool.invalidateReadOnlyConnections()
            try? pool.close()
            // GRDB closes its readers last, and those may not empty the write-ahead log into the file:
            // https://github.com/groue/GRDB.swift/issues/739. Whoever comes and goes after them does.
            if let last = try? DatabaseQueue(path: pool.path) {
                _ = try? await last.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
                try? last.close()
            }
        case .memory(let queue):
            try? await queue.barrierWriteWithoutTransaction { _ in self.sessions.withLock { $0 = [:] } }
            try? queue.close()
        }
    }

    private func session(_ database: GRDB.Database) throws -> SQLiteSession {
        guard let connection = database.sqliteConnection else { throw Failure(.unavailable, "persistence.closed") }
        let key = Int(bitPattern: connection)
        if let session = sessions.withLock({ $0[key] }) { return session }
        let session = SQLiteSession(connection)
        sessions.withLock { $0[key] = session }
        return session
    }

    private func mapped<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as DatabaseError { throw SQLiteFailure.mapped(error) }
    }
}
