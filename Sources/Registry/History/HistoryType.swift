import Access
import Kernel
import Persistence
package import Records

/// What a history needs to know of a record type: its table, its fields, and how its records are called.
struct HistoryType: Sendable {
    let name: String
    let table: String
    let fields: [HistoryField]
    /// Whether its records have names; otherwise they are called after what they belong to.
    let isNamed: Bool
    /// The column that says what a record belongs to, and the type of that.
    let owner: (column: String, type: String)?

    init<R: Record>(_ type: R.Type, personal: Set<String> = [], only shown: Set<String>? = nil) {
        let d = R.description
        let owner = d.fields.lazy.compactMap { field -> (column: String, type: String)? in
            guard case .reference(let type) = field.kind, !type.isEmpty, type != "unit", type != d.name else {
                return nil
            }
            return (field.column, type)
        }.first
        name = d.name
        table = d.table
        fields = d.shown.filter { shown?.contains($0.name) ?? true }.map {
            HistoryField(
                name: $0.name, key: d.key($0), kind: $0.kind,
                isPersonal: $0.isPersonal || personal.contains($0.name))
        }
        isNamed = d.fields.contains { $0.name == "name" }
        self.owner = owner
    }
}

/// Every record type of the program, as histories show them.
package struct RecordCatalogue: Sendable {
    let records: [any Record.Type]
    let all: [HistoryType]
    let named: [String: HistoryType]

    /// `others`: the types that parts above the register bring.
    package init(_ others: [any Record.Type] = []) {
        func made<R: Record>(_ type: R.Type) -> HistoryType { HistoryType(type) }
        records = registryRecords + others
        all =
            records.map { made($0) } + [
                HistoryType(UserAccount.self, personal: ["email", "phone"]), HistoryType(Role.self),
                HistoryType(Holding.self), HistoryType(Attachment.self, only: ["name", "media_type", "ended_on"]),
            ]
        named = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What the register alone has.
    static let registry = RecordCatalogue()
}

/// What the records of some changes are called, and where their pages are.
struct HistorySubjects: Sendable {
    struct Subject: Sendable {
        var name: String?
        /// The record with a page: itself, or what it belongs to.
        var page: (type: String, id: Int64)?
    }

    private struct Key: Hashable {
        let type: String
        let id: Int64
    }

    /// Types whose records have pages of their own.
    static let pages: Set = ["cooperative", "group", "union"]

    private var subjects: [Key: Subject] = [:]

    subscript(change: Change) -> Subject { subjects[Key(type: change.type, id: change.record)] ?? Subject() }

    init(_ changes: [Change], _ catalogue: RecordCatalogue, in db: Connection) throws {
        var ids: [String: Set<Int64>] = [:]
        for change in changes { ids[change.type, default: []].insert(change.record) }
        var owners: [Key: Key] = [:]
        for (name, ids) in ids {
            guard let type = catalogue.named[name] else { continue }
            let columns = "\(type.isNamed ? "name" : "NULL"), \(type.owner?.column ?? "NULL")"
            try db.each(
                "SELECT id, \(described: columns) FROM \(described: type.table) WHERE id IN (\(list: ids.sorted()))"
            ) {
                let key = Key(type: name, id: try $0[0])
                let owner: Int64? = try $0[2]
                subjects[key] = Subject(
                    name: try $0[1], page: Self.pages.contains(name) ? (name, key.id) : nil)
                if let owner, let type = type.owner?.type { owners[key] = Key(type: type, id: owner) }
            }
        }
        if let files = ids[Attachment.description.name] {
            try db.each(
                "SELECT id, subject_type, subject FROM records_attachment WHERE id IN (\(list: files.sorted()))"
            ) {
                let type: String = try $0[1]
                guard Self.pages.contains(type) else { return }
                subjects[Key(type: Attachment.description.name, id: try $0[0])]?.page = (type, try $0[2])
            }
        }
        for (type, keys) in Dictionary(grouping: owners, by: \.value.type) {
            guard let type = catalogue.named[type], type.isNamed else { continue }
            var names: [Int64: String] = [:]
            let ids = Set(keys.map(\.value.id)).sorted()
            try db.each("SELECT id, name FROM \(described: type.table) WHERE id IN (\(list: ids))") {
                names[try $0[0]] = try $0[1]
            }
            for (key, owner) in keys {
                if subjects[key]?.name == nil { subjects[key]?.name = names[owner.id] }
                if Self.pages.contains(owner.type) { subjects[key]?.page = (owner.type, owner.id) }
            }
        }
    }
}
