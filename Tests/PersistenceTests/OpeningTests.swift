import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("Opening") struct OpeningTests {
    @Test("a file that is no database says so")
    func noDatabase() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let file = folder.path + "/letter.db"
        try Data(String(repeating: "Dear colleague, ", count: 500).utf8).write(to: URL(fileURLWithPath: file))
        let refusal = await failure { try await Database.open(file) }
        #expect(refusal?.kind == .unavailable && refusal?.code == "persistence.unreadable")
        #expect(refusal?.details["database"] == file)
        #expect(await failure { try await Database.open(folder.path + "/none/x.db") }?.code == "persistence.unreadable")
    }

    @Test("a server that is not there says so, without the password")
    func noServer() async throws {
        let refusal = await failure {
            try await Database.open("postgresql://officer:secret@127.0.0.1:1,127.0.0.1:2/hoptac?password=secret")
        }
        #expect(refusal?.kind == .unavailable && refusal?.code == "persistence.no-connection")
        #expect(refusal?.details.values.contains { $0.contains("secret") } == false)
    }

    @Test("the second of two servers where the first is not there")
    func severalServers() async throws {
        guard TestEngine.all.contains(.postgres) else { return }
        try await TestDatabase.withAddress(.postgres) { address in
            guard let host = address.firstMatch(of: /host=(.*)/)?.1 else { return }
            let database = try await Database.open(address.replacing("host=\(host)", with: "host=/nowhere,\(host)"))
            #expect(try await database.read { db in try db.one("SELECT 1") { try $0[0] } } == 1)
            await database.close()
        }
    }

    @Test("a file makes every commit wait for the disk")
    func durability() async throws {
        try await TestDatabase.with(.sqlite) { database in
            let settings = try await database.write { db in
                try ["synchronous", "journal_mode", "foreign_keys"].map { name in
                    try db.one(SQL(described: "PRAGMA \(name)")) { try $0.value(0) }
                }
            }
            #expect(settings == [.integer(2), .text("wal"), .integer(1)])
        }
    }

    @Test("a file that was closed holds everything by itself, so that it can be copied")
    func closed() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let file = folder.path + "/register.sqlite"
        let database = try await Database.open(file)
        try await database.migrate(Notes.migrations)
        _ = try await database.addFolder("a")
        #expect(try await database.count("test_folder") == 1)
        await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["register.sqlite"])
    }

    @Test("a database in memory works like a file")
    func memory() async throws {
        let database = try await Database.open(":memory:")
        try await database.migrate(Notes.migrations)
        _ = try await database.addFolder("a")
        #expect(try await database.count("test_folder") == 1)
        #expect(await failure { try await database.read { try $0.addFolder("b") } }?.code == "persistence.read-only")
        #expect(await failure { try await database.addFolder("a") }?.code == "persistence.taken")
        _ = try await database.addFolder("b")
        await database.close()
    }

    @Test("a backup finds everything that was committed")
    func backup() async throws {
        try await TestDatabase.with(.sqlite, Notes.migrations) { database in
            _ = try await database.addFolder("a")
            let file = database.address + ".backup"
            try await database.backup(to: file)
            let again = await failure { try await database.backup(to: file) }
            #expect(again?.code == "persistence.backup-exists")
            let copy = try await Database.open(file)
            let count = try await copy.count("test_folder")
            let pending = try await copy.pendingMigrations(Notes.migrations)
            #expect(count == 1 && pending.isEmpty)
            await copy.close()
            let elsewhere = await failure { try await database.backup(to: "/nowhere/x.db") }
            #expect(elsewhere?.kind == .unavailable)
        }
    }
}
