import Access
import Documents
import Foundation
import Kernel
import Persistence
import Records
import Registry
import Web

extension Wiring {
    /// The situation report as a file.
    static func situation(
        _ day: Day, _ form: ReportForm, _ t: Texts, for viewer: Viewer, in db: Connection
    ) throws -> [UInt8] {
        let gazetteer = try Gazetteer(db)
        let report = try SituationReport(asOf: day, sections: sections, gazetteer: gazetteer, for: viewer, in: db)
        switch form {
        case .json: return Array(try report.json(evidence: report.evidence(gazetteer, for: viewer, in: db)).utf8)
        case .xlsx: return try situationWorkbook(report, gazetteer, t, for: viewer, in: db)
        case .docx: return try situationDocument(report, gazetteer, texts(.vi))
        case .html: return situationPage(report, t).bytes
        }
    }

    /// The figures by unit, and behind them the lists that they count.
    private static func situationWorkbook(
        _ report: SituationReport, _ gazetteer: Gazetteer, _ t: Texts, for viewer: Viewer, in db: Connection
    ) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "hoptac-\(UUID()).xlsx").path
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
        for listing in listings where viewer.may(.export, listing.type) {
            try ListExport.sheet(
                listing, ListQuery(asOf: report.asOf, viewer.rows(.export, listing.type)), to: writer, t, in: db)
        }
        try writer.close()
        return try Files.bytes(path)
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
