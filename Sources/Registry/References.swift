package import Kernel
package import Persistence
package import Records

// How the rows of a workbook name records of the register.

extension Unit: Referenced {
    package static let referenceName = "unit"
    package static func referenceColumns(of field: String) -> [String] { ["commune", "district"] }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        let gazetteer = try Gazetteer(db)
        return ReferenceFinder { words, row in
            guard let commune = words["commune"] else { return nil }
            return resolvePlace(commune: commune, district: words["district"], in: gazetteer, row: &row)?.number
        }
    }
}

extension Cooperative {
    package static func referenceColumns(of field: String) -> [String] {
        [field, "\(field)_tax_code", "commune", "district"]
    }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        try NamedRecords(
            "SELECT COALESCE(merged_into_id, id), name, tax_code, unit_id FROM registry_cooperative", in: db
        ).finder(of: field)
    }
}

extension CooperativeUnion {
    package static func referenceColumns(of field: String) -> [String] { [field, "\(field)_tax_code"] }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        try NamedRecords("SELECT id, name, tax_code, unit_id FROM registry_union", in: db).finder(of: field)
    }
}

extension Group {
    package static func referenceColumns(of field: String) -> [String] { [field, "commune", "district"] }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        try NamedRecords("SELECT COALESCE(merged_into_id, id), name, NULL, unit_id FROM registry_group", in: db).finder(
            of: field)
    }
}

extension PublicBody {
    package static func referenceColumns(of field: String) -> [String] { [field] }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        try NamedRecords("SELECT id, name, NULL, unit_id FROM registry_body", in: db).finder(of: field)
    }
}

/// The records of a table by tax code and by name. Among several of one name the row's commune decides.
private struct NamedRecords {
    private typealias Named = (id: Int64, unit: Unit.ID?)
    private var byTaxCode: [String: Int64] = [:]
    private var byName: [String: [Named]] = [:]
    private let gazetteer: Gazetteer

    init(_ records: SQL, in db: Connection) throws {
        gazetteer = try Gazetteer(db)
        for (id, name, code, unit) in try db.all(
            records, { (try $0[0] as Int64, try $0[1] as String, try $0[2] as String?, try $0[3] as Unit.ID?) })
        {
            let key = BusinessName(name).exact
            if !(byName[key] ?? []).contains(where: { $0.id == id }) { byName[key, default: []].append((id, unit)) }
            if let code { byTaxCode[code] = id }
        }
    }

    func finder(of field: String) -> ReferenceFinder {
        ReferenceFinder { [self] words, row in
            let codeColumn = "\(field)_tax_code"
            if let code = words[codeColumn] {
                if let found = byTaxCode[code] { return found }
                row.find(.error, "reference.unknown", in: codeColumn, ["value": code])
                return nil
            }
            guard let name = words[field] else { return nil }
            var found = byName[BusinessName(name).exact] ?? []
            if found.count > 1, let commune = words["commune"] {
                let unit = resolvePlace(commune: commune, district: words["district"], in: gazetteer, row: &row)
                found.removeAll { $0.unit != unit }
            }
            if found.count == 1 { return found[0].id }
            row.find(
                .error, found.isEmpty ? "reference.unknown" : "reference.several", in: field,
                ["value": name, "subjects": found.map { "\($0.id)" }.joined(separator: ", ")])
            return nil
        }
    }
}
