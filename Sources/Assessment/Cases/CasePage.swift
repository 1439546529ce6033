import Access
import Kernel
import Persistence
import Records
import Registry
import Web

/// One case: item by item what it was computed from and what each level gives, where it stands, and what the reader can do.
struct CasePage: Page {
    let one: AssessmentCase
    let round: AssessmentRound
    let scale: Instrument
    let cooperative: String
    /// What the return and the register say today.
    let scoring: Scoring
    let inputs: ScoringInputs
    let rights: CaseRights
    let accounts: [Identifier<Account>: String]
    let decision: GradeDecision?
    let history: RecordHistory
    let files: AttachmentList
    let gazetteer: Gazetteer
    let today: Day
    /// The account that reads.
    let reader: UserAccount.ID
    let typed: Query?
    let problem: Failure?

    init(
        _ id: AssessmentCase.ID, _ viewer: Viewer, _ pages: RegistryPages, _ today: Day, typed: Query?,
        _ problem: Failure?, in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        let one = try AssessmentCase.find(id, in: db)
        let round = try AssessmentRound.find(one.round, in: db)
        let inputs = try ScoringInputs.of(one.cooperative, round.year, in: db)
        self.one = one
        self.round = round
        scale = try round.scale(in: db)
        cooperative = try Cooperative.find(one.cooperative, in: db).name
        self.inputs = inputs
        let answers = one.selfSheet?.lines.compactMap { line in line.answer.map { (line.item, $0) } } ?? []
        scoring = Scoring(
            scale, round.year, inputs, answers: Dictionary(answers, uniquingKeysWith: { first, _ in first }))
        rights = try CaseRights(one, viewer, in: db)
        let lines = [one.selfSheet, one.reviewSheet, one.checkSheet].compactMap(\.self).flatMap(\.lines)
        accounts = try UserAccount.names(
            lines.compactMap(\.by).map { Identifier($0) }
                + [one.submittedBy, one.reviewedBy, one.checkedBy].compactMap(\.self), in: db)
        decision = try one.decision.flatMap { number in try GradeDecision.first(where: "id = \(number)", in: db) }
        history = try RecordHistory(of: AssessmentCase.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        files = try AttachmentList(of: id, for: viewer, isOpen: one.state == .selfScoring, in: db)
        gazetteer = try pages.gazetteer.gazetteer(db)
        self.today = today
        reader = viewer.account.id
        self.typed = typed
        self.problem = problem
    }

    var address: String { "/assessment-cases/\(one.id)" }
    var record: AnnualReturn? { inputs.record }
    /// Whether what the return says now is what was scored.
    var isCurrent: Bool { one.state == .selfScoring || one.lastSheet?.returnVersion == record?.version }
    /// The level whose turn it is, where the reader may speak for it.
    var turn: CaseTurn? {
        switch one.state {
        case .selfScoring where rights.mayScore: .scoring
        case .submitted where rights.mayReview: .review
        case .reviewed where rights.mayCheck, .appealed where rights.mayCheck: .check
        default: nil
        }
    }

    func title(_ t: Texts) -> String { "\(cooperative) · \(t["assessment_round.short"]) \(round.year)" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [
            Crumb("\(t["type.assessment_round"]) \(round.year) · \(scale.code)", "/assessment-rounds/\(round.id)"),
            Crumb(cooperative, "/cooperatives/\(one.cooperative)"),
        ]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: note(t)))
        \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\
        \(one.remarks.map { notice(.warn, "<b>\(t["assessment_case.remarks"])</b>: \($0)") } as HTML?)\
        \(appealNotice(t))\(standing(t))
        \(one.state == .excluded ? nil : CaseTable(page: self).html(t))
        \(lift(t))
        \(files.html(address, t))
        \(CaseForms(page: self).html(t))
        \(history.list(gazetteer, t))
        """
    }

    private func note(_ t: Texts) -> HTML {
        let tone: Tone =
            switch one.state {
            case .decided: .good
            case .appealed: .warn
            case .excluded, .selfScoring, .submitted, .reviewed, .checked: .plain
            }
        func said(_ key: String, _ day: Day?, _ account: Identifier<Account>?) -> String? {
            day.map { day in
                let who = account.flatMap { accounts[$0] }.map { " (\($0))" } ?? ""
                return "\(t["assessment_case.\(key)"]): \(DateText.short(day, t.language))\(who)"
            }
        }
        let due: (String, Day)? =
            switch one.state {
            case .selfScoring: ("self_due_on", round.selfDueOn)
            case .submitted: ("review_due_on", round.reviewDueOn)
            case .reviewed: ("check_due_on", round.checkDueOn)
            case .excluded, .checked, .decided, .appealed: nil
            }
        let parts = [
            due.map { "\(t["assessment_round.\($0.0)"]): \(DateText.short($0.1, t.language))" },
            said("submitted_on", one.submittedOn, one.submittedBy),
            one.isOnBehalf ? t["returns.on-behalf"] : nil, said("reviewed_on", one.reviewedOn, one.reviewedBy),
            said("checked_on", one.checkedOn, one.checkedBy),
        ].compactMap(\.self).joined(separator: " · ")
        let late = due.map { $0.1 < today } ?? false
        return "\(tag(tone, t[one.state.textKey])) \(late ? tag(.warn, t["assessment_case.late"]) : nil) \(parts)"
    }

    private func appealNotice(_ t: Texts) -> HTML? {
        guard let appeal = one.appeal else { return nil }
        let answer = one.appealAnswer.map { "<br><b>\(t["assessment_case.appeal_answer"])</b>: \($0)" as HTML }
        return notice(.warn, "<b>\(t["assessment_case.appeal"])</b>: \(appeal)\(answer)")
    }

    /// The grade and where it comes from, or why there is none.
    private func standing(_ t: Texts) -> HTML? {
        let sheet = one.lastSheet
        let decided = decision.map { decision in
            """
             · <a href="/grade-decisions/\(decision.id)">\(decision.numberAndSymbol)\
            \(decision.signedOn.map { ", \(DateText.short($0, t.language))" } ?? "")</a>
            """ as HTML
        }
        if one.state == .excluded {
            let rule = sheet?.exclusion.map { rule in
                "<br>\(rule.name)\(rule.inputs, { "<br><span class=\"small\">\($0.words(t))</span>" })" as HTML
            }
            let why = one.exclusionReason.map { "<br>\($0)" as HTML }
            return notice(
                .plain, "<b>\(one.exclusion.map { t[$0.textKey] } ?? "–")</b>\(decided)\(why ?? rule)")
        }
        if let grade = one.grade, let points = one.points {
            let override = sheet?.override.map { " · \($0.rule.name)" } ?? ""
            let words = t("scoring.total", ["points": NumberText.shown(points.decimal, t.language)])
            return notice(.good, "<b>\(t[grade.textKey])</b> · \(words)\(override)\(decided)")
        }
        guard !scale.gaps.isEmpty else { return openRules(t) }
        return notice(
            .warn,
            """
            \(t("assessment_case.scale-incomplete", ["instrument": scale.code])) \
            <a href="/instruments/\(round.instrument)">\(t["type.instrument"])</a>
            """)
    }

    /// Rules that nobody can tell whether they hold, for want of a value.
    private func openRules(_ t: Texts) -> HTML? {
        let sheet = one.state == .selfScoring ? ScoreSheet(scoring, inputs) : one.lastSheet
        guard let rules = sheet?.openRules, !rules.isEmpty else { return nil }
        func line(_ rule: ScoreSheet.Rule) -> HTML {
            let missing = rule.inputs.filter { $0.value == nil }.map { $0.words(t) }.joined(separator: "; ")
            return "<li>\(rule.name) (\(missing))</li>"
        }
        return notice(.plain, "\(t["assessment_case.open-rules"])<ul>\(rules, line)</ul>")
    }

    private func lift(_ t: Texts) -> HTML? {
        guard isCurrent, let lift = Lift(scoring) else { return nil }
        func way(_ way: Lift.Way) -> HTML {
            let how = way.distance.map { "\(t("scoring.distance", ["distance": $0.type.words($0.value, t)]))" }
            return """
                <li>\(way.item.id) \(way.item.name): \(t("scoring.gain", ["gain": way.gain.shown(t)]))\
                \(how.map { " <span class=\"muted\">(\($0))</span>" } as HTML?)</li>
                """
        }
        let head = t(
            "scoring.lift", ["grade": t.inSentence(lift.grade.textKey), "points": lift.missing.shown(t)])
        return "<section class=\"sheet\"><h2>\(head)</h2><ul>\(lift.ways, way)</ul></section>"
    }
}

enum CaseTurn { case scoring, review, check }

/// What the reader may do with a case, whatever its state.
struct CaseRights: Sendable {
    var mayScore: Bool
    var isOwn: Bool
    var mayReview: Bool
    var mayCheck: Bool
    var mayDecide: Bool

    init(_ one: AssessmentCase, _ viewer: Viewer, in db: Connection) throws {
        func may(_ right: (Permission, String)) throws -> Bool {
            try viewer.allows(right.0, right.1, AssessmentCase.description.table, one.id.number, in: db)
        }
        isOwn = viewer.isOf(one.cooperative)
        mayScore = try may(CaseRight.scoring)
        mayReview = try !isOwn && may(CaseRight.review)
        mayCheck = try !isOwn && may(CaseRight.check)
        mayDecide = try !isOwn && may(CaseRight.decide)
    }
}
