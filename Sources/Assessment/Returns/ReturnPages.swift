import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// The page of a return and its steps: who edits submits, who approves accepts or sends back.
    func registerReturns(in site: inout Site) {
        site.get("/returns/:id", may: .holders(.read, "annual_return")) { _, context in
            try await returnPage(context)
        }
        step("submit", .edit, in: &site) { record, form, viewer, act, db in
            let isOwn = viewer.posts.contains {
                $0.organisation?.ref == OrganisationRef("cooperative", record.cooperative.number)
            }
            try record.submit(onBehalf: !isOwn, by: act, in: db)
        }
        step("accept", .approve, in: &site) { record, _, viewer, act, db in
            try requireOther(record, viewer)
            try record.accept(by: act, in: db)
        }
        step("send-back", .approve, in: &site) { record, form, viewer, act, db in
            try requireOther(record, viewer)
            try record.sendBack(remarks(form), by: act, in: db)
        }
        step("correct", .approve, in: &site) { record, form, viewer, act, db in
            try requireOther(record, viewer)
            try record.correct(remarks(form), by: act, in: db)
        }
    }

    private func remarks(_ form: Query) throws -> String {
        let text = CleanText(form["remarks"] ?? "", lines: true).text
        guard !text.isEmpty, text.count <= 500 else { throw Failure(.invalid, "annual_return.no-remarks") }
        return text
    }

    /// Nobody takes the return of their own cooperative.
    private func requireOther(_ record: AnnualReturn, _ viewer: Viewer) throws {
        let own = OrganisationRef("cooperative", record.cooperative.number)
        if viewer.posts.contains(where: { $0.organisation?.ref == own }) {
            throw Viewer.forbidden(.approve, "annual_return")
        }
    }

    private func step(
        _ name: String, _ permission: Permission, in site: inout Site,
        _ body: @escaping @Sendable (AnnualReturn, Query, Viewer, Act, Connection) throws -> Void
    ) {
        site.post("/returns/:id/\(name)", may: .holders(permission, "annual_return")) { request, context -> Response in
            let form = try await request.form()
            let (viewer, act) = (try context.viewer, try context.act())
            let id: AnnualReturn.ID = try context.id("id")
            do {
                try await pages.database.write { db in
                    try viewer.require(permission, id, in: db)
                    let record = try AnnualReturn.find(id, in: db)
                    guard form["version"] == "\(record.version)" else {
                        throw Failure(
                            .conflict, "record.changed-meanwhile", ["type": "@type.annual_return", "id": "\(id)"])
                    }
                    try body(record, form, viewer, act, db)
                }
                return .seeOther("/returns/\(id)?done=saved")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await returnPage(context, typed: form["remarks"], failure), failure, context)
            }
        }
    }

    private func returnPage(
        _ context: WebContext, typed: String? = nil, _ problem: Failure? = nil
    ) async throws -> ReturnPage {
        let (viewer, id, today) = (try context.viewer, try context.id("id") as AnnualReturn.ID, context.clock.today())
        return try await pages.database.read { db in
            try ReturnPage(id, viewer, pages, today, typed: typed, problem, in: db)
        }
    }
}

/// One return: its figures beside those of the year before, what is asked about them, and what can be done next.
struct ReturnPage: Page {
    let record: AnnualReturn
    let previous: AnnualReturn?
    let cooperative: String
    let findings: [ReturnCheck.Finding]
    let lines: ReturnLines
    let due: Day?
    let mayEdit: Bool
    let mayApprove: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer
    let instruments: [InstrumentDocument]
    let typed: String?
    let problem: Failure?

