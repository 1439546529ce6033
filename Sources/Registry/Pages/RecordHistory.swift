import Access
import Foundation
import Kernel
import Persistence
import Records
import Web

/// The changes of a record and of the facts about it, with the imports they came from.
struct RecordHistory: Sendable {
    /// Where a change came from when it came with a file.
    struct Source: Sendable {
        let file: String
        let on: Day
    }

    /// Newest first.
    let changes: [Change]
    /// The record's own type.
    private let type: String
    private let sources: [Int64: Source]
    private let accounts: [Identifier<Account>: String]

    /// A type whose records belong to another record, and the column that says to which.
    struct Part {
        let type: String
        let table: String
        let key: String

        init<R: Record>(_ type: R.Type, _ key: String) {
            self.type = R.description.name
            table = R.description.table
            self.key = key
        }
    }

    /// Parts that the viewer may not read are left out.
    init<R: Record>(
        of type: R.Type, _ id: Identifier<R>, parts: [Part], for viewer: Viewer, in db: Connection
    ) throws {
        var conditions: [SQL] = ["type = \(R.description.name) AND record_id = \(id)"]
        for part in parts where viewer.may(.read, part.type) {
            conditions.append(
                """
                type = \(part.type) AND record_id IN
                (SELECT id FROM \(described: part.table) WHERE \(described: part.key) = \(id))
                """)
        }
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
        self.type = R.description.name
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

    /// Who did what, when, field by field in words.
    func list(_ gazetteer: Gazetteer, _ t: Texts) -> HTML {
        func happening(_ change: Change) -> Happening {
            var lines: [HTML] = [
                "\(origin(change, t))\(change.account.map { " · \(accounts[$0] ?? "\($0)")" } as HTML?)"
            ]
            if let reason = change.reason { lines.append("\(t["pages.reason"]): \(reason)") }
            let fields = fields(change, gazetteer, t)
            lines += change.action == .added ? [fields.joined(separator: " · ")] : fields
            return Happening(
                "\(t["change.\(change.action.rawValue)"]) · \(t["type.\(change.type)"])",
                when: DateText.short(change.at, t.language), source: lines.joined(separator: "<br>"))
        }
        return """
            <section class="sheet"><h2>\(t["pages.history"])</h2>\
            \(changes.isEmpty ? emptyState(t["pages.no-history"]) : timeline(changes.map(happening)))</section>
            """
    }

    private func fields(_ change: Change, _ gazetteer: Gazetteer, _ t: Texts) -> [HTML] {
        let (before, after) = (values(change.before), values(change.after))
        return (HistoryField.all[change.type] ?? []).compactMap { field in
            // That a fact is about this record goes without saying.
            guard before[field.name] != nil || after[field.name] != nil, field.kind != .reference(type) else {
                return nil
            }
            let becomes = field.shown(after[field.name] ?? .null, gazetteer, t)
            guard before[field.name] != nil else { return "\(t[field.key]): \(becomes)" }
            return "\(t[field.key]): \(field.shown(before[field.name] ?? .null, gazetteer, t)) → \(becomes)"
        }
    }

    private func values(_ json: String?) -> [String: SQLValue] {
        guard let json, let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            return [:]
        }
        return object.compactMapValues { value in
            switch value {
            case let text as String: .text(text)
            case let number as NSNumber: .integer(number.int64Value)
            case is NSNull: .null
            default: nil
            }
        }
    }
}

/// How a field of any record type is shown in a history.
struct HistoryField: Sendable {
    let name: String
    let key: String
    let kind: ValueKind
    let isPersonal: Bool

    static let all: [String: [HistoryField]] = Dictionary(
        (registryRecords + accessRecords).map { of($0) }, uniquingKeysWith: { first, _ in first })

    private static func of<R: Record>(_ type: R.Type) -> (String, [HistoryField]) {
        let description = R.description
        return (
            description.name,
            description.fields.map {
                HistoryField(name: $0.name, key: description.key($0), kind: $0.kind, isPersonal: $0.isPersonal)
            }
        )
    }

    func shown(_ value: SQLValue, _ gazetteer: Gazetteer, _ t: Texts) -> String {
        switch value {
        case .null: return t["value.unknown"]
        case .integer(let id) where name == "unit": return gazetteer.unit(Identifier(id))?.fullName ?? "\(id)"
        case .text(let text) where isPersonal: return masked(text)
        case .integer where isPersonal: return "••••"
        default: break
        }
        let shown = kind.shown(value, t)
        return switch kind {
        case .money: "\(shown) \(t["unit.million"])"
        case .area: "\(shown) ha"
        default: shown
        }
    }
}

/// `095•• •••12`: enough to recognise a number that one knows.
package func masked(_ text: String) -> String {
    guard text.count >= 8, text.allSatisfy(\.isNumber) else { return "\(text.prefix(1))•••" }
    return "\(text.prefix(3))•• •••\(text.suffix(2))"
}
