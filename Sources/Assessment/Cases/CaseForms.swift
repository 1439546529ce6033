import Kernel
import Records
import Web

/// What else can be done with a case where it stands: sent back, appealed against, left out, taken up again. Each asks for
/// words, which the history keeps.
struct CaseForms: Sendable {
    let page: CasePage

    private var one: AssessmentCase { page.one }

    func html(_ t: Texts) -> HTML { "\(steps, { form($0, t) })" }

    private var steps: [String] {
        let rights = page.rights
        return switch one.state {
        case .excluded: rights.mayCheck ? ["include"] : []
        case .selfScoring: rights.mayCheck ? ["exclude"] : []
        case .submitted:
            (rights.mayReview ? ["return-to-cooperative"] : []) + (rights.mayCheck ? ["exclude"] : [])
        case .reviewed: rights.mayCheck ? ["return-to-commune", "exclude"] : []
        case .checked: rights.mayCheck ? ["check-again"] : []
        case .decided:
            (rights.isOwn && rights.mayScore ? ["appeal"] : []) + (rights.mayDecide ? ["reopen"] : [])
        case .appealed: rights.mayCheck ? ["refuse-appeal"] : []
        }
    }

    private func form(_ step: String, _ t: Texts) -> HTML {
        let words = FormField(
            "words-\(step)", t["assessment_case.words-\(step)"], .area(rows: 3), value: page.typed?["words-\(step)"],
            isRequired: true)
        let reason = FormField(
            "exclusion", t["assessment_case.exclusion"],
            .choice(Exclusion.allCases.map { Option($0.rawValue, t[$0.textKey]) }, none: "–"),
            value: page.typed?["exclusion"], isRequired: true)
        return """
            <details class="branch no-print"><summary>\(t["assessment_case.do-\(step)"])</summary>\
            \(postForm(
                "\(page.address)/\(step)", step == "exclude" ? [reason, words] : [words],
                submit: t["assessment_case.do-\(step)"], more: hiddenField("version", "\(one.version)"), t))</details>
            """
    }
}
