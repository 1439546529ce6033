package import Access
package import Kernel
package import Persistence
package import Records

/// What a reader asks of the history of the whole system.
package struct HistoryQuestion: Sendable {
    /// An account's number, or words of its name.
    package var account: String?
    package var type: String?
    /// The code of a unit: records that lie in its subtree today.
    package var unit: String?
    package var from: Day?
    /// The last day.
    package var to: Day?
    package var action: Change.Action?
    /// Only what is older than this change.
    package var before: Int64?
    package var limit = 50
    private let catalogue: RecordCatalogue

    package init(_ catalogue: RecordCatalogue) { self.catalogue = catalogue }

    /// The changes of records that the viewer may read, newest first, and the change to go on before.
    package func page(for viewer: Viewer, in db: Connection) throws -> (changes: [Change], next: Int64?) {
        let found = try Change.list(where: condition(viewer), limit: limit + 1, in: db)
        let changes = Array(found.prefix(limit))
        return (changes, found.count > limit ? changes.last?.id : nil)
    }

    private func condition(_ viewer: Viewer) -> SQL {
        var conditions = [reach(viewer)]
        if let account {
            conditions.append(
                Int64(account).map { "account_id = \($0)" }
                    ?? "account_id IN (SELECT a.id FROM access_account a WHERE \(words(account, of: "a.search_text")))")
        }
        if let from { conditions.append("at >= \(Instant(startOf: from))") }
        if let to { conditions.append("at < \(Instant(startOf: to.adding(days: 1)))") }
        if let action { conditions.append("action = \(action.rawValue)") }
        if let before { conditions.append("id < \(before)") }
        return conditions.joined(separator: " AND ")
    }

    /// The records that the viewer may read, of the type and in the unit asked for.
    private func reach(_ viewer: Viewer) -> SQL {
        var whole: [String] = []
        var parts: [SQL] = []
        for known in catalogue.all where type == nil || type == known.name {
            if known.name == Attachment.description.name {
                parts += files(viewer)
                continue
            }
            guard let conditions = conditions(known, viewer) else { continue }
            guard !conditions.isEmpty else {
                whole.append(known.name)
                continue
            }
            parts.append(
                """
                (type = \(known.name) AND record_id IN (SELECT r.id FROM \(described: known.table) r
                WHERE \(conditions.joined(separator: " AND "))))
                """)
        }
        if !whole.isEmpty { parts.append("type IN (\(list: whole))") }
        return parts.isEmpty ? "1 = 0" : "(\(parts.joined(separator: " OR ")))"
    }

    /// What holds for the rows of a type, as `r`; `nil`: there are none.
    private func conditions(_ type: HistoryType, _ viewer: Viewer) -> [SQL]? {
        guard viewer.may(.read, type.name) else { return nil }
        var conditions: [SQL] = []
        if let rows = viewer.rows(.read, type.name).condition("r") { conditions.append("(\(rows))") }
        if let unit {
            guard let rows = viewer.rows(of: type.name, under: unit, "r") else { return nil }
            conditions.append("(\(rows))")
        }
        return conditions
    }

    /// The files of the records that the viewer may read.
    private func files(_ viewer: Viewer) -> [SQL] {
        catalogue.all.filter { HistorySubjects.pages.contains($0.name) }.compactMap { type in
            guard let conditions = conditions(type, viewer) else { return nil }
            let rows: SQL? =
                conditions.isEmpty
                ? nil
                : """
                AND a.subject IN (SELECT r.id FROM \(described: type.table) r
                WHERE \(conditions.joined(separator: " AND ")))
                """
            return """
                (type = \(Attachment.description.name) AND record_id IN (SELECT a.id FROM records_attachment a
                WHERE a.subject_type = \(type.name) \(rows ?? .empty)))
                """
        }
    }

    private func words(_ text: String, of column: String) -> SQL {
        let words = fold(text).split(separator: " ").prefix(8)
        guard !words.isEmpty else { return "1 = 0" }
        return words.map { word in
            let pattern = "%" + word.flatMap { "\\%_".contains($0) ? ["\\", $0] : [$0] } + "%"
            return "\(described: column) LIKE \(pattern) ESCAPE '\\'" as SQL
        }.joined(separator: " AND ")
    }
}
