import Foundation
package import Kernel
import Synchronization

/// A kind of long work. What it does happens in the one transaction that also marks the job as done, so that a process
/// may be killed at any moment and nothing is lost or done twice.
package struct JobKind: Sendable {
    /// What a page shows of the result later.
    package typealias Effect = @Sendable (Job, JobProgress, Connection) throws -> String?

    let name: String
    /// How often it is begun before it counts as failed. A refusal is final at once.
    let attempts: Int
    let effect: Effect

    package init(_ name: String, attempts: Int = 3, _ effect: @escaping Effect) {
        self.name = name
        self.attempts = attempts
        self.effect = effect
    }
}

/// How far a job is, told from within without waiting for anything.
package final class JobProgress: Sendable {
    private let value = Mutex(Job.Progress(0, of: 0, "job.running"))

    package init() {}

    package func callAsFunction(_ done: Int, of total: Int, _ step: String) {
        value.withLock { $0 = Job.Progress(done, of: total, step) }
    }

    var now: Job.Progress { value.withLock { $0 } }
}

/// Runs the jobs of a database, one at a time. Several processes may do so: a job belongs to one of them for as long as
/// it renews its lease, and its effect is stored only while it still does.
package final class JobRunner: Sendable {
    private let database: Database
    private let kinds: [String: JobKind]
    private let clock: WallClock
    private let lease: Duration
    private let trouble: @Sendable (any Error) -> Void
    private let running = Mutex<[Int64: JobProgress]>([:])
    private let (wakes, waker) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// `lease`: how long after its runner was last heard of a job may be taken over. `trouble` is told what went wrong
    /// inside.
    package init(
        _ database: Database, _ kinds: [JobKind], clock: WallClock, lease: Duration = .seconds(12),
        trouble: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.database = database
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.clock = clock
        self.lease = lease
        self.trouble = trouble
    }

    /// Says that there is something to do.
    package func wake() { waker.yield() }

    /// How far a job is: as its runner knows it, where that is this process.
    package func progress(of job: Job) -> Job.Progress {
        running.withLock { $0[job.id] }?.now ?? job.progress
    }

    /// Runs jobs until the task is cancelled. One that has begun is finished first.
    package func run() async {
        wake()
        await withTaskGroup(of: Void.self) { group in
            // For what other processes leave.
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(2))  // Woken early only to end.
                    self.wake()
                }
            }
            for await _ in wakes {
                do {
                    while !Task.isCancelled { guard try await runNext() else { break } }
                } catch { trouble(error) }
            }
            group.cancelAll()
        }
    }

    /// Takes the oldest job that may be begun now, and runs it to its end. Whether there was one.
    @discardableResult
    package func runNext() async throws -> Bool {
        guard let (job, kind) = try await claim() else { return false }
        let progress = JobProgress()
        running.withLock { $0[job.id] = progress }
        let heartbeat = Task { [database, lease] in
            while !Task.isCancelled {
                try await Task.sleep(for: lease / 3)
                let until = end(of: lease)
                // One that fails is followed by another; a lease that runs out costs the work and nothing else.
                try? await database.write { try job.renew(until: until, progress.now, in: $0) }
            }
        }
        defer {
            heartbeat.cancel()
            running.withLock { $0[job.id] = nil }
        }
        // On its own: a server that is told to stop finishes what it has begun.
        let effect = Task { [database, clock] in
            try await database.write { db in
                try job.requireOwner(in: db)
                let result = try kind.effect(job, progress, db)
                try job.end(.done, result: result, at: clock.now(), in: db)
            }
        }
        do { try await effect.value } catch {
            try await close(job, kind, after: error)
        }
        return true
    }

    private func claim() async throws -> (Job, JobKind)? {
        let (names, now, until) = (Array(kinds.keys), clock.now(), end(of: lease))
        // Most often there is nothing, and looking must not hold up those who write.
        guard try await database.read({ try Job.next(names, at: now, in: $0) }) != nil else { return nil }
        let limits = kinds.mapValues(\.attempts)
        let owner = UUID().uuidString
        let job = try await database.write { db -> Job? in
            while let job = try Job.next(names, at: now, in: db) {
                let begun = try job.begin(by: owner, until: until, in: db)
                if begun.attempts <= limits[job.kind] ?? 0 { return begun }
                // Its runners were killed each time.
                try begun.end(.failed, Failure(.defect, "job.gave-up"), at: now, in: db)
            }
            return nil
        }
        guard let job, let kind = kinds[job.kind] else { return nil }
        return (job, kind)
    }

    /// A refusal is an answer; what lies with the machine or the program is tried again.
    private func close(_ job: Job, _ kind: JobKind, after error: any Error) async throws {
        let failure = error as? Failure ?? Failure(.defect, "defect")
        // Whoever has it now will say how it ended.
        if failure == Job.lost { return }
        let isTroubled = failure.kind == .defect || failure.kind == .unavailable
        if isTroubled { trouble(error) }
        let isOver = !isTroubled || job.attempts >= kind.attempts
        let (now, later) = (clock.now(), end(of: .seconds(1 << min(job.attempts, 6))))
        do {
            try await database.write { db in
                if isOver {
                    try job.end(.failed, failure, at: now, in: db)
                } else {
                    try job.putBack(until: later, in: db)
                }
            }
        } catch let failure as Failure where failure == Job.lost {}
    }

    private func end(of time: Duration) -> Instant {
        Instant(milliseconds: clock.now().milliseconds + Int64(time / .milliseconds(1)))
    }
}
