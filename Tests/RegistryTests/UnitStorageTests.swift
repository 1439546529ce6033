import Kernel
import Persistence
import Testing

@testable import Registry

@Suite("The stored units") struct UnitStorageTests {
    private func loaded() async throws -> Database {
        let database = try await Database.open(":memory:")
        try await database.migrate(unitMigrations, clock: .standing(at: "2026-11-24"))
        _ = try await database.write { try UnitFiles.carried.load(into: $0) }
        return database
    }

    @Test("are those of the files, and loading again changes nothing") func twice() async throws {
        let database = try await Database.open(":memory:")
        try await database.migrate(unitMigrations, clock: .standing(at: "2026-11-24"))
        let first = try await database.write { try UnitFiles.carried.load(into: $0) }
        #expect(first == UnitLoad(added: 228, successorsAdded: 185))
        let before = try await database.read { try $0.contents() }
        let second = try await database.write { try UnitFiles.carried.load(into: $0) }
        #expect(second == UnitLoad(unchanged: 228, successorsUnchanged: 185))
        #expect(second.changesNothing)
        let after = try await database.read { try $0.contents() }
        #expect(before == after)
    }

    @Test("stay as they were when a file has a fault, and the failure names its line") func broken() async throws {
        let database = try await loaded()
        let before = try await database.read { try $0.contents() }
        var files = UnitFiles.carried
        files.units = files.units.replacing("25918,Tân Mỹ,xã,3,726", with: "25918,Tân Mỹ,xã,3,799")
        files.unitsName = "đơn vị.csv"
        let broken = files
        let failure = await #expect(throws: Failure.self) { try await database.write { try broken.load(into: $0) } }
        #expect(failure?.code == "units.parent")
        #expect(failure?.details["file"] == "đơn vị.csv")
        #expect(failure?.details["line"] == "194")
        let after = try await database.read { try $0.contents() }
        #expect(before == after)
    }

    @Test("are corrected under the same number, and the shared gazetteer notices") func corrected() async throws {
        let database = try await loaded()
        let shared = SharedGazetteer()
        let old = try await database.read { try shared.gazetteer($0).known("25816", "2024-06-30") }
        var files = UnitFiles.carried
        files.units = files.units.replacing("25816,Trừ Văn Thố,xã,3", with: "25816,Trừ Văn Thó,xã,3")
        let corrected = files
        let load = try await database.write { try corrected.load(into: $0) }
        #expect(load == UnitLoad(changed: 1, unchanged: 227, successorsUnchanged: 185))
        let new = try await database.read { try shared.gazetteer($0).known("25816", "2024-06-30") }
        #expect(new.id == old.id)
        #expect(new.name == "Trừ Văn Thó")
    }

    @Test("lie in the database where the gazetteer says, and every one once on every day") func spans() async throws {
        let database = try await loaded()
        try await database.read { db in
            let gazetteer = try Gazetteer(db)
            var dice = Dice(state: 3)
            for day in [Day.distantPast, "2024-06-30", "2025-06-30", "2025-07-01", "2025-12-10"]
                + (0..<20).map({ _ in dice.day(in: 2020...2027) })
            {
                let rows = try db.all(
                    """
                    SELECT unit_id, path, current_unit_id, needs_choice FROM registry_unit_span
                    WHERE from_day <= \(day) AND to_day > \(day)
                    """
                ) { row in
                    (
                        id: try row[0] as Unit.ID, path: try row[1] as String, current: try row[2] as Unit.ID?,
                        needsChoice: try row[3] as Bool
                    )
                }
                #expect(rows.count == 228)
                #expect(Set(rows.map(\.id)).count == 228)
                for row in rows {
                    let place = try #require(gazetteer.whereabouts(of: row.id, on: day))
                    #expect(place.path.description == row.path)
                    #expect(place.unit?.id == row.current)
                    #expect(place.needsChoice == row.needsChoice)
                }
            }
        }
    }

    @Test("of a subtree are found by its code") func subtree() async throws {
        let database = try await loaded()
        try await database.read { db in
            func codes(_ code: String, _ day: Day) throws -> [String] {
                try db.all(
                    """
                    SELECT DISTINCT code FROM registry_unit WHERE id IN (\(units(under: code, on: day)))
                    AND valid_to = '2025-07-01' AND level = 3 ORDER BY code
                    """
                ) { try $0[0] }
            }
            let expected: [(String, Day, Int)] = [
                ("74", "2024-06-30", 91), ("726", "2024-06-30", 10), ("726", "2025-12-10", 0), ("79", "2025-12-10", 91),
                (UnitCondition.needsChoice, "2024-06-30", 0), ("nonsense", "2024-06-30", 0),
            ]
            for (code, day, count) in expected {
                let found = try codes(code, day)
                #expect(found.count == count, "\(code) on \(day)")
            }
            let bacTanUyen = try codes("25906", "2025-12-10")
            #expect(bacTanUyen == ["25894", "25906", "25907"])
            let open = try codes(UnitCondition.needsChoice, "2025-12-10")
            #expect(open.contains("25918"))
        }
    }
}

extension Connection {
    /// Everything the units' tables hold, as text.
    fileprivate func contents() throws -> [String] {
        let units = try all("SELECT id, code, valid_from, valid_to, name FROM registry_unit ORDER BY id") {
            "\(try $0[0] as Int) \(try $0[1] as String) \(try $0[2] as Day) \(try $0[3] as Day) \(try $0[4] as String)"
        }
        let lines = try all("SELECT id, old_code, new_code FROM registry_unit_successor ORDER BY id") {
            "\(try $0[0] as Int) \(try $0[1] as String) \((try $0[2] as String?) ?? "")"
        }
        let spans = try all("SELECT unit_id, from_day, path FROM registry_unit_span ORDER BY unit_id, from_day") {
            "\(try $0[0] as Int) \(try $0[1] as Day) \(try $0[2] as String)"
        }
        let stamp = try all("SELECT stamp FROM registry_unit_stamp") { "\(try $0[0] as Int)" }
        return units + lines + spans + stamp
    }
}
