import Assessment
import Kernel
import Persistence
import Records

/// Five hundred officers who fill in returns at the same time, five at each return, each another figure of it: whoever
/// is told that somebody else was quicker opens the form again and saves again. Nothing that was acknowledged may be
/// missing afterwards.
struct ManyOfficers {
    let database: Database
    let run: Run

    private typealias FigurePath = any WritableKeyPath<AnnualReturn, Money?> & Sendable

    private static let saves = 4
    private static let paths: [FigurePath] = [
        \.revenueServices, \.revenueProducts, \.revenueOther, \.exports, \.productionValue,
    ]

    func figures() async throws -> [Measured] {
        let drafts = try await database.read { db in
            try AnnualReturn.list(where: "state = 'draft' ORDER BY id LIMIT 100", in: db).map(\.id)
        }
        let officers = drafts.flatMap { id in Self.paths.indices.map { (id, $0) } }
        let database = database
        let (seconds, waits) = try await Stopwatch.seconds {
            try await withThrowingTaskGroup(of: [Double].self) { group in
                for (id, place) in officers { group.addTask { try await Self.fillIn(id, place, database) } }
                return try await group.reduce(into: []) { $0 += $1 }.sorted()
            }
        }
        try await requireAll(drafts)
        func wait(_ name: String, _ share: Double) -> Measured {
            Measured(
                name: "drafts, \(officers.count) officers, \(name) within", unit: .milliseconds,
                value: waits[Int(Double(waits.count - 1) * share)], floor: nil, budget: .none)
        }
        return [
            Measured(
                name: "drafts, \(officers.count) officers", unit: .perSecond, value: Double(waits.count) / seconds,
                floor: nil, budget: .none),
            wait("half", 0.5), wait("99 of 100", 0.99),
        ]
    }

    /// What an officer enters at a save.
    private static func figure(_ place: Int, _ save: Int) -> Money { Money(vnd: Int64(place * 100 + save) * 1_000_000) }

    /// Fills one figure in, and changes it some times. Seconds until each save was acknowledged.
    private static func fillIn(_ id: AnnualReturn.ID, _ place: Int, _ database: Database) async throws -> [Double] {
        var form = try await database.read { try AnnualReturn.find(id, in: $0) }
        var waits: [Double] = []
        for save in 1...saves {
            waits.append(
                try await Stopwatch.seconds {
                    while true {
                        do {
                            form = try await database.write { [form] db in
                                var changed = form
                                changed[keyPath: paths[place]] = figure(place, save)
                                return try db.update(
                                    changed, from: form, by: Act(at: WallClock.system.now(), origin: "web"))
                            }
                            return
                        } catch let failure as Failure where failure.code == "record.changed-meanwhile" {
                            form = try await database.read { try AnnualReturn.find(id, in: $0) }
                        }
                    }
                }.0)
        }
        return waits
    }

    /// Throws `bench.lost-update` unless every officer's last figure stands, and every save made one version and one row
    /// of history.
    private func requireAll(_ drafts: [AnnualReturn.ID]) async throws {
        try await database.read { db in
            for id in drafts {
                let record = try AnnualReturn.find(id, in: db)
                let changes = try db.one(
                    "SELECT count(*) FROM records_change WHERE type = 'annual_return' AND record_id = \(id)"
                ) { try $0[0] as Int }
                let stands = Self.paths.indices.allSatisfy {
                    record[keyPath: Self.paths[$0]] == Self.figure($0, Self.saves)
                }
                let saves = Self.paths.count * Self.saves
                guard stands, record.version == 1 + saves, changes == saves else {
                    throw Failure(
                        .defect, "bench.lost-update",
                        ["return": "\(id)", "version": "\(record.version)", "changes": "\(changes)"])
                }
            }
        }
    }
}
