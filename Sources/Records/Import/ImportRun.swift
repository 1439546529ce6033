import Documents
package import Kernel
package import Persistence

/// What became of a row of the file.
package enum RowFate: String, Sendable, CaseIterable { case added, changed, unchanged, skipped, asked, refused }

/// A source row and its fate.
package struct ImportedRow: Sendable {
    package let sheet: String
    package let row: Int
    package let title: String
    package var fate: RowFate
    package var subject: Int64?
    package var findings: [Diagnostic]
}

/// What an import did, or would do.
package struct ImportResult: Sendable {
    package let type: String
    package let file: String
    package let sha256: String
    package let asOf: Day
    package var rows: [ImportedRow]
    /// Findings about sheets, columns and totals.
    package var findings: [Diagnostic]
    /// Sheets with a table that was read, and the row of its header.
    package var headers: [String: Int]
    /// Every sheet, read or not.
    package var sheets: [ReadSheet] = []
    /// Under which number the changes stand in the history; `nil` where there were none.
    package var batch: Int64?
    /// The same content was applied before and nothing has changed since.
    package var wasAppliedBefore = false

    package func count(_ fate: RowFate) -> Int { rows.count { $0.fate == fate } }
    package var counts: [RowFate: Int] {
        Dictionary(uniqueKeysWithValues: RowFate.allCases.map { ($0, count($0)) })
    }
    /// The fate of every row, in one word: two results with the same one do the same.
    package var promise: String {
        let lines = rows.map { row in
            // A new record has its number only once it is stored.
            let subject = row.fate == .added ? "" : row.subject.map(String.init) ?? ""
            return "\(row.sheet)\t\(row.row)\t\(row.fate.rawValue)\t\(subject)\t\(row.title)"
        }
        return sha256Hex(Array((["\(asOf)"] + lines).joined(separator: "\n").utf8))
    }
    /// Every finding, in the order of the file.
    package var diagnostics: [Diagnostic] { findings + rows.flatMap(\.findings) }
}

