package import Kernel
package import Persistence

/// References of the register that lead nowhere, and units whose place in time has not been worked out.
package func registryFindings(in db: Connection) throws -> [Diagnostic] {
    let references: [(table: String, column: String, target: String)] = [
        ("registry_cooperative", "unit_id", "registry_unit"),
        ("registry_cooperative_status", "cooperative_id", "registry_cooperative"),
        ("registry_headcount", "cooperative_id", "registry_cooperative"),
        ("registry_charter_capital", "cooperative_id", "registry_cooperative"),
        ("registry_land_area", "cooperative_id", "registry_cooperative"),
        ("registry_officer", "cooperative_id", "registry_cooperative"),
        ("registry_group", "unit_id", "registry_unit"),
        ("registry_group_headcount", "group_id", "registry_group"),
        ("registry_union", "unit_id", "registry_unit"),
        ("registry_union_membership", "union_id", "registry_union"),
        ("registry_union_membership", "cooperative_id", "registry_cooperative"),
    ]
    var findings: [Diagnostic] = []
    for (table, column, target) in references {
        let sql = SQL(
            described: """
                SELECT id, \(column) FROM \(table) t
                WHERE \(column) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \(target) r WHERE r.id = t.\(column))
                """)
        for (id, missing) in try db.all(sql, { (try $0[0] as Int64, try $0[1] as Int64) }) {
            findings.append(
                Diagnostic(
                    .error, "integrity.reference",
                    ["table": table, "id": "\(id)", "column": column, "missing": "\(missing)"]))
        }
    }
    try db.each(
        """
        SELECT id, full_name FROM registry_unit u
        WHERE NOT EXISTS (SELECT 1 FROM registry_unit_span s WHERE s.unit_id = u.id)
        """
    ) { row in
        findings.append(
            Diagnostic(.error, "integrity.unit-without-place", ["id": "\(try row[0] as Int64)", "unit": try row[1]]))
    }
    return findings
}
