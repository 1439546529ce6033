import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("A backup") struct BackupTests {
    private static let migrations = [
        Migration(
            part: "backup", number: 1, title: "Pairs",
            "CREATE TABLE backup_half (id {id}, pair BIGINT NOT NULL, half TEXT NOT NULL)")
    ]

    @Test("taken while others write holds whole transactions, and all that were committed before")
    func whileWriting() async throws {
        try await TestDatabase.with(.sqlite, Self.migrations) { database in
            let committed = Counter()
            let writer = Task {
                while !Task.isCancelled {
                    try await database.write { db in
                        for half in ["left", "right"] {
                            try db.run("INSERT INTO backup_half (pair, half) VALUES (\(committed.value), \(half))")
                        }
                    }
                    _ = committed.next()
                }
            }
            for number in 1...5 {
                let before = committed.value
                // The writer has gone on since the backup before.
                while committed.value == before { await Task.yield() }
                let atLeast = committed.value
                let file = database.address + ".backup-\(number)"
                try await database.backup(to: file)
                let copy = try await Database.open(file)
                let (pairs, halves, state) = try await copy.read { db in
                    (
                        try db.one("SELECT count(DISTINCT pair) FROM backup_half") { try $0[0] as Int },
                        try db.all("SELECT pair FROM backup_half GROUP BY pair HAVING count(*) <> 2") {
                            try $0[0] as Int
                        },
                        try db.one("PRAGMA integrity_check") { try $0[0] as String }
                    )
                }
                await copy.close()
                #expect(pairs >= atLeast)
                #expect(halves.isEmpty)
                #expect(state == "ok")
                #expect(!FileManager.default.fileExists(atPath: file + ".part"))
            }
            writer.cancel()
            // It may be stopped between two transactions or within one.
            do { try await writer.value } catch is CancellationError {}
        }
    }
}
