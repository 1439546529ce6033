import Kernel

package enum Engine: String, Sendable, CaseIterable { case sqlite, postgres }

/// What an engine does for a connection.
protocol Session: AnyObject {
    func run(_ sql: SQL) throws -> Int
    func insert(_ sql: SQL) throws -> Int64
    /// Hands over the rows until `body` returns false.
    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws
    /// The same, keeping no more than a part of a long answer in memory.
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws
    func script(_ text: String) throws
}

/// A database as one transaction sees it. Valid only inside the closure that gets it.
package final class Connection {
    package let engine: Engine
    private let session: any Session

    init(_ engine: Engine, _ session: any Session) {
        self.engine = engine
        self.session = session
    }

    /// Runs a statement that answers nothing; the number of rows it changed.
    @discardableResult
    package func run(_ sql: SQL) throws -> Int { try session.run(sql) }

    /// Runs an `INSERT` into a table with a column `id`, without `RETURNING`; the id of the new row.
    package func insert(_ sql: SQL) throws -> Int64 { try session.insert(sql) }

    package func all<T>(_ sql: SQL, _ row: (Row) throws -> T) throws -> [T] {
        var values: [T] = []
        try session.each(sql) {
            values.append(try row($0))
            return true
        }
        return values
    }

    package func first<T>(_ sql: SQL, _ row: (Row) throws -> T) throws -> T? {
        var value: T?
        try session.each(sql) {
            value = try row($0)
            return false
        }
        return value
    }

    /// The first row; `persistence.no-row` where there is none.
    package func one<T>(_ sql: SQL, _ row: (Row) throws -> T) throws -> T {
        guard let value = try first(sql, row) else { throw Failure(.missing, "persistence.no-row") }
        return value
    }

    /// Every row as it comes, in constant memory.
    package func each(_ sql: SQL, _ row: (Row) throws -> Void) throws { try session.stream(sql, row) }

    /// Several statements without values. For migrations only.
    package func script(_ text: String) throws { try session.script(text) }
}
