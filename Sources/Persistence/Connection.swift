import Kernel

package enum Engine: String, Sendable, CaseIterable { case sqlite, postgres }

/// What an engine does for a connection.
protocol Session: AnyObject {
    /// The first thing the engine refused in this transaction. A session in which something failed runs nothing more
    /// until its transaction, or the attempt within it, is rolled back: PostgreSQL insists on that, and SQLite may
    /// have rolled back already.
    var failure: (any Error)? { get set }
    /// The whole transaction has to be run again, whatever the closure makes of the failure.
    var mustStartOver: Bool { get }

    func run(_ sql: SQL) throws -> Int
    /// Hands over the rows until `body` returns false.
    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws
    /// The same, keeping no more than a part of a long answer in memory.
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws
    func script(_ text: String) throws

    var memory: Memory { get }
    /// Another text once anybody has changed anything in the database; `nil` while this transaction may do so itself.
    func stamp() throws -> String?
}

extension Session {
    /// What every statement does first.
    func checkUsable() throws {
        if let failure { throw failure }
    }
}

/// A database as one transaction sees it. Valid only inside the closure that gets it.
///
/// After a statement failed, every further one throws the same failure and the transaction cannot be committed, on
/// either engine. `attempt` is the way to go on.
package final class Connection {
    package let engine: Engine
    private let session: any Session
    private var depth = 0
    private var memory: Memory?

    init(_ engine: Engine, _ session: any Session) {
        self.engine = engine
        self.session = session
    }

    /// What is remembered of the state that this transaction sees.
    func currentMemory() throws -> Memory? {
        if memory == nil, let stamp = try session.stamp() {
            session.memory.keep(stamp)
            memory = session.memory
        }
        return memory
    }

    /// Runs a statement that answers nothing; the number of rows it changed.
    @discardableResult
    package func run(_ sql: SQL) throws -> Int { try session.run(sql) }

    /// Runs an `INSERT` into a table with a column `id`, without `RETURNING`; the id of the new row.
    /// `persistence.no-row` where `ON CONFLICT DO NOTHING` did nothing.
    package func insert(_ sql: SQL) throws -> Int64 { try one("\(sql) RETURNING id") { try $0[0] } }

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

    /// Runs `body`; when it throws, what it changed is undone and the transaction can go on.
    package func attempt<T>(_ body: () throws -> T) throws -> T {
        let name = SQL(described: "attempt_\(depth)")
        _ = try session.run("SAVEPOINT \(name)")
        depth += 1
        defer { depth -= 1 }
        do {
            let value = try body()
            _ = try session.run("RELEASE SAVEPOINT \(name)")
            return value
        } catch {
            if !session.mustStartOver {
                session.failure = nil
                try session.script("ROLLBACK TO SAVEPOINT \(name.text); RELEASE SAVEPOINT \(name.text)")
            }
            throw error
        }
    }

    /// Runs `body`, and undoes what it changed when its answer says so. The transaction goes on either way.
    package func attempted<T>(_ body: () throws -> T, undoneWhen isUndone: (T) -> Bool) throws -> T {
        var answer: T?
        do {
            return try attempt {
                let value = try body()
                answer = value
                if isUndone(value) { throw TakenBack() }
                return value
            }
        } catch is TakenBack {
            guard let answer else { throw Failure(.defect, "persistence.nested") }
            return answer
        }
    }

    private struct TakenBack: Error {}
}
