import Kernel
import Persistence
import TestSupport
import Testing

@testable import Records

@Suite("The store") struct StoreTests {
    private var full: Orchard {
        var orchard = Orchard("Vườn \"Ổi\"")
        orchard.note = "dòng\nhai \\ <b>"
        orchard.phone = "0912345678"
        orchard.trees = 120
        orchard.bearing = 0
        orchard.isOpen = true
        orchard.isCertified = false
        orchard.worth = 9_000_000_000_000_000
        orchard.debt = -1
        orchard.area = 12_345
        orchard.endedOn = "2030-01-01"
        orchard.founded = "2018-03"
        orchard.fruit = .starApple
        orchard.soil = .basalt
        orchard.neighbour = 41
        return orchard
    }

    @Test("gives a new record its id and version, and its history", arguments: TestEngine.all)
    func insert(engine: TestEngine) async throws {
        let full = full
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let stored = try await database.write { try $0.insert(full, by: .test) }
            #expect(stored.id != 0)
            #expect(stored.version == 1)
            let read = try await database.read { try Orchard.find(stored.id, in: $0) }
            #expect("\(read)" == "\(stored)")
            let history = try await database.read { try Change.list(of: "orchard", stored.id.number, in: $0) }
            let change = try #require(history.first)
            #expect(history.count == 1)
            #expect(change.action == .added)
            #expect(change.at == Act.test.at)
            #expect(change.account == 7)
            #expect(change.origin == "cli")
            #expect(change.reason == "vì sao?")
            #expect(change.batch == 3)
            #expect(change.before == nil)
            #expect(
                change.after
                    == #"{"name":"Vườn \"Ổi\"","note":"dòng\nhai \\ <b>","phone":"0912345678","trees":120,"#
                    + #""bearing":0,"is_open":1,"is_certified":0,"worth":9000000000000000,"debt":-1,"area":12345,"#
                    + #""planted":"2020-02-29","ended_on":"2030-01-01","founded":"2018-03","fruit":"star_apple","#
                    + #""soil":"basalt","neighbour":41}"#)
        }
    }

    @Test("writes of a change the fields that changed, before and after", arguments: TestEngine.all)
    func update(engine: TestEngine) async throws {
        let full = full
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let first = try await database.write { try $0.insert(full, by: .test) }
            var edited = first
            edited.note = nil
            edited.trees = 121
            edited.soil = .grey
            let wanted = edited
            let second = try await database.write { try $0.update(wanted, from: first, by: .test) }
            #expect(second.version == 2)
            let read = try await database.read { try Orchard.find(first.id, in: $0) }
            #expect("\(read)" == "\(second)")
            let change = try #require(
                try await database.read { try Change.list(of: "orchard", first.id.number, in: $0) }.first)
            #expect(change.action == .changed)
            #expect(change.before == #"{"note":"dòng\nhai \\ <b>","trees":120,"soil":"basalt"}"#)
            #expect(change.after == #"{"note":null,"trees":121,"soil":"grey"}"#)
        }
    }

    @Test("writes nothing where nothing changed", arguments: TestEngine.all)
    func unchanged(engine: TestEngine) async throws {
        let full = full
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let stored = try await database.write { try $0.insert(full, by: .test) }
            let again = try await database.write { try $0.update(stored, from: stored, by: .test) }
            #expect(again.version == 1)
            let history = try await database.read { try Change.list(of: "orchard", stored.id.number, in: $0) }
            #expect(history.count == 1)
        }
    }

    @Test("keeps the change of whoever was first, and says so to the second", arguments: TestEngine.all)
    func conflict(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let read = try await database.write { try $0.insert(Orchard("Vườn A"), by: .test) }
            var (mine, theirs) = (read, read)
            (mine.trees, theirs.trees) = (2, 3)
            let (first, second) = (mine, theirs)
            try await database.write { _ = try $0.update(first, from: read, by: .test) }
            let failure = await #expect(throws: Failure.self) {
                try await database.write { _ = try $0.update(second, from: read, by: .test) }
            }
            #expect(failure?.kind == .conflict)
            #expect(failure?.code == "record.changed-meanwhile")
            let stored = try await database.read { try Orchard.find(read.id, in: $0) }
            #expect(stored.trees == 2)
            let history = try await database.read { try Change.list(of: "orchard", read.id.number, in: $0) }
            #expect(history.count == 2)
        }
    }

    private static let bad: [(String, String?, @Sendable (inout Orchard) -> Void)] = [
        ("field.required", "@orchard.name", { $0.name = "" }),
        ("field.required", "@orchard.planted", { $0.planted = .unset }),
        ("field.out-of-range", "@orchard.trees", { $0.trees = 0 }),
        ("field.out-of-range", "@orchard.bearing", { $0.bearing = -1 }),
        ("orchard.more-bearing-than-trees", nil, { $0.bearing = $0.trees + 1 }),
    ]

    @Test("refuses what the description does not allow, and leaves nothing behind", arguments: TestEngine.all)
    func invalid(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let stored = try await database.write { try $0.insert(Orchard("Vườn A"), by: .test) }
            for (code, field, spoil) in Self.bad {
                var (new, edited) = (Orchard("Vườn B"), stored)
                spoil(&new)
                spoil(&edited)
                let (wrong, changed) = (new, edited)
                let added = try #require(
                    await #expect(throws: Failure.self) {
                        try await database.write { _ = try $0.insert(wrong, by: .test) }
                    })
                #expect(added.code == code)
                #expect(added.kind == .invalid)
                #expect(added.details["field"] == field)
                await #expect(throws: added) {
                    try await database.write { _ = try $0.update(changed, from: stored, by: .test) }
                }
            }
            let counts = try await database.read { db in
                [
                    try db.one("SELECT count(*) FROM test_orchard") { try $0[0] as Int },
                    try db.one("SELECT count(*) FROM records_change") { try $0[0] as Int },
                ]
            }
            #expect(counts == [1, 1])
            let kept = try await database.read { try Orchard.find(stored.id, in: $0) }
            #expect("\(kept)" == "\(stored)")
        }
    }

    @Test("says which record there is not", arguments: TestEngine.all) func missing(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            _ = await #expect(throws: Failure(.missing, "record.missing", ["type": "@type.orchard", "id": "12"])) {
                try await database.read { try Orchard.find(12, in: $0) }
            }
        }
    }

    @Test("notices a derived column that does not follow, and a change without history", arguments: TestEngine.all)
    func integrity(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let stored = try await database.write { try $0.insert(Orchard("Vườn A"), by: .test) }
            #expect(try await database.read { try integrityFindings(of: Orchard.self, in: $0) } == [])
            try await database.write { _ = try $0.run("UPDATE test_orchard SET name = 'B', version = 5") }
            let findings = try await database.read { try integrityFindings(of: Orchard.self, in: $0) }
            #expect(findings.map(\.code) == ["integrity.derived", "integrity.history"])
            #expect(findings.allSatisfy { $0.details["id"] == "\(stored.id)" })
        }
    }
}
