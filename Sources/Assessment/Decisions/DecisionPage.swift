import Access
import Kernel
import Persistence
import Records
import Registry
import Web

/// A decision: its words, what it decides, and the signing.
struct DecisionPage: Page {
    let decision: GradeDecision
    let document: DecisionDocument
    let mayEdit: Bool
    let maySign: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer
    let typed: Query?
    let problem: Failure?

    init(
        _ id: GradeDecision.ID, _ viewer: Viewer, _ pages: RegistryPages, _ vietnamese: Texts, _ today: Day,
        typed: Query?, _ problem: Failure?, in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        decision = try GradeDecision.find(id, in: db)
        gazetteer = try pages.gazetteer.gazetteer(db)
        document = try DecisionDocument(decision, gazetteer, vietnamese, on: decision.signedOn ?? today, in: db)
        mayEdit = try decision.signedOn == nil && viewer.allows(.edit, id, in: db)
        maySign = try decision.signedOn == nil && viewer.allows(.approve, id, in: db)
        history = try RecordHistory(of: GradeDecision.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        self.typed = typed
        self.problem = problem
    }

    private var address: String { "/grade-decisions/\(decision.id)" }

    func title(_ t: Texts) -> String { "\(t["type.grade_decision"]) \(decision.numberAndSymbol)" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [
            Crumb(t["grade_decision.plural"], "/grade-decisions"),
            Crumb("\(t["type.assessment_round"]) \(document.year)", "/assessment-rounds/\(decision.round)"),
        ]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: "\(decision.title)", actions: actions(t)))
        \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\
        \(decision.signedOn.map { day in
            notice(.good, "\(t("grade_decision.signed", ["date": DateText.short(day, t.language), "signer": decision.signer]))")
        } ?? notice(.plain, "\(t["grade_decision.is-draft"])"))
        \(summary(t))
        <section class="sheet">\(facts([
            Fact(t["grade_decision.issuer"], "\(decision.issuer)"),
            Fact(t["grade_decision.authority"], "\(decision.authority)"),
            Fact(t["grade_decision.signer"], "\([decision.signerTitle, decision.signer].joined(separator: " · "))"),
            Fact(t["grade_decision.grounds"], lines(decision.grounds)),
            Fact(t["grade_decision.recipients"], lines(decision.recipients)),
        ], t))</section>
        \(maySign ? signing(t) : nil)
        \(list(t))
        \(history.list(gazetteer, t))
        """
    }

    private func lines(_ text: String) -> HTML {
        "\(text.split(whereSeparator: \.isNewline).map(String.init), { "<div>\($0)</div>" })"
    }

    private func actions(_ t: Texts) -> HTML {
        """
        \(mayEdit
            ? linkButton(t["form.change"], "/assessment-rounds/\(decision.round)/decisions/\(decision.id)/edit") : nil)\
        \(linkButton("Word", "\(address)/document.docx", isMain: decision.signedOn != nil))
        """
    }

    private func summary(_ t: Texts) -> HTML {
        let (graded, excluded) = (document.graded, document.excluded)
        func share(_ count: Int) -> String { NumberText.share(Int64(count), of: Int64(graded.count), t.language) }
        let grades = Grade.allCases.map { grade in (grade, graded.filter { $0.grade == grade }.count) }
        return """
            <section class="sheet"><h2>\(t("grade_decision.decides", ["count": "\(graded.count)", "excluded": "\(excluded.count)"]))</h2>\
            \(facts(grades.filter { $0.1 > 0 }.map { Fact(t[$0.0.textKey], "\(share($0.1))") }, t))</section>
            """
    }

    private func signing(_ t: Texts) -> HTML {
        postForm(
            "\(address)/sign",
            [
                FormField(
                    "number", t["grade_decision.number"], .line(type: "text", autocomplete: "off", mode: "numeric"),
                    value: typed?["number"], hint: "\(t["grade_decision.number-hint"])/\(decision.symbol)",
                    isRequired: true),
                FormField(
                    "signed_on", t["grade_decision.signed_on"], value: typed?["signed_on"],
                    hint: t["grade_decision.signing-hint"], isRequired: true),
            ], submit: t["grade_decision.sign"], more: hiddenField("version", "\(decision.version)"), t)
    }

    private func list(_ t: Texts) -> HTML {
        func row(_ line: DecisionDocument.Line) -> HTML {
            let grade = line.grade.map { t[$0.textKey] } ?? line.exclusion.map { t[$0.textKey] } ?? "–"
            let points = line.points.map { NumberText.shown($0.decimal, t.language) } ?? "–"
            return """
                <tr><td>\(line.name)</td><td data-label="\(t["outcome.unit"])">\(line.unit)</td>\
                <td class="number" data-label="\(t["outcome.points"])">\(points)</td>\
                <td data-label="\(t["outcome.grade"])">\(grade)</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["outcome.cooperative"]))\(columnHead(t["outcome.unit"]))\
            \(columnHead(t["outcome.points"], isNumber: true))\(columnHead(t["outcome.grade"]))
            """
        let lines = (document.graded + document.excluded).prefix(Self.most)
        let rest = document.graded.count + document.excluded.count - lines.count
        return """
            <section class="sheet">\(table(t["grade_decision.annexes"], head: head, rows: "\(Array(lines), row)"))\
            \(rest > 0 ? "<p class=\"muted\">\(t("grade_decision.more", ["count": "\(rest)"]))</p>" as HTML : nil)</section>
            """
    }

    /// Rows on the page; the document has all of them.
    private static let most = 500
}

/// Which template decisions are made from, and how to give another.
struct DecisionTemplatePage: Page {
    let current: DecisionTemplate?
    let mayEdit: Bool
    let problem: Failure?

    func title(_ t: Texts) -> String { t["type.decision_template"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["grade_decision.plural"], "/grade-decisions")] }

    func body(_ t: Texts) -> HTML {
        let now =
            current.map { template in
                t(
                    "decision_template.own",
                    ["name": template.name, "date": DateText.short(template.givenOn, t.language)])
            } ?? t["decision_template.shipped"]
        return """
            \(heading(title(t), note: "\(now)", actions: linkButton("Word", "/decision-template.docx", isMain: true)))
            \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)
            <section class="sheet"><p>\(t["decision_template.how"])</p>\(mayEdit ? form(t) : nil)</section>
            """
    }

    private func form(_ t: Texts) -> HTML {
        """
        <form class="inline" method="post" action="/decision-template" enctype="multipart/form-data">\
        <label>\(t["decision_template.file"])<input type="file" name="file" required accept=".docx"></label>\
        <button>\(t["decision_template.give"])</button></form>\
        \(current == nil ? nil : postButton("/decision-template/withdraw", t["decision_template.withdraw"]))
        """
    }
}
