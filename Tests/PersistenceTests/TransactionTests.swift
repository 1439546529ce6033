import Dispatch
import Kernel
import Persistence
import Synchronization
import TestSupport
import Testing

@Suite("A transaction") struct TransactionTests {
    struct Stop: Error {}

    @Test("leaves nothing behind when its closure throws", arguments: TestEngine.all)
    func rollback(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            await #expect(throws: Stop.self) {
                try await database.write { db in
                    _ = try db.addFolder("a")
                    throw Stop()
                }
            }
            let count = try await database.count("test_folder")
            #expect(count == 0)
            #expect(try await database.addFolder("a") > 0)
        }
    }

    @Test("changes nothing while it reads", arguments: TestEngine.all)
    func readOnly(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            #expect(
                await failure { try await database.read { try $0.addFolder("a") } }?.code == "persistence.read-only")
        }
    }

    @Test("says how many rows it changed, and which is new", arguments: TestEngine.all)
    func counts(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                let first = try db.addFolder("a")
                #expect(try db.addFolder("b") == first + 1)
                #expect(try db.run("UPDATE test_folder SET seats = 5") == 2)
                #expect(try db.run("DELETE FROM test_folder WHERE name = 'x'") == 0)
                #expect(try db.first("SELECT id FROM test_folder WHERE name = 'x'") { try $0[0] as Int } == nil)
                #expect(try db.run("INSERT INTO test_folder (name) VALUES ('a') ON CONFLICT (name) DO NOTHING") == 0)
                #expect(try db.first("DELETE FROM test_folder RETURNING id") { try $0[0] as Int64 } == first)
                #expect(try db.count("test_folder") == 0)
            }
            let none = await failure {
                try await database.number("SELECT id FROM test_folder")
            }
            #expect(none == Failure(.missing, "persistence.no-row"))
        }
    }

    @Test("sees one state however long it reads", arguments: TestEngine.all)
    func snapshot(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let begun = DispatchSemaphore(value: 0)
            let changed = DispatchSemaphore(value: 0)
            async let counts = database.read { db in
                let before = try db.count("test_folder")
                begun.signal()
                #expect(changed.wait(timeout: .now() + 60) == .success)
                return (before, try db.count("test_folder"))
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    begun.wait()
                    continuation.resume()
                }
            }
            _ = try await database.addFolder("a")
            changed.signal()
            let (before, after) = try await counts
            #expect(before == 0 && after == 0)
        }
    }

    @Test("within another of the same database is refused instead of waiting for ever", arguments: TestEngine.all)
    func nested(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let inner = try await database.write { _ in
                let done = DispatchSemaphore(value: 0)
                let result = Mutex<Failure?>(nil)
                Task {
                    let failure = await failure { try await database.count("test_folder") }
                    result.withLock { $0 = failure }
                    done.signal()
                }
                _ = done.wait(timeout: .now() + 60)
                return result.withLock { $0 }
            }
            #expect(inner == Failure(.defect, "persistence.nested"))
        }
    }

    @Test("can do nothing more once a statement failed, and is not committed", arguments: TestEngine.all)
    func failed(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let swallowed = await failure {
                try await database.write { db in
                    _ = try db.addFolder("a")
                    #expect(throws: Failure.self) { try db.addFolder("a") }
                    #expect(throws: Failure.self) { try db.addFolder("b") }
                }
            }
            #expect(swallowed?.code == "persistence.taken")
            let count = try await database.count("test_folder")
            #expect(count == 0)
        }
    }

    @Test("goes on after an attempt within it was undone", arguments: TestEngine.all)
    func attempt(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                _ = try db.addFolder("a")
                for name in ["a", "b", "a", "c"] {
                    try? db.attempt {
                        _ = try db.insert("INSERT INTO test_note (text) VALUES (\(name))")
                        _ = try db.addFolder(name)
                    }
                }
            }
            let counts = try await database.read { try ($0.count("test_folder"), $0.count("test_note")) }
            #expect(counts == (3, 2))
            try await database.write { db in
                try db.attempt {
                    _ = try db.addFolder("d")
                    try? db.attempt { _ = try db.addFolder("d") }
                    try? db.attempt {
                        _ = try db.addFolder("e")
                        throw Stop()
                    }
                    try db.attempt { _ = try db.addFolder("f") }
                }
            }
            let names = try await database.read { db in
                try db.all("SELECT name FROM test_folder ORDER BY name") { try $0[0] as String }
            }
            #expect(names == ["a", "b", "c", "d", "f"])
        }
    }

    @Test("of many at once adds up", arguments: TestEngine.all)
    func concurrentWriters(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let id = try await database.addFolder("a")
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<50 {
                            try await database.write { db in
                                let seats = try db.one("SELECT seats FROM test_folder WHERE id = \(id)") {
                                    try $0[0] as Int
                                }
                                try db.run("UPDATE test_folder SET seats = \(seats + 1) WHERE id = \(id)")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(
                try await database.number("SELECT seats FROM test_folder")
                    == 400)
        }
    }

    @Test("gives the last seat to one of two, also of two processes", arguments: TestEngine.all, [1, 2])
    func lastSeat(engine: TestEngine, processes: Int) async throws {
        try await TestDatabase.withAddress(engine, Notes.migrations) { address in
            // Two openings of one database share nothing, as two processes.
            let one = try await Database.open(address)
            let other = processes == 1 ? one : try await Database.open(address)
            for round in 0..<20 {
                let folder = try await one.write { try $0.addFolder("course \(round)", seats: 1) }
                let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for (number, database) in [one, other, one, other].enumerated() {
                        group.addTask {
                            do {
                                try await database.write { db in
                                    let taken = try db.one("SELECT count(*) FROM test_note WHERE folder_id = \(folder)")
                                    {
                                        try $0[0] as Int
                                    }
                                    guard taken < 1 else { throw Failure(.refused, "full") }
                                    try db.run(
                                        "INSERT INTO test_note (folder_id, number) VALUES (\(folder), \(number))")
                                }
                                return true
                            } catch let failure as Failure where failure.code == "full" { return false }
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(taken == 1)
            }
            #expect(try await one.count("test_note") == 20)
            await one.close()
            if processes == 2 { await other.close() }
        }
    }

    @Test("waits for a lock of another process, but not for ever", arguments: TestEngine.all)
    func busy(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Notes.migrations) { address in
            let one = try await Database.open(address)
            let other = try await Database.open(address, patience: .milliseconds(200))
            let id = try await one.addFolder("a")
            let held = DispatchSemaphore(value: 0)
            let done = DispatchSemaphore(value: 0)
            async let holding: Void = one.write { db in
                try db.run("UPDATE test_folder SET seats = 1 WHERE id = \(id)")
                held.signal()
                done.wait()
            }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    held.wait()
                    continuation.resume()
                }
            }
            // The other holds it until this has given up.
            let busy = await failure {
                try await other.write { db in try db.run("UPDATE test_folder SET seats = 2 WHERE id = \(id)") }
            }
            #expect(busy?.kind == .unavailable && busy?.code == "persistence.busy")
            done.signal()
            try await holding
            try await other.write { db in try db.run("UPDATE test_folder SET seats = 2 WHERE id = \(id)") }
            await one.close()
            await other.close()
        }
    }

    @Test("of a cancelled task does not begin, nor wait for a connection", arguments: TestEngine.all)
    func cancellation(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations, readers: 2) { database in
            let runs = Counter()
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await database.write { _ in runs.next() }
            }
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            // Both connections are taken.
            let done = DispatchSemaphore(value: 0)
            let holders = (0..<2).map { _ in Task { try await database.write { _ in done.wait() } } }
            try await Task.sleep(for: .milliseconds(50))
            let waiting = Task { try await database.write { _ in runs.next() } }
            try await Task.sleep(for: .milliseconds(50))
            waiting.cancel()
            if engine == .postgres { await #expect(throws: CancellationError.self) { try await waiting.value } }
            for _ in holders { done.signal() }
            for holder in holders { try await holder.value }
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(runs.value == 0)
        }
    }

    @Test("after the database was closed says so", arguments: TestEngine.all)
    func closed(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            _ = try await database.addFolder("a")
            await database.close()
            #expect(
                await failure { try await database.count("test_folder") }?.code == "persistence.closed")
            #expect(await failure { try await database.addFolder("b") }?.code == "persistence.closed")
        }
    }
}
