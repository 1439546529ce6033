import Access
import Kernel
import Persistence
import Records
import Registry
import Web

/// The average and weak cooperatives of a year that nobody has a plan for, each with the way to make one.
struct WithoutPlanPage: Page {
    struct Member: Sendable {
        let cooperative: Cooperative.ID
        let name: String
        let unit: String
        let standing: Standing
        let mayAdd: Bool
    }

    let asOf: AsOf
    let year: Year
    let unit: String?
    let unitName: String?
    let units: [Option]
    let members: [Member]
    let mayReadCooperatives: Bool

    init(_ year: Year, _ asked: AskedGrades, unitName: String?, units: [Option], in db: Connection) throws {
        let (question, viewer) = (asked.question, asked.question.viewer)
        asOf = asked.asOf
        self.year = year
        unit = question.unit
        self.unitName = unitName
        self.units = units
        mayReadCooperatives = viewer.may(.read, "cooperative")
        let mayAdd = viewer.may(.edit, "advice_plan")
        members = try db.all(
            """
            SELECT c.id, c.name, \(described: Cooperative.unitName), o.grade, o.exclusion,
                CASE WHEN (\(viewer.rows(.edit, "cooperative").condition("c") ?? "1 = 1"))
                    AND \(viewer.cooperatives(.edit, ofTheir: "advice_plan")) THEN 1 ELSE 0 END
            FROM registry_cooperative c JOIN (\(question.outcomes(of: year))) o ON o.cooperative_id = c.id
            \(writtenUnit(of: "c.unit_id", on: question.asOf))
            WHERE o.grade IN ('average', 'weak') AND NOT \(question.isAdvised(on: year)) AND \(question.cooperatives)
            ORDER BY c.sort_key, c.id
            """
        ) { row in
            Member(
                cooperative: try row[0], name: try row[1], unit: try (row[2] as String?) ?? "",
                standing: Standing(grade: try row[3], exclusion: try row[4]), mayAdd: try mayAdd && row[5])
        }
    }

    func title(_ t: Texts) -> String { t("grades.without-plan", ["year": "\(year)"]) }
    func crumbs(_ t: Texts) -> [Crumb] {
        let asked = [("year", "\(year)")] + (unit.map { [("unit", $0)] } ?? [])
        return [
            Crumb(t["navigation.yearly"]), Crumb(t("grades.title", ["year": "\(year)"]), asOf.link("/grades", asked)),
        ]
    }

    func body(_ t: Texts) -> HTML {
        func line(_ member: Member) -> HTML {
            let address = "/cooperatives/\(member.cooperative)"
            let name: HTML =
                mayReadCooperatives ? "<a href=\"\(asOf.link(address))\">\(member.name)</a>" : "\(member.name)"
            let add: HTML? =
                member.mayAdd
                ? """
                <a href="\(address)/advice-plans/new?year=\(year.description)">\(t["grades.new-plan"])\
                <span class="unseen"> \(member.name)</span></a>
                """ : nil
            return """
                <tr><td>\(name)</td><td data-label="\(t["pages.unit"])">\(member.unit)</td>\
                <td data-label="\(t["outcome.grade"])">\(t[member.standing.key])</td><td class="no-print">\(add)</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["cooperative.name"]))\(columnHead(t["pages.unit"]))\(columnHead(t["outcome.grade"]))\
            <td class="no-print"></td>
            """
        return """
            <div class="head"><div><h1>\(title(t)) <span class="muted">\(NumberText.grouped(members.count, t.language))</span></h1>\
            <p class="muted small">\(unitName.map { "\($0) · " } ?? "")\(asOf.shown(t))</p></div></div>
            \(gradeFilter("/grades/without-plan", [yearField("year", t["outcome.year"], "\(year)")], unit, units, asOf, t))
            <section class="sheet">\(members.isEmpty
                ? emptyState(t["grades.all-advised"]) : table(nil, head: head, rows: "\(members, line)"))</section>
            """
    }
}
