import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// Who may be proposed for dissolution, the proposals, and their steps.
    func registerDissolutions(in site: inout Site) {
        let type = "dissolution_proposal"
        site.navigation.append(
            NavigationEntry(.yearly, "candidates.navigation", "/dissolution-candidates", may: .holders(.read, type)))
        RecordForms<DissolutionProposal>(
            "cooperatives/:id/dissolution-proposals", owner: .init("cooperative", Cooperative.self),
            pickers: pages.pickers, database: pages.database, vocabulary: pages.vocabulary,
            page: { $0.id == 0 ? "/cooperatives/\($0.cooperative)" : "/dissolution-proposals/\($0.id)" },
            proposing: { blank, today, _ in
                var proposal = blank
                proposal.proposedOn = today
                return proposal
            }, beforehand: DissolutionProposal.requireOnly
        ).register(in: &site)
        site.get("/dissolution-candidates", may: .holders(.read, type)) { _, context in
            let asked = try AskedGrades(context)
            return try await pages.database.read { db in
                let (gazetteer, viewer) = (try asked.gazetteer(pages, in: db), asked.question.viewer)
                return CandidatesPage(
                    asOf: asked.asOf, unit: asked.question.unit, unitName: asked.unitName(gazetteer, context.t),
                    units: asked.units(pages, gazetteer, context.t),
                    candidates: try DissolutionCandidate.list(
                        on: asked.asOf.day, unit: asked.question.unit, for: viewer, in: db),
                    mayReadCooperatives: viewer.may(.read, "cooperative"),
                    mayAdd: viewer.may(.edit, type) && viewer.may(.edit, "cooperative"))
            }
        }
        site.get("/dissolution-proposals/:id", may: .holders(.read, type)) { _, context in
            try await dissolutionPage(context)
        }
        step("advance", in: &site) { proposal, form, day, act, db in
            guard let next = form["step"].flatMap(DissolutionStep.init) else {
                throw Failure(.usage, "request.malformed")
            }
            try proposal.advance(to: next, on: day, by: act, in: db)
        }
        step("withdraw", in: &site) { proposal, _, day, act, db in
            try proposal.withdraw(on: day, by: act, in: db)
        }
    }

    private func step(
        _ name: String, in site: inout Site,
        _ body: @escaping @Sendable (DissolutionProposal, Query, Day, Act, Connection) throws -> Void
    ) {
        site.post(
            "/dissolution-proposals/:id/\(name)", may: .holders(.edit, "dissolution_proposal")
        ) { request, context -> Response in
            let form = try await request.form()
            let reason = CleanText(form["reason"] ?? "", lines: true).text
            let (viewer, act) = (try context.viewer, try context.act(reason: reason.isEmpty ? nil : reason))
            let id: DissolutionProposal.ID = try context.id("id")
            do {
                try await pages.database.write { db in
                    try viewer.require(.edit, id, in: db)
                    let proposal = try DissolutionProposal.find(id, in: db)
                    guard form["version"] == "\(proposal.version)" else {
                        throw Failure(
                            .conflict, "record.changed-meanwhile",
                            ["type": "@type.dissolution_proposal", "id": "\(id)"])
                    }
                    guard let day = AsOf.day(form["step_on"] ?? "") else {
                        throw Failure(.invalid, "dissolution_proposal.no-day")
                    }
                    guard reason.count <= 500 else {
                        throw Failure(
                            .invalid, "text.too-long",
                            ["field": "@pages.reason", "length": "\(reason.count)", "limit": "500"])
                    }
                    try body(proposal, form, day, act, db)
                }
                return .seeOther("/dissolution-proposals/\(id)?done=saved")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await dissolutionPage(context, form, failure), failure, context)
            }
        }
    }

    private func dissolutionPage(
        _ context: WebContext, _ typed: Query = Query(), _ problem: Failure? = nil
    ) async throws -> DissolutionPage {
        let (viewer, id) = (try context.viewer, try context.id("id") as DissolutionProposal.ID)
        let today = DateText.short(context.clock.today(), context.t.language)
        return try await pages.database.read { db in
            try DissolutionPage(id, viewer, pages, today: today, typed, problem, in: db)
        }
    }
}

/// One proposal: why, how far it has come, and the next step.
struct DissolutionPage: Page {
    let proposal: DissolutionProposal
    let cooperative: String
    let mayEdit: Bool
    let mayEditCooperative: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer
    let today: String
    let typed: Query
    let problem: Failure?

