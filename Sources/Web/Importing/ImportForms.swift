import Kernel
import Persistence
import Records

/// What a person says of the columns of a workbook, and of its day and sheets.
struct ColumnForm: Sendable {
    private let mapping: [String: String]
    private let day: Day?
    private let skipped: Set<String>

    /// `column:HEADING` names the form's column or `-`; without a value the heading speaks for itself. `skip`: sheets.
    init(_ form: Query) throws {
        var mapping: [String: String] = [:]
        for item in form.items where item.name.hasPrefix("column:") {
            mapping[String(item.name.dropFirst("column:".count))] = item.value == "-" ? "" : item.value
        }
        self.mapping = mapping
        day = try Self.day(form["as_of"])
        skipped = Set(form.all("skip"))
    }

    /// A day as people write it. Throws `list.bad-day`.
    static func day(_ text: String?) throws -> Day? {
        guard let text, !text.isEmpty else { return nil }
        if let day = Day(text) { return day }
        if case .date(let date, _) = DateText.parse(text), date.precision == .day { return date.earliest }
        throw Failure(.invalid, "imports.bad-day", ["text": text])
    }

    /// Throws `imports.no-such-column` for what no page offers.
    func store(in upload: ImportUpload, _ form: any ImportForm.Type, _ db: Connection) throws {
        let known = Set(form.columnNames)
        for target in mapping.values where !target.isEmpty && !known.contains(target) {
            throw Failure(.usage, "imports.no-such-column", ["column": target])
        }
        // What was said of headings that this file does not have stays as it was.
        let shown = Set(upload.sheets.flatMap(\.columns).map(\.heading))
        let kept = upload.mapping.targets.filter { !shown.contains($0.key) }
        try upload.map(
            ColumnMapping(kept.merging(mapping.filter { shown.contains($0.key) }) { $1 }), asOf: day,
            skipping: skipped, in: db)
    }
}

/// Answers to the questions of a preview: `answer:SHEET!L18` is a choice, `value:SHEET!L18` what was typed instead.
enum AnswerForm {
    static func replies(_ form: Query) -> [(place: String, answer: String)] {
        var replies: [String: String] = [:]
        for item in form.items where item.name.hasPrefix("answer:") {
            replies[String(item.name.dropFirst("answer:".count))] = item.value
        }
        for item in form.items where item.name.hasPrefix("value:") {
            replies[String(item.name.dropFirst("value:".count))] = item.value
        }
        return replies.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
