import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("A migration") struct MigrationTests {
    private static let second = Migration(
        part: "test", number: 2, title: "Search",
        [
            .both("ALTER TABLE test_note ADD COLUMN title TEXT NOT NULL DEFAULT '';"),
            .sqlite(
                """
                CREATE VIRTUAL TABLE test_note_search USING fts5(title, tokenize = 'trigram');
                CREATE TRIGGER test_note_added AFTER INSERT ON test_note BEGIN
                    INSERT INTO test_note_search (rowid, title) VALUES (new.id, new.title);
                END;
                """),
            .postgres(
                """
                CREATE EXTENSION IF NOT EXISTS pg_trgm;
                CREATE INDEX test_note_search ON test_note USING gin (title gin_trgm_ops);
                """),
        ])

    @Test("runs once, in order, and is written down", arguments: TestEngine.all)
    func once(engine: TestEngine) async throws {
        try await TestDatabase.with(engine) { database in
            #expect(try await database.isEmpty())
            let first = Notes.migrations
            #expect(try await database.pendingMigrations(first).count == 1)
            #expect(try await database.isEmpty())
            #expect(try await database.migrate(first).map(\.number) == [1])
            _ = try await database.addFolder("kept")
            let both = first + [Self.second]
            #expect(try await database.pendingMigrations(both).map(\.number) == [2])
            #expect(try await database.migrate(both, clock: .standing(at: "2026-03-02")).map(\.title) == ["Search"])
            #expect(try await database.migrate(both).isEmpty)
            #expect(try await !database.isEmpty())
            let rows = try await database.write { db in
                // Triggers with tables of their own do not disturb the new id.
                let id = try db.insert("INSERT INTO test_note (title) VALUES (\("Hợp tác xã"))")
                #expect(try db.one("SELECT max(id) FROM test_note") { try $0[0] } == id)
                return try db.all("SELECT part, number, title, applied_at FROM persistence_migration ORDER BY number") {
                    row in
                    (try row[0] as String, try row[1] as Int, try row[3] as Instant)
                }
            }
            #expect(rows.map(\.0) == ["test", "test"] && rows.map(\.1) == [1, 2])
            #expect(rows[1].2.day == "2026-03-02")
            #expect(try await database.count("test_folder") == 1)
        }
    }

    @Test("that was edited afterwards is refused", arguments: TestEngine.all)
    func edited(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let edited = [Migration(part: "test", number: 1, title: "Notes", "CREATE TABLE test_other (id {id})")]
            let refusal = await failure { try await database.migrate(edited) }
            #expect(refusal == Failure(.defect, "persistence.migration-edited", ["step": "test 1"]))
        }
    }

    @Test("that this program does not know means a newer database", arguments: TestEngine.all)
    func newer(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations + [Self.second]) { database in
            let refusal = await failure { try await database.migrate(Notes.migrations) }
            #expect(refusal?.kind == .refused && refusal?.code == "persistence.newer-database")
            #expect(refusal?.details["step"] == "test 2")
        }
    }

    @Test("that fails leaves nothing, not even of itself, and what went before stays", arguments: TestEngine.all)
    func failing(engine: TestEngine) async throws {
        try await TestDatabase.with(engine) { database in
            let broken = Migration(
                part: "test", number: 2, title: "Broken", "CREATE TABLE test_half (id {id}); CREATE TABLE nonsense (;")
            #expect(
                await failure { try await database.migrate(Notes.migrations + [broken]) }?.code == "persistence.sql")
            let half = try await database.columns(of: "test_half")
            #expect(half.isEmpty)
            let pending = try await database.pendingMigrations(Notes.migrations + [broken])
            #expect(pending.map(\.number) == [2])
        }
    }

    @Test("makes a table anew while others refer to it", arguments: TestEngine.all)
    func rebuilding(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                let folder = try db.addFolder("a")
                try db.run("INSERT INTO test_note (folder_id, text) VALUES (\(folder), 'kept')")
            }
            let rebuilding = Migration(
                part: "test", number: 2, title: "Seats may be unknown",
                [
                    .sqlite(
                        """
                        CREATE TABLE test_folder_new (id {id}, name TEXT NOT NULL UNIQUE, seats BIGINT);
                        INSERT INTO test_folder_new SELECT id, name, seats FROM test_folder;
                        DROP TABLE test_folder;
                        ALTER TABLE test_folder_new RENAME TO test_folder;
                        """),
                    .postgres("ALTER TABLE test_folder ALTER seats DROP NOT NULL"),
                ])
            try await database.migrate(Notes.migrations + [rebuilding])
            let kept = try await database.read { db in
                try db.one("SELECT f.name, n.text FROM test_note n JOIN test_folder f ON f.id = n.folder_id") {
                    try ($0[0] as String, $0[1] as String)
                }
            }
            #expect(kept == ("a", "kept"))
            #expect(try await database.columns(of: "test_folder").map(\.isNullable) == [false, false, true])
            // The foreign key holds as before.
            #expect(
                await failure { try await database.write { try $0.run("DELETE FROM test_folder") } }?.code
                    == "persistence.still-referenced")
        }
    }

    @Test("that leaves a foreign key broken is undone")
    func brokenForeignKey() async throws {
        try await TestDatabase.with(.sqlite, Notes.migrations) { database in
            try await database.write { db in
                let folder = try db.addFolder("a")
                try db.run("INSERT INTO test_note (folder_id) VALUES (\(folder))")
            }
            let breaking = Migration(part: "test", number: 2, title: "Breaking", "DELETE FROM test_folder")
            #expect(
                await failure { try await database.migrate(Notes.migrations + [breaking]) }?.code
                    == "persistence.still-referenced")
            #expect(try await database.count("test_folder") == 1)
        }
    }

    @Test("is applied once by two processes that start together", arguments: TestEngine.all)
    func together(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine) { address in
            let migrations = Notes.migrations + [Self.second]
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let database = try await Database.open(address)
                        let applied = try await database.migrate(migrations)
                        await database.close()
                        return applied.count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(applied == 2)
        }
    }

    @Test("makes columns that both engines describe alike", arguments: TestEngine.all)
    func columns(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            typealias Column = Database.Column
            let columns = try await database.columns(of: "test_note")
            #expect(columns.map(\.name) == ["id", "folder_id", "number", "real", "text", "bytes"])
            #expect(columns.map(\.kind) == [.integer, .integer, .integer, .real, .text, .bytes])
            #expect(columns.map(\.isNullable) == [false, true, true, true, true, true])
            #expect(try await database.columns(of: "nowhere").isEmpty)
        }
    }
}
