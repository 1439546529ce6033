package import Access
import Hummingbird
package import Kernel
package import Persistence
package import Records

/// The forms of a record type, from its description: adding, changing, ending. Every type gets the same ones; what
/// differs is said here.
package struct RecordForms<R: Record>: Sendable {
    /// A type whose records belong to another's: the field that says to which, and whether the viewer may edit there.
    package struct Owner: Sendable {
        package let field: String
        package let require: @Sendable (Int64, Viewer, Connection) throws -> Void

        /// `permission`: what one needs on the owner.
        package init<O: Record>(_ field: String, _ type: O.Type, requiring permission: Permission = .edit) {
            self.field = field
            require = { id, viewer, db in try viewer.require(permission, Identifier<O>(id), in: db) }
        }
    }

    /// `cooperatives`, or `cooperatives/:id/headcounts`.
    let path: String
    let owner: Owner?
    /// The field whose day ends a record.
    let end: String?
    let pickers: [String: Picker]
    /// Where the record is shown.
    let page: @Sendable (R) -> String
    /// What a form of a new record shows at first.
    let proposing: @Sendable (R, Day, Connection) throws -> R
    /// What stands against a new record besides its own fields, such as one that is there already.
    let beforehand: @Sendable (R, Connection) throws -> Void
    /// What a change of a record means where that is more than the fields say, before it is stored.
    let meaning: @Sendable (_ changed: inout R, _ stored: R, Day, Connection) throws -> Void
    /// What must happen in the same transaction once a record is stored.
    let afterwards: @Sendable (R, Act, Connection) throws -> Void
    /// What stands beside the fields of a record besides their hints.
    let beside: @Sendable (R, Connection) throws -> [FieldNote]
    /// Who may use the forms: whoever may edit the type.
    let audience: Audience
    let database: Database
    let vocabulary: Vocabulary

    package init(
        _ path: String, owner: Owner? = nil, end: String? = nil, pickers: [String: Picker], database: Database,
        vocabulary: Vocabulary, page: @escaping @Sendable (R) -> String,
        proposing: @escaping @Sendable (R, Day, Connection) throws -> R = { record, _, _ in record },
        beforehand: @escaping @Sendable (R, Connection) throws -> Void = { _, _ in },
        meaning: @escaping @Sendable (inout R, R, Day, Connection) throws -> Void = { _, _, _, _ in },
        beside: @escaping @Sendable (R, Connection) throws -> [FieldNote] = { _, _ in [] },
        audience: Audience? = nil,
        afterwards: @escaping @Sendable (R, Act, Connection) throws -> Void = { _, _, _ in }
    ) {
        self.path = path
        self.owner = owner
        self.end = end
        self.pickers = pickers
        self.database = database
        self.vocabulary = vocabulary
        self.page = page
        self.proposing = proposing
        self.beforehand = beforehand
        self.meaning = meaning
        self.beside = beside
        self.audience = audience ?? .holders(.edit, R.description.name)
        self.afterwards = afterwards
    }

    private var type: String { R.description.name }
    /// What the address calls the record's number; an owner's is `id`.
    private var parameter: String { owner == nil ? "id" : "part" }

    /// The fields of the form: not the owner, which the address says, and no personal data for whom it is masked.
    func fields(_ viewer: Viewer) -> [Field<R>] {
        R.description.fields.filter {
            $0.name != owner?.field && !$0.isUnasked && (!$0.isPersonal || viewer.may(.personal, type))
        }
    }

    func picker(_ field: Field<R>) -> Picker? {
        if case .reference(let name) = field.kind { return pickers[name] }
        return pickers["\(type).\(field.name)"]
    }

    package func register(in site: inout Site) {
        site.get("/\(path)/new", may: audience) { _, context in try await new(context) }
        site.post("/\(path)", may: audience) { request, context in try await add(request, context) }
        site.get("/\(path)/:\(parameter)/edit", may: audience) { _, context in try await edit(context) }
        site.post("/\(path)/:\(parameter)", may: audience) { request, context in try await change(request, context) }
        guard let end else { return }
        site.get("/\(path)/:\(parameter)/end", may: audience) { _, context in try await ending(context) }
        site.post("/\(path)/:\(parameter)/end", may: audience) { request, context in
            try await self.end(request, context, setting: end)
        }
    }

    // MARK: Adding

    private func blank(_ context: WebContext, _ viewer: Viewer, _ db: Connection) throws -> R {
        var record = R()
        guard let owner, let field = R.description.fields.first(where: { $0.name == owner.field }) else {
            return record
        }
        let id: Identifier<Void> = try context.id("id")
        try owner.require(id.number, viewer, db)
        _ = field.accept(&record, .integer(id.number))
        return record
    }

    private func new(_ context: WebContext) async throws -> RecordFormPage<R> {
        let viewer = try context.viewer
        return try await database.read { db in
            let record = try proposing(blank(context, viewer, db), context.clock.today(), db)
            var form = EditedForm(showing: try typed(record, viewer, db), version: 0)
            // Values that a link proposes: `/cooperatives/new?unit=…`.
            for field in fields(viewer) { if let value = context.query[field.name] { form.typed[field.name] = value } }
            return RecordFormPage(
                self, record, form, viewer, action: context.path(above: "new"), beside: try beside(record, db))
        }
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        let viewer = try context.viewer
        let sent = EditedForm(try await request.form(), fields: fields(viewer).map(\.name))
        let act = try context.act(reason: sent.reason)
        let today = context.clock.today()
        return try await answering(context) {
            try await database.write { db in
                let base = try blank(context, viewer, db)
                if let once = sent.once, let id = try Once.record(once, type, in: db) {
                    return .stored(page(try R.find(Identifier(id), in: db)))
                }
                let (draft, several) = try read(sent, over: base, today, viewer, db)
                guard draft.isStorable, several.isEmpty else {
                    return .page(
                        RecordFormPage(
                            self, base, sent, viewer, action: context.path, draft.findings, several,
                            beside: try beside(draft.record, db)))
                }
                try beforehand(draft.record, db)
                let stored = try db.insert(draft.record, by: act)
                try requireWithin(stored.id, viewer, db)
                try afterwards(stored, act, db)
                if let once = sent.once { try Once.keep(once, type, stored.id.number, at: act.at, in: db) }
                return .stored(page(stored))
            }
        } refused: { failure in
            try await database.read { db in
                let base = try blank(context, viewer, db)
                return RecordFormPage(
                    self, base, sent, viewer, action: context.path, [Finding(failure)], beside: try beside(base, db))
            }
        }
    }

    // MARK: Changing

    private func find(_ context: WebContext, _ viewer: Viewer, _ db: Connection) throws -> R {
        let id: Identifier<R> = try context.id(parameter)
        try viewer.require(.edit, id, in: db)
        let record = try R.find(id, in: db)
        guard let owner, let field = R.description.fields.first(where: { $0.name == owner.field }) else {
            return record
        }
        // A fact is found under its own owner's address only.
        let ownerID: Identifier<Void> = try context.id("id")
        guard field.stored(record) == .integer(ownerID.number) else { throw Failure(.missing, "page.missing") }
        return record
    }

    private func edit(_ context: WebContext) async throws -> RecordFormPage<R> {
        let viewer = try context.viewer
        return try await database.read { db in
            let record = try find(context, viewer, db)
            let form = EditedForm(showing: try typed(record, viewer, db), version: record.version)
            return RecordFormPage(
                self, record, form, viewer, action: context.path(above: "edit"), beside: try beside(record, db))
        }
    }

    private func change(_ request: Request, _ context: WebContext) async throws -> Response {
        let viewer = try context.viewer
        let names = fields(viewer).map(\.name)
        let sent = EditedForm(try await request.form(), fields: names)
        let act = try context.act(reason: sent.reason)
        let today = context.clock.today()
        return try await answering(context) {
            try await database.write { db in
                let stored = try find(context, viewer, db)
                if stored.version != sent.version {
                    let values = try typed(stored, viewer, db)
                    var (form, meanwhile) = (sent, try Meanwhile(R.self, stored.id.number, in: db))
                    // What was sent is what is stored: the same form twice.
                    guard meanwhile.merge(&form, stored: values, fields: names) else { return .stored(page(stored)) }
                    let shown = EditedForm(merged: form, over: values, version: stored.version)
                    return .disputed(
                        RecordFormPage(
                            self, stored, shown, viewer, action: context.path, meanwhile: meanwhile,
                            beside: try beside(stored, db)))
                }
                let (draft, several) = try read(sent, over: stored, today, viewer, db)
                guard draft.isStorable, several.isEmpty else {
                    return .page(
                        RecordFormPage(
                            self, stored, sent, viewer, action: context.path, draft.findings, several,
                            beside: try beside(draft.record, db)))
                }
                var record = draft.record
                try meaning(&record, stored, today, db)
                let changed = try db.update(record, from: stored, by: act)
                try requireWithin(changed.id, viewer, db)
                if changed.version != stored.version { try afterwards(changed, act, db) }
                return .stored(page(changed))
            }
        } refused: { failure in
            try await database.read { db in
                let stored = try find(context, viewer, db)
                return RecordFormPage(
                    self, stored, sent, viewer, action: context.path, [Finding(failure)],
                    beside: try beside(stored, db))
            }
        }
    }

    /// Nobody puts a record where they could not touch it any more, or into another's hands.
    func requireWithin(_ id: Identifier<R>, _ viewer: Viewer, _ db: Connection) throws {
        guard try viewer.allows(.edit, id, in: db) else {
            throw Failure(.invalid, "access.outside-scope", ["type": "@type.\(type)"])
        }
    }

    // MARK: Ending

    private func ending(_ context: WebContext) async throws -> RecordEndPage<R> {
        let viewer = try context.viewer
        return try await database.read { db in
            let record = try find(context, viewer, db)
            return RecordEndPage(
                record: record, address: page(record), action: context.path,
                day: DateText.short(PartialDay(context.clock.today()), .vi))
        }
    }

    private func end(_ request: Request, _ context: WebContext, setting name: String) async throws -> Response {
        let viewer = try context.viewer
        let form = try await request.form()
        let (day, reason) = (form["day"] ?? "", normalised(form["reason"] ?? ""))
        let act = try context.act(reason: reason)
        let today = context.clock.today()
        return try await answering(context) {
            try await database.write { db in
                let record = try find(context, viewer, db)
                guard let field = R.description.fields.first(where: { $0.name == name }) else {
                    throw Failure(.missing, "page.missing")
                }
                let draft = Draft(typed: [name: day], in: [field], over: record, today: today, vocabulary)
                var findings = draft.findings
                if day.isEmpty {
                    findings.append(Finding(name, "field.required", field: "@\(R.description.key(field))"))
                }
                if reason.isEmpty { findings.append(Finding("reason", "field.required", field: "@form.reason")) }
                guard findings.isEmpty else {
                    return .page(
                        RecordEndPage(
                            record: record, address: page(record), action: context.path, day: day, reason: reason,
                            findings: findings))
                }
                let ended = try db.update(draft.record, from: record, by: act, action: .ended)
                try afterwards(ended, act, db)
                return .stored(page(ended))
            }
        } refused: { failure in
            throw failure
        }
    }

    // MARK: Both ways between records and forms

    /// What a form shows of a record, with other records by their labels.
    func typed(_ record: R, _ viewer: Viewer, _ db: Connection) throws -> [String: String] {
        var typed: [String: String] = [:]
        for field in fields(viewer) {
            let value = field.typed(record)
            typed[field.name] =
                value.isEmpty ? "" : try picker(field).map { try $0.label(value, viewer, db) ?? "" } ?? value
        }
        return typed
    }

    private func read(
        _ form: EditedForm, over base: R, _ today: Day, _ viewer: Viewer, _ db: Connection
    ) throws -> (Draft<R>, several: [String: [Option]]) {
        let fields = fields(viewer)
        var (typed, unknown, several) = (form.typed, Set<String>(), [String: [Option]]())
        for field in fields {
            guard let picker = picker(field) else { continue }
            let current = field.typed(base)
            switch try picker.pick(
                typed[field.name] ?? "", chosen: form.chosen[field.name], current: current.isEmpty ? nil : current,
                viewer,
                db)
            {
            case .nothing: typed[field.name] = ""
            case .one(let value): typed[field.name] = value
            case .unknown: unknown.insert(field.name)
            case .several(let options): several[field.name] = options
            }
        }
        // What has not been found is said once, and not as missing or unreadable as well.
        let asked = fields.filter { !unknown.contains($0.name) && several[$0.name] == nil }
        var draft = Draft(typed: typed, in: asked, over: base, keeping: form.kept, today: today, vocabulary)
        for field in fields where unknown.contains(field.name) {
            draft.refuse(field, "reference.unknown", ["value": form.typed[field.name] ?? ""])
        }
        for field in fields where several[field.name] != nil { draft.refuse(field, "form.several") }
        return (draft, several)
    }

    typealias Finding = Draft<R>.Finding

    private enum Outcome: Sendable {
        case stored(String)
        case page(any Page)
        /// Somebody else was first: the form once more, with what they stored.
        case disputed(any Page)
    }

    /// Turns what came of a form into its answer. A refusal that a person can mend shows the form once more.
    private func answering(
        _ context: WebContext, _ body: () async throws -> Outcome,
        refused: (Failure) async throws -> RecordFormPage<R>
    ) async throws -> Response {
        do {
            switch try await body() {
            case .stored(let address): return .seeOther("\(address)?done=saved")
            case .page(let page): return context.response(page, status: .unprocessableContent)
            case .disputed(let page): return context.response(page, status: .conflict)
            }
        } catch let failure as Failure where failure.kind == .invalid || failure.code == "persistence.taken" {
            return context.response(try await refused(failure), status: .unprocessableContent)
        }
    }
}

extension Draft.Finding {
    init(_ field: String, _ code: String, field label: String) {
        self.init(field: field, code: code, details: ["field": label], mayBeKept: false)
    }

    init(_ failure: Failure) {
        self.init(field: nil, code: failure.code, details: failure.details, mayBeKept: false)
    }
}

extension Meanwhile {
    init<R: Record>(_ type: R.Type, _ id: Int64, in db: Connection) throws {
        guard let last = try Change.list(of: R.description.name, id, in: db).first(where: \.action.isVersion) else {
            return
        }
        at = last.at
        by = try last.account.flatMap { try UserAccount.names([$0], in: db)[$0] }
    }
}

extension EditedForm {
    /// The form once more over what is stored now.
    init(merged form: EditedForm, over values: [String: String], version: Int) {
        typed = form.typed
        was = values
        self.version = version
        kept = form.kept
        chosen = form.chosen
        reason = form.reason
        once = form.once
    }
}

extension WebContext {
    /// The address without its last part.
    func path(above last: String) -> String { String(path.dropLast(last.utf8.count + 1)) }
}
