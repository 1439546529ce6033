package import Documents
import Foundation
package import Kernel
package import Persistence
package import Records

/// A list as a file. All rows that the page would show on all its pages, in its order.
package enum ListExport {
    package enum Form: String, CaseIterable, Sendable {
        case xlsx, csv, json

        package var mediaType: String {
            switch self {
            case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case .csv: "text/csv; charset=utf-8"
            case .json: "application/x-ndjson; charset=utf-8"
            }
        }
    }

    /// Writes the file in constant memory. `.json` is one object a line. `columns`: those to write, all by default.
    package static func write(
        _ listing: Listing, _ question: ListQuery, _ form: Form, columns: [Int]? = nil, to path: String, _ t: Texts,
        in db: Connection
    ) throws {
        var question = question
        question.limit = nil
        question.after = nil
        let columns = columns ?? Array(listing.columns.indices)
        guard form == .xlsx else { return try lines(listing, question, form, columns, to: path, t, in: db) }
        let day = Instant(milliseconds: Int64(question.asOf.number) * 86_400_000)
        let writer = try WorkbookWriter(path, created: day)
        try sheet(listing, question, columns: columns, to: writer, t, in: db)
        try writer.close()
    }

    /// A list as a sheet: numbers as numbers, days as days, codes as text, money in whole đồng, areas in hectares.
    package static func sheet(
        _ listing: Listing, _ question: ListQuery, columns: [Int]? = nil, to writer: WorkbookWriter, _ t: Texts,
        in db: Connection
    ) throws {
        let columns = columns ?? Array(listing.columns.indices)
        var question = question
        question.limit = nil
        try writer.sheet(
            t["\(listing.type).plural"],
            columns: [WorkbookColumn("ID", .integer)]
                + columns.map { index in
                    let column = listing.columns[index]
                    return WorkbookColumn(label(column, of: listing, t, isExact: true), column.kind.columnKind)
                })
        try listing.each(question, in: db) { id, _, values in
            try writer.row([.integer(id)] + columns.map { listing.columns[$0].kind.cell(values[$0], t) })
        }
    }

    /// The words over a column, with the unit of its numbers. `isExact`: money in đồng, not in millions.
    package static func label(
        _ column: Listing.Column, of listing: Listing, _ t: Texts, isExact: Bool = false
    ) -> String {
        let label = t["\(listing.type).\(column.name)"]
        return switch column.kind {
        case .money: "\(label) (\(t[isExact ? "unit.dong" : "unit.million-short"]))"
        case .area: "\(label) (ha)"
        default: label
        }
    }

    private static func lines(
        _ listing: Listing, _ question: ListQuery, _ form: Form, _ columns: [Int], to path: String, _ t: Texts,
        in db: Connection
    ) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw Failure(.unavailable, "list.export-unwritable") }
        func write(_ bytes: [UInt8]) throws {
            do { try file.write(contentsOf: bytes) } catch { throw Failure(.unavailable, "list.export-unwritable") }
        }
        if form == .csv {
            var writer = CsvWriter()
            writer.add([.text("ID")] + columns.map { .text(label(listing.columns[$0], of: listing, t, isExact: true)) })
            try listing.each(question, in: db) { id, _, values in
                writer.add([.number("\(id)")] + columns.map { listing.columns[$0].kind.csvField(values[$0], t) })
                if writer.bytes.count > 1 << 16 { try write(writer.take()) }
            }
            try write(writer.take())
        } else {
            var pending: [UInt8] = []
            try listing.each(question, in: db) { id, _, values in
                var object = JSONText()
                object.add("id", .integer(id))
                for index in columns { object.add(listing.columns[index].name, values[index]) }
                pending += (object.object + "\n").utf8
                if pending.count > 1 << 16 {
                    try write(pending)
                    pending.removeAll(keepingCapacity: true)
                }
            }
            try write(pending)
        }
        try file.close()
    }
}

extension ValueKind {
    var columnKind: WorkbookColumn.Kind {
        switch self {
        case .integer, .year, .reference: .integer
        case .money: .money
        case .area: .decimal(places: 4)
        case .hundredths: .decimal(places: 2)
        case .day, .partialDay: .day
        case .flag: .yesNo
        case .text, .code, .instant, .choice: .text
        }
    }

    func cell(_ value: SQLValue, _ t: Texts) -> WorkbookValue {
        switch (self, value) {
        case (_, .null): .empty
        case (.integer, .integer(let number)), (.year, .integer(let number)), (.reference, .integer(let number)):
            .integer(number)
        case (.money, .integer(let vnd)): .money(Money(vnd: vnd))
        case (.area, .integer(let squareMetres)): .decimal(Double(squareMetres) / 10_000)
        case (.hundredths, .integer(let count)): .decimal(Double(count) / 100)
        case (.flag, .integer(let flag)): .yesNo(flag != 0)
        case (.day, .text(let iso)), (.partialDay, .text(let iso)):
            PartialDay(iso).map(WorkbookValue.partialDay) ?? .text(iso)
        default: .text(shown(value, t))
        }
    }

    /// Numbers without separators, money in đồng, areas in hectares, days as `2024-06-30`.
    package func csvField(_ value: SQLValue, _ t: Texts) -> CsvField {
        switch (self, value) {
        case (_, .null): .empty
        case (.integer, .integer(let number)), (.year, .integer(let number)), (.reference, .integer(let number)),
            (.money, .integer(let number)):
            .number(String(number))
        case (.area, .integer(let squareMetres)): .number(String(Double(squareMetres) / 10_000))
        case (.hundredths, .integer(let count)): .number(String(Double(count) / 100))
        case (.day, .text(let iso)), (.partialDay, .text(let iso)): .text(iso)
        default: .text(shown(value, t))
        }
    }
}
