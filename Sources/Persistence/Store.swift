import Kernel

enum Purpose: Sendable {
    /// A consistent state, nothing changes.
    case read
    /// Serializable.
    case write
    /// A change of the schema: alone among all processes; SQLite checks foreign keys at the end instead of at once, so
    /// that a table can be made anew.
    case migration
}

/// What an engine does for a database.
protocol Store: AnyObject, Sendable {
    func transaction<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T
    /// Runs a statement outside of any transaction.
    func command(_ sql: SQL) async throws
    func backup<T: Sendable>(
        to file: String, noting body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T
    func close() async
}
