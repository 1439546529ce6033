import Foundation
import Kernel
import Persistence
import Synchronization
import TestSupport
import Testing

@Suite("A job") struct JobTests {
    private static let migrations =
        jobMigrations + [
            Migration(part: "notes", number: 1, title: "Notes", "CREATE TABLE job_note (id {id}, text TEXT NOT NULL)")
        ]

    /// Writes its payload down.
    private static let note = JobKind("note") { job, progress, db in
        progress(1, of: 2, "job.running")
        try db.run("INSERT INTO job_note (text) VALUES (\(job.payload))")
        return "noted \(job.payload)"
    }

    /// Stands still until it is set forward.
    private final class Time: Sendable {
        private let milliseconds = Mutex<Int64>(1_000_000)
        var clock: WallClock { WallClock { Instant(milliseconds: self.milliseconds.withLock { $0 }) } }
        func pass(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
    }

    private func enqueue(_ payload: String, _ database: Database, at clock: WallClock) async throws -> Int64 {
        let now = clock.now()
        return try await database.write { try $0.enqueue("note", payload, account: 7, at: now) }
    }

    private func notes(_ database: Database) async throws -> [String] {
        try await database.read { db in try db.all("SELECT text FROM job_note ORDER BY id") { try $0[0] } }
    }

    private func job(_ id: Int64, _ database: Database) async throws -> Job {
        try await database.read { try Job.find(id, in: $0) }
    }

    @Test("is done once, in the order in which jobs came", arguments: TestEngine.all)
    func done(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Self.migrations) { database in
            let time = Time()
            let first = try await enqueue("a", database, at: time.clock)
            _ = try await enqueue("b", database, at: time.clock)
            let waiting = try await job(first, database)
            #expect(waiting.state == .waiting)
            #expect(waiting.account == 7)
            let runner = JobRunner(database, [Self.note], clock: time.clock)
            for expected in [true, true, false] {
                let ran = try await runner.runNext()
                #expect(ran == expected)
            }
            #expect(try await notes(database) == ["a", "b"])
            let over = try await job(first, database)
            #expect(over.state == .done)
            #expect(over.result == "noted a")
            #expect(over.attempts == 1)
            #expect(over.finishedAt == time.clock.now())
        }
    }

    @Test("is never run by two processes at once", arguments: TestEngine.all)
    func together(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Self.migrations) { address in
            let databases = [try await Database.open(address), try await Database.open(address)]
            for number in 0..<20 { _ = try await enqueue("\(number)", databases[0], at: .system) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for database in databases {
                    group.addTask {
                        let runner = JobRunner(database, [Self.note], clock: .system)
                        while try await runner.runNext() {}
                    }
                }
                try await group.waitForAll()
            }
            let notes = try await notes(databases[0])
            #expect(notes.count == 20)
            #expect(Set(notes).count == 20)
            for database in databases { await database.close() }
        }
    }

    @Test("is taken over when its runner is not heard of in time, and not before", arguments: TestEngine.all)
    func takeover(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Self.migrations) { database in
            let time = Time()
            let id = try await enqueue("a", database, at: time.clock)
            let until = time.clock.now().milliseconds + 12_000
            try await database.write { db in
                try db.run("UPDATE persistence_job SET state = 'running', owner = 'dead', attempts = 1")
                try db.run("UPDATE persistence_job_lease SET until_at = \(until)")
            }
            let runner = JobRunner(database, [Self.note], clock: time.clock)
            time.pass(seconds: 11)
            #expect(try await runner.runNext() == false)
            time.pass(seconds: 1)
            #expect(try await runner.runNext() == true)
            let over = try await job(id, database)
            #expect(over.state == .done)
            #expect(over.attempts == 2)
            #expect(try await notes(database) == ["a"])
        }
    }

    @Test("leaves nothing of what it did when it was taken over or cancelled meanwhile", arguments: TestEngine.all)
    func lost(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Self.migrations) { database in
            let robbed = JobKind("note") { job, _, db in
                try db.run("INSERT INTO job_note (text) VALUES ('too late')")
                try db.run("UPDATE persistence_job SET owner = 'another' WHERE id = \(job.id)")
                return nil
            }
            let id = try await enqueue("a", database, at: .system)
            try await JobRunner(database, [robbed], clock: .system).runNext()
            #expect(try await notes(database) == [])
            #expect(try await database.write { try $0.cancel(job: id, at: WallClock.system.now()) })
            #expect(try await database.write { try $0.cancel(job: id, at: WallClock.system.now()) } == false)
            #expect(try await job(id, database).state == .cancelled)
            #expect(try await JobRunner(database, [Self.note], clock: .system).runNext() == false)
        }
    }

    @Test("is tried again after trouble, up to its limit; a refusal ends it at once", arguments: TestEngine.all)
    func trouble(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Self.migrations) { database in
            let time = Time()
            let broken = JobKind("note", attempts: 2) { job, _, db in
                try db.run("INSERT INTO job_note (text) VALUES ('half')")
                throw job.payload == "refused"
                    ? Failure(.conflict, "import.counts-differ", ["row": "5"]) : Failure(.unavailable, "disk")
            }
            let id = try await enqueue("a", database, at: time.clock)
            let runner = JobRunner(database, [broken], clock: time.clock)
            #expect(try await runner.runNext() == true)
            #expect(try await job(id, database).state == .waiting)
            #expect(try await runner.runNext() == false)
            time.pass(seconds: 2)
            #expect(try await runner.runNext() == true)
            let failed = try await job(id, database)
            #expect(failed.state == .failed)
            #expect(failed.attempts == 2)
            #expect(failed.failure?.code == "disk")
            let refused = try await enqueue("refused", database, at: time.clock)
            try await runner.runNext()
            let over = try await job(refused, database)
            #expect(over.state == .failed)
            #expect(over.attempts == 1)
            #expect(over.failure?.details == ["row": "5"])
            #expect(try await notes(database) == [])
        }
    }

    @Test("whose process is killed in the middle is done once by the next", arguments: TestEngine.all)
    func killed(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Self.migrations) { address in
            let database = try await Database.open(address)
            let id = try await enqueue("a", database, at: .system)
            try await killedRunner(address)
            #expect(try await notes(database) == [])
            let dead = try await job(id, database)
            #expect(dead.state == .running)
            #expect(dead.attempts == 1)
            let later = WallClock { Instant(milliseconds: WallClock.system.now().milliseconds + 60_000) }
            let runner = JobRunner(database, [Self.note], clock: later)
            #expect(try await runner.runNext() == true)
            #expect(try await runner.runNext() == false)
            #expect(try await notes(database) == ["a"])
            #expect(try await job(id, database).attempts == 2)
            await database.close()
        }
    }

    /// Starts another process, and kills it once it has begun the job.
    private func killedRunner(_ address: String) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "CrashWriter")
        process.arguments = [address, "job"]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = await withCheckedContinuation { continuation in
            DispatchQueue(label: "runner").async {
                continuation.resume(returning: output.fileHandleForReading.availableData)
            }
        }
        #expect(String(decoding: said, as: UTF8.self) == "begun\n")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
