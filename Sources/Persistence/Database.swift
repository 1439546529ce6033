import Foundation
import Kernel

/// A database of either engine. `read` and `write` are the only ways in.
package struct Database: Sendable {
    package let engine: Engine
    /// Where it is, without a password.
    package let address: String
    let store: any Store
    private let meter = LoadMeter()

    /// How busy it is, and has been since it was opened.
    package var load: DatabaseLoad { meter.load }

    /// The databases whose closures run now, so that none is entered twice: it would wait for itself.
    @TaskLocal private static var entered: Set<ObjectIdentifier> = []

    /// Opens a file, `:memory:`, or a `postgresql://` server, which may name several hosts. A file that does not exist
    /// is made.
    ///
    /// - Parameters:
    ///   - readers: how many may read at once; on PostgreSQL, how many connections there are for all purposes.
    ///   - patience: how long to wait for another process to release a lock before `persistence.busy`.
    package static func open(
        _ address: String, readers: Int = 4, patience: Duration = .seconds(10)
    ) async throws -> Database {
        if address.hasPrefix("postgresql:") || address.hasPrefix("postgres:") {
            let server = try PostgresAddress(address)
            let pool = PostgresPool(address, size: max(2, readers), patience: patience)
            do { try await pool.use { _ in } } catch var failure as Failure {
                failure.details["database"] = server.shown
                throw failure
            }
            return Database(engine: .postgres, address: server.shown, store: pool)
        }
        do {
            return Database(
                engine: .sqlite, address: address,
                store: try await SQLiteStore(address, readers: readers, patience: patience))
        } catch var failure as Failure {
            failure.details["database"] = address
            throw failure
        }
    }

    /// Reads from one consistent state. The closure cannot change anything.
    @discardableResult
    package func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await transaction(.read, body)
    }

    /// One serializable transaction: all of it or, when the closure throws, nothing. Of two that would overwrite each
    /// other's premises one waits (SQLite) or is run again (PostgreSQL), so a closure must not do anything else.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await transaction(.write, body)
    }

    func transaction<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try enter()
        let entered = Self.entered.union([ObjectIdentifier(store)])
        let meter = meter
        let asked = meter.ask()
        defer { meter.leave() }
        return try await store.transaction(purpose) { db in
            meter.begin(asked)
            defer { meter.end() }
            return try Self.$entered.withValue(entered) { try body(db) }
        }
    }

    /// Runs one statement outside of any transaction, such as `ANALYZE`, `VACUUM` or `CREATE DATABASE`.
    package func command(_ sql: SQL) async throws {
        try enter()
        try await store.command(sql)
    }

    private func enter() throws {
        try Task.checkCancellation()
        if Self.entered.contains(ObjectIdentifier(store)) { throw Failure(.defect, "persistence.nested") }
    }

    /// Writes a consistent copy to a new file while others read and write: SQLite as a database, PostgreSQL through
    /// `pg_dump` in its custom form. A file that exists is not overwritten, and where the copy fails none is left.
    /// Throws `persistence.no-program` where there is no `pg_dump`.
    ///
    /// - Parameter body: reads the very state that the copy holds.
    package func backup<T: Sendable>(
        to file: String, noting body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try enter()
        return try await store.backup(to: file, noting: body)
    }

    package func backup(to file: String) async throws { try await backup(to: file) { _ in } }

    /// Waits for those who are inside, then closes. Whoever comes later gets `persistence.closed`.
    package func close() async { await store.close() }
}
