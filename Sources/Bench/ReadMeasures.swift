import Access
import Kernel
import Persistence
import Records
import Registry

/// A page of a list and the situation report against their own SQL, inside this process.
struct ReadMeasures {
    let database: Database
    let isLong: Bool

    static let unit = "719"
    static let words = "rau an toan phu"

    static var question: ListQuery {
        var question = ListQuery(asOf: MadeRegister.asOf, .all)
        question.filters = [("unit", Self.unit), ("kind", "crop")]
        question.search = Self.words
        return question
    }

    func figures() async throws -> [Measured] {
        try await [listInProcess(), listRate(), report()]
    }

    /// The list's statements, run and stepped through without looking at a row.
    static func listSQL(_ db: Connection) throws {
        let question = Self.question
        for statement in try Cooperative.listing.pageStatements(question, db.engine) { try db.run(statement) }
    }

    private func listInProcess() async throws -> Measured {
        let floor = try await Self.floor(database)
        let value = try await Stopwatch.median {
            _ = try await database.read { try Cooperative.listing.page(Self.question, in: $0) }
        }
        return Measured(
            name: "list, rows without page", unit: .milliseconds, value: value, floor: floor, budget: .none)
    }

    static func floor(_ database: Database) async throws -> Double {
        try await database.read { db in try Stopwatch.median { try listSQL(db) } }
    }

    private func listRate() async throws -> Measured {
        let floor = try await Stopwatch.perSecond(tasks: 8) { try await database.read { try Self.listSQL($0) } }
        let value = try await Stopwatch.perSecond(tasks: 8) {
            _ = try await database.read { try Cooperative.listing.page(Self.question, in: $0) }
        }
        return Measured(
            name: "list, rows without page, 8 clients", unit: .perSecond, value: value, floor: floor, budget: .none)
    }

    private func report() async throws -> Measured {
        let asOf = MadeRegister.asOf
        let since = Day(year: asOf.year, month: 1, day: 1) ?? asOf
        let runs = isLong ? 15 : 50
        let gazetteer = try await database.read { try Gazetteer($0) }
        let floor = try await database.read { db in
            try Stopwatch.median(runs) {
                for population in ReportSection.register.populations {
                    _ = try population.tally(asOf: asOf, since: since, .all, in: db)
                }
            }
        }
        let value = try await Stopwatch.median(runs) {
            _ = try await database.read {
                try SituationReport(
                    asOf: asOf, sections: [.register], gazetteer: gazetteer, for: .system(today: asOf), in: $0)
            }
        }
        return Measured(
            name: "situation report", unit: .milliseconds, value: value, floor: floor, budget: .timesFloor(1.5))
    }
}
