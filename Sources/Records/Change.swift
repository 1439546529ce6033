package import Kernel
package import Persistence

/// One row of the history: who changed what, when, why, and the fields before and after. Never edited or removed.
package struct Change: Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case added, changed, ended, corrected
        /// Events that leave the record's fields as they are.
        case signedIn = "signed_in"
        case signedOut = "signed_out"
        case secretChanged = "secret_changed"
        case refused, invited, unmasked
        /// Taken out with all its fields, since it had been entered by mistake.
        case withdrawn
        case tokenMade = "token_made"
        case tokenEnded = "token_ended"
        /// Letters went out about it.
        case reminded

        /// Whether it made a new version of the record.
        package var isVersion: Bool {
            switch self {
            case .added, .changed, .ended, .corrected: true
            case .signedIn, .signedOut, .secretChanged, .refused, .invited, .unmasked, .withdrawn, .tokenMade,
                .tokenEnded, .reminded:
                false
            }
        }
    }

    package var id: Int64
    package var at: Instant
    package var account: Identifier<Account>?
    /// On whose behalf.
    package var body: Identifier<Body>?
    package var origin: String
    package var type: String
    package var record: Int64
    package var action: Action
    /// JSON objects of the fields that changed.
    package var before: String?
    package var after: String?
    package var reason: String?
    package var batch: Int64?

    /// What a store writes; the rest comes from the `Act`.
    struct Entry {
        let type: String
        let record: Int64
        let action: Action
        let before: String?
        let after: String?

        init(_ type: String, _ record: Int64, _ action: Action, before: String?, after: String?) {
            self.type = type
            self.record = record
            self.action = action
            self.before = before
            self.after = after
        }
    }

    init(_ row: Row) throws {
        id = try row[0]
        at = try row[1]
        account = try row[2]
        origin = try row[3]
        type = try row[4]
        record = try row[5]
        let action: String = try row[6]
        guard let known = Action(rawValue: action) else { throw row.unexpected(6, wanted: "action") }
        self.action = known
        before = try row[7]
        after = try row[8]
        reason = try row[9]
        batch = try row[10]
        body = try row[11]
    }

    /// The history of one record, newest first.
    package static func list(of type: String, _ record: Int64, in db: Connection) throws -> [Change] {
        try list(where: "type = \(type) AND record_id = \(record)", in: db)
    }

    /// The history of several records, such as one and the facts about it, newest first.
    package static func list(where condition: SQL, limit: Int? = nil, in db: Connection) throws -> [Change] {
        try db.all(
            """
            SELECT id, at, account_id, origin, type, record_id, action, before, after, reason, batch_id, body_id
            FROM records_change WHERE \(condition) ORDER BY id DESC \(limit.map { "LIMIT \($0)" as SQL } ?? .empty)
            """, Change.init)
    }
}

extension Connection {
    /// Writes down that something happened to a record without changing its fields.
    package func note(_ action: Change.Action, _ type: String, _ record: Int64, by act: Act) throws {
        try write(Change.Entry(type, record, action, before: nil, after: nil), by: act)
    }

    func write(_ entry: Change.Entry, by act: Act) throws { try write([entry], by: act) }

    func write(_ entries: [Change.Entry], by act: Act) throws {
        try inBatches(entries) { part in
            var values: [SQLValue] = []
            values.reserveCapacity(part.count * 11)
            for entry in part {
                values += [
                    act.at.sqlValue, act.account.sqlValue, act.body.sqlValue, .text(act.origin), .text(entry.type),
                    .integer(entry.record), .text(entry.action.rawValue), entry.before.sqlValue, entry.after.sqlValue,
                    act.reason.sqlValue, act.batch.sqlValue,
                ]
            }
            let rows = repeatElement("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", count: part.count).joined(separator: ", ")
            try run(
                SQL(
                    described: """
                        INSERT INTO records_change
                        (at, account_id, body_id, origin, type, record_id, action, before, after, reason, batch_id)
                        VALUES \(rows)
                        """, values))
        }
    }
}
