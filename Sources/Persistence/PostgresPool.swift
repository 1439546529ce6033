import Dispatch
import Kernel
import Synchronization

/// Connections to one server, each used by one transaction at a time. libpq's calls block, so they run on threads of
/// their own and never on those of Swift's concurrency.
final class PostgresPool: Sendable {
    enum Purpose: Sendable { case read, write }

    private struct State {
        var idle: [PostgresSession] = []
        var count = 0
        var waiting: [(id: Int, continuation: CheckedContinuation<PostgresSession?, any Error>)] = []
        var nextID = 0
        var isClosed = false
    }

    private let address: String
    private let size: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "hoptac.postgres", attributes: .concurrent)

    init(_ address: String, size: Int) {
        self.address = address
        self.size = size
    }

    /// Runs `body` in a transaction: reads in one snapshot, writes serializable, run again up to three times when the
    /// server found that two would have overwritten each other's premises. A read whose connection was lost is run
    /// once more on another; a write is not, because nobody knows whether it was committed.
    func transaction<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try await use { session in
                    try session.script(
                        purpose == .read
                            ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL SERIALIZABLE")
                    do {
                        let value = try body(Connection(.postgres, session))
                        try session.script("COMMIT")
                        return value
                    } catch {
                        // Where the connection is gone the server rolls back by itself.
                        if session.isAlive { try session.script("ROLLBACK") }
                        throw error
                    }
                }
            } catch let error as PostgresFailure {
                let mayRetry = error.isTransient && attempts <= 3 || error.isLost && purpose == .read && attempts == 1
                guard mayRetry else { throw error.failure }
            }
        }
    }

    /// Lends a connection to a closure on a thread of its own.
    func use<T: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> T) async throws -> T {
        let lent = try await borrow()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                let result = Result<T, any Error> {
                    let session: PostgresSession
                    if let lent, lent.isAlive {
                        session = lent
                    } else {
                        do { session = try PostgresSession(self.address) } catch {
                            self.giveBack(nil)
                            throw error
                        }
                    }
                    defer { self.giveBack(session.isAlive ? session : nil) }
                    return try body(session)
                }
                continuation.resume(with: result)
            }
        }
    }

    /// A connection, or `nil` for the right to open one.
    private func borrow() async throws -> PostgresSession? {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let now = state.withLock { state -> Result<PostgresSession?, any Error>? in
                    if state.isClosed { return .failure(Failure(.unavailable, "persistence.closed")) }
                    if let session = state.idle.popLast() { return .success(session) }
                    if state.count < size {
                        state.count += 1
                        return .success(nil)
                    }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let now { continuation.resume(with: now) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(throwing: CancellationError())
        }
    }

    /// `nil`: the connection was lost; whoever comes next opens another.
    private func giveBack(_ session: PostgresSession?) {
        let next = state.withLock { state -> CheckedContinuation<PostgresSession?, any Error>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst().continuation }
            if let session, !state.isClosed { state.idle.append(session) } else { state.count -= 1 }
            return nil
        }
        next?.resume(returning: session)
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.count -= state.idle.count
            state.idle = []
        }
    }
}
