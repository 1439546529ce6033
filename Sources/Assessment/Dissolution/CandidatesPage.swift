import Kernel
import Records
import Registry
import Web

/// The cooperatives that seem not to work: what says so and since when, on which ground of the law they can be proposed
/// for dissolution, and the way to do so.
struct CandidatesPage: Page {
    let asOf: AsOf
    let unit: String?
    let unitName: String?
    let units: [Option]
    let candidates: [DissolutionCandidate]
    let law = DissolutionLaw.shipped
    let mayReadCooperatives: Bool
    let mayAdd: Bool

    func title(_ t: Texts) -> String { t["candidates.title"] }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["navigation.yearly"]), Crumb(t["dissolution_proposal.plural"], "/dissolution-proposals")]
    }

    func body(_ t: Texts) -> HTML {
        let head: HTML = """
            \(columnHead(t["cooperative.name"]))\(columnHead(t["pages.unit"]))\(columnHead(t["candidates.signs"]))\
            \(columnHead(t["candidates.grounds"]))<td class="no-print"></td>
            """
        return """
            <div class="head"><div><h1>\(title(t)) <span class="muted">\(NumberText.grouped(candidates.count, t.language))</span></h1>\
            <p class="muted small">\(unitName.map { "\($0) · " } ?? "")\(asOf.shown(t))</p></div></div>
            \(gradeFilter("/dissolution-candidates", [], unit, units, asOf, t))
            \(notice(.plain, "\(law.basis.map { $0.sentence(on: asOf.day, t) } ?? "") \(t["candidates.note"])"))
            <section class="sheet">\(candidates.isEmpty
                ? emptyState(t["candidates.none"]) : table(nil, head: head, rows: "\(candidates, { line($0, t) })"))</section>
            """
    }

    private func line(_ candidate: DissolutionCandidate, _ t: Texts) -> HTML {
        let address = "/cooperatives/\(candidate.cooperative)"
        let name: HTML =
            mayReadCooperatives ? "<a href=\"\(asOf.link(address))\">\(candidate.name)</a>" : "\(candidate.name)"
        return """
            <tr><td>\(name)</td><td data-label="\(t["pages.unit"])">\(candidate.unit)</td>\
            <td data-label="\(t["candidates.signs"])"><ul class="plain">\(candidate.signs, { "<li>\(words($0, t))</li>" })</ul></td>\
            <td data-label="\(t["candidates.grounds"])">\(grounds(candidate, t))</td>\
            <td class="no-print">\(action(candidate, address, t))</td></tr>
            """
    }

    private func words(_ sign: DissolutionCandidate.Sign, _ t: Texts) -> String {
        func date(_ day: Day) -> String { DateText.short(day, t.language) }
        func years(_ from: Year, _ to: Year) -> String { from == to ? "\(to)" : "\(from)–\(to)" }
        return switch sign {
        case .inactive(let status, let since):
            t("candidates.since", ["what": "@\(status.textKey)", "date": date(since)])
        case .noRevenue(let since, let to): t("candidates.no-revenue", ["years": years(since, to)])
        case .notAssessed(let exclusion, let since, let to):
            t("candidates.not-assessed", ["what": "@\(exclusion.textKey)", "years": years(since, to)])
        case .belowMinimum(let members, let since):
            t("candidates.below-minimum", ["members": "\(members)", "date": date(since)])
        }
    }

    private func grounds(_ candidate: DissolutionCandidate, _ t: Texts) -> HTML {
        let grounds = candidate.grounds(law)
        guard !grounds.isEmpty else { return "<span class=\"muted\">\(t["candidates.no-ground"])</span>" }
        func line(_ found: (ground: DissolutionGround, graceEnds: Day)) -> HTML {
            found.graceEnds < asOf.day
                ? "<li>\(t[found.ground.textKey])</li>"
                : """
                <li class="muted">\(t("candidates.not-yet", [
                    "ground": "@\(found.ground.textKey)", "date": DateText.short(found.graceEnds, t.language),
                ]))</li>
                """
        }
        return "<ul class=\"plain\">\(grounds, line)</ul>"
    }

    private func action(_ candidate: DissolutionCandidate, _ address: String, _ t: Texts) -> HTML? {
        if let open = candidate.open {
            return "<a href=\"/dissolution-proposals/\(open)\">\(t["candidates.open"])</a>"
        }
        guard mayAdd else { return nil }
        let ground = candidate.grounds(law).first { $0.graceEnds < asOf.day }?.ground
        let asked = ground.map { "?ground=\($0.rawValue)" } ?? ""
        return """
            <a href="\(address)/dissolution-proposals/new\(asked)">\(t["candidates.propose"])\
            <span class="unseen"> \(candidate.name)</span></a>
            """
    }
}
