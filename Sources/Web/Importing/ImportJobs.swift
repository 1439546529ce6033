package import Access
package import Kernel
package import Persistence
package import Records

/// The long work of imports: reading a workbook, storing what was previewed, taking it back. Each is done with the rights
/// that the account has when it is done.
package struct ImportJobs: Sendable {
    let access: AccessControl
    let forms: [any ImportForm.Type]
    let types: [any Record.Type]
    let texts: [Texts]
    let vocabulary: Vocabulary
    let clock: WallClock

    /// `types`: every record type that an import can change, or whose records can name one of those.
    package init(
        _ access: AccessControl, forms: [any ImportForm.Type], types: [any Record.Type], texts: [Texts],
        vocabulary: Vocabulary, clock: WallClock
    ) {
        self.access = access
        self.forms = forms
        self.types = types
        self.texts = texts
        self.vocabulary = vocabulary
        self.clock = clock
    }

    package var kinds: [JobKind] {
        [
            JobKind(ImportUpload.reading) { job, progress, db in
                let upload = try upload(of: job, in: db)
                let form = try form(upload.type)
                try upload.read(run(form, upload, promise: nil, progress, in: db), in: db)
                return nil
            },
            JobKind(ImportUpload.applying) { job, progress, db in
                let upload = try upload(of: job, in: db)
                guard let promise = upload.promise else { throw Failure(.conflict, "import.counts-differ") }
                let form = try form(upload.type)
                let result = try run(form, upload, promise: promise, progress, in: db)
                try upload.applied(result, at: clock.now(), in: db)
                return result.batch.map(String.init)
            },
            JobKind(ImportUpload.undoing) { job, progress, db in
                let upload = try upload(of: job, in: db)
                let viewer = try viewer(of: upload, in: db)
                guard let batch = upload.batch else { throw Failure(.refused, "import.not-now") }
                let form = try form(upload.type)
                try requireReach(form, batch, viewer.rows(.importing, upload.type), in: db)
                let act = viewer.act(at: clock.now(), origin: "import", reason: upload.reason)
                let undo = BatchUndo(batch: batch, types: types)
                _ = try undo.run(by: act, progress: { progress($0, of: $1, "import.step-undoing") }, in: db)
                try upload.undone(at: clock.now(), in: db)
                return nil
            },
        ]
    }

    func form(_ type: String) throws -> any ImportForm.Type {
        guard let form = forms.first(where: { $0.name == type }) else {
            throw Failure(.usage, "imports.no-such-type", ["type": type])
        }
        return form
    }

    private func upload(of job: Job, in db: Connection) throws -> ImportUpload {
        try ImportUpload.find(Int64(job.payload) ?? 0, in: db)
    }

    /// Whoever brought it in, if they still may.
    private func viewer(of upload: ImportUpload, in db: Connection) throws -> Viewer {
        let account = try UserAccount.find(Identifier(upload.account), in: db)
        let today = clock.today()
        guard account.endedOn.map({ $0 > today }) ?? true else {
            throw Failure(.forbidden, "imports.account-ended")
        }
        let viewer = try access.viewer(account, on: today, in: db)
        try viewer.require(.importing, upload.type)
        return viewer
    }

    private func run<Form: ImportForm>(
        _ form: Form.Type, _ upload: ImportUpload, promise: String?, _ progress: JobProgress, in db: Connection
    ) throws -> ImportResult {
        let viewer = try viewer(of: upload, in: db)
        var run = ImportRun(
            form, source: .init(name: upload.name, bytes: try upload.content(in: db)), asOf: upload.asOf, texts: texts,
            vocabulary: vocabulary, clock: clock)
        run.mapping = upload.mapping
        run.skippedSheets = upload.skippedSheets
        run.scope = viewer.rows(.importing, upload.type)
        run.progress = { progress($0, of: $1, $2) }
        let act = viewer.act(at: clock.now(), origin: "import")
        return try promise.map { try run.apply(in: db, by: act, promise: $0) } ?? run.preview(in: db, by: act)
    }

    /// Throws where the account has lost some of the records since it imported them.
    private func requireReach<Form: ImportForm>(
        _ form: Form.Type, _ batch: Int64, _ rows: RowScope, in db: Connection
    ) throws {
        guard let condition = rows.condition("r") else { return }
        let outside = try db.first(
            """
            SELECT 1 FROM records_import_row i WHERE i.import_id = \(batch)
            AND i.fate IN (\(list: [RowFate.added.rawValue, RowFate.changed.rawValue]))
            AND NOT EXISTS (SELECT 1 FROM \(described: Form.table) r WHERE r.id = i.record_id AND (\(condition)))
            LIMIT 1
            """
        ) { _ in true }
        if outside ?? false { throw Failure(.forbidden, "imports.undo-outside") }
    }
}
