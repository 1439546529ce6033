import Foundation
import Kernel
import Persistence
import Records
import Registry
import Synchronization
import TestSupport
import Testing

@testable import HopTac

/// How far each of four writers is.
private final class Written: Sendable {
    private let state = Mutex([Int](repeating: 0, count: 4))

    var numbers: [Int] { state.withLock { $0 } }
    var total: Int { numbers.reduce(0, +) }

    func note(_ writer: Int, _ number: Int) { state.withLock { $0[writer] = number } }

    func wait(for count: Int) async { while total < count { await Task.yield() } }
}

@Suite("A backup of the system") struct BackupTests {
    private static let now = WallClock.standing(at: "2026-11-27").now()

    /// Stores a body and a kept file in one transaction, each with what says by whom and as which it was written.
    private static func write(_ writer: Int, _ number: Int, to database: Database) async throws {
        var body = PublicBody()
        body.name = "\(writer)-\(number)"
        let stored = body
        let content = Array("content of \(writer)-\(number)".utf8)
        let sha256 = sha256Hex(content)
        try await database.write { db in
            try db.insert(stored, by: Act(at: now, origin: "cli"))
            try db.run(
                """
                INSERT INTO records_file (sha256, name, content, kept_at)
                VALUES (\(sha256), \(stored.name), \(content), \(now))
                """)
        }
    }

