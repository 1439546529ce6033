import Kernel
import Persistence
import TestSupport
import Testing

@testable import Records

@Suite("The undo of a batch") struct UndoTests {
    private func act(_ batch: Int64?) -> Act {
        Act(at: Instant(milliseconds: 5), origin: "import", reason: "thử", batch: batch)
    }

    private var planted: Orchard {
        var orchard = Orchard("Vườn Ổi")
        orchard.note = "hai\ndòng"
        orchard.bearing = 0
        orchard.isCertified = false
        orchard.debt = -1
        orchard.area = 12_345
        orchard.endedOn = "2030-01-01"
        orchard.founded = "2018-03"
        orchard.soil = .basalt
        return orchard
    }

    @Test("gives fields of every kind their values from before, what was unknown too", arguments: TestEngine.all)
    func restores(engine: TestEngine) async throws {
        let planted = planted
        let (one, two, three) = (act(1), act(2), act(nil))
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let (before, after, history) = try await database.write { db in
                let before = try db.insert(planted, by: one)
                var changed = Orchard("Vườn Xoài")
                changed.trees = 7
                changed.isOpen = true
                changed.worth = 9_000_000_000_000_000
                changed.phone = "0912345678"
                changed.neighbour = before.id
                changed.fruit = .starApple
                let once = try db.update(changed, from: before, by: two)
                // Of two changes of one batch the first says how it was.
                var again = once
                again.trees = 8
                try db.update(again, from: once, by: two)
                let (withdrawn, restored) = try BatchUndo(batch: 2, types: [Orchard.self]).run(by: three, in: db)
                #expect(withdrawn == 0)
                #expect(restored == 1)
                return (
                    before, try Orchard.find(before.id, in: db),
                    try Change.list(of: "orchard", before.id.number, in: db)
                )
            }
            var expected = before
            expected.version = 4
            #expect("\(after)" == "\(expected)")
            #expect(history.first?.action == .corrected)
            #expect(history.first?.reason == "thử")
            let findings = try await database.read { try integrityFindings(of: Orchard.self, in: $0) }
            #expect(findings == [])
        }
    }

    @Test("takes added records out and gives their numbers to none", arguments: TestEngine.all)
    func withdraws(engine: TestEngine) async throws {
        let (one, two, three) = (act(1), act(2), act(nil))
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let (spent, one, many) = try await database.write { db in
                try db.insert(Orchard("Vườn đầu"), by: one)
                let spent = try db.insert(all: (0..<60).map { Orchard("Vườn \($0)") }, by: two).map(\.id.number)
                _ = try BatchUndo(batch: 2, types: [Orchard.self]).run(by: three, in: db)
                let next = try db.insert(Orchard("Vườn sau"), by: three)
                try db.withdraw([next], by: three)
                let many = try db.insert(all: (0..<60).map { Orchard("Vườn mới \($0)") }, by: three).map(\.id.number)
                return (spent, next.id.number, many)
            }
            #expect(Set(spent + [one] + many).count == 121)
            #expect(many == many.sorted())
            let (kept, history) = try await database.read { db in
                (
                    try db.one("SELECT count(*) FROM test_orchard") { try $0[0] as Int },
                    try Change.list(of: "orchard", spent[0], in: db)
                )
            }
            #expect(kept == 61)
            #expect(history.map(\.action) == [.withdrawn, .added])
            #expect(history.first?.before == history.last?.after)
            let findings = try await database.read { try integrityFindings(of: Orchard.self, in: $0) }
            #expect(findings == [])
        }
    }

    @Test("is refused where a record was changed later or another names it", arguments: TestEngine.all)
    func hindered(engine: TestEngine) async throws {
        let (one, later) = (act(1), act(nil))
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            let undo = BatchUndo(batch: 1, types: [Orchard.self])
            let (a, b) = try await database.write { db in
                let a = try db.insert(Orchard("Vườn A"), by: one)
                let b = try db.insert(Orchard("Vườn B"), by: one)
                var naming = Orchard("Vườn C")
                naming.neighbour = a.id
                let c = try db.insert(naming, by: later)
                #expect(try undo.hindrances(in: db) == [.init(type: "orchard", record: c.id.number)])
                var changed = b
                changed.trees = 9
                try db.update(changed, from: b, by: later)
                #expect(
                    try undo.hindrances(in: db) == [
                        .init(type: "orchard", record: b.id.number), .init(type: "orchard", record: c.id.number),
                    ])
                return (a, b)
            }
            do {
                try await database.write { _ = try undo.run(by: later, in: $0) }
                Issue.record("It was undone.")
            } catch let failure as Failure { #expect(failure.code == "import.undo-hindered") }
            #expect(try await database.read { try Orchard.find(a.id, in: $0).version } == 1)
            #expect(try await database.read { try Orchard.find(b.id, in: $0).version } == 2)
        }
    }
}