/// Imports a workbook by a form: reads every sheet, finds the subjects meant, stores what is certain.
///
/// A preview is the import itself in a transaction that is then taken back, so that the counts promised are the counts
/// stored. Rows with an error or an open question are not stored; they cost no other row.
package struct ImportRun<Form: ImportForm>: Sendable {
    package struct Source: Sendable {
        package let name: String
        package let bytes: [UInt8]
        package let sha256: String

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
            sha256 = sha256Hex(bytes)
        }
    }

    package let source: Source
    /// The day of the figures. `nil`: as the file says.
    package let asOf: Day?
    /// Only this sheet.
    package let onlySheet: String?
    package let texts: [Texts]
    package let vocabulary: Vocabulary
    package let clock: WallClock
    /// What a person said of its columns.
    package var mapping = ColumnMapping()
    package var skippedSheets: Set<String> = []
    /// Which records whoever imports may add and change; rows about others are refused.
    package var scope = RowScope.all
    /// Told how far it is: of how many, and the text key of what is done.
    package var progress: @Sendable (_ done: Int, _ total: Int, _ step: String) -> Void = { _, _, _ in }

    package init(
        _ form: Form.Type, source: Source, asOf: Day?, onlySheet: String? = nil, texts: [Texts], vocabulary: Vocabulary,
        clock: WallClock
    ) {
        self.source = source
        self.asOf = asOf
        self.onlySheet = onlySheet
        self.texts = texts
        self.vocabulary = vocabulary
        self.clock = clock
    }

    /// What `apply` would do, without doing it.
    package func preview(_ database: Database, by act: Act) async throws -> ImportResult {
        try await database.write { try preview(in: $0, by: act) }
    }

    /// The same as a part of a transaction.
    package func preview(in db: Connection, by act: Act) throws -> ImportResult {
        do {
            try db.attempt { throw Withdrawn(result: try run(in: db, by: act)) }
            throw Failure(.defect, "import.preview-not-withdrawn")
        } catch let withdrawn as Withdrawn {
            return withdrawn.result
        }
    }

    /// Stores what is certain, in one transaction with the file and the fate of each row. With `promised`, the counts
    /// of a preview, throws `import.counts-differ` and stores nothing when they would not be the same.
    package func apply(
        _ database: Database, by act: Act, promised: [RowFate: Int]? = nil
    ) async throws -> ImportResult {
        try await database.write { db in
            let result = try run(in: db, by: act)
            if let promised, promised != result.counts { throw Failure(.conflict, "import.counts-differ") }
            return result
        }
    }

    /// Stores what is certain, as a part of a transaction that the caller gives up when this throws
    /// `import.counts-differ`: the fate of some row is not the one that a preview promised.
    package func apply(in db: Connection, by act: Act, promise: String) throws -> ImportResult {
        let result = try run(in: db, by: act)
        guard result.promise == promise else { throw Failure(.conflict, "import.counts-differ") }
        return result
    }

    private struct Withdrawn: Error { let result: ImportResult }

    private func run(in db: Connection, by act: Act) throws -> ImportResult {
        let workbook = try Workbook.open(bytes: source.bytes)
        let answers = try ImportAnswers(of: Form.name, in: db)
        let sheets = try tables(of: workbook)
        let asOf = try self.asOf ?? cutOff(of: sheets)
        let context = try Form.context(asOf: asOf, clock: clock, in: db)
        let reader = SheetReader<Form>(
            aliases: ColumnAliases(form: Form.name, columns: Form.columns.map(\.name), texts, mapping: mapping),
            vocabulary: vocabulary, answers: answers, asOf: asOf, context: context)
        var result = ImportResult(
            type: Form.name, file: source.name, sha256: source.sha256, asOf: asOf, rows: [], findings: [], headers: [:])
        var pending: [Pending] = []
        var entries: [Form.Entry] = []
        let index = try Form.index(in: db)
        var neighbours = NearNames()
        // By key, the row and the entry that had it first.
        var seen: [MatchKey: (row: Int, entry: Int)] = [:]
        for (outline, rows) in sheets {
            let reading = reader.read(outline, rows)
            result.findings += reading.findings
            result.sheets.append(ReadSheet(outline.name, reading.header, else: reading.guesses))
            if let header = reading.header { result.headers[outline.name] = header.lastRow }
            for line in reading.lines {
                var row = ImportedRow(
                    sheet: reading.sheet, row: line.row, title: line.entry.map(Form.title) ?? "", fate: .refused,
                    subject: nil, findings: line.findings)
                if line.skipReason != nil {
                    row.fate = .skipped
                } else if let entry = line.entry {
                    let keys = Form.keys(of: entry)
                    if let key = keys.first(where: { seen[$0] != nil }), let twin = seen[key] {
                        let isSame = entries[twin.entry] == entry
                        let column = reading.header?.column(Form.column(of: isSame ? .nameAndUnit : key.rule))?.number
                        judge(&row, against: result.rows[twin.row], isSame: isSame, column: column)
                    } else if line.isOpen {
                        row.fate = line.findings.contains { $0.severity == .error } ? .refused : .asked
                    } else {
                        let near =
                            try index.find(keys) == .none
                            ? neighbours.subjects(of: entry, Form.self, in: db) : []
                        match(&row, keys, index, answers, Form.title(of: entry), near: near)
                        if row.fate == .added || row.fate == .unchanged {
                            pending.append((result.rows.count, entry, row.subject))
                        }
                    }
                    for key in keys where seen[key] == nil { seen[key] = (result.rows.count, entries.count) }
                    entries.append(entry)
                }
                result.rows.append(row)
            }
        }
        try refuseForeign(&pending, in: &result, db)
        try keep(pending, in: &result, by: act, db)
        return result
    }

    private typealias Pending = (index: Int, entry: Form.Entry, subject: Int64?)

    /// Refuses the rows about records that whoever imports does not reach.
    private func refuseForeign(_ pending: inout [Pending], in result: inout ImportResult, _ db: Connection) throws {
        let foreign = try foreign(Set(pending.compactMap(\.subject)), db)
        refuse(&pending, in: &result) { $0.subject.map(foreign.contains) ?? false }
    }

    /// Stores them. Where a record would then lie outside of the scope, a new one as well as one that the row moves away,
    /// what was stored is taken back, the row is refused, and the others are stored again.
    private func keep(
        _ pending: [Pending], in result: inout ImportResult, by act: Act, _ db: Connection
    ) throws {
        var pending = pending
        while true {
            var trial = result
            let moved: Set<Int64> = try db.attempted {
                try store(pending, into: &trial, by: act, in: db)
                return try foreign(Set(pending.compactMap { trial.rows[$0.index].subject }), db)
            } undoneWhen: { moved in
                !moved.isEmpty
            }
            if moved.isEmpty {
                result = trial
                return
            }
            let outside = Set(pending.map(\.index).filter { trial.rows[$0].subject.map(moved.contains) ?? false })
            refuse(&pending, in: &result) { outside.contains($0.index) }
        }
    }

    private func refuse(_ pending: inout [Pending], in result: inout ImportResult, where isForeign: (Pending) -> Bool) {
        pending.removeAll { row in
            guard isForeign(row) else { return false }
            let place = Place(sheet: result.rows[row.index].sheet, row: result.rows[row.index].row)
            result.rows[row.index].fate = .refused
            // Whose record it is, is none of their business.
            result.rows[row.index].subject = nil
            result.rows[row.index].findings.append(
                Diagnostic(.error, "import.outside-scope", at: place, ["title": result.rows[row.index].title]))
            return true
        }
    }

    /// Which of these subjects the scope does not reach.
    private func foreign(_ subjects: Set<Int64>, _ db: Connection) throws -> Set<Int64> {
        guard let condition = scope.condition("r") else { return [] }
        var foreign = subjects
        let all = subjects.sorted()
        for start in stride(from: 0, to: all.count, by: 500) {
            let part = all[start..<min(start + 500, all.count)]
            try db.each(
                "SELECT r.id FROM \(described: Form.table) r WHERE r.id IN (\(list: part)) AND (\(condition))"
            ) { foreign.remove(try $0[0]) }
        }
        return foreign
    }

    /// Exactly the same row again is skipped; a row that contradicts an earlier one is refused.
    private func judge(_ row: inout ImportedRow, against twin: ImportedRow, isSame: Bool, column: Int?) {
        row.fate = isSame ? .skipped : .refused
        row.findings.append(
            Diagnostic(
                isSame ? .warning : .error, isSame ? "row.same-again" : "row.contradicts-earlier",
                at: Place(sheet: row.sheet, row: row.row, column: column),
                ["title": row.title, "row": "\(twin.row)", "sheet": twin.sheet, "other": twin.title]))
    }

    /// `.added` and `.unchanged` stand for 'new' and 'known' until the store has compared.
    private func match(
        _ row: inout ImportedRow, _ keys: [MatchKey], _ index: MatchIndex, _ answers: ImportAnswers, _ title: String,
        near: [Int64]
    ) {
        switch index.find(keys) {
        case .none: propose(near, for: &row, keys, answers, title)
        case .one(let subject, _):
            row.subject = subject
            row.fate = .unchanged
        case .several(let subjects, let rule):
            let asked = keys.map(\.value).joined(separator: " ")
            let question = ImportQuestion(subject: title, column: nil, value: asked)
            if let answer = answers[question], answer == "new" {
                row.fate = .added
            } else if let answer = answers[question].flatMap({ Int64($0) }), subjects.contains(answer) {
                row.subject = answer
                row.fate = .unchanged
            } else {
                row.fate = .asked
                row.findings.append(
                    Diagnostic(
                        .question, "row.several-matches", at: Place(sheet: row.sheet, row: row.row),
                        [
                            "title": title, "keys": asked, "rule": "@match.\(rule.rawValue)",
                            "subjects": subjects.map(String.init).joined(separator: ", "),
                        ]))
            }
        }
    }

    /// A new record, unless a person said that it is one of those with nearly its name.
    private func propose(
        _ near: [Int64], for row: inout ImportedRow, _ keys: [MatchKey], _ answers: ImportAnswers, _ title: String
    ) {
        row.fate = .added
        guard !near.isEmpty else { return }
        let asked = keys.map(\.value).joined(separator: " ")
        let answer = answers[ImportQuestion(subject: title, column: nil, value: asked)]
        if let subject = answer.flatMap({ Int64($0) }), near.contains(subject) {
            row.subject = subject
            row.fate = .unchanged
        } else if answer != "new" {
            row.findings.append(
                Diagnostic(
                    .warning, Diagnostic.nearMatch, at: Place(sheet: row.sheet, row: row.row),
                    ["title": title, "keys": asked, "subjects": near.map(String.init).joined(separator: ", ")]))
        }
    }

    private func store(
        _ pending: [Pending], into result: inout ImportResult, by act: Act,
        in db: Connection
    ) throws {
        let before: Int64? = try db.first(
            "SELECT id FROM records_import WHERE type = \(Form.name) AND sha256 = \(source.sha256) ORDER BY id DESC LIMIT 1"
        ) { try $0[0] }
        try db.run(
            """
            INSERT INTO records_file (sha256, name, content, kept_at)
            VALUES (\(source.sha256), \(source.name), \(source.bytes), \(act.at)) ON CONFLICT (sha256) DO NOTHING
            """)
        let batch = try db.insert(
            """
            INSERT INTO records_import
            (type, sha256, as_of, applied_at, account_id, added, changed, unchanged, skipped, refused)
            VALUES (\(Form.name), \(source.sha256), \(result.asOf), \(act.at), \(act.account), 0, 0, 0, 0, 0)
            """)
        var act = act
        act.batch = batch
        // In batches, so that what is stored about the subjects is read with one query a table.
        for start in stride(from: 0, to: pending.count, by: 500) {
            let chunk = pending[start..<min(start + 500, pending.count)]
            let stored = try Form.store(
                chunk.map { ($0.entry, $0.subject) }, asOf: result.asOf, by: act, in: db)
            progress(start + chunk.count, pending.count, "import.step-storing")
            for (item, outcome) in zip(chunk, stored) {
                result.rows[item.index].subject = outcome.subject
                result.rows[item.index].fate =
                    switch outcome.fate {
                    case .added: .added
                    case .changed: .changed
                    case .unchanged: .unchanged
                    }
            }
        }
        let isRepeat = before != nil && result.count(.added) == 0 && result.count(.changed) == 0
        result.wasAppliedBefore = isRepeat
        guard !isRepeat else {
            try db.run("DELETE FROM records_import WHERE id = \(batch)")
            return
        }
        result.batch = batch
        try db.run(
            """
            UPDATE records_import SET added = \(result.count(.added)), changed = \(result.count(.changed)),
            unchanged = \(result.count(.unchanged)), skipped = \(result.count(.skipped)),
            refused = \(result.count(.refused) + result.count(.asked)) WHERE id = \(batch)
            """)
        try db.inBatches(result.rows) { part in
            let values = part.flatMap { row -> [SQLValue] in
                let reason = row.findings.filter { $0.severity > .note }.map(\.code).joined(separator: " ")
                return [
                    .integer(batch), .text(row.sheet), .integer(Int64(row.row)), .text(row.fate.rawValue),
                    row.subject.sqlValue, reason.isEmpty ? .null : .text(reason),
                ]
            }
            let rows = repeatElement("(?, ?, ?, ?, ?, ?)", count: part.count).joined(separator: ", ")
            try db.run(
                SQL(
                    described: """
                        INSERT INTO records_import_row (import_id, sheet, row_number, fate, record_id, reason)
                        VALUES \(rows)
                        """, values))
        }
    }

    private func tables(of workbook: Workbook) throws -> [(SheetOutline, [SheetRow])] {
        var tables: [(SheetOutline, [SheetRow])] = []
        for (number, sheet) in workbook.sheets.enumerated()
        where (onlySheet == nil || onlySheet == sheet.name) && !skippedSheets.contains(sheet.name) {
            var rows: [SheetRow] = []
            var outline = try workbook.read(sheet: number) { row in
                rows.append(row)
                if row.number.isMultiple(of: 500) { progress(row.number, 0, "import.step-reading") }
            }
            outline.isHidden = sheet.isHidden
            tables.append((outline, rows))
        }
        guard !tables.isEmpty else { throw Failure(.missing, "import.no-such-sheet", ["sheet": onlySheet ?? ""]) }
        return tables
    }

    /// The day that the figures are of, as titles and notes say it: `đến 30/6/2024`. One day for all sheets.
    private func cutOff(of sheets: [(SheetOutline, [SheetRow])]) throws -> Day {
        var days: Set<Day> = []
        for (_, rows) in sheets {
            for row in rows where row.cells.count(where: { !$0.isBlank }) <= 2 {
                for cell in row.cells {
                    if let day = cell.plainText.flatMap(DateText.cutOff(in:)) { days.insert(day) }
                }
            }
        }
        guard let day = days.first else { throw Failure(.usage, "import.no-day") }
        guard days.count == 1 else {
            throw Failure(
                .usage, "import.several-days", ["days": days.sorted().map(\.description).joined(separator: ", ")])
        }
        return day
    }
}
