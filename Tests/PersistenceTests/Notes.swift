import Kernel
import Persistence

/// A small schema for the tests of this target.
enum Notes {
    static let migrations = [
        Migration(
            part: "test", number: 1, title: "Notes",
            """
            CREATE TABLE test_folder (id {id}, name TEXT NOT NULL UNIQUE, seats BIGINT NOT NULL DEFAULT 0);
            CREATE TABLE test_note (
                id {id}, folder_id BIGINT REFERENCES test_folder (id), number BIGINT, real DOUBLE PRECISION, text TEXT,
                bytes {bytes}, CONSTRAINT test_note_number CHECK (number IS NULL OR number <> 13));
            CREATE UNIQUE INDEX test_note_place ON test_note (folder_id, number);
            CREATE UNIQUE INDEX test_note_upper ON test_note (upper(text));
            """)
    ]
}

extension Connection {
    func addFolder(_ name: String, seats: Int = 0) throws -> Int64 {
        try insert("INSERT INTO test_folder (name, seats) VALUES (\(name), \(seats))")
    }

    func count(_ table: String) throws -> Int { try one("SELECT count(*) FROM \(SQL(name: table))") { try $0[0] } }
}

/// The failure that `body` throws; nil where it throws none or something else.
func failure<T>(_ body: () async throws -> T) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? Failure }
}

extension Connection {
    func number(_ sql: SQL) throws -> Int { try one(sql) { try $0[0] } }
}

extension Database {
    func count(_ table: String) async throws -> Int { try await read { try $0.count(table) } }
    func number(_ sql: SQL) async throws -> Int { try await read { try $0.number(sql) } }
    func addFolder(_ name: String) async throws -> Int64 { try await write { try $0.addFolder(name) } }
}
