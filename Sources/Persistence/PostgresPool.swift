import Dispatch
import Kernel
import Synchronization

/// Connections to one server, each used by one transaction at a time. libpq's calls block, so each connection has a
/// queue of its own and never runs on the threads of Swift's concurrency.
final class PostgresPool: Store {
    /// A place for a connection. A serial queue gets a thread whenever it has work, which a concurrent one does not.
    // Used by one borrower at a time.
    final class Slot: @unchecked Sendable {
        let queue = DispatchQueue(label: "hoptac.postgres")
        var session: PostgresSession?
    }

    private struct State {
        var idle: [Slot] = []
        var count = 0
        var waiting: [(id: Int, continuation: CheckedContinuation<Slot, any Error>)] = []
        var nextID = 0
        var isClosed = false
        var closing: CheckedContinuation<Void, Never>?
    }

    private let address: String
    private let size: Int
    private let patience: Duration
    private let state = Mutex(State())

    /// How often a transaction is run again because of others.
    private static let retries = 3

    init(_ address: String, size: Int, patience: Duration) {
        self.address = address
        self.size = size
        self.patience = patience
    }

    // MARK: Transactions

    /// Reads in one snapshot; writes serializable, run again up to three times when the server found that two would
    /// have overwritten each other's premises, and then alone among the writers of all processes.
    ///
    /// What finds its connection lost before it began, and any read, is run once more on another. A write is not,
    /// because nobody knows how much of it happened.
    func transaction<T: Sendable>(
        _ purpose: Purpose, _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try await borrowed { slot in
            var losses = 0
            var conflicts = 0
            while true {
                do {
                    let session = try self.session(of: slot)
                    return try session.transaction(purpose, isRetry: conflicts > 0, body)
                } catch let error as PostgresRetry {
                    switch error.remedy {
                    case .reconnect:
                        slot.session = nil
                        losses += 1
                        guard losses == 1 else { throw error.failure }
                    case .startOver:
                        conflicts += 1
                        guard conflicts <= Self.retries else { throw error.failure }
                    }
                }
            }
        }
    }

    func command(_ sql: SQL) async throws {
        try await use { try $0.command(sql) }
    }

    func backup<T: Sendable>(
        to file: String, noting body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        let server = try PostgresAddress(address)
        return try await NewFile.write(file) { part in
            try await transaction(.read) { db in
                let value = try body(db)
                let snapshot: String = try db.one("SELECT pg_export_snapshot()") { try $0[0] }
                try PostgresProgram.dump.run(
                    ["--format=custom", "--no-owner", "--no-privileges", "--snapshot=\(snapshot)", "--file=\(part)"],
                    on: server)
                return value
            }
        }
    }

    /// Lends a connection outside of any transaction.
    func use<T: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> T) async throws -> T {
        try await borrowed { slot in try body(try self.session(of: slot)) }
    }

    private func session(of slot: Slot) throws -> PostgresSession {
        if let session = slot.session, session.isAlive { return session }
        slot.session = nil
        let session = try PostgresSession(address, patience: patience)
        slot.session = session
        return session
    }

    // MARK: Lending

    private func borrowed<T: Sendable>(_ body: @escaping @Sendable (Slot) throws -> T) async throws -> T {
        let slot = try await borrow()
        return try await withCheckedThrowingContinuation { continuation in
            slot.queue.async {
                let result = Result { try body(slot) }
                self.giveBack(slot)
                continuation.resume(with: result)
            }
        }
    }

    private func borrow() async throws -> Slot {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let now = state.withLock { state -> Result<Slot, any Error>? in
                    if state.isClosed { return .failure(Failure(.unavailable, "persistence.closed")) }
                    if let slot = state.idle.popLast() { return .success(slot) }
                    if state.count < size {
                        state.count += 1
                        return .success(Slot())
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

    private func giveBack(_ slot: Slot) {
        state.withLock { state in
            if !state.waiting.isEmpty {
                state.waiting.removeFirst().continuation.resume(returning: slot)
            } else if state.isClosed {
                state.count -= 1
                if state.count == 0 {
                    state.closing?.resume()
                    state.closing = nil
                }
            } else {
                state.idle.append(slot)
            }
        }
    }

    func close() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.isClosed = true
                state.count -= state.idle.count
                state.idle = []
                for waiting in state.waiting {
                    waiting.continuation.resume(throwing: Failure(.unavailable, "persistence.closed"))
                }
                state.waiting = []
                if state.count == 0 || state.closing != nil {
                    continuation.resume()
                } else {
                    state.closing = continuation
                }
            }
        }
    }
}
