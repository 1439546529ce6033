import Foundation
package import Kernel
package import Persistence

// What reading an upload found, kept row by row so that a page shows any part of it at once.

/// A row of the file or a finding about it, at its place in the order of the file.
package struct Placed<Value: Sendable>: Sendable {
    package let place: Int64
    package let value: Value
}

extension ImportUpload {
    func keepRows(_ result: ImportResult, in db: Connection) throws {
        for table in ["records_upload_row", "records_upload_finding"] {
            try db.run("DELETE FROM \(described: table) WHERE upload_id = \(id)")
        }
        try insert("records_upload_row (upload_id, place, sheet, row_number, title, fate, record_id)", 7, in: db) {
            result.rows.enumerated().map { place, row in
                [
                    .integer(id), .integer(Int64(place)), .text(row.sheet), .integer(Int64(row.row)),
                    .text(row.title), .text(row.fate.rawValue), row.fate == .added ? .null : row.subject.sqlValue,
                ]
            }
        }
        try insert(
            "records_upload_finding (upload_id, place, sheet, row_number, column_number, severity, code, details)", 8,
            in: db
        ) {
            try result.diagnostics.enumerated().map { place, finding in
                let details = String(decoding: try JSONEncoder().encode(finding.details), as: UTF8.self)
                return [
                    .integer(id), .integer(Int64(place)), finding.place.sheet.sqlValue, finding.place.row.sqlValue,
                    finding.place.column.sqlValue, .text(finding.severity.rawValue), .text(finding.code),
                    .text(details),
                ]
            }
        }
    }

    private func insert(
        _ table: String, _ width: Int, in db: Connection, _ rows: () throws -> [[SQLValue]]
    ) throws {
        let marks = "(" + repeatElement("?", count: width).joined(separator: ", ") + ")"
        try db.inBatches(rows()) { part in
            let all = repeatElement(marks, count: part.count).joined(separator: ", ")
            try db.run(SQL(described: "INSERT INTO \(table) VALUES \(all)", part.flatMap(\.self)))
        }
    }

    /// The rows from a place on, of one fate or of all.
    package func rows(
        from place: Int64, fate: RowFate? = nil, most: Int, in db: Connection
    ) throws -> [Placed<ImportedRow>] {
        let only: SQL = fate.map { "AND fate = \($0.rawValue)" } ?? ""
        return try db.all(
            """
            SELECT place, sheet, row_number, title, fate, record_id FROM records_upload_row
            WHERE upload_id = \(id) AND place >= \(place) \(only) ORDER BY place LIMIT \(most)
            """
        ) { row in
            guard let fate = RowFate(rawValue: try row[4]) else { throw row.unexpected(4, wanted: "fate") }
            return Placed(
                place: try row[0],
                value: ImportedRow(
                    sheet: try row[1], row: try row[2], title: try row[3], fate: fate, subject: try row[5], findings: []
                ))
        }
    }

    /// The findings from a place on, of one severity or of all.
    package func findings(
        from place: Int64, severity: Diagnostic.Severity? = nil, most: Int, in db: Connection
    ) throws -> [Placed<Diagnostic>] {
        try findings(from: place, severity.map { "AND severity = \($0.rawValue)" } ?? "", most: most, in: db)
    }

    /// What a person may answer.
    package func questions(most: Int, in db: Connection) throws -> [Diagnostic] {
        let asked: SQL =
            "AND (severity = \(Diagnostic.Severity.question.rawValue) OR code = \(Diagnostic.nearMatch))"
        return try findings(from: 0, asked, most: most, in: db).map(\.value)
    }

    private func findings(
        from place: Int64, _ only: SQL, most: Int, in db: Connection
    ) throws -> [Placed<Diagnostic>] {
        try db.all(
            """
            SELECT place, sheet, row_number, column_number, severity, code, details FROM records_upload_finding
            WHERE upload_id = \(id) AND place >= \(place) \(only) ORDER BY place LIMIT \(most)
            """
        ) { row in
            guard let severity = Diagnostic.Severity(rawValue: try row[4]) else {
                throw row.unexpected(4, wanted: "severity")
            }
            let details: String = try row[6]
            return Placed(
                place: try row[0],
                value: Diagnostic(
                    severity, try row[5], at: Place(sheet: try row[1], row: try row[2], column: try row[3]),
                    try JSONDecoder().decode([String: String].self, from: Data(details.utf8))))
        }
    }

    package func findingCounts(in db: Connection) throws -> [Diagnostic.Severity: Int] {
        var counts: [Diagnostic.Severity: Int] = [:]
        try db.each(
            "SELECT severity, count(*) FROM records_upload_finding WHERE upload_id = \(id) GROUP BY severity"
        ) { row in
            if let severity = Diagnostic.Severity(rawValue: try row[0]) { counts[severity] = try row[1] }
        }
        return counts
    }

    /// What was read, as its rows and findings were kept: enough for the annotated workbook and for answers.
    package func result(in db: Connection) throws -> ImportResult {
        var result = ImportResult(
            type: type, file: name, sha256: sha256, asOf: readAsOf ?? .unset,
            rows: try rows(from: 0, most: .max, in: db).map(\.value), findings: [], headers: [:])
        for sheet in sheets { result.headers[sheet.name] = sheet.headerRow }
        var places: [Place: Int] = [:]
        for (index, row) in result.rows.enumerated() { places[Place(sheet: row.sheet, row: row.row)] = index }
        for finding in try findings(from: 0, most: .max, in: db).map(\.value) {
            if let index = places[Place(sheet: finding.place.sheet, row: finding.place.row)] {
                result.rows[index].findings.append(finding)
            } else {
                result.findings.append(finding)
            }
        }
        return result
    }
}
