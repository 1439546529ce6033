package import Access
import Documents
import HTTPTypes
import Hummingbird
import Kernel
package import Persistence
import Records

/// Bringing workbooks in from the page: choose a file, see what it would do, say what a column means or which record is
/// meant, have it stored, take it back. Every step works without JavaScript; what takes long is a job.
package struct ImportPages: Sendable {
    let access: AccessControl
    let jobs: ImportJobs
    let runner: JobRunner
    /// Where the pages of single records are, by type.
    let paths: [String: String]

    package init(_ access: AccessControl, _ jobs: ImportJobs, _ runner: JobRunner, paths: [String: String]) {
        self.access = access
        self.jobs = jobs
        self.runner = runner
        self.paths = paths
    }

    private var database: Database { access.database }
    private var types: [String] { jobs.forms.map { $0.name } }

    package func register(in site: inout Site) {
        let importers = Audience.any(types.map { .holders(.importing, $0) })
        let readers = Audience.any([importers, .holders(.read, "import")])
        site.navigation.append(NavigationEntry(.tasks, "imports.title", "/imports", may: readers))
        site.get("/imports", may: readers) { _, context in
            let viewer = try context.viewer
            let whose = readsAll(viewer) ? nil : viewer.account.id.number
            return try await database.read { db in
                let uploads = try ImportUpload.list(of: whose, most: 200, in: db).filter { mayRead($0, viewer) }
                let names = try UserAccount.names(uploads.map { Identifier($0.account) }, in: db)
                return ImportListPage(
                    uploads: uploads, mayImport: !importable(viewer).isEmpty, names: whose == nil ? names : [:])
            }
        }
        site.get("/imports/new", may: importers) { _, context in
            ImportNewPage(types: importable(try context.viewer), type: context.query["type"])
        }
        site.post("/imports", may: importers, largestBody: UploadLimits().total) { request, context in
            try await add(request, context)
        }
        site.get("/imports/:id", may: readers) { _, context in try await page(context) }
        site.get("/imports/:id/progress", may: readers) { _, context in
            let id = try id(context)
            let upload = try await database.read { try find(id, try context.viewer, in: $0) }
            return progress(of: upload, context.t)
        }
        site.get("/imports/:id/annotated.xlsx", may: readers) { _, context in
            let (id, viewer, t) = (try id(context), try context.viewer, context.t)
            let badOnly = context.query["bad"] == "1"
            let bytes = try await database.read { db in
                let upload = try own(id, viewer, in: db)
                guard upload.promise != nil else { throw Failure(.refused, "import.not-now") }
                return try upload.result(in: db).annotated(try upload.content(in: db), badOnly: badOnly, t)
            }
            return Response.download(
                bytes, type: ListExport.Form.xlsx.mediaType, file: "import-\(id)\(badOnly ? "-bad" : "").xlsx")
        }
        site.get("/imports/:id/original.xlsx", may: readers) { _, context in
            let (id, viewer) = (try id(context), try context.viewer)
            let bytes = try await database.read { db in try own(id, viewer, in: db).content(in: db) }
            return original(bytes, id)
        }
        site.post("/imports/:id/original.xlsx", may: readers) { request, context in
            let (id, viewer) = (try id(context), try context.viewer)
            let act = try context.act(reason: reason(try await request.form()))
            let bytes = try await database.write { db in
                let upload = try find(id, viewer, in: db)
                try viewer.require(.personal, upload.type)
                try db.note(.unmasked, "import", id, by: act)
                return try upload.content(in: db)
            }
            return original(bytes, id)
        }
        registerSteps(in: &site, importers)
    }

    private func registerSteps(in site: inout Site, _ importers: Audience) {
        site.post("/imports/:id/columns", may: importers) { request, context in
            let form = try ColumnForm(try await request.form())
            return try await step(context) { upload, now, db in
                try form.store(in: upload, try jobs.form(upload.type), db)
                try upload.readAgain(at: now, in: db)
            }
        }
        site.post("/imports/:id/answers", may: importers) { request, context in
            let replies = AnswerForm.replies(try await request.form())
            let act = try context.act()
            return try await step(context) { upload, now, db in
                try ImportAnswering(result: try upload.result(in: db)).store(replies, by: act, in: db)
                try upload.readAgain(at: now, in: db)
            }
        }
        site.post("/imports/:id/read", may: importers) { _, context in
            try await step(context) { upload, now, db in try upload.readAgain(at: now, in: db) }
        }
        site.post("/imports/:id/apply", may: importers) { _, context in
            try await step(context) { upload, now, db in try upload.apply(at: now, in: db) }
        }
        site.post("/imports/:id/cancel", may: importers) { _, context in
            try await step(context) { upload, now, db in try upload.cancel(at: now, in: db) }
        }
        site.post("/imports/:id/undo", may: importers) { request, context in
            let reason = try reason(try await request.form())
            return try await step(context) { upload, now, db in try upload.undo(reason: reason, at: now, in: db) }
        }
    }
}

