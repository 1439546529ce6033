import Foundation
package import Kernel
package import Persistence

/// A workbook that somebody brought in from the page, on its way from the file to stored records or back.
package struct ImportUpload: Sendable {
    package enum Stage: String, Sendable {
        /// Being read, or to be read anew after a person said something.
        case reading
        /// Read: what it would do is known and waits for a decision.
        case ready
        case applying, applied
        case undoing, undone
    }

    package let id: Int64
    package let type: String
    package let name: String
    package let sha256: String
    package let account: Int64
    /// For whom, as the profile of its columns is kept.
    package let organisation: String
    package let madeAt: Instant
    /// The day of the figures, where a person said it.
    package let asOf: Day?
    package let mapping: ColumnMapping
    package let skippedSheets: Set<String>
    package let stage: Stage
    /// The job that brings it to the next stage, or the last one that did.
    package let job: Job
    /// The day of the figures as it was read.
    package let readAsOf: Day?
    package let counts: [RowFate: Int]
    package let promise: String?
    package let sheets: [ReadSheet]
    package let batch: Int64?
    package let appliedAt: Instant?
    package let undoneAt: Instant?
    package let reason: String?

    package var isBusy: Bool { !job.state.isOver }
    /// Why the last step was not taken.
    package var failure: Failure? { job.state == .failed ? job.failure : nil }

    /// The columns of an upload, then those of its job.
    private static let columns: SQL = """
        SELECT u.id, u.type, u.name, u.sha256, u.account_id, u.organisation, u.made_at, u.as_of, u.mapping, u.skipped,
        u.stage, u.job_id, u.read_as_of, u.counts, u.promise, u.sheets, u.batch_id, u.applied_at, u.undone_at, u.reason
        FROM records_upload u
        """

    private init(_ row: Row, _ job: (Int64) throws -> Job) throws {
        id = try row[0]
        type = try row[1]
        name = try row[2]
        sha256 = try row[3]
        account = try row[4]
        organisation = try row[5]
        madeAt = try row[6]
        asOf = try row[7]
        mapping = try Self.read(row[8]) ?? ColumnMapping()
        skippedSheets = try Self.read(row[9]) ?? []
        guard let stage = Stage(rawValue: try row[10]) else { throw row.unexpected(10, wanted: "stage") }
        self.stage = stage
        self.job = try job(row[11])
        readAsOf = try row[12]
        let counts: [String: Int] = try Self.read(row[13]) ?? [:]
        self.counts = Dictionary(
            uniqueKeysWithValues: counts.compactMap { name, count in RowFate(rawValue: name).map { ($0, count) } })
        promise = try row[14]
        sheets = try Self.read(row[15]) ?? []
        batch = try row[16]
        appliedAt = try row[17]
        undoneAt = try row[18]
        reason = try row[19]
    }

    package static func first(_ id: Int64, in db: Connection) throws -> ImportUpload? {
        try list("\(columns) WHERE u.id = \(id)", in: db).first
    }

    /// Throws `record.missing`.
    package static func find(_ id: Int64, in db: Connection) throws -> ImportUpload {
        guard let upload = try first(id, in: db) else { throw missing(id) }
        return upload
    }

    package static func missing(_ id: Int64) -> Failure {
        Failure(.missing, "record.missing", ["type": "@type.import", "id": "\(id)"])
    }

    /// Newest first; of one account, or of all.
    package static func list(of account: Int64?, most: Int, in db: Connection) throws -> [ImportUpload] {
        let whose: SQL = account.map { "WHERE u.account_id = \($0)" } ?? ""
        return try list("\(columns) \(whose) ORDER BY u.id DESC LIMIT \(most)", in: db)
    }

    /// How many imports of an account wait for its decision, and how many are being worked on.
    package static func unfinished(of account: Int64, in db: Connection) throws -> (ready: Int, busy: Int) {
        let (waiting, running) = (Job.State.waiting.rawValue, Job.State.running.rawValue)
        return try db.one(
            """
            SELECT count(CASE WHEN j.state NOT IN (\(waiting), \(running)) AND u.stage = \(Stage.ready.rawValue) THEN 1 END),
            count(CASE WHEN j.state IN (\(waiting), \(running)) THEN 1 END)
            FROM records_upload u JOIN persistence_job j ON j.id = u.job_id WHERE u.account_id = \(account)
            """
        ) { (try $0[0], try $0[1]) }
    }

    private static func list(_ sql: SQL, in db: Connection) throws -> [ImportUpload] {
        // A connection reads one answer at a time.
        var numbers: [Int64] = []
        try db.each(sql) { numbers.append(try $0[11]) }
        let jobs = Dictionary(uniqueKeysWithValues: try Job.list(Set(numbers), in: db).map { ($0.id, $0) })
        return try db.all(sql) { row in
            try ImportUpload(row) { number in
                guard let job = jobs[number] else { throw row.unexpected(11, wanted: "job") }
                return job
            }
        }
    }

    package func content(in db: Connection) throws -> [UInt8] {
        try StoredFile.content(sha256, in: db)
    }

    private static func read<T: Decodable>(_ json: String?) throws -> T? {
        try json.map { try JSONDecoder().decode(T.self, from: Data($0.utf8)) }
    }

    fileprivate static func written(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

// The steps of an upload, each with the job that takes it, in one transaction.
extension ImportUpload {
    /// The kinds of jobs.
    package static let (reading, applying, undoing) = ("import.read", "import.apply", "import.undo")

    /// Keeps a file that has been opened as a workbook, with the columns as the organisation mapped them last time, and
    /// has it read.
    package static func add(
        type: String, name: String, _ content: [UInt8], asOf: Day?, organisation: String, account: Int64,
        at now: Instant, in db: Connection
    ) throws -> Int64 {
        let sha256 = try StoredFile.keep(content, named: name, at: now, in: db)
        var mapping = ColumnMapping()
        try db.each(
            """
            SELECT heading, target FROM records_import_profile WHERE organisation = \(organisation) AND type = \(type)
            """
        ) { mapping.targets[try $0[0]] = try $0[1] }
        let id = try db.insert(
            """
            INSERT INTO records_upload
            (type, name, sha256, account_id, organisation, made_at, as_of, mapping, skipped, stage, job_id)
            VALUES (\(type), \(name), \(sha256), \(account), \(organisation), \(now), \(asOf), \(try written(mapping)),
            '[]', \(Stage.reading.rawValue), 0)
            """)
        try begin(id, .reading, reading, account: account, at: now, in: db)
        return id
    }

    /// Has it read anew, where it has not been applied.
    package func readAgain(at now: Instant, in db: Connection) throws {
        // Two that came at once: the job that waits will see what both have said.
        if stage == .reading, job.state == .waiting { return }
        guard !isBusy, stage == .ready || stage == .reading || stage == .applying else { throw Self.tooLate }
        try Self.begin(id, .reading, Self.reading, account: account, at: now, in: db)
    }

    /// Keeps what a person said of the columns, for this file and as the profile of the organisation.
    package func map(_ mapping: ColumnMapping, asOf: Day?, skipping sheets: Set<String>, in db: Connection) throws {
        guard stage == .ready || stage == .reading || stage == .applying else { throw Self.tooLate }
        try db.run(
            """
            UPDATE records_upload SET mapping = \(try Self.written(mapping)), as_of = \(asOf),
            skipped = \(try Self.written(sheets.sorted())) WHERE id = \(id)
            """)
        try db.run("DELETE FROM records_import_profile WHERE organisation = \(organisation) AND type = \(type)")
        for (heading, target) in mapping.targets.sorted(by: { $0.key < $1.key }) {
            try db.run(
                """
                INSERT INTO records_import_profile (organisation, type, heading, target)
                VALUES (\(organisation), \(type), \(heading), \(target))
                """)
        }
    }

    /// Has what was previewed stored. Asked a second time, it does nothing.
    package func apply(at now: Instant, in db: Connection) throws {
        if stage == .applying && isBusy || stage == .applied { return }
        guard stage == .ready, !isBusy else { throw Self.tooLate }
        try Self.begin(id, .applying, Self.applying, account: account, at: now, in: db)
    }

    /// Has what it stored taken back. Asked a second time, it does nothing.
    package func undo(reason: String, at now: Instant, in db: Connection) throws {
        if stage == .undoing && isBusy || stage == .undone { return }
        guard !isBusy, stage == .applied || stage == .undoing, batch != nil else { throw Self.tooLate }
        try db.run("UPDATE records_upload SET reason = \(reason) WHERE id = \(id)")
        try Self.begin(id, .undoing, Self.undoing, account: account, at: now, in: db)
    }

    /// Takes back what is being done with it, of which nothing is stored then; where it has ended, nothing happens.
    package func cancel(at now: Instant, in db: Connection) throws {
        guard isBusy, try db.cancel(job: job.id, at: now) else { return }
        let before: Stage = stage == .applying ? .ready : stage == .undoing ? .applied : stage
        try db.run("UPDATE records_upload SET stage = \(before.rawValue) WHERE id = \(id)")
    }

    /// Whether reading it was cancelled, so that there is nothing to show.
    package var isUnread: Bool { stage == .reading && job.state == .cancelled }

    /// What a job says when it has done its work.
    package func applied(_ result: ImportResult, at now: Instant, in db: Connection) throws {
        try db.run(
            """
            UPDATE records_upload SET stage = \(Stage.applied.rawValue), batch_id = \(result.batch), applied_at = \(now)
            WHERE id = \(id)
            """)
        guard let batch = result.batch else { return }
        // What the preview could not know: the numbers of the new records.
        try db.run(
            """
            UPDATE records_upload_row SET record_id = (SELECT i.record_id FROM records_import_row i
            WHERE i.import_id = \(batch) AND i.sheet = records_upload_row.sheet
            AND i.row_number = records_upload_row.row_number)
            WHERE upload_id = \(id) AND fate = \(RowFate.added.rawValue)
            """)
    }

    package func undone(at now: Instant, in db: Connection) throws {
        try db.run(
            "UPDATE records_upload SET stage = \(Stage.undone.rawValue), undone_at = \(now) WHERE id = \(id)")
    }

    /// Keeps what was read, in place of what was read before.
    package func read(_ result: ImportResult, in db: Connection) throws {
        let counts = Dictionary(uniqueKeysWithValues: result.counts.map { ($0.rawValue, $1) })
        // What the organisation mapped away before was a column of some file, so the sheets are those of this one.
        try db.run(
            """
            UPDATE records_upload SET stage = \(Stage.ready.rawValue), read_as_of = \(result.asOf),
            counts = \(try Self.written(counts)), promise = \(result.promise), sheets = \(try Self.written(result.sheets))
            WHERE id = \(id)
            """)
        try keepRows(result, in: db)
    }

    private static func begin(
        _ id: Int64, _ stage: Stage, _ kind: String, account: Int64, at now: Instant, in db: Connection
    ) throws {
        let job = try db.enqueue(kind, "\(id)", account: account, at: now)
        try db.run("UPDATE records_upload SET stage = \(stage.rawValue), job_id = \(job) WHERE id = \(id)")
    }

    private static let tooLate = Failure(.refused, "import.not-now")
}
