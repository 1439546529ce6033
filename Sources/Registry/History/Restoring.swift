import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// GET and POST `/cooperatives/:id/history/:change`: a record, or a fact about it, as it was after a change.
    func registerRestoring(in site: inout Site) {
        for type in HistorySubjects.pages.sorted() {
            guard let path = paths[type] else { continue }
            let audience = Audience.holders(.edit, type)
            site.get("/\(path)/:id/history/:change", may: audience) { _, context in
                try await restoring(type, path, context)
            }
            site.post("/\(path)/:id/history/:change", may: audience) { request, context -> Response in
                let form = try await request.form()
                do {
                    let act = try context.act(reason: try reason(in: form))
                    let (viewer, asked) = (try context.viewer, try Restoration.Asked(type, context))
                    let version = form["version"].flatMap { Int($0) }
                    try await database.write { db in
                        try Restoration.store(asked, seen: version, catalogue, for: viewer, by: act, in: db)
                    }
                    return .seeOther("/\(path)/\(asked.id)")
                } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                    return refused(
                        try await restoring(type, path, context, typed: form["reason"], failure), failure, context)
                }
            }
        }
    }

    private func restoring(
        _ type: String, _ path: String, _ context: WebContext, typed: String? = nil, _ problem: Failure? = nil
    ) async throws -> RestorationPage {
        let (viewer, asked) = (try context.viewer, try Restoration.Asked(type, context))
        return try await database.read { db in
            RestorationPage(
                restoration: try Restoration.find(asked, catalogue, for: viewer, in: db),
                address: "/\(path)/\(asked.id)",
                gazetteer: try gazetteer.gazetteer(db), typed: typed, problem: problem)
        }
    }
}

/// Why somebody does what must not be done without saying why. Throws `reason.missing`, `reason.too-long`.
func reason(in form: Query) throws -> String {
    let text = CleanText(form["reason"] ?? "", lines: true).text
    guard !text.isEmpty else { throw Failure(.invalid, "reason.missing") }
    guard text.count <= 500 else {
        throw Failure(.invalid, "reason.too-long", ["length": "\(text.count)", "limit": "500"])
    }
    return text
}

/// A record as it was after one of its changes, beside how it is now.
struct Restoration: Sendable {
    struct Asked: Sendable {
        let type: String
        /// The record on whose page the change stands.
        let id: Int64
        let change: Int64

        init(_ type: String, _ context: WebContext) throws {
            guard let id = Int64(try context.parameter("id")), let change = Int64(try context.parameter("change"))
            else { throw Failure(.missing, "page.missing") }
            self.type = type
            self.id = id
            self.change = change
        }
    }

    struct Line: Sendable {
        let field: HistoryField
        let now: SQLValue
        let then: SQLValue
    }

    let change: Change
    let name: String?
    /// The version of the record that `lines` compare with.
    let version: Int
    let lines: [Line]
    /// What stands against storing that state today.
    let findings: [Failure]

    static func find(
        _ asked: Asked, _ catalogue: RecordCatalogue, for viewer: Viewer, in db: Connection
    ) throws -> Restoration {
        let (change, name, type) = try change(asked, catalogue, in: db)
        func made<R: Record>(_ type: R.Type) throws -> Restoration {
            let (now, draft) = try draft(change, type, viewer, in: db)
            let fields = catalogue.named[change.type]?.fields ?? []
            let lines = zip(R.description.shown, fields).compactMap { field, shown -> Line? in
                let (was, becomes) = (field.stored(now), field.stored(draft.record))
                return was == becomes ? nil : Line(field: shown, now: was, then: becomes)
            }
            return Restoration(
                change: change, name: name, version: now.version, lines: lines, findings: draft.findings.map(failure))
        }
        return try made(type)
    }