extension ImportPages {
    /// The types that somebody may bring in.
    private func importable(_ viewer: Viewer) -> [String] { types.filter { viewer.may(.importing, $0) } }

    /// Whether somebody may see what all others have brought in.
    private func readsAll(_ viewer: Viewer) -> Bool {
        viewer.may(.read, "import") && viewer.rows(.read, "import").condition("u") == nil
    }

    private func isOwner(_ upload: ImportUpload, _ viewer: Viewer) -> Bool {
        upload.account == viewer.account.id.number && viewer.may(.importing, upload.type)
    }

    private func mayRead(_ upload: ImportUpload, _ viewer: Viewer) -> Bool {
        isOwner(upload, viewer) || readsAll(viewer)
    }

    private func id(_ context: WebContext) throws -> Int64 {
        let id: Identifier<ImportUpload> = try context.id("id")
        return id.number
    }

    /// What somebody else brought in is not there.
    private func find(_ id: Int64, _ viewer: Viewer, in db: Connection) throws -> ImportUpload {
        let upload = try ImportUpload.find(id, in: db)
        guard mayRead(upload, viewer) else { throw ImportUpload.missing(id) }
        return upload
    }

    /// The file as it came, personal data and all, is for whoever brought it in; others say why they open it.
    private func own(_ id: Int64, _ viewer: Viewer, in db: Connection) throws -> ImportUpload {
        let upload = try find(id, viewer, in: db)
        guard isOwner(upload, viewer) else { throw Viewer.forbidden(.personal, upload.type) }
        return upload
    }

    private func original(_ bytes: [UInt8], _ id: Int64) -> Response {
        var response = Response.download(
            bytes, type: ListExport.Form.xlsx.mediaType, file: "import-\(id)-original.xlsx")
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func reason(_ form: Query) throws -> String {
        guard let reason = form["reason"].map(normalised), !reason.isEmpty, reason.count <= 500 else {
            throw Failure(.invalid, "imports.reason-needed")
        }
        return reason
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        let viewer = try context.viewer
        let upload = try await request.upload()
        let type = upload.fields["type"] ?? ""
        do {
            _ = try jobs.form(type)
            try viewer.require(.importing, type)
            let file = try upload.file("file")
            let day = try ColumnForm.day(upload.fields["as_of"])
            guard try !Workbook.open(bytes: file.content).sheets.isEmpty else {
                throw Failure(.invalid, "workbook.empty-file")
            }
            let (account, now) = (viewer.account.id.number, context.clock.now())
            let organisation = viewer.posts.lazy.compactMap(\.organisation?.ref.text).first ?? "account:\(account)"
            let id = try await database.write { db in
                try ImportUpload.add(
                    type: type, name: file.name, file.content, asOf: day, organisation: organisation, account: account,
                    at: now, in: db)
            }
            runner.wake()
            return .seeOther("/imports/\(id)")
        } catch let failure as Failure where failure.kind == .invalid || failure.kind == .usage {
            let page = ImportNewPage(
                types: importable(viewer), type: type, asOf: upload.fields["as_of"], problem: failure)
            return context.response(page, status: .unprocessableContent)
        }
    }

    /// Does something with an upload of one's own, and goes back to its page.
    private func step(
        _ context: WebContext,
        _ body: @escaping @Sendable (ImportUpload, Instant, Connection) throws -> Void
    ) async throws -> Response {
        let (id, viewer, now) = (try id(context), try context.viewer, context.clock.now())
        try await database.write { db in
            let upload = try find(id, viewer, in: db)
            guard isOwner(upload, viewer) else { throw Viewer.forbidden(.importing, upload.type) }
            try body(upload, now, db)
        }
        runner.wake()
        return .seeOther("/imports/\(id)")
    }

    private func page(_ context: WebContext) async throws -> ImportPage {
        let (id, viewer, query) = (try id(context), try context.viewer, context.query)
        return try await database.read { db in
            let upload = try find(id, viewer, in: db)
            return try ImportPage(
                upload, runner.progress(of: upload.job), isOwner: isOwner(upload, viewer),
                mayOpen: viewer.may(.personal, upload.type),
                columns: try jobs.form(upload.type).columnNames, types: jobs.types, paths: paths, query, in: db)
        }
    }

    private func progress(of upload: ImportUpload, _ t: Texts) -> Response {
        let progress = runner.progress(of: upload.job)
        var object = JSONText()
        object.add("over", raw: upload.isBusy ? "false" : "true")
        object.add("done", .integer(Int64(progress.done)))
        object.add("total", .integer(Int64(progress.total)))
        object.add("text", .text(ImportProgress.words(progress, t)))
        var response = Response.download(
            Array(object.object.utf8), type: "application/json; charset=utf-8", file: nil)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension ImportForm {
    static var columnNames: [String] { columns.map(\.name) }
}
