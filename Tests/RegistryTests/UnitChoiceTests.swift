import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("A record whose commune was split") struct UnitChoiceTests {
    private static let today: Day = "2026-11-27"
    private static let act = Act(at: WallClock.standing(at: today).now(), origin: "web")

    /// Minh Thạnh (25783) went to the new Minh Thạnh (25780) and to Long Hòa (25792) on 2025-07-01.
    private func add(_ name: String, in db: Connection) throws -> Cooperative {
        var cooperative = Cooperative()
        cooperative.name = name
        cooperative.unit = try Gazetteer(db).known("25783", "2024-06-30").id
        return try db.insert(cooperative, by: Self.act)
    }

    private func choose(_ cooperative: Cooperative, _ code: String, in db: Connection) throws -> Cooperative {
        let wanted = try Gazetteer(db).known(code, Self.today)
        let seen = try #require(UnitChoiceWork.Chosen("cooperative:\(cooperative.id):\(cooperative.version)"))
        try UnitChoiceWork.choose(seen, wanted.id, by: Self.act, in: db)
        return try Cooperative.find(cooperative.id, in: db)
    }

    /// The commune and district of the cooperative on a day, by the table that lists and reports ask.
    private func place(_ cooperative: Cooperative, on day: Day, in db: Connection) throws -> [String?] {
        try db.one(
            """
            SELECT commune_code, district_code, province_code FROM registry_unit_span
            WHERE unit_id = \(cooperative.unit) AND from_day <= \(day) AND to_day > \(day)
            """
        ) { [try $0[0], try $0[1], try $0[2]] }
    }

    @Test("lies where a person says from the day of the split on, and before where it lay", arguments: TestEngine.all)
    func chosen(engine: TestEngine) async throws {
        try await Sample.with(engine, isFilled: false) { database in
            try await database.write { db in
                let waiting = try add("HTX Minh Thạnh", in: db)
                #expect(try place(waiting, on: Self.today, in: db)[0] == nil)
                let placed = try choose(waiting, "25792", in: db)
                #expect(try place(placed, on: "2025-07-01", in: db) == ["25792", nil, "79"])
                #expect(try place(placed, on: "2024-06-30", in: db) == ["25783", "720", "74"])
                let gazetteer = try Gazetteer(db)
                #expect(gazetteer.unit(placed.unit)?.code == "25783")
                #expect(gazetteer.whereabouts(of: placed.unit, on: Self.today)?.unit?.code == "25792")
                #expect(gazetteer.whereabouts(of: placed.unit, on: "2025-06-30")?.unit?.code == "25783")
                // The list of units has no more of them for that, and the next one uses the same part.
                #expect(gazetteer.versions(of: "25783").count == 1)
                let other = try choose(add("HTX khác", in: db), "25792", in: db)
                #expect(other.unit == placed.unit)
                let third = try choose(add("HTX thứ ba", in: db), "25780", in: db)
                #expect(third.unit != placed.unit)
                #expect(try UnitFiles.carried.load(into: db).changesNothing)
            }
        }
    }

    @Test("is not put where its commune never went, nor by somebody who saw it as it was before")
    func refused() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let waiting = try await database.write { try add("HTX Minh Thạnh", in: $0) }
            let elsewhere = await #expect(throws: Failure.self) {
                _ = try await database.write { try choose(waiting, "25747", in: $0) }
            }
            #expect(elsewhere?.code == "unit.not-a-choice")
            #expect(elsewhere?.details["units"] == "Xã Long Hòa, Xã Minh Thạnh")
            _ = try await database.write { try choose(waiting, "25792", in: $0) }
            let late = await #expect(throws: Failure.self) {
                _ = try await database.write { try choose(waiting, "25780", in: $0) }
            }
            #expect(late?.code == "record.changed-meanwhile")
        }
    }

    @Test("leaves the report of an earlier day as it was, and all of the sample can be worked off")
    func sample() async throws {
        try await Sample.with(.sqlite) { database in
            func counts(_ day: Day) async throws -> [String: Int] {
                try await database.read { db in
                    let rows = try db.all(
                        """
                        SELECT coalesce(s.district_code, s.commune_code, '?'), count(*) FROM registry_cooperative c
                        JOIN registry_unit_span s ON s.unit_id = c.unit_id
                        WHERE s.from_day <= \(day) AND s.to_day > \(day) GROUP BY 1
                        """
                    ) { (try $0[0] as String, try $0[1] as Int) }
                    return Dictionary(uniqueKeysWithValues: rows)
                }
            }
            let before = try await counts("2024-06-30")
            #expect(try await counts(Self.today)["?"] == 12)
            try await database.write { db in
                for waiting in try UnitChoiceWork.waiting(Cooperative.listing, .all, on: Self.today, in: db) {
                    let choices = try Gazetteer(db).whereabouts(of: waiting.unit, on: Self.today)?.choices ?? []
                    let seen = try #require(UnitChoiceWork.Chosen("cooperative:\(waiting.id):\(waiting.version)"))
                    try UnitChoiceWork.choose(seen, try #require(choices.first).id, by: Self.act, in: db)
                }
            }
            #expect(try await counts("2024-06-30") == before)
            let after = try await counts(Self.today)
            #expect(after["?"] == nil)
            #expect(after.values.reduce(0, +) == 84)
        }
    }

    @Test(
        "keeps its past when a later list names the commune of its day", arguments: [("25792", true), ("25747", false)])
    func imported(code: String, isPart: Bool) async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            try await database.write { db in
                var waiting = try add("HTX Minh Thạnh", in: db)
                let wanted = try Gazetteer(db).known(code, Self.today)
                var entry = CooperativeEntry()
                entry.name = waiting.name
                entry.unit = wanted.id
                _ = try CooperativeImport.store(
                    [(entry, waiting.id.number)], asOf: Self.today, by: Self.act, in: db)
                waiting = try Cooperative.find(waiting.id, in: db)
                let before = try place(waiting, on: "2024-06-30", in: db)
                #expect(try place(waiting, on: Self.today, in: db)[0] == code)
                // It moved to a commune that holds nothing of its own: then it is taken to be that commune's.
                #expect((before == ["25783", "720", "74"]) == isPart)
            }
        }
    }
}
