import Kernel
import Persistence
import TestSupport
import Testing

@Suite("Reading") struct ReadingTests {
    @Test("takes 100,000 rows one by one, with other statements in between", arguments: TestEngine.all)
    func streaming(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let (count, sum) = try await database.write { db in
                try db.run(
                    """
                    INSERT INTO test_note (number) WITH RECURSIVE counting(n) AS
                    (SELECT \(1_000_000) UNION ALL SELECT n + 1 FROM counting WHERE n < \(1_099_999)) SELECT n FROM counting
                    """)
                var count = 0
                var sum = 0
                try db.each("SELECT number FROM test_note WHERE number >= \(1_000_000) ORDER BY id") { row in
                    if count % 10_000 == 0 { _ = try db.addFolder("\(count)") }
                    count += 1
                    sum += try row[0]
                }
                return (count, sum)
            }
            #expect(count == 100_000 && sum == 104_999_950_000)
            #expect(try await database.count("test_folder") == 10)
        }
    }

    @Test("can be left in the middle", arguments: TestEngine.all)
    func left(engine: TestEngine) async throws {
        struct Enough: Error {}
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                for name in ["a", "b", "c"] { _ = try db.addFolder(name) }
                var seen: [String] = []
                #expect(throws: Enough.self) {
                    try db.each("SELECT name FROM test_folder ORDER BY name") { row in
                        seen.append(try row[0])
                        throw Enough()
                    }
                }
                #expect(seen == ["a"])
                #expect(try db.count("test_folder") == 3)
            }
        }
    }

    @Test("uses a statement within itself", arguments: TestEngine.all)
    func recursion(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let pairs = try await database.write { db in
                for name in ["a", "b", "c"] { _ = try db.addFolder(name) }
                let names: SQL = "SELECT name FROM test_folder ORDER BY name"
                return try db.all(names) { outer in
                    let name: String = try outer[0]
                    return try db.all(names) { try name + $0[0] }
                }
            }
            #expect(pairs.map { $0.joined() } == ["aaabac", "babbbc", "cacbcc"])
        }
    }

    @Test("stays right with more different statements than are kept", arguments: TestEngine.all)
    func manyStatements(engine: TestEngine) async throws {
        try await TestDatabase.with(engine) { database in
            for _ in 0..<2 {
                try await database.read { db in
                    for number in 0..<700 {
                        let query = SQL(described: "SELECT \(number) + ?", [.integer(1)])
                        for _ in 0..<2 {
                            let answer = try db.number(query)
                            #expect(answer == number + 1)
                        }
                    }
                }
            }
        }
    }

    @Test("goes on with another connection when the server has ended one")
    func lostConnection() async throws {
        guard TestEngine.all.contains(.postgres) else { return }
        try await TestDatabase.with(.postgres, Notes.migrations, readers: 2) { database in
            let end: SQL = """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            let other = try await Database.open(database.address)
            _ = try await database.addFolder("a")
            #expect(try await other.number(end) == 1)
            // Nothing of it had been sent, so it is done on a new connection.
            _ = try await database.addFolder("b")
            // A read begins anew, a write does not.
            let attempts = Counter()
            let count = try await database.read { db in
                if attempts.next() == 1 { try db.run("SELECT pg_terminate_backend(pg_backend_pid())") }
                return try db.count("test_folder")
            }
            #expect(count == 2 && attempts.value == 2)
            let lost = await failure {
                try await database.write { try $0.run("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(lost?.kind == .unavailable && lost?.code == "persistence.no-connection")
            #expect(try await database.count("test_folder") == 2)
            await other.close()
        }
    }

    @Test("goes on when another process has changed a table")
    func changedTable() async throws {
        guard TestEngine.all.contains(.postgres) else { return }
        for engine in TestEngine.all {
            try await TestDatabase.with(engine, Notes.migrations, readers: 2) { database in
                let other = try await Database.open(database.address)
                _ = try await database.addFolder("a")
                for _ in 0..<3 {
                    _ = try await database.read { db in try db.all("SELECT * FROM test_folder") { $0.count } }
                }
                try await other.write { try $0.script("ALTER TABLE test_folder ADD COLUMN place TEXT") }
                for _ in 0..<3 {
                    let counts = try await database.read { db in
                        try db.all("SELECT * FROM test_folder") { $0.count }
                    }
                    #expect(counts == [4])
                }
                await other.close()
            }
        }
    }
}
