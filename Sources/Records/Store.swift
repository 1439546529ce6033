import Kernel
package import Persistence

// What every record type can do with its table. Each change and its row of history are written together, in the
// transaction of the connection.

extension Record {
    /// The record, or a `missing` failure that names its type.
    package static func find(_ id: ID, in db: Connection) throws -> Self {
        guard let record = try first(where: "id = \(id)", in: db) else {
            throw Failure(.missing, "record.missing", ["type": "@type.\(description.name)", "id": "\(id)"])
        }
        return record
    }

    package static func first(where condition: SQL, in db: Connection) throws -> Self? {
        let d = description
        return try db.first("\(described: "SELECT \(d.selectList) FROM \(d.table) WHERE ")\(condition) LIMIT 1", d.read)
    }

    /// The records that meet a condition, which may end in `ORDER BY` and `LIMIT`.
    package static func list(where condition: SQL, in db: Connection) throws -> [Self] {
        let d = description
        return try db.all("\(described: "SELECT \(d.selectList) FROM \(d.table) WHERE ")\(condition)", d.read)
    }

    /// The same in constant memory.
    package static func each(where condition: SQL, in db: Connection, _ body: (Self) throws -> Void) throws {
        let d = description
        try db.each("\(described: "SELECT \(d.selectList) FROM \(d.table) WHERE ")\(condition)") {
            try body(try d.read($0))
        }
    }
}

extension Connection {
    /// Stores a new record and the row of history that says so. Gives the record its id and version.
    @discardableResult
    package func insert<R: Record>(_ record: R, by act: Act) throws -> R {
        let d = R.description
        try d.require(record)
        try d.guarding(nil, record, act, self)
        var stored = record
        let values = d.values(of: record)
        stored.id = Identifier(try insert(d.insertion([values], after: try lastSpentID(of: d))))
        stored.version = 1
        try write(d.added(stored.id, values), by: act)
        return stored
    }

    /// Stores several new records with their rows of history, as `insert` does one, in a few statements. Gives them
    /// their ids and versions, in the order given.
    @discardableResult
    package func insert<R: Record>(all records: [R], by act: Act) throws -> [R] {
        let d = R.description
        var stored: [R] = []
        stored.reserveCapacity(records.count)
        var changes: [Change.Entry] = []
        try inBatches(records) { part in
            for record in part {
                try d.require(record)
                try d.guarding(nil, record, act, self)
            }
            let values = part.map(d.values)
            let sql: SQL = "\(d.insertion(values, after: try lastSpentID(of: d))) RETURNING id"
            // Ids rise in the order of the rows; the order of the answer is the engine's affair.
            let ids: [Int64] = try all(sql) { try $0[0] }.sorted()
            for ((record, values), id) in zip(zip(part, values), ids) {
                stored.append(record)
                stored[stored.count - 1].id = Identifier(id)
                stored[stored.count - 1].version = 1
                changes.append(d.added(Identifier(id), values))
            }
        }
        try write(changes, by: act)
        return stored
    }

    /// Stores what changed in `record` since it was read, if anything did, with the row of history.
    /// Throws `record.changed-meanwhile` when somebody else stored a change after `before` was read, and what the type
    /// says where the record may not be changed any more.
    @discardableResult
    package func update<R: Record>(_ record: R, from before: R, by act: Act, action: Change.Action = .changed) throws
        -> R
    {
        if case .fails(let code, let details) = R.description.frozen(before) { throw Failure(.invalid, code, details) }
        return try reopen(record, from: before, by: act, action: action)
    }

    /// The same for an action that may change what is otherwise closed, such as taking a decree back.
    @discardableResult
    package func reopen<R: Record>(_ record: R, from before: R, by act: Act, action: Change.Action) throws -> R {
        let d = R.description
        var (old, new) = (JSONText(), JSONText())
        for field in d.fields {
            let (was, becomes) = (field.stored(before), field.stored(record))
            guard was != becomes else { continue }
            old.add(field.name, was)
            new.add(field.name, becomes)
        }
        guard !new.isEmpty else { return before }
        try d.require(record)
        try d.guarding(before, record, act, self)
        let values = d.values(of: record) + [.integer(before.id.number), .integer(Int64(before.version))]
        guard try run(SQL(described: d.updateText, values)) == 1 else {
            throw Failure(
                .conflict, "record.changed-meanwhile", ["type": "@type.\(d.name)", "id": "\(before.id)"])
        }
        try write(Change.Entry(d.name, before.id.number, action, before: old.object, after: new.object), by: act)
        var stored = record
        stored.id = before.id
        stored.version = before.version + 1
        return stored
    }
}

extension Connection {
    /// Rows of one statement: many, so that there are few, and always as many, so that it stays prepared. What remains
    /// goes one by one.
    func inBatches<T>(_ items: [T], _ body: (ArraySlice<T>) throws -> Void) throws {
        var rest = items[...]
        while rest.count >= 50 {
            try body(rest.prefix(50))
            rest = rest.dropFirst(50)
        }
        while !rest.isEmpty {
            try body(rest.prefix(1))
            rest = rest.dropFirst()
        }
    }
}

extension Connection {
    /// The highest number that a record of the type ever had, where that record is gone. SQLite would give it anew, and
    /// with it the history of the other.
    private func lastSpentID<R: Record>(of d: Description<R>) throws -> Int64? {
        guard engine == .sqlite else { return nil }
        return try first(
            """
            SELECT record_id FROM records_change
            WHERE type = \(d.name) AND record_id > (SELECT coalesce(max(id), 0) FROM \(described: d.table))
            ORDER BY record_id DESC LIMIT 1
            """
        ) { try $0[0] }
    }
}

extension Description {
    /// `spent`: the number after which the new ones begin, where the engine would begin earlier.
    func insertion(_ rows: [[SQLValue]], after spent: Int64?) -> SQL {
        let marks = repeatElement(insertRow, count: rows.count)
        guard let spent else {
            return SQL(described: insertHead + marks.joined(separator: ", "), rows.flatMap(\.self))
        }
        let numbered = marks.enumerated().map { "(\($0 == 0 ? "\(spent + 1)" : "NULL"), \($1.dropFirst())" }
        return SQL(
            described: insertHead.replacing("(version,", with: "(id, version,") + numbered.joined(separator: ", "),
            rows.flatMap(\.self))
    }

    /// What the history says of a new record.
    func added(_ id: R.ID, _ values: [SQLValue]) -> Change.Entry {
        var after = JSONText()
        for index in fields.indices where values[index] != .null { after.add(fields[index].name, values[index]) }
        return Change.Entry(name, id.number, .added, before: nil, after: after.object)
    }

    /// Throws the first problem of a record, with its field.
    func require(_ record: R) throws {
        guard let (field, verdict) = problems(of: record).first, case .fails(let code, var details) = verdict else {
            return
        }
        if let field { details["field"] = "@\(key(field))" }
        throw Failure(.invalid, code, details)
    }
}
