import Kernel
import Registry
import Web

/// Grade by grade, what became of the cooperatives from one year to another, and who rose, fell and stayed.
struct MovementPage: Page {
    let asOf: AsOf
    let movement: GradeMovement
    let unit: String?
    let unitName: String?
    let units: [Option]
    /// Whether names lead to the cooperatives.
    let mayReadCooperatives: Bool

    private var years: [String: String] { ["from": "\(movement.from)", "to": "\(movement.to)"] }

    func title(_ t: Texts) -> String { t("movement.title", years) }
    func crumbs(_ t: Texts) -> [Crumb] {
        let asked = [("year", "\(movement.to)")] + (unit.map { [("unit", $0)] } ?? [])
        return [
            Crumb(t["navigation.yearly"]),
            Crumb(t("grades.title", ["year": "\(movement.to)"]), asOf.link("/grades", asked)),
        ]
    }

    func body(_ t: Texts) -> HTML {
        let years = [
            yearField("from", t["movement.from"], "\(movement.from)"),
            yearField("to", t["movement.to"], "\(movement.to)"),
        ]
        return """
            \(heading(title(t), note: "\(unitName.map { "\($0) · " } ?? "")\(asOf.shown(t))"))
            \(gradeFilter("/grades/movement", years, unit, units, asOf, t))
            \(movement.members.isEmpty ? emptyState(t["grades.nobody"]) : content(t))
            """
    }

    private func content(_ t: Texts) -> HTML {
        """
        <section class="sheet">\(MovementPicture(movement).html(t))\(cross(t))\
        <p class="small muted">\(t["movement.note"])</p></section>
        \(GradeMovement.Direction.allCases, { list($0, t) })
        """
    }

    /// The first year's grades downward, the second's across. Lines and columns add up to all cooperatives.
    private func cross(_ t: Texts) -> HTML {
        func number(_ count: Int) -> String { NumberText.grouped(count, t.language) }
        func cells(_ counts: [Int]) -> HTML {
            let labels = Standing.allCases.map { "\(movement.to): \(t[$0.key])" } + [t["pages.total"]]
            return """
                \(zip(labels, counts + [counts.reduce(0, +)]), {
                    "<td class=\"number\" data-label=\"\($0.0)\">\(number($0.1))</td>"
                })
                """
        }
        func line(_ before: Standing) -> HTML {
            """
            <tr><td>\(movement.from.description): \(t[before.key])</td>\
            \(cells(Standing.allCases.map { movement.count(before, $0) }))</tr>
            """
        }
        return table(
            t("movement.cross", years),
            head: """
                <td></td>\(Standing.allCases, { columnHead("\(movement.to): \(t[$0.key])", isNumber: true) })\
                \(columnHead(t["pages.total"], isNumber: true))
                """,
            rows: "\(Standing.allCases, line)",
            foot: """
                <td>\(t["pages.total"])</td>\(cells(Standing.allCases.map { after in
                    movement.members.count { $0.after == after }
                }))
                """)
    }

    private func list(_ direction: GradeMovement.Direction, _ t: Texts) -> HTML {
        let members = movement.members(direction)
        let whole = movement.members.count { $0.direction != nil }
        func line(_ member: GradeMovement.Member) -> HTML {
            let name: HTML =
                mayReadCooperatives
                ? "<a href=\"\(asOf.link("/cooperatives/\(member.cooperative)"))\">\(member.name)</a>"
                : "\(member.name)"
            return "<li>\(name) <span class=\"muted\">\(t[member.before.key]) → \(t[member.after.key])</span></li>"
        }
        let share = NumberText.share(Int64(members.count), of: Int64(whole), t.language)
        return """
            <section class="sheet"><h2>\(t["movement.\(direction.rawValue)"])</h2>\
            <p>\(t("movement.of-both", ["share": share]))</p>\
            \(members.isEmpty ? nil : "<ul class=\"plain columns\">\(members, line)</ul>" as HTML?)</section>
            """
    }
}
