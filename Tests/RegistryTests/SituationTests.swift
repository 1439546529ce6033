import Access
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("The situation report") struct SituationTests {
    @Test("says what Part 1.I of the plan says", arguments: TestEngine.all) func plan(engine: TestEngine) async throws {
        try await Sample.with(engine) { database in
            let report = try await report("2024-06-30", database)
            let expected: [(String, Int64)] = [
                ("cooperatives", 84), ("cooperatives.crop", 18), ("cooperatives.livestock", 10),
                ("cooperatives.general", 56), ("cooperatives.active", 71), ("cooperatives.suspended", 7),
                ("cooperatives.stopped", 4), ("cooperatives.dissolving", 2), ("members", 1131),
                ("charter_capital", 247_646_000_000), ("groups", 180), ("group_members", 1511),
                ("groups.farmers_union", 97), ("groups.womens_union", 36), ("groups.veterans_association", 31),
                ("groups.youth_union", 16), ("cooperatives.dissolved", 0),
            ]
            for (id, value) in expected { #expect(report[id]?.value == value, "\(id)") }
            #expect(report["members.women"]?.tally.notReported == 7)
            let districts = [
                "726": 20, "722": 16, "720": 13, "723": 10, "719": 9, "721": 7, "725": 4, "718": 4, "724": 1,
            ]
            #expect(report.lines.count == 9)
            for (code, count) in districts {
                #expect(report["cooperatives", unit: code]?.value == Int64(count), "\(code)")
            }
        }
    }

    @Test("rolls up by the communes of the merged province, and loses no cooperative on the way")
    func merged() async throws {
        try await Sample.with(.sqlite) { database in
            let report = try await report("2025-12-10", database)
            #expect(report["cooperatives"]?.value == 84)
            #expect(report["cooperatives", unit: "79"]?.value == 84)
            #expect(report["cooperatives", unit: "74"] == nil)
            #expect(report["cooperatives", unit: "25906"] != nil)
            let undecided = try #require(report["cooperatives", unit: UnitCondition.needsChoice]?.value)
            #expect(undecided > 0)
            let evidence = try await evidence(report, database)
            let tanMy = try await database.read { db in
                try db.all(
                    "SELECT c.id FROM registry_cooperative c JOIN registry_unit u ON u.id = c.unit_id WHERE u.code = '25918'"
                ) { try $0[0] as Int64 }
            }
            #expect(!tanMy.isEmpty)
            #expect(Set(tanMy).isSubset(of: evidence["cooperatives@needs_choice"] ?? []))
        }
    }

    @Test("has parts that add up to the whole on every day") func sums() async throws {
        try await Sample.with(.sqlite) { database in
            var dice = SeededDice(seed: 20240630)
            for _ in 0..<60 {
                let day = Day(number: Int32.random(in: 14_600...22_000, using: &dice))  // 2009-12 … 2030-03
                let report = try await report(day, database)
                for figure in report.figures {
                    guard let whole = report[figure.id] else { continue }
                    let parts = report.lines.compactMap { report[figure.id, unit: $0.code]?.tally }
                    #expect(parts.reduce(Tally(), +) == whole.tally, "\(figure.id) on \(day)")
                }
            }
        }
    }

    @Test("opens every figure of every unit into a list of as many records", arguments: ["2024-06-30", "2025-12-10"])
    func drillDown(day: String) async throws {
        let day = try #require(Day(day))
        try await Sample.with(.sqlite) { database in
            let report = try await report(day, database)
            let evidence = try await evidence(report, database)
            let listings = ["cooperative": Cooperative.listing, "group": Group.listing]
            try await database.read { db in
                for population in report.sections.flatMap(\.populations) {
                    guard let listing = listings[population.listing] else { continue }
                    for figure in population.figures {
                        for code in [nil] + report.lines.map(\.code) {
                            guard let value = report[figure.id, unit: code] else { continue }
                            var query = ListQuery(asOf: day, .all)
                            query.limit = nil
                            query.only = population.records(of: figure, asOf: day, since: report.since)
                            if let code { query.filters = [("unit", code)] }
                            var ids: [Int64] = []
                            try listing.each(query, in: db) { id, _, _ in ids.append(id) }
                            #expect(ids.count == value.tally.members, "\(value.id)")
                            #expect(Set(ids) == Set(evidence[value.id] ?? []), "\(value.id)")
                            let counted = try listing.count(query, in: db)
                            #expect(counted == ids.count, "\(value.id)")
                        }
                    }
                }
            }
        }
    }

    @Test("names the decree behind the scale classes, and says on which days it was not yet in force")
    func basis() async throws {
        let vietnamese = try #require(Sample.texts().first { $0.language == .vi })
        try await Sample.with(.sqlite) { database in
            for (day, sentence) in [
                (
                    "2024-10-31",
                    "Tính theo \(decree), có hiệu lực từ ngày 01/11/2024; tại ngày 31/10/2024 chưa áp dụng nên chỉ để so sánh."
                ),
                ("2024-11-01", "Tính theo \(decree), có hiệu lực từ ngày 01/11/2024."),
            ] as [(Day, String)] {
                let report = try await report(day, database)
                for name in ["large", "medium", "small", "micro", "unknown_scale"] {
                    let value = try #require(report["cooperatives.\(name)"])
                    #expect(value.basis?.sentence(on: day, vietnamese) == sentence)
                }
                #expect(report["cooperatives.crop"]?.basis == nil)
                let json = report.json(evidence: [:])
                #expect(json.contains(#""basis":{"act":"\#(decree)","in_force_from":"2024-11-01"}"#))
            }
        }
    }

    @Test("lists each commune under the name that its district has on the day") func districtOfTheDay() async throws {
        try await Sample.with(.sqlite) { database in
            for (day, name) in [
                ("2023-04-09", "Thị xã Tân Uyên"), ("2023-04-10", "Thành phố Tân Uyên"),
                ("2025-12-10", "Thành phố Tân Uyên"),
            ] as [(Day, String)] {
                let names = try await database.read { db in
                    let column = try #require(Cooperative.listing.columns.firstIndex { $0.name == "unit" })
                    var names: Set<String> = []
                    var query = ListQuery(asOf: day, .all)
                    query.limit = nil
                    try Cooperative.listing.each(query, in: db) { _, _, values in
                        guard case .text(let unit) = values[column], let district = unit.split(separator: ", ").last
                        else { return }
                        if district.hasSuffix("Tân Uyên"), !district.hasPrefix("Huyện") { names.insert("\(district)") }
                    }
                    return names
                }
                #expect(names == [name], "\(day)")
            }
        }
    }

    private let decree = "Nghị định 113/2024/NĐ-CP, Điều 4 và Điều 5"

    private func report(_ day: Day, _ database: Database) async throws -> SituationReport {
        try await database.read { db in
            try SituationReport(
                asOf: day, sections: [.register], gazetteer: try Gazetteer(db), for: .system(today: day), in: db)
        }
    }

    private func evidence(_ report: SituationReport, _ database: Database) async throws -> [String: [Int64]] {
        try await database.read { db in try report.evidence(try Gazetteer(db), for: .system(today: report.asOf), in: db)
        }
    }
}

/// Random numbers that are the same on every run (SplitMix64).
struct SeededDice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
