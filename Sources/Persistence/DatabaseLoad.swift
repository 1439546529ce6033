import Synchronization

/// How busy a database is.
package struct DatabaseLoad: Sendable {
    /// Transactions that have been asked for and are not over.
    package fileprivate(set) var open = 0
    /// Those of them that have begun; the others wait for a connection, or for a writer to be done.
    package fileprivate(set) var running = 0
    /// All that have ever begun. One that is run again counts again.
    package fileprivate(set) var begun = 0
    /// How long they have waited before they began, all together.
    package fileprivate(set) var waited = Duration.zero
}

final class LoadMeter: Sendable {
    private let state = Mutex(DatabaseLoad())

    var load: DatabaseLoad { state.withLock { $0 } }

    func ask() -> ContinuousClock.Instant {
        state.withLock { $0.open += 1 }
        return .now
    }

    func begin(_ asked: ContinuousClock.Instant) {
        let waited = asked.duration(to: .now)
        state.withLock { load in
            load.running += 1
            load.begun += 1
            load.waited += waited
        }
    }

    func end() { state.withLock { $0.running -= 1 } }
    func leave() { state.withLock { $0.open -= 1 } }
}
