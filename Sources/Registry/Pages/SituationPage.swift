import Kernel
import Records
import Web

/// The front page: the situation as of a day. Every number opens the list of the records behind it.
struct SituationPage: Page {
    let asOf: AsOf
    let report: SituationReport
    let desk: Desk
    /// Record types and where their lists are.
    let paths: [String: String]
    /// Whether the report as a file is the reader's to have.
    let mayReport: Bool

    func title(_ t: Texts) -> String { t["pages.situation-title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.summary"])] }

    func body(_ t: Texts) -> HTML {
        let date = DateText.short(asOf.day, t.language)
        return """
            \(heading(
                title(t),
                note: "\(asOf.shown(t)) · \(t["pages.situation-note"])",
                actions: """
                    <form class="inline" action="/">\(dayField("as_of", t["list.as-of"], date, t))\
                    <button class="plain">\(t["list.show"])</button></form>\(mayReport ? reportLinks : nil)
                    """))
            \(desk.html(t))\(isEmpty ? emptyState(t["pages.situation-empty"]) : content(t))
            """
    }

    private var reportLinks: HTML {
        """
        \(linkButton("Word", asOf.link("/reports/situation.docx"), isMain: true))\
        \(exportLinks([
            ("Excel", asOf.link("/reports/situation.xlsx")), ("HTML", asOf.link("/reports/situation.html")),
            ("JSON", asOf.link("/reports/situation.json")),
        ]))
        """
    }

    private var isEmpty: Bool { report.figures.allSatisfy { (report[$0.id]?.tally.members ?? 0) == 0 } }

    private func content(_ t: Texts) -> HTML {
        let headlines = report.sections.flatMap(\.headlines).compactMap { report[$0] }
        return """
            \(figures(headlines.map { card($0, note: note($0, t), t) }))
            <section class="sheet">\(byUnit(t))</section>
            <div class="stack">\(report.sections.flatMap(\.divisions), { cards($0, t) })</div>
            <p class="small muted">\(t["pages.every-figure"])</p>
            """
    }

    private func cards(_ division: ReportSection.Division, _ t: Texts) -> HTML {
        let values = (division.figures + division.sometimes).compactMap { report[$0] }.filter {
            !division.sometimes.contains($0.figure.id) || $0.tally.members > 0
        }
        guard !values.isEmpty else { return .empty }
        let heading = t("pages.situation-\(division.name)", ["year": "\(report.asOf.year - 1)"])
        return """
            <section><h2>\(heading)</h2>\(basis(of: values[0], t))\
            \(figures(values.map { card($0, note: shares(of: $0, division.wholes, t), t) }))</section>
            """
    }

    /// `17/48, 35,42 % · 17/84, 20,24 %`: of each whole, never one without its counts.
    private func shares(of value: SituationReport.Value, _ wholes: [String], _ t: Texts) -> String {
        wholes.filter { $0 != value.figure.id }.compactMap { whole in
            report[whole].map {
                NumberText.share(Int64(value.tally.members), of: Int64($0.tally.members), t.language)
            }
        }.joined(separator: " · ")
    }

    /// By which act the figures are counted, whether it was in force, and what is not known without more data.
    private func basis(of value: SituationReport.Value, _ t: Texts) -> HTML? {
        value.basis.map { basis in
            let members = LawNumbers.shipped.scaleRule(on: asOf.day)?.leastMembers ?? 0
            return """
                <p class="small muted">\(basis.sentence(on: asOf.day, t)) \(t("pages.scale-rule", ["members": "\(members)"]))</p>
                """
        }
    }

    private func card(_ value: SituationReport.Value, note: String, _ t: Texts) -> FigureCard {
        FigureCard(t["figure.\(value.figure.id)"], text(value, t), note: note, address(value.figure.id))
    }

    /// The number as the page writes it: money in million đồng, areas in hectares.
    private func text(_ value: SituationReport.Value?, _ t: Texts) -> String {
        guard let value, let number = value.value else { return t["value.unknown"] }
        return switch value.figure.unit {
        case .count, .persons: NumberText.grouped(number, t.language)
        case .vnd: NumberText.millions(Money(vnd: number), t.language)
        case .squareMetres: NumberText.hectares(Area(squareMetres: number), t.language)
        }
    }

    /// What stands below a headline: its parts, its unit, and how many records report it.
    private func note(_ value: SituationReport.Value, _ t: Texts) -> String {
        func part(_ id: String) -> String? {
            report[id].flatMap { $0.tally.members == 0 ? nil : "\(text($0, t)) \(t["figure.\(id)"].lowercased())" }
        }
        var parts: [String] = []
        switch value.figure.id {
        case "cooperatives":
            parts = ["crop", "livestock", "general", "unknown_kind"].compactMap { part("cooperatives.\($0)") }
        case "members":
            if let women = report["members.women"] {
                parts.append("\(t["sex.female"]) \(text(women, t))")
                let missing = women.tally.notReported
                if missing > 0 {
                    parts.append(t("pages.women-not-reported", ["count": NumberText.grouped(missing, t.language)]))
                }
            }
        case "groups": parts = [part("group_members")].compactMap(\.self)
        default: break
        }
        if value.figure.unit == .vnd { parts.append(t["unit.million"]) }
        if value.figure.unit == .squareMetres { parts.append("ha") }
        let isMoney = value.figure.unit == .vnd
        if value.figure.unit != .count, isMoney || value.numerator < value.denominator {
            parts.append(
                t(
                    "pages.reported",
                    [
                        "part": NumberText.grouped(value.numerator, t.language),
                        "whole": NumberText.grouped(value.denominator, t.language),
                    ]))
        }
        return parts.joined(separator: " · ")
    }

    /// The list behind a figure, for the whole or for a unit.
    private func address(_ figure: String, unit: String? = nil) -> String {
        let population = report.sections.flatMap(\.populations).first { $0.figures.contains { $0.id == figure } }
        let type = population?.listing == Cooperative.dissolvedName ? "cooperative" : population?.listing
        let path = type.flatMap { paths[$0] } ?? "cooperatives"
        return asOf.link("/\(path)", [("figure", figure)] + (unit.map { [("unit", $0)] } ?? []))
    }

    private var columns: [String] {
        ["cooperatives", "members", "charter_capital", "groups"].filter { report[$0] != nil }
    }

    private func byUnit(_ t: Texts) -> HTML {
        let columns = columns
        guard let first = columns.first else { return .empty }
        let largest = report.lines.compactMap { report[first, unit: $0.code]?.value }.max() ?? 0
        let labels = columns.map { t["pages.column-\($0)"] }
        func cells(_ unit: String?) -> HTML {
            func cell(_ column: (String, String)) -> HTML {
                // Without a value no record of the unit belongs: zero.
                let value = report[column.0, unit: unit]
                let shown = value == nil ? "0" : text(value, t)
                return """
                    <td class="number" data-label="\(column.1)"><a href="\(address(column.0, unit: unit))">\(shown)</a></td>
                    """
            }
            return "\(zip(columns, labels), cell)"
        }
        func line(_ line: SituationReport.Line) -> HTML {
            // No two districts of a province share a name, but a town and a commune may.
            let name = line.unit.map { $0.level == .district ? $0.name : $0.fullName } ?? t["pages.needs-choice"]
            let count = report[first, unit: line.code]?.value ?? 0
            return """
                <tr><td class="tight"><a href="\(address(first, unit: line.code))">\(name)</a>\
                \(line.unit == nil ? " \(tag(.warn, t["pages.needs-choice-tag"]))" : nil as HTML?)</td>\
                <td class="chart">\(bar(count, of: largest))</td>\(cells(line.code))</tr>
                """
        }
        let isByDistrict = report.lines.contains { $0.unit?.level == .district }
        return table(
            t[isByDistrict ? "pages.by-district" : "pages.by-commune"],
            head: """
                \(columnHead(t["pages.unit"]))<td></td>\(labels, { columnHead($0, isNumber: true) })
                """,
            rows: "\(report.lines, line)",
            foot: "<td>\(t["pages.total"])</td><td></td>\(cells(nil))")
    }
}
