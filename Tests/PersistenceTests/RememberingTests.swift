import Kernel
import Persistence
import TestSupport
import Testing

@Suite("What a connection remembers") struct RememberingTests {
    /// How many folders there are, as remembered; counts how often it was really asked.
    private func folders(_ database: Database, _ asked: Counter) async throws -> Int {
        try await database.read { db in
            try db.remembered("folders") {
                asked.next()
                return try db.count("test_folder")
            }
        }
    }

    /// A PostgreSQL server has other databases, and what changes there counts too.
    @Test("is asked once for each connection while nothing changes") func once() async throws {
        try await TestDatabase.with(.sqlite, Notes.migrations, readers: 2) { database in
            _ = try await database.addFolder("a")
            let asked = Counter()
            for _ in 0..<20 { #expect(try await folders(database, asked) == 1) }
            #expect((1...2).contains(asked.value))
        }
    }

    @Test("is asked anew after every change, whoever made it", arguments: TestEngine.all)
    func changes(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Notes.migrations) { address in
            let database = try await Database.open(address, readers: 2)
            let other = try await Database.open(address, readers: 2)
            let asked = Counter()
            for number in 1...20 {
                _ = try await (number % 2 == 0 ? other : database).addFolder("\(number)")
                #expect(try await folders(database, asked) == number)
                #expect(try await folders(other, asked) == number)
            }
            await other.close()
            await database.close()
        }
    }

    @Test("keeps nothing of what is being changed", arguments: TestEngine.all)
    func writing(engine: TestEngine) async throws {
        struct Enough: Error {}
        try await TestDatabase.with(engine, Notes.migrations, readers: 2) { database in
            let asked = Counter()
            await #expect(throws: Enough.self) {
                try await database.write { db -> Void in
                    _ = try db.addFolder("a")
                    let one = try db.remembered("folders") { try db.count("test_folder") }
                    _ = try db.addFolder("b")
                    let two = try db.remembered("folders") { try db.count("test_folder") }
                    #expect(one == 1 && two == 2)
                    throw Enough()
                }
            }
            let left = try await folders(database, asked)
            #expect(left == 0)
        }
    }

    @Test("may be that there is nothing", arguments: TestEngine.all) func nothing(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations, readers: 2) { database in
            let name = try await database.read { db in
                try db.remembered("first") { try db.first("SELECT name FROM test_folder") { try $0[0] as String } }
            }
            #expect(name == nil)
            _ = try await database.addFolder("a")
            let names = try await database.read { db in
                try (0..<2).map { _ in
                    try db.remembered("first") { try db.first("SELECT name FROM test_folder") { try $0[0] as String } }
                }
            }
            #expect(names == ["a", "a"])
        }
    }
}
