import Kernel
import Records
import Registry
import Web

/// The advice plans of a cooperative, the last year first.
struct AdviceTable: Sendable {
    let cooperative: Cooperative.ID
    let plans: [AdvicePlan]
    let asOf: Day
    let mayEdit: Bool

    func html(_ t: Texts) -> HTML {
        let address = "/cooperatives/\(cooperative)/advice-plans"
        let add =
            mayEdit ? linkButton(t("form.new", ["type": t.inSentence("type.advice_plan")]), "\(address)/new") : nil
        func day(_ day: Day) -> String { DateText.short(day, t.language) }
        func row(_ plan: AdvicePlan) -> HTML {
            let edit: HTML? =
                mayEdit
                ? """
                 <a class="small no-print" href="\(address)/\(plan.id)/edit">\(t["form.change"])\
                <span class="unseen"> \(plan.year.description)</span></a>
                """ : nil
            let result: HTML? = plan.outcome.map {
                "<br><span class=\"muted\">\(t["advice_plan.outcome"]): \($0)</span>"
            }
            let end =
                plan.closedOn.map { t("advice_plan.closed", ["date": day($0)]) }
                ?? t("advice_plan.until", ["date": day(plan.until)])
            return """
                <tr><td>\(plan.year.description)</td>\
                <td data-label="\(t["advice_plan.actions"])">\(plan.actions)\(result)</td>\
                <td data-label="\(t["advice_plan.adviser"])">\(plan.adviser)</td>\
                <td data-label="\(t["advice_plan.state"])">\(end)\
                \(plan.isOverdue(on: asOf) ? " \(tag(.warn, t["advice_state.overdue"]))" as HTML : nil)\(edit)</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["advice_plan.year"]))\(columnHead(t["advice_plan.actions"]))\
            \(columnHead(t["advice_plan.adviser"]))\(columnHead(t["advice_plan.state"]))
            """
        return """
            <section class="sheet">\(plans.isEmpty
                ? "<h2>\(t["advice_plan.plural"])</h2>\(emptyState(t["advice_plan.none-yet"]))"
                : table(t["advice_plan.plural"], head: head, rows: "\(plans, row)"))\(add)</section>
            """
    }
}
