package import Kernel
package import Persistence

/// What is wrong with the rows of a type: derived columns that do not follow from the fields, rows without history,
/// history whose last version is not the row's.
package func integrityFindings<R: Record>(of type: R.Type, in db: Connection) throws -> [Diagnostic] {
    let d = R.description
    var findings: [Diagnostic] = []
    func find(_ code: String, _ id: Int64) {
        findings.append(Diagnostic(.error, code, ["type": "@type.\(d.name)", "id": "\(id)"]))
    }
    var versions: [Int64: Int64] = [:]
    let actions = Change.Action.allCases.filter(\.isVersion).map(\.rawValue)
    try db.each(
        """
        SELECT record_id, count(*) FROM records_change
        WHERE type = \(d.name) AND action IN (\(list: actions)) GROUP BY record_id
        """
    ) { versions[try $0[0]] = try $0[1] }
    let derived = d.sortKey == nil ? "" : ", search_text, sort_key"
    try db.each(SQL(described: "SELECT \(d.selectList)\(derived) FROM \(d.table)")) { row in
        let record = try d.read(row)
        if d.sortKey != nil {
            let values = d.values(of: record).suffix(2)
            let stored = [try row.value(d.fields.count + 2), try row.value(d.fields.count + 3)]
            if Array(values) != stored { find("integrity.derived", record.id.number) }
        }
        if versions[record.id.number] != Int64(record.version) { find("integrity.history", record.id.number) }
    }
    return findings
}
