import Foundation
import Kernel
package import Persistence

/// Takes back all that an import stored, as new changes: records that it added are withdrawn, fields that it changed get
/// the values from before. All of it or nothing, and only where nothing has been built upon it since.
package struct BatchUndo: Sendable {
    /// A record that is not as the import left it, or that names one which the import added.
    package struct Hindrance: Sendable, Equatable {
        package let type: String
        package let record: Int64
    }

    let batch: Int64
    let types: [any Record.Type]

    /// `types`: every type whose records an import can change, or that can name one of those.
    package init(batch: Int64, types: [any Record.Type]) {
        self.batch = batch
        self.types = types
    }

    /// What stands in the way, as far as `most`.
    package func hindrances(most: Int = 50, in db: Connection) throws -> [Hindrance] {
        let versions = Change.Action.allCases.filter { $0.isVersion || $0 == .withdrawn }.map(\.rawValue)
        var found = try db.all(
            """
            SELECT DISTINCT later.type, later.record_id FROM records_change c
            JOIN records_change later ON later.type = c.type AND later.record_id = c.record_id AND later.id > c.id
            WHERE c.batch_id = \(batch) AND (later.batch_id IS NULL OR later.batch_id <> \(batch))
            AND later.action IN (\(list: versions)) ORDER BY later.type, later.record_id LIMIT \(most)
            """
        ) { Hindrance(type: try $0[0], record: try $0[1]) }
        for type in types where found.count < most {
            for hindrance in try naming(type, most: most, in: db) where !found.contains(hindrance) {
                found.append(hindrance)
            }
        }
        return Array(found.prefix(most))
    }

    /// Throws `import.undo-hindered`. The numbers of records withdrawn and of records set back.
    package func run(
        by act: Act, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, in db: Connection
    ) throws -> (withdrawn: Int, restored: Int) {
        guard try hindrances(most: 1, in: db).isEmpty else { throw Failure(.conflict, "import.undo-hindered") }
        let total: Int = try db.one("SELECT count(*) FROM records_change WHERE batch_id = \(batch)") { try $0[0] }
        var done = 0
        var (withdrawn, restored) = (0, 0)
        // Whoever names others goes before them.
        let ordered = byReference
        for type in ordered {
            restored += try restore(type, by: act, in: db) {
                done += $0
                progress(done, total)
            }
        }
        for type in ordered {
            withdrawn += try withdraw(type, by: act, in: db) {
                done += $0
                progress(done, total)
            }
        }
        return (withdrawn, restored)
    }

    /// The numbers of a type's records that the import added.
    private func added(_ type: String) -> SQL {
        """
        SELECT record_id FROM records_change
        WHERE batch_id = \(batch) AND type = \(type) AND action = \(Change.Action.added.rawValue)
        """
    }

    /// Records of the type that the import did not add and that name ones which it did.
    private func naming<R: Record>(_ type: R.Type, most: Int, in db: Connection) throws -> [Hindrance] {
        let d = R.description
        return try d.fields.flatMap { field -> [Hindrance] in
            guard case .reference(let named) = field.kind else { return [] }
            return try db.all(
                """
                SELECT id FROM \(described: d.table) WHERE \(described: field.column) IN (\(added(named)))
                AND id NOT IN (\(added(d.name))) ORDER BY id LIMIT \(most)
                """
            ) { Hindrance(type: d.name, record: try $0[0]) }
        }
    }

    private var byReference: [any Record.Type] {
        var rest = types
        var ordered: [any Record.Type] = []
        while !rest.isEmpty {
            let named = Set(rest.flatMap { type in Self.named(by: type).subtracting([Self.name(type)]) })
            let free = rest.firstIndex { !named.contains(Self.name($0)) } ?? 0
            ordered.append(rest.remove(at: free))
        }
        return ordered
    }

    private static func name<R: Record>(_ type: R.Type) -> String { R.description.name }

    private static func named<R: Record>(by type: R.Type) -> Set<String> {
        Set(
            R.description.fields.compactMap { field in
                if case .reference(let named) = field.kind { named } else { nil }
            })
    }

    private func withdraw<R: Record>(
        _ type: R.Type, by act: Act, in db: Connection, _ done: (Int) -> Void
    ) throws -> Int {
        let ids = try db.all("\(added(R.description.name)) ORDER BY id DESC") { try $0[0] as Int64 }
        for start in stride(from: 0, to: ids.count, by: 500) {
            let part = ids[start..<min(start + 500, ids.count)]
            try db.withdraw(R.list(where: "id IN (\(list: part)) ORDER BY id DESC", in: db), by: act)
            done(part.count)
        }
        return ids.count
    }

    private func restore<R: Record>(
        _ type: R.Type, by act: Act, in db: Connection, _ done: (Int) -> Void
    ) throws -> Int {
        let d = R.description
        var before: [Int64: [String: SQLValue]] = [:]
        try db.each(
            """
            SELECT record_id, before FROM records_change WHERE batch_id = \(batch) AND type = \(d.name)
            AND before IS NOT NULL AND record_id NOT IN (\(added(d.name))) ORDER BY id
            """
        ) { row in
            let earlier: String = try row[1]
            // Of several changes the first says how it was.
            before[try row[0], default: [:]].merge(JSONText.values(earlier)) { first, _ in first }
        }
        for (id, values) in before.sorted(by: { $0.key < $1.key }) {
            let record = try R.find(Identifier(id), in: db)
            // The row as it was, read like any other.
            let columns = d.fields.map { field -> SQL in
                guard let value = values[field.name] else { return SQL(described: field.column) }
                return "CASE WHEN 1 = 1 THEN \(value) ELSE \(described: field.column) END"
            }
            let restored = try db.one(
                """
                SELECT id, version, \(columns.joined(separator: ", ")) FROM \(described: d.table) WHERE id = \(id)
                """, d.read)
            try db.update(restored, from: record, by: act, action: .corrected)
            done(1)
        }
        return before.count
    }
}

extension JSONText {
    /// The values of an object as a row of history has it.
    package static func values(_ object: String) -> [String: SQLValue] {
        guard let read = try? JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any] else {
            return [:]
        }
        return read.compactMapValues { value in
            switch value {
            case let text as String: .text(text)
            case let number as NSNumber: .integer(number.int64Value)
            case is NSNull: .null
            default: nil
            }
        }
    }
}
