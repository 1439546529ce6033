import Kernel
import Persistence
import Records

/// One workbook on its way: what goes on now, what it would do or has done, and what a person may say or do next.
struct ImportPage: Page {
    /// Lines of one table on a page.
    static let length = 100

    let upload: ImportUpload
    let progress: Job.Progress
    /// Whether the reader brought it in and may go on with it.
    let isOwner: Bool
    /// Whether somebody else may have the file, personal data and all, for a reason.
    let mayOpen: Bool
    /// The columns that its form knows.
    let columns: [String]
    let paths: [String: String]
    let query: Query
    let rows: [Placed<ImportedRow>]
    let findings: [Placed<Diagnostic>]
    let findingCounts: [Diagnostic.Severity: Int]
    let questions: [Diagnostic]
    let hindrances: [HindranceLine]

    init(
        _ upload: ImportUpload, _ progress: Job.Progress, isOwner: Bool, mayOpen: Bool, columns: [String],
        types: [any Record.Type], paths: [String: String], _ query: Query, in db: Connection
    ) throws {
        self.upload = upload
        self.progress = progress
        self.isOwner = isOwner
        self.mayOpen = mayOpen
        self.columns = columns
        self.paths = paths
        self.query = query
        let isRead = upload.promise != nil && upload.stage != .reading
        let most = isRead ? Self.length + 1 : 0
        rows = try upload.rows(
            from: query["rows"].flatMap(Int64.init) ?? 0, fate: query["fate"].flatMap(RowFate.init), most: most, in: db)
        findings = try upload.findings(
            from: query["findings"].flatMap(Int64.init) ?? 0,
            severity: query["severity"].flatMap(Diagnostic.Severity.init), most: most, in: db)
        findingCounts = isRead ? try upload.findingCounts(in: db) : [:]
        let isAsked = isOwner && upload.stage == .ready
        questions = isAsked ? try upload.questions(most: Self.length, in: db) : []
        if let batch = upload.batch, upload.failure?.code == "import.undo-hindered" {
            hindrances = try BatchUndo(batch: batch, types: types).hindrances(in: db).map {
                try HindranceLine($0, types, paths, in: db)
            }
        } else {
            hindrances = []
        }
    }

