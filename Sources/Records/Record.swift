package import Kernel
package import Persistence

/// A kind of row that people keep: a struct with defaults, and a `Description` from which everything that all record
/// types share is made (table check, form, validation, workbook template, import, export, history, diff).
package protocol Record: Sendable {
    var id: Identifier<Self> { get set }
    /// Counts the changes of this row; 0 before it is stored. Guards against overwriting another person's change.
    var version: Int { get set }
    init()
    static var description: Description<Self> { get }
}

extension Record {
    package typealias ID = Identifier<Self>
    /// Its word in addresses, texts and history.
    package static var typeName: String { description.name }
}

/// What a record type consists of. `name` is its word in addresses, texts and history (`cooperative`).
package struct Description<R: Record>: Sendable {
    package let name: String
    package let table: String
    package let fields: [Field<R>]
    /// Those that readers get to see; see `Field.isUnshown`.
    package let shown: [Field<R>]
    /// Rules that look at several fields.
    package let rules: [@Sendable (R) -> Verdict]
    /// Whether a stored record may still be changed; what was sealed, signed or applied may not.
    package let frozen: @Sendable (R) -> Verdict
    /// What stands against a change as the database is: throws where it must not happen. `before` is missing where the
    /// record is new, `after` where it is taken out. Every way of writing passes here.
    package let guarding: Guard
    /// What looks wrong in a stored record: said beside it, and no reason to refuse it. `nil`: nothing is looked for.
    package let doubts: (@Sendable (R, Connection) throws -> [Doubt])?
    /// What search reads, in order; empty for facts that nobody searches. Stored folded in `search_text`.
    package let searched: [Field<R>]
    /// What the alphabetical order follows; stored in `sort_key`. A type with `searched` fields has both columns.
    package let sortKey: (@Sendable (R) -> String)?

    let selectList: String
    /// `INSERT … VALUES` up to the rows, and one row.
    let insertHead: String
    let insertRow: String
    let updateText: String

    package typealias Guard = @Sendable (_ before: R?, _ after: R?, Act, Connection) throws -> Void

    package init(
        _ name: String, table: String, rules: [any KeyPath<R, Verdict> & Sendable] = [],
        sortKey: (@Sendable (R) -> String)? = nil, frozen: (any KeyPath<R, Verdict> & Sendable)? = nil,
        guarding: @escaping Guard = { _, _, _, _ in }, doubts: (@Sendable (R, Connection) throws -> [Doubt])? = nil,
        @FieldBuilder<R> fields: () -> [Field<R>]
    ) {
        self.name = name
        self.table = table
        self.fields = fields()
        shown = self.fields.filter { !$0.isUnshown }
        self.rules = rules.map { path in { $0[keyPath: path] } }
        self.sortKey = sortKey
        self.frozen = { record in frozen.map { record[keyPath: $0] } ?? .meets }
        self.guarding = guarding
        self.doubts = doubts
        searched = self.fields.filter(\.isSearched)
        let derived = sortKey == nil ? [] : ["search_text", "sort_key"]
        let columns = self.fields.map(\.column) + derived
        selectList = "id, version, " + self.fields.map(\.column).joined(separator: ", ")
        insertHead = "INSERT INTO \(table) (version, \(columns.joined(separator: ", "))) VALUES "
        insertRow = "(1, \(columns.map { _ in "?" }.joined(separator: ", ")))"
        updateText =
            "UPDATE \(table) SET version = version + 1, \(columns.map { "\($0) = ?" }.joined(separator: ", ")) "
            + "WHERE id = ? AND version = ?"
    }

    /// The text key of a field: `cooperative.name`.
    package func key(_ field: Field<R>) -> String { "\(name).\(field.name)" }

    /// Every reason why `record` may not be stored, by the field concerned (`nil`: several fields).
    package func problems(of record: R) -> [(field: Field<R>?, verdict: Verdict)] {
        var found: [(Field<R>?, Verdict)] = []
        for field in fields {
            let verdict = field.check(record)
            if verdict != .meets { found.append((field, verdict)) }
        }
        for rule in rules {
            let verdict = rule(record)
            if verdict != .meets { found.append((nil, verdict)) }
        }
        return found
    }

    /// The bound values of the described and derived columns, in the order of `insertRow`.
    func values(of record: R) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(fields.count + 2)
        for field in fields { values.append(field.stored(record)) }
        if let sortKey {
            let text = searched.compactMap { field -> String? in
                if case .text(let text) = field.stored(record) { text } else { nil }
            }
            values.append(.text(fold(text.joined(separator: " | "))))
            values.append(.text(sortKey(record)))
        }
        return values
    }

    func read(_ row: Row) throws -> R {
        var record = R()
        record.id = try row[0]
        record.version = try row[1]
        // Not `enumerated()`, which costs more here than the reading.
        for index in fields.indices { try fields[index].read(&record, row, index + 2) }
        return record
    }
}

/// Something in a stored record that a person should look at.
package struct Doubt: Sendable, Equatable {
    /// Which rule says so.
    package let rule: String
    package let field: String
    package let severity: Diagnostic.Severity
    package let code: String
    package let details: [String: String]

    package init(
        rule: String, field: String, severity: Diagnostic.Severity, code: String, details: [String: String]
    ) {
        self.rule = rule
        self.field = field
        self.severity = severity
        self.code = code
        self.details = details
    }
}

@resultBuilder
package enum FieldBuilder<R: Record> {
    package static func buildExpression(_ field: Field<R>) -> Field<R> { field }
    package static func buildBlock(_ fields: Field<R>...) -> [Field<R>] { fields }
}