    /// Stores that state as a new change. `seen`: the version that was compared with.
    static func store(
        _ asked: Asked, seen: Int?, _ catalogue: RecordCatalogue, for viewer: Viewer, by act: Act, in db: Connection
    ) throws {
        let (change, _, type) = try change(asked, catalogue, in: db)
        func stored<R: Record>(_ type: R.Type) throws {
            let (now, draft) = try draft(change, type, viewer, in: db)
            guard now.version == seen else {
                throw Failure(
                    .conflict, "record.changed-meanwhile", ["type": "@type.\(change.type)", "id": "\(now.id)"])
            }
            if let finding = draft.findings.first { throw failure(finding) }
            guard try db.update(draft.record, from: now, by: act).version > now.version else {
                throw Failure(.refused, "history.is-so-already")
            }
        }
        try stored(type)
    }

    private static func change(
        _ asked: Asked, _ catalogue: RecordCatalogue, in db: Connection
    ) throws -> (Change, String?, any Record.Type) {
        guard let change = try Change.list(where: "id = \(asked.change)", in: db).first,
            let type = catalogue.records.first(where: { $0.typeName == change.type })
        else { throw Failure(.missing, "page.missing") }
        let subject = try HistorySubjects([change], catalogue, in: db)[change]
        guard let page = subject.page, page == (asked.type, asked.id) else { throw Failure(.missing, "page.missing") }
        return (change, subject.name, type)
    }

    private static func draft<R: Record>(
        _ change: Change, _ type: R.Type, _ viewer: Viewer, in db: Connection
    ) throws -> (now: R, draft: Draft<R>) {
        let id = Identifier<R>(change.record)
        try viewer.require(.edit, id, in: db)
        let now = try R.find(id, in: db)
        guard let draft = try R.draft(after: change, over: now, in: db) else { throw Failure(.missing, "page.missing") }
        return (now, draft)
    }

    private static func failure<R: Record>(_ finding: Draft<R>.Finding) -> Failure {
        Failure(.invalid, finding.code, finding.details)
    }
}

/// What would change if an earlier state came back, and why it should.
struct RestorationPage: Page {
    let restoration: Restoration
    /// Of the record.
    let address: String
    let gazetteer: Gazetteer
    let typed: String?
    let problem: Failure?

    func title(_ t: Texts) -> String { t["history.restore"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(restoration.name ?? t["type.\(restoration.change.type)"], address)] }

    func body(_ t: Texts) -> HTML {
        let change = restoration.change
        let note: HTML = """
            \(t["type.\(change.type)"])\(restoration.name.map { " · \($0)" } ?? "") · \
            \(t("history.state-after", ["at": DateText.short(change.at, t.language)]))
            """
        return "\(heading(title(t), note: note))\(content(t))"
    }

    private func content(_ t: Texts) -> HTML {
        guard !restoration.lines.isEmpty || !restoration.findings.isEmpty else {
            return emptyState(t["history.is-so-already"], linkButton(t["history.back"], address))
        }
        func line(_ line: Restoration.Line) -> HTML {
            """
            <tr><td>\(t[line.field.key])</td>\
            <td data-label="\(t["history.now"])">\(line.field.shown(line.now, gazetteer, t))</td>\
            <td data-label="\(t["history.then"])">\(line.field.shown(line.then, gazetteer, t))</td></tr>
            """
        }
        let head: HTML = """
            \(columnHead(t["history.field"]))\(columnHead(t["history.now"]))\(columnHead(t["history.then"]))
            """
        let changes: HTML = """
            <section class="sheet">\(table(nil, head: head, rows: "\(restoration.lines, line)"))</section>
            """
        guard restoration.findings.isEmpty else {
            let findings: HTML = "\(restoration.findings, { "<li>\(t($0.code, $0.details))</li>" })"
            return "\(changes)\(notice(.bad, "\(t["history.not-storable"])<ul>\(findings)</ul>"))"
        }
        return """
            \(changes)\(postForm(
                "\(address)/history/\(restoration.change.id)", [reasonField(typed, problem, t)],
                submit: t["history.restore"], more: hiddenField("version", "\(restoration.version)"), t))
            """
    }
}

func reasonField(_ typed: String?, _ problem: Failure?, _ t: Texts) -> FormField {
    FormField(
        "reason", t["pages.reason"], .area(rows: 2), value: typed, hint: t["reason.hint"],
        problem: problem.map { t($0.code, $0.details) }, isRequired: true)
}
