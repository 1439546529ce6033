package import Kernel
package import Persistence
package import Records

/// The words with which a row of any list names a cooperative.
package struct CooperativeWords: Sendable, Equatable {
    package var name = ""
    package var taxCode: String?
    package var commune: String?
    package var district: String?

    package init() {}

    /// Their columns: `name`, `tax_code`, `commune` and `district`.
    package static func columns<Entry: Sendable, Context: Sendable>(
        _ words: any (WritableKeyPath<Entry, CooperativeWords> & Sendable)
    ) -> [ImportColumn<Entry, Context>] {
        [
            ImportColumn("name", required: true) { cell, entry, _ in
                entry[keyPath: words].name = cell.name() ?? ""
            },
            ImportColumn("tax_code") { cell, entry, _ in entry[keyPath: words].taxCode = cell.taxCode() },
            ImportColumn("commune") { cell, entry, _ in entry[keyPath: words].commune = cell.text() },
            ImportColumn("district") { cell, entry, _ in entry[keyPath: words].district = cell.text() },
        ]
    }
}

/// Finds the cooperatives that the rows of a list name: by tax code; by name and commune; by a name that only one has
/// there. What is found by a name that is spelt otherwise is said; what is not found at all is an error.
package struct CooperativeFinder: Sendable {
    private struct Known: Sendable {
        let id: Cooperative.ID
        let name: BusinessName
        let text: String
        let taxCode: String?
        /// Where it may be said to lie on the list's day, and what is above that.
        let codes: Set<String>
    }

    private let gazetteer: Gazetteer
    private let known: [Known]
    private let byTaxCode: [String: Int]
    private let byName: [String: [Int]]

    package init(asOf: Day, in db: Connection) throws {
        let gazetteer = try Gazetteer(db)
        self.gazetteer = gazetteer
        var units = ListedUnits(gazetteer, on: asOf)
        var codes: [Unit.ID: Set<String>] = [:]
        known = try db.all(
            "SELECT id, name, tax_code, unit_id FROM registry_cooperative WHERE merged_into_id IS NULL ORDER BY id"
        ) { row in
            let unit: Unit.ID = try row[3]
            let around =
                codes[unit]
                ?? Set(
                    units.units(of: unit).flatMap { id -> [String] in
                        let path = gazetteer.path(of: id, on: asOf)
                        return [path?.province, path?.district, path?.commune].compactMap(\.self)
                    })
            codes[unit] = around
            let name: String = try row[1]
            return Known(
                id: try row[0], name: BusinessName(name), text: name, taxCode: try row[2], codes: around)
        }
        byTaxCode = Dictionary(
            known.enumerated().compactMap { index, known in known.taxCode.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        byName = Dictionary(grouping: known.indices, by: { [known] in known[$0].name.exact })
    }

    /// The cooperative of a row; what keeps it from being told is said in the row's findings.
    package func find<Context>(_ words: CooperativeWords, _ row: inout RowReading<Context>) -> Cooperative.ID? {
        if let code = words.taxCode {
            if let index = byTaxCode[code] { return known[index].id }
            row.find(.error, "reference.unknown", in: "tax_code", ["value": code])
            return nil
        }
        guard !words.name.isEmpty, !row.isBad("tax_code") else { return nil }
        let name = BusinessName(words.name)
        let area = code(of: words, &row)
        func here(_ indices: [Int]) -> [Int] { indices.filter { area.map(known[$0].codes.contains) ?? true } }
        let exact = here(byName[name.exact] ?? [])
        if exact.count == 1 { return known[exact[0]].id }
        // Without an area, names that only nearly agree are too many to mean anything.
        let near = exact.isEmpty && area != nil ? here(Array(known.indices)).filter { name.isNear(known[$0].name) } : []
        if near.count == 1 {
            row.find(
                .warning, "reference.spelt-otherwise", in: "name",
                ["value": words.name, "name": known[near[0]].text, "subject": "\(known[near[0]].id)"])
            return known[near[0]].id
        }
        let several = exact.isEmpty ? near : exact
        row.find(
            .error, several.isEmpty ? "reference.unknown" : "reference.several", in: "name",
            ["value": words.name, "subjects": several.map { "\(known[$0].id)" }.joined(separator: ", ")])
        return nil
    }

    /// The code of the commune, or of the district, that the row names.
    private func code<Context>(of words: CooperativeWords, _ row: inout RowReading<Context>) -> String? {
        if let commune = words.commune {
            let unit = resolvePlace(commune: commune, district: words.district, in: gazetteer, row: &row)
            return unit.flatMap { gazetteer.unit($0)?.code }
        }
        let district = words.district ?? row.sheet.name
        if case .one(let unit, _) = gazetteer.district(district, on: row.asOf) { return unit.code }
        // A list of today names a commune where earlier ones named a district.
        if words.district != nil, case .one(let unit, _) = gazetteer.find(commune: district, on: row.asOf) {
            return unit.code
        }
        return nil
    }
}
