import Foundation
import Kernel

// What a runner does to a job in the database. Whoever began it may end it, and nobody else.

extension Job {
    /// The oldest job of these kinds that nobody runs, or whose runner has not been heard of in time.
    static func next(_ kinds: [String], at now: Instant, in db: Connection) throws -> Job? {
        try db.first(
            """
            SELECT \(columns) WHERE j.state IN (\(State.waiting.rawValue), \(State.running.rawValue))
            AND j.kind IN (\(list: kinds)) AND l.until_at <= \(now) ORDER BY j.id LIMIT 1
            """, Job.init)
    }

    /// Makes it `owner`'s until an instant.
    func begin(by owner: String, until: Instant, in db: Connection) throws -> Job {
        try db.run(
            """
            UPDATE persistence_job SET state = \(State.running.rawValue), owner = \(owner), attempts = attempts + 1
            WHERE id = \(id)
            """)
        try db.run("UPDATE persistence_job_lease SET until_at = \(until) WHERE job_id = \(id)")
        return try Job.find(id, in: db)
    }

    /// Says that its runner lives, and how far it is.
    func renew(until: Instant, _ progress: Progress, in db: Connection) throws {
        try db.run(
            """
            UPDATE persistence_job_lease SET until_at = \(until), done = \(progress.done), total = \(progress.total),
            step = \(progress.step)
            WHERE job_id = \(id)
            AND EXISTS (SELECT 1 FROM persistence_job j WHERE j.id = \(id) AND j.owner = \(owner))
            """)
    }

    /// Throws `job.lost` where somebody else has taken it over or it was cancelled.
    func requireOwner(in db: Connection) throws {
        let isOurs = try db.first("SELECT 1 FROM persistence_job WHERE id = \(id) AND owner = \(owner)") { _ in true }
        guard isOurs ?? false else { throw Job.lost }
    }

    func end(_ state: State, result: String? = nil, _ failure: Failure? = nil, at now: Instant, in db: Connection)
        throws
    {
        let details = try failure.map { String(decoding: try JSONEncoder().encode($0.details), as: UTF8.self) }
        let changed = try db.run(
            """
            UPDATE persistence_job SET state = \(state.rawValue), owner = NULL, result = \(result),
            failure = \(failure?.code), failure_details = \(details), finished_at = \(now)
            WHERE id = \(id) AND owner = \(owner)
            """)
        guard changed == 1 else { throw Job.lost }
    }

    /// Lets it be begun again, not before an instant.
    func putBack(until: Instant, in db: Connection) throws {
        let changed = try db.run(
            """
            UPDATE persistence_job SET state = \(State.waiting.rawValue), owner = NULL
            WHERE id = \(id) AND owner = \(owner)
            """)
        guard changed == 1 else { throw Job.lost }
        try db.run("UPDATE persistence_job_lease SET until_at = \(until) WHERE job_id = \(id)")
    }

    static let lost = Failure(.conflict, "job.lost")
}