    init(
        _ id: DissolutionProposal.ID, _ viewer: Viewer, _ pages: RegistryPages, today: String, _ typed: Query,
        _ problem: Failure?, in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        proposal = try DissolutionProposal.find(id, in: db)
        cooperative = try Cooperative.find(proposal.cooperative, in: db).name
        mayEdit = try viewer.allows(.edit, id, in: db)
        mayEditCooperative = try viewer.allows(.edit, proposal.cooperative, in: db)
        history = try RecordHistory(of: DissolutionProposal.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        gazetteer = try pages.gazetteer.gazetteer(db)
        self.today = today
        self.typed = typed
        self.problem = problem
    }

    private var address: String { "/dissolution-proposals/\(proposal.id)" }

    func title(_ t: Texts) -> String { "\(cooperative) · \(t.inSentence("type.dissolution_proposal"))" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [
            Crumb(t["dissolution_proposal.plural"], "/dissolution-proposals"),
            Crumb(cooperative, "/cooperatives/\(proposal.cooperative)"),
        ]
    }

    func body(_ t: Texts) -> HTML {
        func date(_ day: Day) -> HTML { "\(DateText.short(day, t.language))" }
        let edit =
            mayEdit && mayEditCooperative && proposal.step.isOpen
            ? linkButton(
                t["form.change"], "/cooperatives/\(proposal.cooperative)\(address)/edit") : nil
        let all = [
            Fact(t["dissolution_proposal.ground"], "\(t[proposal.ground.textKey])"),
            Fact(t["dissolution_proposal.explanation"], "\(proposal.explanation)"),
            Fact(t["dissolution_proposal.proposed_on"], date(proposal.proposedOn)),
            Fact(t["dissolution_proposal.step"], "\(t[proposal.step.textKey])"),
            Fact(t["dissolution_proposal.step_on"], date(proposal.stepOn ?? proposal.proposedOn)),
        ]
        return """
            \(heading(title(t), note: tag(tone, t[proposal.step.textKey]), actions: edit))
            \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\
            \(dissolved(t))
            <section class="sheet">\(facts(all, t))\
            <p class="small muted">\(DissolutionLaw.shipped.basis.map { $0.sentence(on: proposal.proposedOn, t) } ?? "")</p></section>
            \(steps(t))
            \(history.list(gazetteer, t))
            """
    }

    private var tone: Tone { proposal.step.isOpen ? .warn : .plain }

    /// The register's own status is a fact of its own, to be put in beside the paper that says so.
    private func dissolved(_ t: Texts) -> HTML? {
        guard proposal.step == .dissolved, mayEditCooperative, let day = proposal.stepOn else { return nil }
        let address = Query([.init("status", "dissolved"), .init("valid_from", DateText.short(day, .vi))])
            .link("/cooperatives/\(proposal.cooperative)/statuses/new")
        return notice(
            .plain,
            "\(t["dissolution_proposal.set-status"]) <a href=\"\(address)\">\(t["dissolution_proposal.to-status"])</a>")
    }

    private func steps(_ t: Texts) -> HTML? {
        guard mayEdit, let next = proposal.step.next else { return nil }
        let day = FormField(
            "step_on", t["dissolution_proposal.step_on"], .line(type: "text", autocomplete: "off", mode: "numeric"),
            value: typed["step_on"] ?? today, hint: t["field.day-hint"], isRequired: true)
        let version = hiddenField("version", "\(proposal.version)")
        return """
            \(postForm(
                "\(address)/advance", [day], submit: t("dissolution_proposal.advance", ["step": "@\(next.textKey)"]),
                more: "\(version)\(hiddenField("step", next.rawValue))", t))
            <details class="branch no-print"><summary>\(t["dissolution_proposal.withdraw"])</summary>\
            \(postForm(
                "\(address)/withdraw",
                [FormField("reason", t["pages.reason"], .area(rows: 2), value: typed["reason"], isRequired: true)],
                submit: t["dissolution_proposal.withdraw"],
                more: "\(version)\(hiddenField("step_on", today))", t))</details>
            """
    }
}

/// The proposals to dissolve a cooperative, the newest first.
struct DissolutionTable: Sendable {
    let cooperative: Cooperative.ID
    let proposals: [DissolutionProposal]
    let mayAdd: Bool

    func html(_ t: Texts) -> HTML {
        let address = "/cooperatives/\(cooperative)/dissolution-proposals/new"
        let add =
            mayAdd ? linkButton(t("form.new", ["type": t.inSentence("type.dissolution_proposal")]), address) : nil
        func day(_ day: Day) -> String { DateText.short(day, t.language) }
        func row(_ proposal: DissolutionProposal) -> HTML {
            """
            <tr><td><a href="/dissolution-proposals/\(proposal.id)">\(day(proposal.proposedOn))</a></td>\
            <td data-label="\(t["dissolution_proposal.ground"])">\(t[proposal.ground.textKey])</td>\
            <td data-label="\(t["dissolution_proposal.step"])">\(t[proposal.step.textKey]), \
            \(day(proposal.stepOn ?? proposal.proposedOn))</td></tr>
            """
        }
        let head: HTML = """
            \(columnHead(t["dissolution_proposal.proposed_on"]))\(columnHead(t["dissolution_proposal.ground"]))\
            \(columnHead(t["dissolution_proposal.step"]))
            """
        return """
            <section class="sheet">\(proposals.isEmpty
                ? "<h2>\(t["dissolution_proposal.plural"])</h2>\(emptyState(t["dissolution_proposal.none-yet"]))"
                : table(t["dissolution_proposal.plural"], head: head, rows: "\(proposals, row)"))\(add)</section>
            """
    }
}