    @Test(
        "under the load of four writers restores to a state that was true at one moment, with all files",
        arguments: TestEngine.all)
    func underLoad(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Wiring.migrations) { address in
            let folder = try TestFolder()
            defer { folder.remove() }
            let database = try await Database.open(address, readers: 8)
            let written = Written()
            let file = folder.path + "/b.backup"
            let writers = (0..<4).map { writer in
                Task {
                    var number = 0
                    while !Task.isCancelled {
                        number += 1
                        // It may be stopped between two transactions or within one.
                        do { try await Self.write(writer, number, to: database) } catch is CancellationError { return }
                        written.note(writer, number)
                    }
                }
            }
            await written.wait(for: 40)
            let before = written.numbers
            let manifest = try await Backup.take(of: database, to: file, program: "test", at: Self.now)
            // They went on meanwhile and go on now.
            await written.wait(for: written.total + 20)
            for writer in writers { writer.cancel() }
            for writer in writers { try await writer.value }
            let after = written.numbers
            try await Backup.prove(file, like: address, at: Self.now)
            let place = try DatabasePlace(address).sibling("new")
            _ = try await Backup.restore(file, to: place.address, isReplacing: false, at: Self.now)
            let copy = try await Database.open(place.address)
            let (bodies, files, histories) = try await copy.read { db in
                (
                    try db.all("SELECT name FROM registry_body") { try $0[0] as String },
                    try db.all("SELECT name, content FROM records_file") {
                        (try $0[0] as String, try $0[1] as [UInt8])
                    },
                    try db.all("SELECT after FROM records_change WHERE type = 'body'") { try $0[0] as String }
                )
            }
            // Every body with its file and its row of history, and nothing of one without the others.
            #expect(Set(files.map(\.0)) == Set(bodies) && files.count == bodies.count)
            #expect(files.allSatisfy { String(decoding: $0.1, as: UTF8.self) == "content of \($0.0)" })
            #expect(histories.count == bodies.count)
            #expect(histories.allSatisfy { history in bodies.contains { history.contains("\"\($0)\"") } })
            // Of each writer the first so many, no fewer than were acknowledged before and no more than there ever were.
            for writer in 0..<4 {
                let numbers = bodies.filter { $0.hasPrefix("\(writer)-") }.compactMap { Int($0.dropFirst(2)) }.sorted()
                #expect(numbers == Array(1...max(1, numbers.count)))
                #expect(numbers.count >= before[writer])
                #expect(numbers.count <= after[writer] + 1)
            }
            #expect(bodies.count < after.reduce(0, +))
            let inventory = try await copy.read { try Inventory($0) }
            #expect(inventory == manifest.inventory)
            #expect(inventory.tables["records_file"] == bodies.count)
            if engine == .sqlite {
                // One writer at a time: the copy's history is how the history of the system begins.
                let prefix = try await database.read { try Inventory.history($0, upTo: inventory.lastChange) }
                #expect(prefix == inventory.history)
            }
            await copy.close()
            await database.close()
            try await place.remove()
        }
    }

    /// A small backup in a folder of its own.
    private func with(_ body: (_ file: String, _ folder: String) async throws -> Void) async throws {
        try await TestDatabase.with(.sqlite, Wiring.migrations) { database in
            let folder = try TestFolder()
            defer { folder.remove() }
            try await Self.write(0, 1, to: database)
            let file = folder.path + "/b.backup"
            _ = try await Backup.take(of: database, to: file, program: "test", at: Self.now)
            try await body(file, folder.path)
        }
    }

    private func refusal(_ file: String, _ new: String) async throws -> Failure? {
        do {
            _ = try await Backup.restore(file, to: new, isReplacing: false, at: Self.now)
            return nil
        } catch let failure as Failure { return failure }
    }

    @Test("cut short anywhere is refused with what is lacking, and nothing is made of it") func cutShort() async throws
    {
        try await with { file, folder in
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            let lengths =
                [0, 1, 15, 16, 99, 100, 101, 511, 512, 1024, 4095, 4096, 4097] + (1...6).map { whole.count * $0 / 7 }
            for length in lengths + [whole.count - 1] {
                try whole.prefix(length).write(to: URL(fileURLWithPath: file))
                let failure = try #require(try await refusal(file, folder + "/new.sqlite"))
                #expect(failure.code == "backup.cut-short", "\(length)")
                #expect(failure.details["bytes"] == "\(length)")
                #expect(failure.details["whole"] == "\(whole.count)")
                #expect(failure.details["lacking"] == "\(whole.count - length)")
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "b.backup", "b.backup.manifest",
                ])
            try whole.write(to: URL(fileURLWithPath: file))
            #expect(try await refusal(file, folder + "/new.sqlite") == nil)
        }
    }

    @Test("that was altered, or whose manifest is gone, cut short or of another content, is refused") func altered()
        async throws
    {
        try await with { file, folder in
            let (new, path) = (folder + "/new.sqlite", BackupManifest.path(file))
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            for place in [0, 100, whole.count / 2, whole.count - 1] {
                var altered = whole
                altered[place] ^= 1
                try altered.write(to: URL(fileURLWithPath: file))
                #expect(try await refusal(file, new)?.code == "backup.altered")
            }
            try (whole + [0]).write(to: URL(fileURLWithPath: file))
            #expect(try await refusal(file, new)?.code == "backup.altered")
            try whole.write(to: URL(fileURLWithPath: file))
            let manifest = try String(contentsOfFile: path, encoding: .utf8)
            for length in [0, 1, manifest.count / 2, manifest.count - 1] {
                try String(manifest.prefix(length)).write(toFile: path, atomically: true, encoding: .utf8)
                #expect(try await refusal(file, new)?.code == "backup.no-manifest")
            }
            try manifest.replacing("\"registry_body\" : 1", with: "\"registry_body\" : 2")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let differs = try #require(try await refusal(file, new))
            #expect(differs.code == "backup.differs")
            #expect(differs.details["what"] == "registry_body")
            #expect(differs.details["expected"] == "2" && differs.details["found"] == "1")
            try FileManager.default.removeItem(atPath: path)
            #expect(try await refusal(file, new)?.code == "backup.no-manifest")
            try FileManager.default.removeItem(atPath: file)
            #expect(try await refusal(file, new)?.code == "backup.missing")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test(
        "never overwrites a database unless told, then keeps the old one, and not while a program has it open",
        arguments: TestEngine.all)
    func replacing(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine, Wiring.migrations) { address in
            let folder = try TestFolder()
            defer { folder.remove() }
            let file = folder.path + "/b.backup"
            let database = try await Database.open(address)
            try await Self.write(0, 1, to: database)
            _ = try await Backup.take(of: database, to: file, program: "test", at: Self.now)
            try await Self.write(0, 2, to: database)
            func restore(_ isReplacing: Bool) async throws -> DatabasePlace? {
                try await Backup.restore(file, to: address, isReplacing: isReplacing, at: Self.now).kept
            }
            func code(_ isReplacing: Bool) async throws -> String? {
                do { _ = try await restore(isReplacing) } catch let failure as Failure { return failure.code }
                return nil
            }
            #expect(try await code(false) == "restore.exists")
            #expect(try await code(true) == "persistence.in-use")
            await database.close()
            #expect(try await code(false) == "restore.exists")
            let kept = try #require(try await restore(true))
            for (place, count) in [(address, 1), (kept.address, 2)] {
                let database = try await Database.open(place, readers: 2)
                let found = try await database.read { db in
                    try db.one("SELECT count(*) FROM registry_body") { try $0[0] as Int }
                }
                #expect(found == count)
                await database.close()
            }
            try await kept.remove()
        }
    }

    @Test("is made, proved, shown to administrators and restored by the program") func program() async throws {
        try await Program.with(isFilled: true) { plain in
            var hoptac = plain
            hoptac.language = "en"
            let added = try await hoptac("account", "add", "Lan", "--email", "lan@example.vn")
            #expect(added.status == 0)
            let made = try await hoptac("backup", "b.backup")
            #expect(made.status == 0, "\(made.error)")
            #expect(made.output.contains("Proven: b.backup"))
            let path = hoptac.folder.path + "/b.backup"
            let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            #expect(try await hoptac("backup", "b.backup").error.contains("[persistence.backup-exists]"))
            let files = try FileManager.default.contentsOfDirectory(atPath: hoptac.folder.path)
            #expect(files.filter { $0.contains("backup") }.sorted() == ["b.backup", "b.backup.manifest"])
            #expect(try await hoptac("restore", "b.backup").error.contains("[restore.exists]"))
            #expect(try await hoptac("restore", "b.backup", "--database", "new.sqlite").status == 0)
            let old = try await hoptac("list", "cooperative", "--json")
            #expect(try await hoptac("list", "cooperative", "--json", "--database", "new.sqlite").output == old.output)
            #expect(try await hoptac("check", "--database", "new.sqlite").status == 0)
            // A link that was used since must not open once more.
            let restored = try await Database.open(hoptac.folder.path + "/new.sqlite")
            let links = try await restored.read { db in
                try db.one("SELECT count(*) FROM access_link") { try $0[0] as Int }
            }
            #expect(links == 0)
            await restored.close()
            #expect(try await hoptac("restore", "b.backup", "--replace").output.contains("is kept as"))
            #expect(
                try await hoptac("restore", "none.backup", "--database", "x.sqlite").error.contains("[backup.missing]"))
        }
    }

    @Test("of PostgreSQL without pg_dump is refused with what to install") func noProgram() async throws {
        try await TestDatabase.withAddress(.postgres, Wiring.migrations) { address in
            try await Program.with { plain in
                var hoptac = plain
                hoptac.environment["PATH"] = hoptac.folder.path
                let ending = try await hoptac("backup", "b.backup", "--database", address)
                #expect(ending.status == 3)
                #expect(ending.error.contains("pg_dump") && ending.error.contains("[persistence.no-program]"))
                #expect(!FileManager.default.fileExists(atPath: hoptac.folder.path + "/b.backup"))
            }
        }
    }

    @Test("that was proven last stands on the page of operation, with its counts") func page() async throws {
        let site = try await WholeSite.sample.value
        let file = "/backups/\(UUID().uuidString)"
        let folder = try TestFolder()
        defer { folder.remove() }
        let manifest = try await Backup.take(
            of: site.database, to: folder.path + "/b", program: "test", at: WallClock.system.now())
        let act = Act(at: WallClock.system.now(), origin: "cli")
        try await site.database.write { try ProvenBackup.record(file, manifest, by: act, in: $0) }
        let page = try await site.get("/operations", as: try await site.signIn("administrator"))
        #expect(page.status == 200)
        #expect(page.text.contains(file) && page.text.contains(manifest.sha256))
        #expect(page.text.contains(">registry_group</td>") && page.text.contains(">180</td>"))
        #expect(!page.text.contains("notice warn"))
        #expect(try await site.get("/operations", as: try await site.signIn("department_officer")).status == 403)
    }
}
