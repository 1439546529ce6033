import Documents
import Foundation
import Kernel
import Persistence
import Registry

/// The program importing a generated workbook into a register that has only units, and again.
struct ImportMeasures {
    let run: Run
    let register: MadeRegister

    private static let tables = [
        "registry_cooperative", "registry_cooperative_status", "registry_headcount", "registry_charter_capital",
        "registry_land_area", "registry_officer", "records_change", "records_import_row",
    ]

    func figures() async throws -> [Measured] {
        let file = "\(run.folder)/register.xlsx"
        try register.workbook(file)
        let database = try await run.prepared(run.empty)
        await database.close()
        let first = try await importing(file)
        let reading = try await Stopwatch.seconds { try read(file) }.0
        let writing = try await rewriting()
        let second = try await importing(file)
        let count = try await stored()
        guard count == register.entries.count else {
            throw Failure(
                .defect, "bench.import-incomplete", ["stored": "\(count)", "rows": "\(register.entries.count)"])
        }
        let rows = register.entries.count
        return [
            Measured(
                name: "import of \(rows) rows", unit: .seconds, value: first.seconds, floor: reading + writing.write,
                budget: .value(5)),
            Measured(name: "import, memory", unit: .mebibytes, value: first.peakMiB, floor: nil, budget: .value(150)),
            Measured(
                name: "import again", unit: .seconds, value: second.seconds, floor: reading + writing.read,
                budget: .value(2)),
            Measured(
                name: "import again, memory", unit: .mebibytes, value: second.peakMiB, floor: nil, budget: .value(150)),
        ]
    }

    private func importing(_ file: String) async throws -> (seconds: Double, peakMiB: Double) {
        try await Child.run(
            run.hoptac, ["import", file, "--apply", "--database", run.empty], output: "\(run.folder)/import.log")
    }

    /// The cells alone.
    private func read(_ file: String) throws {
        let workbook = try Workbook.open(bytes: Array(Data(contentsOf: URL(fileURLWithPath: file))))
        for sheet in workbook.sheets.indices { _ = try workbook.read(sheet: sheet) { _ in } }
    }

    private func stored() async throws -> Int {
        let database = try await Database.open(run.empty)
        let count = try await database.read { db in
            try db.one("SELECT count(*) FROM registry_cooperative") { try $0[0] as Int }
        }
        await database.close()
        return count
    }

    /// Reads what the import stored, and has the engine itself write the same rows once more, with all indexes, into
    /// tables of the same shape: as few statements as there can be.
    private func rewriting() async throws -> (read: Double, write: Double) {
        let database = try await Database.open(run.empty)
        let read = try await Stopwatch.seconds {
            try await database.read { db in
                for table in Self.tables.dropLast(2) { try db.run(SQL(described: "SELECT * FROM \(table)")) }
            }
        }.0
        struct Withdrawn: Error {}
        let write = try await Stopwatch.seconds {
            do {
                try await database.write { db in
                    for table in Self.tables { try copy(table, db) }
                    throw Withdrawn()
                }
            } catch is Withdrawn {}
        }.0
        await database.close()
        return (read, write)
    }

    /// Writes a table's rows again under other ids.
    private func copy(_ table: String, _ db: Connection) throws {
        let columns: [String]
        switch db.engine {
        case .sqlite: columns = try db.all("SELECT name FROM pragma_table_info(\(table))") { try $0[0] }
        case .postgres:
            columns = try db.all(
                """
                SELECT column_name::text FROM information_schema.columns WHERE table_name = \(table)
                ORDER BY ordinal_position
                """
            ) { try $0[0] }
        }
        let own = columns.filter { $0 != "id" }
        let chosen = own.map { column in
            switch column {
            case "tax_code", "registration_number": "'x' || \(column)"
            case "valid_from": "'0' || \(column)"
            case "row_number": "row_number + 10000000"
            default: column
            }
        }
        try db.run(
            SQL(
                described: "INSERT INTO \(table) (\(own.joined(separator: ", "))) "
                    + "SELECT \(chosen.joined(separator: ", ")) FROM \(table)"))
    }
}
