import Access
import Documents
import Foundation
import Kernel
import Persistence
import Records
import Registry

/// Everything that somebody may take out, as an auditor wants it: a CSV for each record type, the history of those
/// records, the admin units that they name, and lists of the files and of their columns. Values are as they are stored
/// (đồng, m², ISO days, codes), so that they can be added up and compared.
struct WholeExport: Sendable {
    let viewer: Viewer
    let t: Texts
    /// Why personal data is to be written out where the viewer may read it. Without a reason it is masked.
    let reason: String?

    /// A file that was written.
    struct File: Sendable {
        let name: String
        let path: String
        let rows: Int
        let sha256: String
    }

    private var tables: [ExportTable] { ExportTable.all.filter { viewer.may(.export, $0.type) } }

    /// Whether a reason would show more.
    var isMasking: Bool { tables.contains { viewer.may(.personal, $0.type) } }

    /// Writes the files into a folder that is there, in constant memory.
    func write(to folder: String, in db: Connection) throws -> [File] {
        var files: [File] = []
        func file(_ name: String, _ head: [String], _ body: (inout ExportFile) throws -> Void) throws {
            var file = try ExportFile(folder + "/" + name, head)
            try body(&file)
            let (rows, sha256) = try file.close()
            files.append(File(name: name, path: folder + "/" + name, rows: rows, sha256: sha256))
        }
        for table in tables {
            try file("\(table.type).csv", ["id", "version"] + table.columns.map(\.column)) {
                try records(of: table, to: &$0, in: db)
            }
        }
        if viewer.may(.read, "unit") {
            try file("unit.csv", ["id", "code", "full_name", "parent_code", "valid_from", "valid_to"]) { file in
                try db.each(
                    "SELECT id, code, full_name, parent_code, valid_from, valid_to FROM registry_unit ORDER BY id"
                ) { row in try file.add((0..<6).map { .stored(try row.value($0)) }) }
            }
        }
        try file("history.csv", History.head) { file in
            for table in tables { try History(table, self).write(to: &file, in: db) }
            for type in try others(db) { try History(type: type).write(to: &file, in: db) }
        }
        try file("columns.csv", ["file", "column", "label", "is_personal"]) { file in
            for table in tables {
                for column in table.columns {
                    try file.add([
                        .text("\(table.type).csv"), .text(column.column), .text(t["\(table.type).\(column.name)"]),
                        .number(column.isPersonal ? "1" : "0"),
                    ])
                }
            }
        }
        let written = files
        try file("contents.csv", ["file", "rows", "sha256"]) { file in
            for part in written { try file.add([.text(part.name), .number("\(part.rows)"), .text(part.sha256)]) }
        }
        return files
    }

    /// Types of the history that are no records of ours, such as backups: for those who may take out everything.
    private func others(_ db: Connection) throws -> [String] {
        let known = Set(ExportTable.all.map(\.type))
        return try db.all("SELECT DISTINCT type FROM records_change ORDER BY type") { try $0[0] as String }
            .filter { !known.contains($0) && viewer.may(.export, $0) && viewer.rows(.export, $0).condition("h") == nil }
    }

    /// Over the table under the alias `r`: which rows may be written out, and of which personal data too.
    func conditions(_ table: ExportTable) -> (rows: SQL, personal: SQL) {
        let rows = viewer.rows(.export, table.type).condition("r") ?? "1 = 1"
        guard reason != nil, viewer.may(.personal, table.type) else { return (rows, "1 = 0") }
        return (rows, viewer.rows(.personal, table.type).condition("r") ?? "1 = 1")
    }

    private func records(of table: ExportTable, to file: inout ExportFile, in db: Connection) throws {
        let (rows, personal) = conditions(table)
        let columns = table.columns.map { "r.\($0.column)" }.joined(separator: ", ")
        try db.each(
            """
            SELECT CASE WHEN (\(personal)) THEN 1 ELSE 0 END, r.id, r.version, \(described: columns)
            FROM \(described: table.table) r WHERE (\(rows)) ORDER BY r.id
            """
        ) { row in
            let isOpen: Bool = try row[0]
            var fields: [CsvField] = [.stored(try row.value(1)), .stored(try row.value(2))]
            for (index, column) in table.columns.enumerated() {
                let value = try row.value(index + 3)
                fields.append(
                    column.isPersonal && !isOpen ? .masked(value) : .stored(value))
            }
            try file.add(fields)
        }
    }
}

extension CsvField {
    static func stored(_ value: SQLValue) -> CsvField {
        switch value {
        case .null: .empty
        case .integer(let number): .number("\(number)")
        case .real(let number): .number("\(number)")
        case .text(let text): .text(text)
        case .bytes(let bytes): .text("\(bytes.count) B")
        }
    }

    static func masked(_ value: SQLValue) -> CsvField {
        switch value {
        case .null: .empty
        case .text(let text): .text(Registry.masked(text))
        case .integer, .real, .bytes: .text("••••")
        }
    }
}
