import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("A decree on units") struct DecreeTests {
    private static let act = Act(at: WallClock.standing(at: "2026-11-27").now(), origin: "web")
    private static let types = [
        (type: "cooperative", table: "registry_cooperative"), (type: "group", table: "registry_group"),
    ]

    /// From 2027-03-01 Bắc Tân Uyên is divided, Minh Thạnh becomes part of Long Hòa, and Long Hòa a ward.
    private static let lines = """
        25906; 99001; Xã Tân Mỹ; 79
        25906\t99002\tXã Tân Lập\t79
        25780 | 25792
        25792 25792 Phường Long Hòa
        """

    private func decree(_ lines: String = lines, on day: Day = "2027-03-01") -> UnitDecree {
        var decree = UnitDecree()
        decree.name = "99/NQ-UBTVQH16"
        decree.effectiveOn = day
        decree.lines = lines
        return decree
    }

    private func add(_ name: String, _ code: String, in db: Connection) throws -> Cooperative {
        var cooperative = Cooperative()
        cooperative.name = name
        cooperative.unit = try Gazetteer(db).known(code, "2026-11-27").id
        return try db.insert(cooperative, by: Self.act)
    }

    @Test("says before it is applied how many records move and how many need a choice", arguments: TestEngine.all)
    func preview(engine: TestEngine) async throws {
        try await Sample.with(engine, isFilled: false) { database in
            try await database.write { db in
                for name in ["A", "B"] { _ = try add("HTX \(name)", "25906", in: db) }
                _ = try add("HTX C", "25780", in: db)
                _ = try add("HTX D", "25792", in: db)
                _ = try add("HTX E", "25747", in: db)
                let plan = try DecreePlan(decree(), in: db)
                #expect(plan.faults == [])
                #expect(plan.ending.map(\.code) == ["25906", "25780", "25792"])
                #expect(plan.beginning.map(\.fullName) == ["Phường Long Hòa", "Xã Tân Mỹ", "Xã Tân Lập"])
                // C and D go to the ward, A and B must be asked about, E stays.
                #expect(
                    try plan.effects(Self.types, in: db) == [
                        .init(type: "cooperative", moved: 2, toChoose: 2), .init(type: "group"),
                    ])
                #expect(try Gazetteer(db).unit("99001", on: "2027-03-01") == nil)
            }
        }
    }

    @Test("counts from its day on once it is applied, and is applied once", arguments: TestEngine.all)
    func applied(engine: TestEngine) async throws {
        try await Sample.with(engine, isFilled: false) { database in
            try await database.write { db in
                let (divided, merged) = (try add("HTX A", "25906", in: db), try add("HTX C", "25780", in: db))
                let applied = try db.insert(decree(), by: Self.act).apply(by: Self.act, in: db)
                #expect(applied.appliedOn == "2026-11-27")
                let gazetteer = try Gazetteer(db)
                #expect(gazetteer.whereabouts(of: divided.unit, on: "2027-02-28")?.unit?.code == "25906")
                #expect(
                    gazetteer.whereabouts(of: divided.unit, on: "2027-03-01")?.choices.map(\.code) == [
                        "99002", "99001",
                    ])
                #expect(
                    gazetteer.whereabouts(of: merged.unit, on: "2027-03-01")?.unit?.fullName == "Phường Long Hòa")
                #expect(try gazetteer.known("25792", "2027-02-28").fullName == "Xã Long Hòa")
                // The files that came with the program know nothing of it and take nothing back.
                #expect(try UnitFiles.carried.load(into: db).changesNothing)
                let change = try Change.list(of: "unit_decree", applied.id.number, in: db)
                #expect(change.map(\.action) == [.changed, .added])
                let again = #expect(throws: Failure.self) { try applied.apply(by: Self.act, in: db) }
                #expect(again?.code == "unit_decree.applied")
                var edited = applied
                edited.lines = "25906; -"
                let closed = #expect(throws: Failure.self) { try db.update(edited, from: applied, by: Self.act) }
                #expect(closed?.code == "unit_decree.applied")
            }
        }
    }

    @Test("can be taken back while its day has not come, and nothing is left of it", arguments: TestEngine.all)
    func takenBack(engine: TestEngine) async throws {
        try await Sample.with(engine, isFilled: false) { database in
            try await database.write { db in
                func units() throws -> Set<Unit> { Set(try Unit.all(db)) }
                func successions() throws -> Set<UnitSuccession> { Set(try UnitSuccession.all(db)) }
                let (before, told) = (try units(), try successions())
                let applied = try db.insert(decree(), by: Self.act).apply(by: Self.act, in: db)
                #expect(try units() != before)
                let open = try applied.takeBack(by: Self.act, in: db)
                #expect(open.appliedOn == nil)
                #expect(try units() == before && successions() == told)
                let twice = #expect(throws: Failure.self) { try open.takeBack(by: Self.act, in: db) }
                #expect(twice?.code == "unit_decree.not-applied")
                // Applied once more it does the same again.
                #expect(try open.apply(by: Self.act, in: db).appliedOn != nil)
            }
        }
    }

    @Test("stands once its day has come, or a record is written with what it made", arguments: TestEngine.all)
    func stands(engine: TestEngine) async throws {
        try await Sample.with(engine, isFilled: false) { database in
            let applied = try await database.write { db in
                try db.insert(decree(), by: Self.act).apply(by: Self.act, in: db)
            }
            let later = Act(at: WallClock.standing(at: "2027-03-01").now(), origin: "web")
            let late = await #expect(throws: Failure.self) {
                _ = try await database.write { try applied.takeBack(by: later, in: $0) }
            }
            #expect(late?.code == "unit_decree.in-force")
            try await database.write { db in
                var cooperative = Cooperative()
                cooperative.name = "HTX mới"
                cooperative.unit = try Gazetteer(db).known("99001", "2027-03-01").id
                try db.insert(cooperative, by: Self.act)
            }
            let used = await #expect(throws: Failure.self) {
                _ = try await database.write { try applied.takeBack(by: Self.act, in: $0) }
            }
            #expect(used?.code == "unit_decree.in-use")
        }
    }

    @Test(
        "names the line that cannot be read",
        arguments: [
            ("25906; 99001; Xã A\n25906", "line-columns", "2"), ("25906; x; Xã A", "line-code", "1"),
            ("\n259; 2590612", "line-code", "2"), ("25906; 99001; Tân Mỹ", "line-kind", "1"),
            ("  \n ", "no-lines", nil),
        ] as [(String, String, String?)])
    func unreadable(lines: String, code: String, line: String?) {
        guard case .fails(let found, let details) = DecreeLine.check(lines) else {
            Issue.record("it was read")
            return
        }
        #expect(found == "unit_decree.\(code)")
        #expect(details["line"] == line)
    }

    @Test(
        "says what does not fit the units of its day",
        arguments: [
            ("11111; 99001; Xã A; 79", "unit_decree.no-such-unit"),
            ("25783; 99001; Xã A; 79", "unit_decree.no-such-unit"),
            ("25906; 99001", "unit_decree.no-name"), ("25906; 25747; Xã Khác", "unit_decree.lasts"),
            ("25906; 79", "unit_decree.other-level"), ("25906; 99001; Xã A; 555", "units.parent"),
            ("25906; 99001; Xã A\n25906; 99001; Xã A", "units.succession-twice"),
        ])
    func faults(lines: String, code: String) async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let plan = try await database.read { try DecreePlan(decree(lines), in: $0) }
            #expect(plan.faults.first?.code == code)
        }
    }

    @Test("does not end what has ended already") func twice() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            try await database.write { db in
                try db.insert(decree(), by: Self.act).apply(by: Self.act, in: db)
                let second = try DecreePlan(decree("25906; 25747", on: "2027-01-01"), in: db)
                #expect(second.faults.map(\.code) == ["unit_decree.ends-already"])
            }
        }
    }
}
