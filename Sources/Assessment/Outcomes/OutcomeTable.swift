import Kernel
import Records
import Registry
import Web

/// The outcomes of a cooperative, the last year first.
struct OutcomeTable: Sendable {
    let cooperative: Cooperative.ID
    let outcomes: [Outcome]
    let mayEdit: Bool

    func html(_ t: Texts) -> HTML {
        let address = "/cooperatives/\(cooperative)/outcomes"
        let add = mayEdit ? linkButton(t("form.new", ["type": t.inSentence("type.outcome")]), "\(address)/new") : nil
        func row(_ outcome: Outcome) -> HTML {
            let words = [
                outcome.decisionNumber, outcome.decidedOn.map { DateText.short($0, t.language) },
            ].compactMap(\.self).joined(separator: ", ")
            let decision: HTML =
                outcome.decision.map { "<a href=\"/grade-decisions/\($0)\">\(words)</a>" }
                ?? "\(words.isEmpty ? "–" : words)"
            let edit: HTML? =
                mayEdit && outcome.decision == nil
                ? """
                 <a class="small no-print" href="\(address)/\(outcome.id)/edit">\(t["form.change"])\
                <span class="unseen"> \(outcome.year.description)</span></a>
                """ : nil
            return """
                <tr><td>\(outcome.year.description)</td><td data-label="\(t["outcome.grade"])">\(result(outcome, t))</td>\
                <td class="number" data-label="\(t["outcome.points"])">\(points(outcome, t))</td>\
                <td data-label="\(t["outcome.decision_number"])">\(decision)\(edit)</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["outcome.year"]))\(columnHead(t["outcome.grade"]))\
            \(columnHead(t["outcome.points"], isNumber: true))\(columnHead(t["outcome.decision_number"]))
            """
        return """
            <section class="sheet">\(outcomes.isEmpty
                ? "<h2>\(t["outcome.of-cooperative"])</h2>\(emptyState(t["outcome.none-yet"]))"
                : table(t["outcome.of-cooperative"], head: head, rows: "\(outcomes, row)"))\(add)</section>
            """
    }

    private func result(_ outcome: Outcome, _ t: Texts) -> HTML {
        if let grade = outcome.grade {
            let tone: Tone = grade == .weak ? .bad : grade == .average ? .warn : .good
            return tag(tone, t[grade.textKey])
        }
        return "<span class=\"muted\">\(outcome.exclusion.map { t[$0.textKey] } ?? "–")</span>"
    }

    private func points(_ outcome: Outcome, _ t: Texts) -> String {
        outcome.points.map { NumberText.shown($0.decimal, t.language) } ?? "–"
    }
}
