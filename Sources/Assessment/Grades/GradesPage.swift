import Kernel
import Records
import Registry
import Web

/// The grades of a year by unit and by kind of production. A count opens the list of what it counts.
struct GradesPage: Page {
    let asOf: AsOf
    let counts: GradeCounts
    /// What was asked for, with its name, and what can be asked for.
    let unit: String?
    let unitName: String?
    let units: [Option]
    let mayReadCooperatives: Bool
    let mayReadPlans: Bool
    let mayExport: Bool

    private var year: Year { counts.year }

    func title(_ t: Texts) -> String { t("grades.title", ["year": "\(year)"]) }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["navigation.yearly"])] + (unit == nil ? [] : [Crumb(title(t), asOf.link("/grades", asked(unit: nil)))])
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t), note: "\(unitName.map { "\($0) · " } ?? "")\(asOf.shown(t))",
            actions: mayExport ? exportLinks([("JSON", asOf.link("/grades.json", asked(unit: unit)))]) : nil))
        \(gradeFilter("/grades", [yearField("year", t["outcome.year"], "\(year)")], unit, units, asOf, t))
        \(counts.whole.all == 0 ? emptyState(t["grades.nobody"]) : content(t))
        """
    }

    private func content(_ t: Texts) -> HTML {
        """
        \(unadvised(t))
        <section class="sheet">\(whole(t))<p class="small muted">\(t["grades.note"])</p></section>
        \(sections(t), { $0 })
        <p><a href="\(asOf.link("/grades/movement", movement))">\(t("grades.to-movement", ["year": "\(year.previous)"]))</a></p>
        """
    }

    private var movement: [(name: String, value: String)] {
        [("from", "\(year.previous)"), ("to", "\(year)")] + (unit.map { [("unit", $0)] } ?? [])
    }

    private func sections(_ t: Texts) -> [HTML] {
        let units = counts.lines.map { line in
            Row(
                name: unitCell(line, t), spread: line.spread,
                isListed: line.unit != nil || unit == nil, asked: [("unit", line.code)])
        }
        let kinds = counts.kinds.map { kind, spread in
            Row(
                name: "\(kind.map { t[$0.textKey] } ?? t["figure.cooperatives.unknown_kind"])", spread: spread,
                asked: (unit.map { [("unit", $0)] } ?? []) + [("kind", kind?.rawValue ?? "unknown")])
        }
        return [(t["grades.by-unit"], t["pages.unit"], units), (t["grades.by-kind"], t["cooperative.kind"], kinds)]
            .compactMap { title, head, rows in rows.isEmpty ? nil : section(title, head, rows, t) }
    }

    // MARK: What it opens

    private func asked(unit: String?) -> [(name: String, value: String)] {
        [("year", "\(year)")] + (unit.map { [("unit", $0)] } ?? [])
    }

    /// Some of the cooperatives: what they are called, and what asks lists for them.
    private struct Row {
        let name: HTML
        let spread: GradeCounts.Spread
        /// Whether lists can show exactly them: not those of a part of the country who need a new commune.
        var isListed = true
        let asked: [(name: String, value: String)]
    }

    private func unitCell(_ line: GradeCounts.Line, _ t: Texts) -> HTML {
        guard let unit = line.unit else { return "\(tag(.warn, t["pages.needs-choice"]))" }
        // No two districts of a province share a name, but a town and a commune may.
        let name = unit.level == .district ? unit.name : unit.fullName
        return "<a href=\"\(asOf.link("/grades", asked(unit: line.code)))\">\(name)</a>"
    }

    /// A count of outcomes, with the list that shows exactly these.
    private func outcomes(_ count: Int, _ row: Row, _ filter: (name: String, value: String), _ t: Texts) -> HTML {
        let shown = NumberText.grouped(count, t.language)
        guard row.isListed, count > 0 else { return "\(shown)" }
        let address = asOf.link(
            "/outcomes", [("year", "\(year)")] + row.asked + [filter, ("registered", Registered.yes.rawValue)])
        return "<a href=\"\(address)\">\(shown)</a>"
    }

    /// A count of cooperatives. Without `figure` of all of them.
    private func cooperatives(_ count: Int, _ row: Row, figure: String?, _ t: Texts) -> HTML {
        let shown = NumberText.grouped(count, t.language)
        // The figure is that of the day's year before.
        let isShown = figure == nil || asOf.day.year == year.number + 1
        guard row.isListed, count > 0, mayReadCooperatives, isShown else { return "\(shown)" }
        let address = asOf.link("/cooperatives", row.asked + (figure.map { [("figure", $0)] } ?? []))
        return "<a href=\"\(address)\">\(shown)</a>"
    }

    private func count(_ standing: Standing, _ row: Row, _ t: Texts) -> HTML {
        guard let filter = standing.filter else {
            return cooperatives(row.spread[standing], row, figure: "assessment.unrecorded", t)
        }
        return outcomes(row.spread[standing], row, filter, t)
    }

    // MARK: Tables

    private func unadvised(_ t: Texts) -> HTML? {
        let count = counts.whole.unadvised
        guard mayReadPlans, count > 0 else { return nil }
        let address = asOf.link("/grades/without-plan", asked(unit: unit))
        let whole = counts.whole[.average] + counts.whole[.weak]
        return notice(
            .warn,
            """
            <a href="\(address)">\(t("grades.unadvised", [
                "count": NumberText.grouped(count, t.language), "all": NumberText.grouped(whole, t.language),
            ]))</a>
            """)
    }

    /// Everything, with both readings of the percentage, each in its own column.
    private func whole(_ t: Texts) -> HTML {
        let row = Row(name: "", spread: counts.whole, asked: unit.map { [("unit", $0)] } ?? [])
        let (graded, all) = (counts.whole.graded, counts.whole.all)
        func line(_ name: String, _ count: HTML, _ part: Int, isGrade: Bool) -> HTML {
            """
            <tr><td>\(name)</td><td class="number" data-label="\(t["grades.count"])">\(count)</td>\
            <td class="number" data-label="\(t["grades.of-graded"])">\(isGrade ? share(part, graded, t) : "–")</td>\
            <td class="number" data-label="\(t["grades.of-all"])">\(share(part, all, t))</td></tr>
            """
        }
        func standing(_ standing: Standing) -> HTML {
            line(
                t[standing.key], count(standing, row, t), counts.whole[standing], isGrade: standing.isGrade)
        }
        return table(
            unitName ?? t["pages.total"],
            head: """
                \(columnHead(t["outcome.grade"]))\(columnHead(t["grades.count"], isNumber: true))\
                \(columnHead(t["grades.of-graded"], isNumber: true))\(columnHead(t["grades.of-all"], isNumber: true))
                """,
            rows: """
                \(Standing.grades, standing)\
                \(line(t["figure.graded"], outcomes(graded, row, ("exclusion", "unknown"), t), graded, isGrade: true))\
                \(standing(.notAssessed))\(standing(.unrecorded))
                """,
            foot: """
                <td>\(t["figure.assessable"])</td>\
                <td class="number" data-label="\(t["grades.count"])">\(cooperatives(all, row, figure: nil, t))</td><td></td><td></td>
                """)
    }

    private func share(_ part: Int, _ whole: Int, _ t: Texts) -> String {
        NumberText.share(Int64(part), of: Int64(whole), t.language)
    }

    /// The counts, then each reading of the percentage in a table of its own.
    private func section(_ title: String, _ first: String, _ rows: [Row], _ t: Texts) -> HTML {
        func head(_ labels: [String]) -> HTML {
            "\(columnHead(first))\(labels, { columnHead($0, isNumber: true) })"
        }
        func cells(_ values: [HTML], _ labels: [String]) -> HTML {
            "\(zip(labels, values), { "<td class=\"number\" data-label=\"\($0.0)\">\($0.1)</td>" })"
        }
        func lines(_ labels: [String], _ values: (Row) -> [HTML]) -> HTML {
            "\(rows, { "<tr><td>\($0.name)</td>\(cells(values($0), labels))</tr>" })"
        }
        let grades = Standing.grades.map { t[$0.key] }
        let labels =
            [t["figure.assessable"], t["figure.graded"]] + grades
            + [t["figure.not_assessed"], t["figure.assessment.unrecorded"]]
        let counted = lines(labels) { row in
            let first = [
                cooperatives(row.spread.all, row, figure: nil, t),
                outcomes(row.spread.graded, row, ("exclusion", "unknown"), t),
            ]
            return first + Standing.allCases.map { count($0, row, t) }
        }
        func shares(_ whole: @escaping (GradeCounts.Spread) -> Int, _ standings: [Standing]) -> HTML {
            lines(standings.map { t[$0.key] }) { row in
                standings.map { "\(share(row.spread[$0], whole(row.spread), t))" }
            }
        }
        let assessed = Standing.grades + [.notAssessed, .unrecorded]
        return """
            <section class="sheet">\(table(title, head: head(labels), rows: counted))\
            \(table("\(title) · \(t["grades.of-graded"])", head: head(grades), rows: shares(\.graded, Standing.grades)))\
            \(table(
                "\(title) · \(t["grades.of-all"])", head: head(assessed.map { t[$0.key] }), rows: shares(\.all, assessed)))</section>
            """
    }
}

/// The form above figures of grades: years, unit and day.
func gradeFilter(
    _ path: String, _ years: [HTML], _ unit: String?, _ units: [Option], _ asOf: AsOf, _ t: Texts
) -> HTML {
    filterForm(
        path,
        years + [
            selectField("unit", t["pages.unit"], units, selected: unit, all: t["list.all"]),
            dayField("as_of", t["list.as-of"], DateText.short(asOf.day, t.language), t),
        ], t)
}
