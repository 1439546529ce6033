import Kernel
import Persistence
import TestSupport
import Testing

@Suite("A constraint") struct ConstraintTests {
    private func refusal(_ engine: TestEngine, _ sql: SQL) async throws -> Failure? {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                try db.run("INSERT INTO test_folder (id, name) VALUES (100, 'a')")
                try db.run("INSERT INTO test_note (folder_id, number, text) VALUES (100, 1, 'a')")
            }
            return await failure { try await database.write { try $0.run(sql) } }
        }
    }

    @Test(
        "that a value is taken names its columns", arguments: TestEngine.all,
        [
            ("INSERT INTO test_folder (name) VALUES ('a')", "test_folder.name"),
            ("INSERT INTO test_folder (id, name) VALUES (100, 'b')", "test_folder.id"),
            ("INSERT INTO test_note (folder_id, number) VALUES (100, 1)", "test_note.folder_id, test_note.number"),
            ("INSERT INTO test_note (text) VALUES ('A')", "test_note_upper"),
        ] as [(SQL, String)])
    func taken(engine: TestEngine, sample: (SQL, String)) async throws {
        let refusal = try await refusal(engine, sample.0)
        #expect(refusal?.kind == .conflict && refusal?.code == "persistence.taken")
        #expect(refusal?.details["constraint"] == sample.1)
    }

    @Test(
        "of a foreign key holds both ways", arguments: TestEngine.all,
        ["DELETE FROM test_folder", "INSERT INTO test_note (folder_id) VALUES (99)"] as [SQL])
    func foreignKey(engine: TestEngine, sql: SQL) async throws {
        let refusal = try await refusal(engine, sql)
        #expect(refusal?.kind == .refused && refusal?.code == "persistence.still-referenced")
    }

    @Test(
        "on a value is named", arguments: TestEngine.all,
        [
            ("INSERT INTO test_note (number) VALUES (13)", "test_note_number"),
            ("UPDATE test_folder SET name = NULL", "test_folder.name"),
        ] as [(SQL, String)])
    func check(engine: TestEngine, sample: (SQL, String)) async throws {
        let refusal = try await refusal(engine, sample.0)
        #expect(refusal?.kind == .invalid && refusal?.code == "persistence.check")
        #expect(refusal?.details["constraint"] == sample.1)
    }

    @Test("on a statement that no engine understands is a defect", arguments: TestEngine.all)
    func nonsense(engine: TestEngine) async throws {
        let refusal = try await refusal(engine, "SELEC nothing")
        #expect(refusal?.kind == .defect && refusal?.code == "persistence.sql")
        let several = try await self.refusal(engine, "DELETE FROM test_note; DELETE FROM test_folder")
        #expect(several?.code == "persistence.sql")
    }
}
