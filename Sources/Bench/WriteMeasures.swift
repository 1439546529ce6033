import Kernel
import Persistence
import Records
import Registry

/// A change of a record with its row of history, durable and acknowledged, against the same two statements run raw: by
/// one writer, and by eight who change different records.
struct WriteMeasures {
    let run: Run

    private static let writers = 8

    func figures() async throws -> [Measured] {
        let database = try await Database.open(run.filled, readers: Self.writers)
        let ids = try await database.read { db in
            try db.all("SELECT id FROM registry_cooperative ORDER BY id LIMIT \(Self.writers)") {
                try $0[0] as Cooperative.ID
            }
        }
        let raw = try await Stopwatch.median(300) { try await Self.raw(ids[0], database) }
        let kept = try await Stopwatch.median(300) { try await Self.update(ids[0], database) }
        let rawRate = try await rate(ids) { try await Self.raw($0, database) }
        let rate = try await rate(ids) { try await Self.update($0, database) }
        await database.close()
        return [
            Measured(
                name: "change with history", unit: .milliseconds, value: kept, floor: raw, budget: .timesFloor(1.5)),
            Measured(
                name: "change with history, \(Self.writers) writers", unit: .perSecond, value: rate, floor: rawRate,
                budget: .timesFloor(1.5)),
        ]
    }

    /// Changes a second, each writer keeping to a record of its own.
    private func rate(
        _ ids: [Cooperative.ID], _ body: @escaping @Sendable (Cooperative.ID) async throws -> Void
    ) async throws -> Double {
        try await withThrowingTaskGroup(of: Double.self) { group in
            for id in ids { group.addTask { try await Stopwatch.perSecond(tasks: 1) { try await body(id) } } }
            return try await group.reduce(0, +)
        }
    }

    private static var act: Act { Act(at: WallClock.system.now(), origin: "cli") }

    /// What every action does: read, change, store with its history.
    private static func update(_ id: Cooperative.ID, _ database: Database) async throws {
        try await database.write { db in
            let before = try Cooperative.find(id, in: db)
            var record = before
            record.address = "Ấp \(before.version)"
            try db.update(record, from: before, by: act)
        }
    }

    /// The statements of that, with the values at hand.
    private static func raw(_ id: Cooperative.ID, _ database: Database) async throws {
        let now = act.at
        try await database.write { db in
            let version = try db.one("SELECT * FROM registry_cooperative WHERE id = \(id)") { try $0[1] as Int }
            let address = "Ấp \(version)"
            try db.run(
                """
                UPDATE registry_cooperative SET address = \(address), version = version + 1
                WHERE id = \(id) AND version = \(version)
                """)
            try db.run(
                """
                INSERT INTO records_change
                (at, account_id, body_id, origin, type, record_id, action, before, after, reason, batch_id)
                VALUES (\(now), NULL, NULL, 'cli', 'cooperative', \(id), 'changed', '{"address":"Ấp 1"}',
                \("{\"address\":\"\(address)\"}"), NULL, NULL)
                """)
        }
    }
}