    init(
        _ id: AnnualReturn.ID, _ viewer: Viewer, _ pages: RegistryPages, _ today: Day, typed: String?,
        _ problem: Failure?, in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        record = try AnnualReturn.find(id, in: db)
        previous = try record.previous(in: db)
        cooperative = try Cooperative.find(record.cooperative, in: db).name
        findings = try ReturnCheck.findings(of: record, in: db)
        lines = try ReturnLines(of: record, mayEdit: viewer.allows(.edit, id, in: db), in: db)
        due = try ReturnRound.first(where: "year = \(record.year)", in: db)?.dueOn
        mayEdit = try viewer.allows(.edit, id, in: db)
        mayApprove = try viewer.allows(.approve, id, in: db)
        history = try RecordHistory(
            of: AnnualReturn.self, id,
            parts: [.init(ReturnProduct.self, "return_id"), .init(ReturnLoan.self, "return_id")], pages.catalogue,
            for: viewer, in: db)
        gazetteer = try pages.gazetteer.gazetteer(db)
        instruments =
            try viewer.may(.read, "instrument")
            ? InstrumentDocument.list(where: "1 = 1 ORDER BY sort_key, id", in: db) : []
        self.typed = typed
        self.problem = problem
    }

    private var address: String { "/returns/\(record.id)" }

