import Access
import Kernel
import Persistence
import Records
import Registry
import Web

/// A round: its days, how many cases stand where and why some are left out, the areas with their approvals, the decisions.
struct RoundPage: Page {
    let round: AssessmentRound
    let scale: Instrument
    /// Of the cases that the reader reaches.
    let states: [CaseState: Int]
    let exclusions: [Exclusion: Int]
    let areas: [RoundAreas.Area]
    let verdicts: [String: (may: Bool, verdict: Verdict)]
    let decisions: [GradeDecision]
    let mayEdit: Bool
    let mayDraft: Bool
    let mayRead: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer
    let today: Day
    let problem: Failure?

    init(
        _ id: AssessmentRound.ID, _ viewer: Viewer, _ pages: RegistryPages, _ today: Day, _ problem: Failure?,
        in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        round = try AssessmentRound.find(id, in: db)
        scale = try round.scale(in: db)
        mayRead = viewer.may(.read, "assessment_case")
        let rows = viewer.rows(.read, "assessment_case")
        var (states, exclusions): ([CaseState: Int], [Exclusion: Int]) = ([:], [:])
        try db.each(
            """
            SELECT k.state, k.exclusion, count(*) FROM assessment_case k
            WHERE k.round_id = \(id) AND (\(rows.condition("k") ?? "1 = 1")) GROUP BY k.state, k.exclusion
            """
        ) { row in
            let count: Int = try row[2]
            states[try row[0], default: 0] += count
            if let reason: Exclusion = try row[1] { exclusions[reason, default: 0] += count }
        }
        (self.states, self.exclusions) = (states, exclusions)
        let gazetteer = try pages.gazetteer.gazetteer(db)
        self.gazetteer = gazetteer
        let rights = [CaseRight.review, CaseRight.check, CaseRight.decide].filter { viewer.may($0.0, $0.1) }
        if rights.isEmpty {
            (areas, verdicts) = ([], [:])
        } else {
            let all = try RoundAreas(id, on: today, within: rows, in: db)
            areas = Self.inOrder(all, gazetteer, today)
            var verdicts: [String: (Bool, Verdict)] = [:]
            for area in areas {
                let right = AreaRight(area.code, isWithdrawal: area.approval != nil).right
                verdicts[area.code] = (
                    viewer.may(right.0, right.1) && area.isReached,
                    area.approval == nil ? all.allowsApproval(of: area.code) : all.allowsWithdrawal(of: area.code)
                )
            }
            self.verdicts = verdicts
        }
        decisions =
            try viewer.may(.read, "grade_decision")
            ? GradeDecision.list(
                where: """
                    round_id = \(id) AND id IN (SELECT d.id FROM assessment_decision d
                    WHERE \(viewer.rows(.read, "grade_decision").condition("d") ?? "1 = 1")) ORDER BY id
                    """, in: db) : []
        mayEdit = try viewer.allows(.edit, id, in: db)
        mayDraft = viewer.may(.edit, "grade_decision")
        history = try RecordHistory(of: AssessmentRound.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        self.today = today
        self.problem = problem
    }

    /// The province first, each district before its communes; only what the reader reaches something of.
    static func inOrder(_ all: RoundAreas, _ gazetteer: Gazetteer, _ day: Day) -> [RoundAreas.Area] {
        func below(_ parent: String?) -> [RoundAreas.Area] {
            let own = all.areas.values.filter { $0.parent == parent && $0.reached > 0 }
            let names = own.map { ($0, vietnameseSortKey(gazetteer.unit($0.code, on: day)?.name ?? $0.code)) }
            return names.sorted { $0.1 < $1.1 }.flatMap { [$0.0] + below($0.0.code) }
        }
        return below(nil)
    }

    private var address: String { "/assessment-rounds/\(round.id)" }
    private var isOpen: Bool { round.openedOn != nil }

    func title(_ t: Texts) -> String { "\(t["type.assessment_round"]) \(round.year) · \(scale.code)" }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["assessment_round.plural"], "/assessment-rounds")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), actions: actions(t)))
        \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\
        \(isOpen ? nil : notice(.plain, "\(t["assessment_round.is-draft"])"))\(scale.gaps.isEmpty ? nil : gapNotice(scale, t))
        <section class="sheet">\(facts([
            Fact(t["assessment_round.opened_on"], round.openedOn.map { "\(DateText.short($0, t.language))" } ?? "–"),
            Fact(t["assessment_round.instrument"], """
                <a href="/instruments/\(round.instrument)">\(scale.code)</a>\
                \(round.instrumentVersion.map { " <span class=\"muted\">(\(t("assessment_round.version", ["version": "\($0)"])))</span>" } as HTML?)
                """),
            day("self_due_on", round.selfDueOn, t), day("review_due_on", round.reviewDueOn, t),
            day("check_due_on", round.checkDueOn, t), day("appeal_due_on", round.appealDueOn, t),
        ], t))</section>
        \(isOpen && mayRead ? stateTable(t) : nil)\(isOpen ? areaTable(t) : nil)\(isOpen ? decisionList(t) : nil)\
        \(isOpen && mayEdit ? dayForm(t) : nil)
        \(history.list(gazetteer, t))
        """
    }

    private func actions(_ t: Texts) -> HTML? {
        guard mayEdit else { return nil }
        let version = [("version", "\(round.version)")]
        return isOpen
            ? postButton("\(address)/add-cases", t["assessment_round.add-cases"], carrying: version)
            : """
            \(linkButton(t["form.change"], "\(address)/edit"))\
            \(postButton("\(address)/open", t["assessment_round.open"], carrying: version))
            """
    }

    private func day(_ name: String, _ day: Day?, _ t: Texts) -> Fact {
        Fact(t["assessment_round.\(name)"], day.map { "\(DateText.short($0, t.language))" } ?? "–")
    }

    /// How many stand where; of those left out, why. Each count opens its list.
    private func stateTable(_ t: Texts) -> HTML {
        let all = states.values.reduce(0, +)
        func line(_ label: String, _ filter: String, _ count: Int) -> HTML {
            """
            <tr><td>\(label)</td><td class="number" data-label="\(t["assessment_round.cases"])">\
            <a href="/assessment-cases?round=\(round.id)\(filter)">\(NumberText.share(Int64(count), of: Int64(all), t.language))</a></td></tr>
            """
        }
        let steps = (CaseState.allCases.filter { $0 != .excluded } + [.excluded]).filter { states[$0] ?? 0 > 0 }
        let reasons = Exclusion.allCases.filter { exclusions[$0] ?? 0 > 0 }
        return """
            <section class="sheet">\(table(
                t["assessment_round.where"],
                head: "\(columnHead(t["assessment_case.state"]))\(columnHead(t["assessment_round.cases"], isNumber: true))",
                rows: """
                    \(steps, { line(t[$0.textKey], "&state=\($0.rawValue)", states[$0] ?? 0) })\
                    \(reasons, { line("– \(t[$0.textKey])", "&exclusion=\($0.rawValue)", exclusions[$0] ?? 0) })
                    """,
                foot: """
                    <td>\(t["assessment_round.all"])</td><td class="number">\
                    <a href="/assessment-cases?round=\(round.id)">\(NumberText.grouped(Int64(all), t.language))</a></td>
                    """))</section>
            """
    }

    private func areaTable(_ t: Texts) -> HTML? {
        guard !areas.isEmpty else { return nil }
        let turns: [(String, Set<CaseState>)] = [
            ("with-cooperatives", [.selfScoring]), ("with-communes", [.submitted]),
            ("with-department", [.reviewed, .appealed]), ("done", [.checked, .decided]), ("left-out", [.excluded]),
        ]
        func row(_ area: RoundAreas.Area) -> HTML {
            let name = gazetteer.unit(area.code, on: today)?.fullName ?? area.code
            let dash = area.parent == nil ? "" : areas.first { $0.code == area.parent }?.parent == nil ? "– " : "– – "
            let list = "/assessment-cases?round=\(round.id)&unit=\(area.code)"
            return """
                <tr><td>\(dash)<a href="\(list)">\(name)</a></td>\
                \(turns, { "<td class=\"number\" data-label=\"\(t["assessment_round.\($0.0)"])\">\(area.count($0.1))</td>" })\
                <td data-label="\(t["area_approval.plural"])">\(approval(area, t))</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["area_approval.unit_code"]))\
            \(turns, { columnHead(t["assessment_round.\($0.0)"], isNumber: true) })\(columnHead(t["area_approval.plural"]))
            """
        return """
            <section class="sheet">\(table(t["assessment_round.areas"], head: head, rows: "\(areas, row)"))\
            <p class="hint">\(t["assessment_round.areas-hint"])</p></section>
            """
    }

    private func approval(_ area: RoundAreas.Area, _ t: Texts) -> HTML {
        let state: HTML =
            area.approval.map { approval in
                tag(.good, t("area_approval.approved", ["date": DateText.short(approval.approvedOn, t.language)]))
            } ?? "<span class=\"muted\">–</span>"
        guard let (may, verdict) = verdicts[area.code], may else { return state }
        let step = area.approval == nil ? "approve" : "withdraw"
        switch verdict {
        case .meets:
            let button = postButton("\(address)/areas/\(area.code)/\(step)", t["area_approval.\(step)"])
            return area.approval == nil ? button : "\(state) \(button)"
        case .fails where area.approval != nil: return state
        case .fails(let code, let details):
            return "\(state) <span class=\"small muted\">\(t(code, details))</span>"
        }
    }

    private func decisionList(_ t: Texts) -> HTML? {
        guard !decisions.isEmpty || mayDraft else { return nil }
        func line(_ decision: GradeDecision) -> HTML {
            let day = decision.signedOn.map { DateText.short($0, t.language) } ?? t["grade_decision.draft"]
            return
                "<li><a href=\"/grade-decisions/\(decision.id)\">\(decision.numberAndSymbol)</a> · \(day) · \(decision.title)</li>"
        }
        let add =
            mayDraft
            ? linkButton(t("form.new", ["type": t.inSentence("type.grade_decision")]), "\(address)/decisions/new") : nil
        return """
            <section class="sheet"><h2>\(t["grade_decision.plural"])</h2>\(decisions.isEmpty
                ? "<p class=\"muted\">\(t["grade_decision.none-yet"])</p>" as HTML
                : "<ul>\(decisions, line)</ul>")\(add)</section>
            """
    }

    private func dayForm(_ t: Texts) -> HTML {
        func field(_ name: String, _ day: Day?, isRequired: Bool = true) -> FormField {
            FormField(
                name, t["assessment_round.\(name)"], value: day.map { DateText.short($0, .vi) }, isRequired: isRequired)
        }
        return """
            <details class="branch no-print"><summary>\(t["assessment_round.change-days"])</summary>\(postForm(
                "\(address)/days",
                [
                    field("self_due_on", round.selfDueOn), field("review_due_on", round.reviewDueOn),
                    field("check_due_on", round.checkDueOn), field("appeal_due_on", round.appealDueOn, isRequired: false),
                ], submit: t["form.save"], more: hiddenField("version", "\(round.version)"), t))</details>
            """
    }
}
