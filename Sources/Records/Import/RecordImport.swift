import Documents
package import Kernel
package import Persistence

/// Reads the list of any record type by its description alone: a column a field, and for a field that names another
/// record the columns by which that is found (`Referenced`). A blank cell changes nothing.
package enum RecordImport<R: Record>: ImportForm {
    package struct Entry: Sendable, Equatable {
        var record = R()
        /// The fields that the row states.
        var stated: [String] = []
        /// What the columns say that name other records.
        var words: [String: String] = [:]

        package static func == (a: Entry, b: Entry) -> Bool {
            let fields = R.description.fields
            return a.stated == b.stated && a.words == b.words
                && fields.allSatisfy { $0.stored(a.record) == $0.stored(b.record) }
        }
    }

    package typealias Context = RecordContext

    package static var name: String { R.description.name }
    package static var table: String { R.description.table }
    package static func entry() -> Entry { Entry() }

    package static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> RecordContext {
        var finders: [String: ReferenceFinder] = [:]
        for field in R.description.fields where !field.isUnasked {
            finders[field.name] = try field.reference?.finder(of: field.name, asOf: asOf, in: db)
        }
        return RecordContext(today: clock.today(), finders: finders)
    }

    package static var columns: [ImportColumn<Entry, RecordContext>] {
        var columns: [ImportColumn<Entry, RecordContext>] = []
        for field in R.description.fields where !field.isUnasked {
            if let reference = field.reference {
                for name in reference.referenceColumns(of: field.name)
                where !columns.contains(where: { $0.name == name }) {
                    columns.append(ImportColumn(name) { cell, entry, _ in entry.words[name] = cell.code() })
                }
                continue
            }
            columns.append(column(of: field))
        }
        return columns
    }

    private static func column(of field: Field<R>) -> ImportColumn<Entry, RecordContext> {
        let sum: @Sendable (Entry) -> Int64? = { (entry: Entry) -> Int64? in
            if case .integer(let number) = field.stored(entry.record) { return number }
            return nil
        }
        return ImportColumn(
            field.name, required: field.name == R.description.title?.name, kind: field.kind,
            summed: field.kind.isNumber ? sum : nil
        ) { cell, entry, context in
            if field.parse(&cell, &entry.record, context.today) { entry.stated.append(field.name) }
        }
    }

    package static func check(_ entry: inout Entry, _ row: inout RowReading<RecordContext>) {
        for field in R.description.fields {
            guard let found = row.context.finders[field.name]?.find(entry.words, &row) else { continue }
            field.refer(&entry.record, found)
            entry.stated.append(field.name)
        }
        for (field, verdict) in R.description.problems(of: entry.record) {
            guard case .fails(let code, var details) = verdict else { continue }
            let columns = field.map { $0.reference?.referenceColumns(of: $0.name) ?? [$0.name] } ?? []
            // A cell that has been refused is not missing as well.
            if columns.contains(where: row.isBad) { continue }
            if let field { details["field"] = "@\(R.description.key(field))" }
            row.find(.error, code, in: columns.first(where: row.has), details)
        }
    }

    package static func title(of entry: Entry) -> String {
        if let title = R.description.title, case .text(let text) = title.stored(entry.record) { return text }
        return R.description.fields.compactMap { entry.words[$0.name] }.joined(separator: ", ")
    }

    package static func keys(of entry: Entry) -> [MatchKey] { R.description.matchKeys(of: entry.record) }

    package static func index(_ context: RecordContext, in db: Connection) throws -> MatchIndex {
        var index = MatchIndex()
        for record in try R.list(where: "1 = 1", in: db) {
            for key in R.description.matchKeys(of: record) { index.add(key, record.id.number) }
        }
        return index
    }

    package static func store(
        _ rows: [(entry: Entry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] {
        let known = try R.list(where: "id IN (\(list: rows.compactMap(\.subject)))", in: db)
        let stored = Dictionary(known.map { ($0.id.number, $0) }, uniquingKeysWith: { first, _ in first })
        return try rows.map { entry, subject in
            guard let before = subject.flatMap({ stored[$0] }) else {
                return (try db.insert(entry.record, by: act).id.number, .added)
            }
            var record = before
            for field in R.description.fields where entry.stated.contains(field.name) {
                field.copy(entry.record, &record)
            }
            let after = try db.update(record, from: before, by: act)
            return (before.id.number, after.version == before.version ? .unchanged : .changed)
        }
    }
}

/// What a row of any list is read with.
package struct RecordContext: Sendable {
    package let today: Day
    let finders: [String: ReferenceFinder]
}

/// Finds the record that a row names, by the words in the columns of its `Referenced` type; says what it does not find.
package struct ReferenceFinder: Sendable {
    package typealias Find = @Sendable (_ words: [String: String], _ row: inout RowReading<RecordContext>) -> Int64?
    let find: Find

    package init(_ find: @escaping Find) { self.find = find }

    package func callAsFunction(_ words: [String: String], _ row: inout RowReading<RecordContext>) -> Int64? {
        find(words, &row)
    }
}

extension Description {
    /// What a person calls a record: its first required text.
    var title: Field<R>? { fields.first { $0.isRequired && $0.kind == .text } }

    /// What tells a record from others of its type, best first: its codes; then its required words, days and other
    /// records, and the choices of a type that has a name: the same person in the same post of the same cooperative.
    func matchKeys(of record: R) -> [MatchKey] {
        var keys: [MatchKey] = []
        var parts: [String] = []
        var isWhole = true
        for field in fields {
            let value = field.stored(record)
            if field.name == "tax_code", case .text(let code) = value { keys.append(MatchKey(.taxCode, code)) }
            if field.name == "registration_number", case .text(let number) = value {
                keys.append(MatchKey(.registration, number))
            }
            guard field.isRequired else { continue }
            switch (field.kind, value) {
            case (.text, .text(let text)):
                parts.append(toned(text))
                isWhole = isWhole && !text.isEmpty
            case (.reference, .integer(let number)):
                parts.append("\(number)")
                isWhole = isWhole && number != 0
            case (.day, .text(let text)), (.partialDay, .text(let text)), (.code, .text(let text)):
                parts.append(text)
                isWhole = isWhole && !text.isEmpty
            case (.choice, .text(let text)) where sortKey != nil: parts.append(text)
            default: break
            }
        }
        if isWhole, !parts.isEmpty { keys.append(MatchKey(.nameAndUnit, parts.joined(separator: " @ "))) }
        return keys
    }
}