    func title(_ t: Texts) -> String { "\(cooperative) · \(record.year)" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [
            Crumb(t["annual_return.plural"], "/returns?year=\(record.year)"),
            Crumb(cooperative, "/cooperatives/\(record.cooperative)"),
        ]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: note(t), actions: actions(t)))
        \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\
        \(record.remarks.map { notice(.warn, "<b>\(t["annual_return.remarks"])</b>: \($0)") } as HTML?)
        \(asked(t))
        <section class="sheet">\(figureTable(t))<p class="small muted">\(t["returns.money-in-millions"])</p>\
        \(record.explanation.map { "<p><b>\(t["annual_return.explanation"])</b>: \($0)</p>" } as HTML?)</section>
        \(lines.html(t))
        \(instruments.isEmpty
            ? nil
            : "<section class=\"sheet\"><h2>\(t["scoring.with"])</h2><ul>\(instruments, scoreLink)</ul></section>" as HTML)
        \(reviewForm(t))
        \(history.list(gazetteer, t))
        """
    }

    private func note(_ t: Texts) -> HTML {
        let tone: Tone =
            switch record.state {
            case .accepted: .good
            case .returned: .warn
            case .draft, .submitted: .plain
            }
        let dates = [
            due.map { t("returns.due", ["date": DateText.short($0, t.language)]) },
            record.submittedOn.map { "\(t["annual_return.submitted_on"]): \(DateText.short($0, t.language))" },
            record.isOnBehalf ? t["returns.on-behalf"] : nil,
        ].compactMap(\.self).joined(separator: " · ")
        return "\(tag(tone, t[record.state.textKey])) \(dates)"
    }

    private func actions(_ t: Texts) -> HTML? {
        guard mayEdit, record.state.isOpen else { return nil }
        return """
            \(linkButton(t["form.change"], "/cooperatives/\(record.cooperative)/returns/\(record.id)/edit"))\
            \(stepForm("submit", t["returns.submit"], isMain: true, t))
            """
    }

    private func stepForm(_ name: String, _ label: String, isMain: Bool = false, _ t: Texts) -> HTML {
        """
        <form class="single" method="post" action="\(address)/\(name)">\(hiddenField("version", "\(record.version)"))\
        <button\(attribute: "class", isMain ? nil : "plain")>\(label)</button></form>
        """
    }

    private func scoreLink(_ document: InstrumentDocument) -> HTML {
        "<li><a href=\"\(address)/scores/\(document.id)\">\(document.name)</a> · \(document.title)</li>"
    }

    private func asked(_ t: Texts) -> HTML? {
        guard record.state != .accepted else { return nil }
        guard !findings.isEmpty else { return notice(.good, "\(t["returns.nothing-asked"])") }
        func line(_ finding: ReturnCheck.Finding) -> HTML { "<li>\(t(finding.code, finding.details))</li>" }
        func part(_ tone: Tone, _ title: String, _ findings: [ReturnCheck.Finding]) -> HTML? {
            findings.isEmpty ? nil : notice(tone, "<b>\(title)</b><ul>\(findings, line)</ul>")
        }
        return """
            \(part(.bad, t["returns.blocked"], findings.filter(\.blocks)))\
            \(part(.warn, t["returns.asked"], findings.filter { $0.isAsked && !$0.blocks }))\
            \(part(.plain, t["returns.noted"], findings.filter { !$0.isAsked }))
            """
    }

    private func figureTable(_ t: Texts) -> HTML {
        func shown(_ field: Field<AnnualReturn>, _ record: AnnualReturn?) -> String {
            guard let record else { return "–" }
            let value = field.stored(record)
            return value == .null ? t["value.unknown"] : field.kind.shown(value, t)
        }
        let years = [record.year, record.year.previous].map { t("returns.this-year", ["year": "\($0)"]) }
        func row(_ field: Field<AnnualReturn>) -> HTML {
            """
            <tr><td>\(t[AnnualReturn.description.key(field)])</td>\
            <td class="number" data-label="\(years[0])">\(shown(field, record))</td>\
            <td class="number" data-label="\(years[1])">\(shown(field, previous))</td></tr>
            """
        }
        let isKnown = { (field: Field<AnnualReturn>) in
            field.stored(record) != .null || previous.map { field.stored($0) != .null } ?? false
        }
        let unknown = AnnualReturn.figures.filter { !isKnown($0) }.map { t[AnnualReturn.description.key($0)] }
        return """
            \(table(
                t["returns.figures"],
                head: "\(columnHead(t["returns.figures"]))\(years, { columnHead($0, isNumber: true) })",
                rows: "\(AnnualReturn.figures.filter(isKnown), row)"))\
            \(unknown.isEmpty
                ? nil : "<p class=\"small muted\">\(t["returns.not-reported"]): \(unknown.joined(separator: "; ")).</p>" as HTML)
            """
    }

    /// What the office may do: take it, or say what is to be changed.
    private func reviewForm(_ t: Texts) -> HTML? {
        guard mayApprove, record.state == .submitted || record.state == .accepted else { return nil }
        let step = record.state == .submitted ? "send-back" : "correct"
        let remarks = FormField("remarks", t["returns.remarks"], .area(rows: 3), value: typed, isRequired: true)
        return """
            \(record.state == .submitted ? "<p>\(stepForm("accept", t["returns.accept"], isMain: true, t))</p>" : nil as HTML?)\
            \(postForm(
                "\(address)/\(step)", [remarks], submit: t["returns.\(step)"],
                more: hiddenField("version", "\(record.version)"), t))
            """
    }
}

/// The returns of a cooperative, the last year first.
struct ReturnTable: Sendable {
    let cooperative: Cooperative.ID
    let returns: [AnnualReturn]
    let mayAdd: Bool

    func html(_ t: Texts) -> HTML {
        let add =
            mayAdd
            ? linkButton(
                t("form.new", ["type": t.inSentence("type.annual_return")]), "/cooperatives/\(cooperative)/returns/new")
            : nil
        func money(_ money: Money?) -> String {
            money.map { NumberText.millions($0, t.language) } ?? t["value.unknown"]
        }
        func row(_ record: AnnualReturn) -> HTML {
            """
            <tr><td><a href="/returns/\(record.id)">\(record.year.description)</a></td>\
            <td data-label="\(t["annual_return.state"])">\(t[record.state.textKey])</td>\
            <td class="number" data-label="\(t["annual_return.revenue"])">\(money(record.revenue))</td>\
            <td class="number" data-label="\(t["annual_return.profit"])">\(money(record.profit))</td></tr>
            """
        }
        let unit = t["unit.million-short"]
        let head: HTML = """
            \(columnHead(t["annual_return.year"]))\(columnHead(t["annual_return.state"]))\
            \(columnHead("\(t["annual_return.revenue"]) (\(unit))", isNumber: true))\
            \(columnHead("\(t["annual_return.profit"]) (\(unit))", isNumber: true))
            """
        return """
            <section class="sheet">\(returns.isEmpty
                ? "<h2>\(t["returns.of-cooperative"])</h2>\(emptyState(t["returns.none-yet"]))"
                : table(t["returns.of-cooperative"], head: head, rows: "\(returns, row)"))\(add)</section>
            """
    }
}
