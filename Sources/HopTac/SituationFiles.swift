import Documents
import Foundation
import Kernel
import Persistence
import Records
import Registry
import Web

extension Wiring {
    /// The situation report as a file.
    static func situation(_ day: Day, _ form: ReportForm, _ t: Texts, in db: Connection) throws -> [UInt8] {
        let gazetteer = try Gazetteer(db)
        let report = try SituationReport(asOf: day, sections: sections, gazetteer: gazetteer, in: db)
        switch form {
        case .json: return Array(try report.json(evidence: report.evidence(gazetteer, in: db)).utf8)
        case .xlsx: return try situationWorkbook(report, gazetteer, t, in: db)
        case .docx: return try situationDocument(report, gazetteer, texts(.vi))
        case .html: return situationPage(report, t).bytes
        }
    }

    /// The figures by unit, and behind them the lists that they count.
    private static func situationWorkbook(
        _ report: SituationReport, _ gazetteer: Gazetteer, _ t: Texts, in db: Connection
    ) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "hoptac-\(getpid())-\(report.asOf).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }  // A file that is left behind harms nobody.
        let writer = try WorkbookWriter(path, created: Instant(milliseconds: Int64(report.asOf.number) * 86_400_000))
        let title = t("situation.title", ["date": DateText.short(report.asOf, t.language)])
        _ = try writer.sheet(
            t["situation.figures"],
            columns: [
                WorkbookColumn("ID"), WorkbookColumn(t["situation.figure"], width: 40),
                WorkbookColumn(t["situation.unit"], width: 28), WorkbookColumn(t["situation.value"], .integer),
                WorkbookColumn(t["situation.measure"]), WorkbookColumn(t["situation.numerator"], .integer),
                WorkbookColumn(t["situation.denominator"], .integer),
                WorkbookColumn(t["situation.not-reported"], .integer), WorkbookColumn(t["situation.basis"], width: 60),
            ], lines: [title])
        for value in report.all {
            try writer.row([
                .text(value.id), .text(t["figure.\(value.figure.id)"]),
                .text(value.unit.map { unitName($0, gazetteer, report.asOf, t) } ?? t["situation.whole"]),
                value.value.map(WorkbookValue.integer) ?? .empty, .text(t["measure.\(value.figure.unit.rawValue)"]),
                .integer(Int64(value.numerator)), .integer(Int64(value.denominator)),
                .integer(Int64(value.tally.notReported)),
                value.basis.map { .text($0.sentence(on: report.asOf, t)) } ?? .empty,
            ])
        }
        for listing in listings {
            try write(listing, ListQuery(asOf: report.asOf), to: writer, t, in: db)
        }
        try writer.close()
        return try Files.bytes(path)
    }

    /// A list as a sheet: numbers as numbers, dates as dates, codes as text.
    static func write(_ listing: Listing, _ query: ListQuery, to writer: WorkbookWriter, _ t: Texts, in db: Connection)
        throws
    {
        var query = query
        query.limit = nil
        _ = try writer.sheet(
            t["\(listing.type).plural"],
            columns: [WorkbookColumn("ID", .integer)]
                + listing.columns.map { WorkbookColumn(t["\(listing.type).\($0.name)"], $0.kind.workbookKind) })
        try listing.each(query, in: db) { id, _, values in
            try writer.row([.integer(id)] + zip(listing.columns, values).map { $0.kind.workbookValue($1, t) })
        }
    }

    static func unitName(_ code: String, _ gazetteer: Gazetteer, _ day: Day, _ t: Texts) -> String {
        gazetteer.unit(code, on: day)?.fullName
            ?? (code == UnitCondition.needsChoice ? t["situation.needs-choice"] : code)
    }

    private static func situationPage(_ report: SituationReport, _ t: Texts) -> HTML {
        func row(_ value: SituationReport.Value) -> HTML {
            """
            <tr><td>\(value.id)</td><td>\(t["figure.\(value.figure.id)"])</td>
            <td>\(value.value.map { NumberText.grouped($0, t.language) } ?? t["value.unknown"])</td>
            <td>\(t["measure.\(value.figure.unit.rawValue)"])</td><td>\(value.numerator)/\(value.denominator)</td>
            <td>\(value.tally.notReported)</td>
            <td>\(value.basis?.sentence(on: report.asOf, t) ?? "")</td></tr>

            """
        }
        let title = t("situation.title", ["date": DateText.short(report.asOf, t.language)])
        return """
            <!doctype html><html lang="\(t.language.rawValue)"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title)</title>
            <main><h1>\(title)</h1><table><thead><tr><th>ID</th><th>\(t["situation.figure"])</th><th>\(t["situation.value"])</th>
            <th>\(t["situation.measure"])</th><th>\(t["situation.counts"])</th><th>\(t["situation.not-reported"])</th>
            <th>\(t["situation.basis"])</th></tr></thead>
            <tbody>\(report.all, row)</tbody></table></main></html>
            """
    }
}

extension ValueKind {
    var workbookKind: WorkbookColumn.Kind {
        switch self {
        case .integer, .reference: .integer
        case .money: .money
        case .area: .decimal(places: 4)
        case .day, .partialDay: .day
        case .flag: .yesNo
        case .text, .code, .instant, .choice: .text
        }
    }

    func workbookValue(_ value: SQLValue, _ t: Texts) -> WorkbookValue {
        switch (self, value) {
        case (_, .null): .empty
        case (.integer, .integer(let number)), (.reference, .integer(let number)): .integer(number)
        case (.money, .integer(let vnd)): .money(Money(vnd: vnd))
        case (.area, .integer(let squareMetres)): .decimal(Double(squareMetres) / 10_000)
        case (.flag, .integer(let flag)): .yesNo(flag != 0)
        case (.day, .text(let iso)), (.partialDay, .text(let iso)):
            PartialDay(iso).map(WorkbookValue.partialDay) ?? .text(iso)
        default: .text(shown(value, t))
        }
    }
}
