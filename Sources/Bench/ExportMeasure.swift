import Documents
import Foundation
import Kernel
import Persistence
import Records
import Web

/// The export of a long list to a workbook, in a process of its own.
struct ExportMeasure {
    let run: Run
    let rows: Int

    /// One row a fact and cooperative, so that a long list needs no larger register.
    private static func listing(_ rows: Int) -> Listing {
        Listing(
            "cooperative", path: "facts",
            table: """
                (SELECT h.id * 2 + n.n AS id, c.name, c.tax_code, c.phone, c.sort_key, c.search_text, h.valid_from,
                h.members, k.amount_vnd FROM registry_headcount h
                JOIN registry_cooperative c ON c.id = h.cooperative_id
                JOIN registry_charter_capital k ON k.cooperative_id = c.id AND k.valid_from = h.valid_from
                CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) n LIMIT \(rows))
                """, alias: "f",
            columns: [
                .init("name", "f.name", .text), .init("tax_code", "f.tax_code", .code),
                .init("phone", "f.phone", .code),
                .init("established", "f.valid_from", .day), .init("members", "f.members", .integer),
                .init("charter_capital", "f.amount_vnd", .money),
            ], filters: [], joins: { _ in .empty }, exists: { _ in "1 = 1" })
    }

    func figures() async throws -> [Measured] {
        let file = "\(run.folder)/export.xlsx"
        let (seconds, peakMiB) = try await Child.run(
            CommandLine.arguments[0], ["export", "\(run.filled)#\(rows)", file], output: "\(run.folder)/export.log")
        let database = try await Database.open(run.filled)
        let floor = try await Stopwatch.seconds {
            try await database.read { db in
                try Self.listing(rows).each(ListQuery.all, in: db) { _, _, _ in }
                try writeSameRow(file + ".floor.xlsx")
            }
        }.0
        await database.close()
        print("\(run.engine): " + (try readBack(file)))
        return [
            Measured(name: "export of \(rows) rows", unit: .seconds, value: seconds, floor: floor, budget: .none),
            Measured(name: "export, memory", unit: .mebibytes, value: peakMiB, floor: nil, budget: .value(150)),
        ]
    }

    /// In the child process.
    static func child(address: String, file: String) async throws {
        let parts = address.split(separator: "#")
        guard parts.count == 2, let rows = Int(parts[1]) else { exit(2) }
        let database = try await Database.open(String(parts[0]))
        let t = HopTacBench.texts(.vi)
        try await database.read { db in
            try ListExport.write(listing(rows), ListQuery.all, .xlsx, to: file, t, in: db)
        }
        await database.close()
    }

    /// The workbook alone: as many rows, all the same.
    private func writeSameRow(_ path: String) throws {
        let writer = try WorkbookWriter(path, created: Instant(milliseconds: 0))
        try writer.sheet(
            "1",
            columns: [
                WorkbookColumn("1", .integer), WorkbookColumn("2"), WorkbookColumn("3"), WorkbookColumn("4"),
                WorkbookColumn("5", .day), WorkbookColumn("6", .integer), WorkbookColumn("7", .money),
            ])
        for number in 0..<rows {
            try writer.row([
                .integer(Int64(number)), .text("HTX Nông nghiệp An Phú"), .text("3700000000"), .text("0910000000"),
                .day(MadeRegister.asOf), .integer(21), .money(1_500_000_000),
            ])
        }
        try writer.close()
    }

    /// Has openpyxl say of which type each column is.
    private func readBack(_ file: String) throws -> String {
        let script = """
            import openpyxl, sys
            rows = list(openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows())[1:]
            kinds = [sorted({'date' if c.is_date else c.data_type for c in column}) for column in zip(*rows)]
            print(len(rows), 'rows read back by openpyxl, types by column:', *('/'.join(k) for k in kinds))
            """
        let output = "\(run.folder)/openpyxl.log"
        let ended = try Child("/usr/bin/env", ["python3", "-c", script, file], output: output).end()
        let said = try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return ended.status == 0 ? said : "not read back: " + (said.split(separator: "\n").last ?? "")
    }
}

extension ListQuery {
    fileprivate static var all: ListQuery {
        var query = ListQuery(asOf: MadeRegister.asOf, .all)
        query.limit = nil
        return query
    }
}
