import Documents
package import Kernel
package import Persistence

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
    /// of a preview, throws `import.counts-differ` and stores nothing when they would not be the same. What `answer` does
    /// with the result, such as writing the file that goes back, comes before the end of the transaction: when it fails,
    /// nothing is stored either. It may be called again.
    package func apply(
        _ database: Database, by act: Act, promised: [RowFate: Int]? = nil,
        answer: @escaping @Sendable (ImportResult) throws -> Void = { _ in }
    ) async throws -> ImportResult {
        try await database.write { db in
            let result = try run(in: db, by: act)
            if let promised, promised != result.counts { throw Failure(.conflict, "import.counts-differ") }
            try answer(result)
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
        guard asOf <= clock.today() else { throw Failure(.invalid, "import.future-day", ["day": asOf.description]) }
        let context = try Form.context(asOf: asOf, clock: clock, in: db)
        let reader = SheetReader<Form>(
            aliases: ColumnAliases(form: Form.name, columns: Form.columns.map(\.name), texts, mapping: mapping),
            vocabulary: vocabulary, answers: answers, asOf: asOf, context: context)
        var result = ImportResult(
            type: Form.name, file: source.name, sha256: source.sha256, asOf: asOf, rows: [], findings: [], headers: [:])
        var pending: [Pending] = []
        var entries: [Form.Entry] = []
        let index = try Form.index(context, in: db)
        var neighbours = NearNames(index)
        // By key, the row and the entry that had it first.
        var seen: [MatchKey: (row: Int, entry: Int)] = [:]
        // By stored subject, the row that means it.
        var meant: [Int64: Int] = [:]
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
                        let near = index.find(keys) == .none ? neighbours.subjects(of: entry, Form.self) : []
                        match(&row, keys, index, answers, Form.title(of: entry), near: near)
                        if let subject = row.subject, let earlier = meant[subject] {
                            // By another key, such as the former name where the earlier row has the tax code.
                            let column = reading.header?.column(Form.column(of: .nameAndUnit))?.number
                            judge(&row, against: result.rows[earlier], isSame: false, column: column)
                        } else if let subject = row.subject {
                            meant[subject] = result.rows.count
                        }
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

    typealias Pending = (index: Int, entry: Form.Entry, subject: Int64?)

    func store(
        _ pending: [Pending], into result: inout ImportResult, by act: Act,
        in db: Connection
    ) throws {
        let before: Int64? = try db.first(
            "SELECT id FROM records_import WHERE type = \(Form.name) AND sha256 = \(source.sha256) ORDER BY id DESC LIMIT 1"
        ) { try $0[0] }
        try StoredFile.keep(source.bytes, named: source.name, at: act.at, in: db)
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
        guard tables.contains(where: { $0.1.contains { !$0.cells.allSatisfy(\.isBlank) } }) || tables.isEmpty else {
            throw Failure(.invalid, "import.nothing-in-it")
        }
        guard !tables.isEmpty else { throw Failure(.missing, "import.no-such-sheet", ["sheet": onlySheet ?? ""]) }
        return tables
    }

    /// The day that the figures are of, as titles and notes say it: `đến 30/6/2024`. One day for all sheets.
    private func cutOff(of sheets: [(SheetOutline, [SheetRow])]) throws -> Day {
        var (days, titles): (Set<Day>, Set<Day>) = ([], [])
        for (_, rows) in sheets {
            for row in rows where row.cells.count(where: { !$0.isBlank }) <= 2 {
                for cell in row.cells {
                    guard let text = cell.plainText else { continue }
                    if let day = DateText.cutOff(in: text) { days.insert(day) }
                    if let day = Form.day(inTitle: text) { titles.insert(day) }
                }
            }
        }
        if days.isEmpty { days = titles }
        guard let day = days.first else { throw Failure(.usage, "import.no-day") }
        guard days.count == 1 else {
            throw Failure(
                .usage, "import.several-days", ["days": days.sorted().map(\.description).joined(separator: ", ")])
        }
        return day
    }
}
