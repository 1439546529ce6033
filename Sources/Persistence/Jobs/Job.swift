import Foundation
package import Kernel

/// Long work kept in the database: it outlives the page that asked for it and the process that began it.
package struct Job: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case waiting, running, done, failed, cancelled

        package var isOver: Bool { self == .done || self == .failed || self == .cancelled }
    }

    /// How far it is. `step`: a text key; `total` 0: nobody knows how much there is.
    package struct Progress: Equatable, Sendable {
        package var done: Int
        package var total: Int
        package var step: String

        package init(_ done: Int, of total: Int, _ step: String) {
            self.done = done
            self.total = total
            self.step = step
        }
    }

    package let id: Int64
    package let kind: String
    /// What it works on, as its kind wrote it.
    package let payload: String
    package let state: State
    /// How often it was begun.
    package let attempts: Int
    package let result: String?
    /// Why it failed.
    package let failure: Failure?
    package let account: Int64?
    package let madeAt: Instant
    package let finishedAt: Instant?
    package let progress: Progress
    /// Who runs it: another word for each time it is begun.
    let owner: String?

    static let columns: SQL = """
        j.id, j.kind, j.payload, j.state, j.owner, j.attempts, j.result, j.failure, j.failure_details, j.account_id,
        j.made_at, j.finished_at, l.done, l.total, l.step
        FROM persistence_job j JOIN persistence_job_lease l ON l.job_id = j.id
        """

    init(_ row: Row) throws {
        id = try row[0]
        kind = try row[1]
        payload = try row[2]
        guard let state = State(rawValue: try row[3]) else { throw row.unexpected(3, wanted: "state") }
        self.state = state
        owner = try row[4]
        attempts = try row[5]
        result = try row[6]
        let details: String? = try row[8]
        failure = (try row[7] as String?).map { code in
            let known = details.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
            return Failure(.refused, code, known ?? [:])
        }
        account = try row[9]
        madeAt = try row[10]
        finishedAt = try row[11]
        progress = Progress(try row[12], of: try row[13], try row[14])
    }

    /// Throws `persistence.no-row` where there is none.
    package static func find(_ id: Int64, in db: Connection) throws -> Job {
        try db.one("SELECT \(columns) WHERE j.id = \(id)", Job.init)
    }

    package static func list(_ ids: some Sequence<Int64>, in db: Connection) throws -> [Job] {
        try db.all("SELECT \(columns) WHERE j.id IN (\(list: Array(ids)))", Job.init)
    }
}

extension Connection {
    /// Leaves work to be done by whichever process runs jobs, in the transaction that makes it necessary; its number.
    package func enqueue(_ kind: String, _ payload: String, account: Int64?, at now: Instant) throws -> Int64 {
        let id = try insert(
            """
            INSERT INTO persistence_job (kind, payload, state, attempts, account_id, made_at)
            VALUES (\(kind), \(payload), \(Job.State.waiting.rawValue), 0, \(account), \(now))
            """)
        try run(
            "INSERT INTO persistence_job_lease (job_id, until_at, done, total, step) VALUES (\(id), 0, 0, 0, 'job.waiting')"
        )
        return id
    }

    /// Takes a job back that has not ended. One that runs loses all it has done. Whether there was anything to cancel.
    @discardableResult
    package func cancel(job id: Int64, at now: Instant) throws -> Bool {
        try run(
            """
            UPDATE persistence_job SET state = \(Job.State.cancelled.rawValue), owner = NULL, finished_at = \(now)
            WHERE id = \(id) AND state IN (\(Job.State.waiting.rawValue), \(Job.State.running.rawValue))
            """) == 1
    }
}
