package import Access
package import Kernel
package import Persistence
package import Records
package import Web

/// The changes of a record and of the facts about it, with the imports they came from.
package struct RecordHistory: Sendable {
    /// Where a change came from when it came with a file.
    struct Source: Sendable {
        let file: String
        let on: Day
    }

    /// Newest first.
    let changes: [Change]
    /// The record itself.
    private let type: String
    private let record: Int64
    /// The changes after which a state stood that is no more, and that the viewer may bring back.
    private let restorable: Set<Int64>
    private let sources: [Int64: Source]
    private let accounts: [Identifier<Account>: String]
    private let catalogue: RecordCatalogue

    /// A type whose records belong to another record, and the column that says to which.
    package struct Part: Sendable {
        let type: String
        let table: String
        let key: String

        package init<R: Record>(_ type: R.Type, _ key: String) {
            self.type = R.description.name
            table = R.description.table
            self.key = key
        }
    }

    /// Parts that the viewer may not read are left out.
    package init<R: Record>(
        of type: R.Type, _ id: Identifier<R>, parts: [Part], _ catalogue: RecordCatalogue, for viewer: Viewer,
        in db: Connection
    ) throws {
        var conditions: [SQL] = ["type = \(R.description.name) AND record_id = \(id)"]
        for part in parts where viewer.may(.read, part.type) {
            conditions.append(
                """
                type = \(part.type) AND record_id IN
                (SELECT id FROM \(described: part.table) WHERE \(described: part.key) = \(id))
                """)
        }
        if R.description.fields.contains(where: { $0.name == "merged_into" }) {
            conditions.append(
                """
                type = \(R.description.name) AND record_id IN
                (SELECT id FROM \(described: R.description.table) WHERE merged_into_id = \(id))
                """)
        }
        conditions.append(
            """
            type = \(Attachment.description.name) AND record_id IN (SELECT id FROM records_attachment
            WHERE subject_type = \(R.description.name) AND subject = \(id))
            """)
        let changes = try Change.list(
            where: conditions.map { "(\($0))" as SQL }.joined(separator: " OR "), in: db)
        let batches = Set(changes.compactMap(\.batch)).sorted()
        var sources: [Int64: Source] = [:]
        if !batches.isEmpty {
            try db.each(
                """
                SELECT i.id, f.name, i.applied_at FROM records_import i JOIN records_file f ON f.sha256 = i.sha256
                WHERE i.id IN (\(list: batches))
                """
            ) { row in
                let at: Instant = try row[2]
                sources[try row[0]] = Source(file: try row[1], on: at.day)
            }
        }
        var restorable: Set<Int64> = []
        if try viewer.allows(.edit, id, in: db) {
            var newest: Set<String> = []
            for change in changes where change.action.isVersion && viewer.may(.edit, change.type) {
                let isOwn = change.type == R.description.name
                guard isOwn || catalogue.named[change.type]?.owner?.type == R.description.name else { continue }
                if !newest.insert("\(change.type) \(change.record)").inserted { restorable.insert(change.id) }
            }
        }
        self.restorable = restorable
        self.type = R.description.name
        record = id.number
        self.catalogue = catalogue
        self.changes = changes
        self.sources = sources
        accounts = try UserAccount.names(changes.compactMap(\.account), in: db)
    }

    /// Where the present state of a record comes from: `tệp htx-2024-06.xlsx, nhập ngày 15/07/2024`.
    func source(of type: String, _ id: Int64, _ t: Texts) -> HTML? {
        changes.first { $0.type == type && $0.record == id }.map { "\(origin($0, t))" }
    }

    private func origin(_ change: Change, _ t: Texts) -> String {
        if let source = change.batch.flatMap({ sources[$0] }) {
            return t("pages.from-file", ["file": source.file, "date": DateText.short(source.on, t.language)])
        }
        return t["origin.\(change.origin)"]
    }

    /// Of a record that was merged into this one.
    private func number(of change: Change, _ t: Texts) -> String {
        change.type == type && change.record != record ? " " + t("duplicates.number", ["id": "\(change.record)"]) : ""
    }

    /// The address of the record that a change is shown on, or of one that was merged into it.
    private func address(of change: Change, _ own: String) -> String {
        guard change.type == type, change.record != record else { return own }
        return own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/\(change.record)"
    }

    /// Who did what, when, field by field in words. `restoring`: the record's address, under which its states can be
    /// brought back.
    package func list(_ gazetteer: Gazetteer, restoring: String? = nil, _ t: Texts) -> HTML {
        func happening(_ change: Change) -> Happening {
            var lines: [HTML] = [
                "\(origin(change, t))\(change.account.map { " · \(accounts[$0] ?? "\($0)")" } as HTML?)"
            ]
            if let reason = change.reason { lines.append("\(t["pages.reason"]): \(reason)") }
            // That a fact is about this record goes without saying.
            let fields = HistoryField.lines(of: change, except: .reference(type), catalogue, gazetteer, t)
            if let restoring, restorable.contains(change.id) {
                lines.append(
                    "<a class=\"no-print\" href=\"\(address(of: change, restoring))/history/\(change.id)\">\(t["history.restore"])</a>"
                )
            }
            lines += change.action == .added ? [fields.joined(separator: " · ")] : fields
            return Happening(
                "\(t["change.\(change.action.rawValue)"]) · \(t["type.\(change.type)"])\(number(of: change, t))",
                when: DateText.short(change.at, t.language), source: lines.joined(separator: "<br>"))
        }
        return """
            <section class="sheet"><h2>\(t["pages.history"])</h2>\
            \(changes.isEmpty ? emptyState(t["pages.no-history"]) : timeline(changes.map(happening)))</section>
            """
    }
}