    func title(_ t: Texts) -> String { upload.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["imports.title"], "/imports")] }
    var refresh: Int? { upload.isBusy ? 2 : nil }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(upload.name, note: "\(t["type.\(upload.type)"]) \(upload.stateTag(t))", actions: actions(t)))
        \(state(t))
        \(upload.isBusy ? nil : content(t))
        \(isOwner || !mayOpen ? nil : openForm(t))
        """
    }

    private var path: String { "/imports/\(upload.id)" }

    private func openForm(_ t: Texts) -> HTML {
        let reason = FormField("reason", t["imports.open-reason"], hint: t["imports.open-hint"], isRequired: true)
        return
            "<h2>\(t["imports.original"])</h2>\(postForm("\(path)/original.xlsx", [reason], submit: t["imports.original"], t))"
    }

    private func actions(_ t: Texts) -> HTML? {
        guard isOwner else { return nil }
        guard upload.promise != nil, !upload.isBusy else {
            return linkButton(t["imports.original"], "\(path)/original.xlsx")
        }
        return exportLinks([
            (t["imports.annotated"], "\(path)/annotated.xlsx"),
            (t["imports.annotated-bad"], "\(path)/annotated.xlsx?bad=1"),
            (t["imports.original"], "\(path)/original.xlsx"),
        ])
    }

    /// What goes on, or what has happened last.
    private func state(_ t: Texts) -> HTML {
        if upload.isBusy {
            return """
                \(ImportProgress(path: "\(path)/progress", progress: progress).html(t))\
                \(isOwner ? postButton("\(path)/cancel", t["imports.cancel"]) : nil)
                """
        }
        if upload.isUnread {
            let again = isOwner ? postButton("\(path)/read", t["imports.read-again"]) : nil
            return notice(.warn, "<p>\(t["imports.is-cancelled"])</p>\(again)")
        }
        if let failure = upload.failure {
            let again = isOwner && upload.stage != .undoing ? postButton("\(path)/read", t["imports.read-again"]) : nil
            return """
                \(notice(.bad, "<p>\(t(failure.code, failure.details))</p>\(hindranceList(t))\(again)"))
                \(upload.stage == .reading ? columnSection(t) : nil)
                """
        }
        switch upload.stage {
        case .applied where upload.batch == nil: return notice(.good, "\(t["imports.nothing-new"])")
        case .applied: return notice(.good, "\(t["imports.is-applied"])")
        case .undone: return notice(.warn, "\(t("imports.is-undone", ["reason": upload.reason ?? ""]))")
        default: return .empty
        }
    }

    private func content(_ t: Texts) -> HTML? {
        guard upload.promise != nil, upload.stage != .reading else { return nil }
        return """
            <section class="sheet"><h2>\(t[isStored ? "imports.what-it-did" : "imports.what-it-does"])</h2>\
            \(facts(
                [
                    Fact(t["imports.made"], "\(DateText.short(upload.madeAt, t.language))"),
                    Fact(t["imports.as-of"], upload.readAsOf.map { "\(DateText.short($0, t.language))" }),
                ], t))\(figures(RowFate.allCases.map(card(t))))\(applyForm(t))</section>
            \(questions.isEmpty ? nil : QuestionForm(path: path, questions: questions, type: upload.type, paths: paths).html(t))
            \(findingSection(t))
            \(isOwner && upload.stage == .ready ? columnSection(t) : nil)
            \(rowSection(t))
            \(undoForm(t))
            """
    }

    private var isStored: Bool { upload.batch != nil || upload.stage == .applied }

    private func card(_ t: Texts) -> (RowFate) -> FigureCard {
        { fate in
            FigureCard(
                t["fate.\(fate.rawValue)"], NumberText.grouped(upload.counts[fate] ?? 0, t.language),
                query.only("severity").with("fate", fate.rawValue).link(path) + "#rows")
        }
    }

    private func applyForm(_ t: Texts) -> HTML? {
        guard isOwner, upload.stage == .ready else { return nil }
        let stored = (upload.counts[.added] ?? 0) + (upload.counts[.changed] ?? 0)
        guard stored > 0 else { return notice(.plain, "\(t["imports.nothing-to-store"])") }
        let left = (upload.counts[.asked] ?? 0) + (upload.counts[.refused] ?? 0)
        let note: HTML? =
            left == 0 ? nil : "<p class=\"small muted\">\(t("imports.left-out", ["count": "\(left)"]))</p>"
        return """
            \(note)<form class="single" method="post" action="\(path)/apply">\
            <button>\(t("imports.apply", ["count": NumberText.grouped(stored, t.language)]))</button></form>
            """
    }

    private func undoForm(_ t: Texts) -> HTML? {
        guard isOwner, upload.batch != nil, upload.stage == .applied || upload.stage == .undoing else { return nil }
        let reason = FormField(
            "reason", t["imports.reason"], value: upload.reason, hint: t["imports.undo-hint"], isRequired: true)
        return "<h2>\(t["imports.undo"])</h2>\(postForm("\(path)/undo", [reason], submit: t["imports.undo"], t))"
    }

    private func hindranceList(_ t: Texts) -> HTML? {
        guard !hindrances.isEmpty else { return nil }
        return "<p>\(t["imports.hindrances"])</p><ul>\(hindrances, { $0.html(t) })</ul>"
    }

    private func columnSection(_ t: Texts) -> HTML? {
        guard isOwner else { return nil }
        return ColumnSection(path: path, upload: upload, columns: columns).html(t)
    }

    // Findings and rows, a page of each.

    private func findingSection(_ t: Texts) -> HTML {
        func row(_ placed: Placed<Diagnostic>) -> HTML {
            let finding = placed.value
            let place = [finding.place.sheet, finding.place.cell.isEmpty ? nil : finding.place.cell].compactMap(\.self)
            return """
                <tr><td data-label="\(t["imports.place"])">\(place.joined(separator: "!"))</td>\
                <td>\(tag(finding.severity.tone, t["severity.\(finding.severity.rawValue)"]))</td>\
                <td>\(t(finding.code, finding.details))</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["imports.place"]))\(columnHead(t["imports.severity"]))\(columnHead(t["imports.finding"]))
            """
        let links = Diagnostic.Severity.allCases.reversed().filter { (findingCounts[$0] ?? 0) > 0 }
            .map { severity -> HTML in
                let address = query.only("fate").with("severity", severity.rawValue).link(path)
                return """
                    <a href="\(address)#findings">\(t["severity.\(severity.rawValue)"]) \
                    (\(NumberText.grouped(findingCounts[severity] ?? 0, t.language)))</a>
                    """
            }
        let all = linkToAll("severity", "findings", t)
        return """
            <section class="sheet" id="findings"><h2>\(t["imports.findings"])</h2>\
            <p class="small">\((links + [all].compactMap(\.self)).joined(separator: " · "))</p>\
            \(findings.isEmpty
                ? emptyState(t["imports.no-findings"])
                : table(nil, head: head, rows: "\(findings.prefix(Self.length), row)"))\
            \(pages(findings, "findings", t))</section>
            """
    }

    private func rowSection(_ t: Texts) -> HTML {
        func row(_ placed: Placed<ImportedRow>) -> HTML {
            let row = placed.value
            return """
                <tr><td data-label="\(t["imports.place"])">\(row.sheet)!\(row.row)</td><td>\(title(of: row))</td>\
                <td data-label="\(t["imports.fate"])">\(tag(row.fate.tone, t["fate.\(row.fate.rawValue)"]))</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["imports.place"]))\(columnHead(t["imports.row-title"]))\(columnHead(t["imports.fate"]))
            """
        return """
            <section class="sheet" id="rows"><h2>\(t["imports.rows"])</h2>\
            \(linkToAll("fate", "rows", t).map { "<p class=\"small\">\($0)</p>" } as HTML?)\
            \(rows.isEmpty
                ? emptyState(t["imports.no-rows"]) : table(nil, head: head, rows: "\(rows.prefix(Self.length), row)"))\
            \(pages(rows, "rows", t))</section>
            """
    }

    private func title(of row: ImportedRow) -> HTML {
        guard upload.stage != .undone, let subject = row.subject, let path = paths[upload.type] else {
            return "\(row.title)"
        }
        return "<a href=\"/\(path)/\(subject)\">\(row.title)</a>"
    }

    private func linkToAll(_ filter: String, _ part: String, _ t: Texts) -> HTML? {
        guard query[filter] != nil else { return nil }
        return "<a href=\"\(query.without(filter, part).link(path))#\(part)\">\(t["list.show-all"])</a>"
    }

    private func pages<Value>(_ lines: [Placed<Value>], _ part: String, _ t: Texts) -> HTML? {
        let next = lines.count > Self.length ? lines.last : nil
        guard next != nil || query[part] != nil else { return nil }
        let start = query[part] == nil ? nil : query.without(part).link(path) + "#\(part)"
        return """
            <nav class="pages small" aria-label="\(t["list.pages"])">\
            \(start.map { "<a href=\"\($0)\">\(t["imports.from-start"])</a>" } as HTML?)\
            \(next.map { line in
                "<a rel=\"next\" href=\"\(query.with(part, "\(line.place)").link(path))#\(part)\">\(t["list.next"])</a>"
            } as HTML?)</nav>
            """
    }
}

extension Diagnostic.Severity {
    var tone: Tone {
        switch self {
        case .note: .plain
        case .warning, .question: .warn
        case .error: .bad
        }
    }
}

extension RowFate {
    var tone: Tone {
        switch self {
        case .added, .changed: .good
        case .unchanged, .skipped: .plain
        case .asked: .warn
        case .refused: .bad
        }
    }
}
