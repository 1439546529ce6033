import Kernel
import Persistence
import Records
import Registry

extension MadeRegister {
    /// Writes the register as SQL in bulk, several rows a statement. One history row a cooperative stands for the rest.
    func store(in db: Connection) throws {
        for start in stride(from: 0, to: entries.count, by: 100) {
            let part = Array(entries[start..<min(start + 100, entries.count)])
            let ids = part.indices.map { Int64(start + $0 + 1) }
            try insert("registry_cooperative", Self.cooperativeColumns, zip(ids, part).map(Self.cooperative), db)
            let years = zip(ids, part).flatMap { id, entry in entry.years.map { (id, $0) } }
            try insert(
                "registry_cooperative_status", "version, cooperative_id, valid_from, status",
                years.map { "1, \($0), \($1.from), \($1.status.rawValue)" }, db)
            try insert(
                "registry_headcount", "version, cooperative_id, valid_from, members, women",
                years.map { "1, \($0), \($1.from), \($1.members), \($1.women)" }, db)
            try insert(
                "registry_charter_capital", "version, cooperative_id, valid_from, amount_vnd",
                years.map { "1, \($0), \($1.from), \($1.capital)" }, db)
            try insert(
                "registry_land_area", "version, cooperative_id, valid_from, area_m2",
                years.map { "1, \($0), \($1.from), \($1.area)" }, db)
            try insert(
                "registry_officer",
                "version, name, cooperative_id, role, sex, birth_year, search_text, sort_key",
                zip(ids, part).flatMap { id, entry in
                    entry.officers.map {
                        """
                        1, \($0.name), \(id), \($0.role.rawValue), \($0.sex.rawValue), \($0.birthYear), \(fold($0.name)),
                        \(personSortKey($0.name))
                        """
                    }
                }, db)
            try insert(
                "records_change", "at, origin, type, record_id, action, after",
                zip(ids, part).map { id, entry in
                    var after = JSONText()
                    after.add("name", .text(entry.name))
                    return "1719705600000, 'bench', 'cooperative', \(id), 'added', \(after.object)"
                }, db)
        }
    }

    private static let cooperativeColumns =
        "version, name, tax_code, established, unit_id, kind, phone, main_products, search_text, sort_key"

    private static func cooperative(_ id: Int64, _ entry: Entry) -> SQL {
        let text = fold([entry.name, entry.taxCode, entry.products].joined(separator: " | "))
        return """
            1, \(entry.name), \(entry.taxCode), \(entry.established), \(entry.commune.id), \(entry.kind.rawValue),
            \(entry.phone), \(entry.products), \(text), \(vietnameseSortKey(entry.name))
            """
    }

    private func insert(_ table: String, _ columns: String, _ rows: [SQL], _ db: Connection) throws {
        try db.run(
            """
            \(described: "INSERT INTO \(table) (\(columns)) VALUES ")\(rows.map { "(\($0))" as SQL }.joined(separator: ", "))
            """)
    }
}
