import Kernel
import Persistence
import Records

/// How far the work is. It looks again by itself, with JavaScript or without.
struct ImportProgress {
    let path: String
    let progress: Job.Progress

    static func words(_ progress: Job.Progress, _ t: Texts) -> String {
        let step = t[progress.step]
        let done = NumberText.grouped(progress.done, t.language)
        guard progress.total > 0 else { return progress.done > 0 ? "\(step): \(done)" : step }
        return "\(step): \(done) / \(NumberText.grouped(progress.total, t.language))"
    }

    func html(_ t: Texts) -> HTML {
        let value: HTML? =
            progress.total > 0
            ? " max=\"\(progress.total)\" value=\"\(min(progress.done, progress.total))\"" : nil
        return """
            <section class="sheet" data-progress="\(path)"><p role="status" data-words>\(Self.words(progress, t))</p>\
            <progress\(value) aria-label="\(t["imports.progress"])"></progress>\
            <p class="small muted">\(t["imports.may-leave"])</p></section>
            """
    }
}

/// What each heading of the file is read as. What a person says is remembered for the organisation's next file.
struct ColumnSection {
    let path: String
    let upload: ImportUpload
    let columns: [String]

    func html(_ t: Texts) -> HTML {
        let asOf = FormField(
            "as_of", t["imports.as-of"], .line(type: "text", autocomplete: "off", mode: "numeric"),
            value: upload.asOf.map { DateText.short($0, t.language) }, hint: t["imports.as-of-hint"])
        return """
            <form class="sheet" method="post" action="\(path)/columns"><h2>\(t["imports.columns"])</h2>\
            <p class="small muted">\(t["imports.columns-hint"])</p>\(asOf.html(t))\(sheetChoices(t))\(headingTable(t))\
            <p class="actions"><button class="plain">\(t["imports.read-again"])</button></p></form>
            """
    }

    private func sheetChoices(_ t: Texts) -> HTML? {
        let names = upload.sheets.map(\.name) + upload.skippedSheets.sorted()
        guard names.count > 1 || !upload.skippedSheets.isEmpty else { return nil }
        func line(_ name: String) -> HTML {
            """
            <label class="tick"><input type="checkbox" name="skip" value="\(name)"\
            \(attribute: "checked", if: upload.skippedSheets.contains(name))> \(name)</label>
            """
        }
        return
            "<fieldset><legend>\(t["imports.skip-sheets"])</legend>\(names.map(line).joined(separator: " "))</fieldset>"
    }

    /// A heading once, however many sheets have it.
    private func headingTable(_ t: Texts) -> HTML? {
        var seen: Set<String> = []
        let headings = upload.sheets.flatMap { sheet in sheet.columns.map { (sheet: sheet.name, column: $0) } }
            .filter { seen.insert($0.column.heading).inserted }
        guard !headings.isEmpty else { return nil }
        func row(_ line: (sheet: String, column: ReadSheet.Column)) -> HTML {
            let column = line.column
            let said = upload.mapping.targets[column.heading]
            let chosen = said.map { $0.isEmpty ? "-" : $0 }
            let own = said == nil ? column.target : nil
            let automatic = own.map { t("imports.as-heading-says", ["field": label($0, t)]) } ?? t["imports.unread"]
            func option(_ value: String, _ words: String) -> HTML {
                "<option value=\"\(value)\"\(attribute: "selected", if: value == chosen)>\(words)</option>"
            }
            return """
                <tr><td data-label="\(t["imports.place"])">\(line.sheet)!\(Place.letters(column.number))</td>\
                <td>\(column.title)</td><td><select name="column:\(column.heading)" aria-label="\(column.title)">\
                \(option("", said == nil ? automatic : t["imports.by-heading"]))\(option("-", t["imports.do-not-read"]))\
                \(columns, { option($0, label($0, t)) })</select></td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["imports.place"]))\(columnHead(t["imports.heading"]))\(columnHead(t["imports.read-as"]))
            """
        return table(nil, head: head, rows: "\(headings, row)")
    }

    private func label(_ column: String, _ t: Texts) -> String { t["\(upload.type).\(column)"] }
}

/// What only a person can decide: which record a row means, whether a doubtful value is right.
struct QuestionForm {
    let path: String
    let questions: [Diagnostic]
    let type: String
    let paths: [String: String]

    func html(_ t: Texts) -> HTML {
        func row(_ question: Diagnostic) -> HTML {
            let place = "\(question.place.sheet ?? "")!\(question.place.cell)"
            return """
                <tr><td data-label="\(t["imports.place"])">\(place)</td><td>\(t(question.code, question.details))\
                \(links(question, t))</td><td>\(answer(question, place, t))</td></tr>
                """
        }
        let head: HTML = """
            \(columnHead(t["imports.place"]))\(columnHead(t["imports.question"]))\(columnHead(t["imports.answer"]))
            """
        return """
            <form class="sheet" method="post" action="\(path)/answers"><h2>\(t["imports.questions"])</h2>\
            <p class="small muted">\(t["imports.questions-hint"])</p>\
            \(table(nil, head: head, rows: "\(questions, row)"))\
            <p class="actions"><button class="plain">\(t["imports.answer-all"])</button></p></form>
            """
    }

    private func subjects(_ question: Diagnostic) -> [String] {
        question.details["subjects"]?.split(separator: ", ").map(String.init) ?? []
    }

    private func links(_ question: Diagnostic, _ t: Texts) -> HTML? {
        guard let path = paths[type], question.place.column == nil else { return nil }
        func link(_ id: String) -> HTML { "<a href=\"/\(path)/\(id)\">\(t["imports.record"]) \(id)</a>" }
        return "<br><span class=\"small\">\(subjects(question).map(link).joined(separator: " · "))</span>"
    }

    private func answer(_ question: Diagnostic, _ place: String, _ t: Texts) -> HTML {
        func option(_ value: String, _ words: String) -> HTML { "<option value=\"\(value)\">\(words)</option>" }
        let later = option("", t["imports.answer-later"])
        guard question.place.column != nil else {
            return """
                <select name="answer:\(place)" aria-label="\(place)">\(later)\(option("new", t["imports.answer-new"]))\
                \(subjects(question), { option($0, "\(t["imports.record"]) \($0)") })</select>
                """
        }
        return """
            <select name="answer:\(place)" aria-label="\(place)">\(later)\(option("yes", t["imports.answer-yes"]))</select> \
            <input name="value:\(place)" aria-label="\(t["imports.answer-value"]) \(place)" \
            placeholder="\(t["imports.answer-value"])" size="12" maxlength="200" autocomplete="off">
            """
    }
}

/// A record that an undo would run over, and the page on which it is seen.
struct HindranceLine: Sendable {
    let type: String
    let record: Int64
    let address: String?

    init(
        _ hindrance: BatchUndo.Hindrance, _ types: [any Record.Type], _ paths: [String: String], in db: Connection
    ) throws {
        type = hindrance.type
        record = hindrance.record
        if let path = paths[type] {
            address = "/\(path)/\(record)"
            return
        }
        address = try types.lazy.compactMap { try Self.whole($0, hindrance, paths, in: db) }.first
    }

    /// The record that it is a part of: the cooperative of a headcount.
    private static func whole<R: Record>(
        _ type: R.Type, _ hindrance: BatchUndo.Hindrance, _ paths: [String: String], in db: Connection
    ) throws -> String? {
        let d = R.description
        guard d.name == hindrance.type else { return nil }
        for field in d.fields {
            guard case .reference(let named) = field.kind, let path = paths[named] else { continue }
            return try db.first(
                "SELECT \(described: field.column) FROM \(described: d.table) WHERE id = \(hindrance.record)"
            ) { "/\(path)/\(try $0[0] as Int64)" }
        }
        return nil
    }

    func html(_ t: Texts) -> HTML {
        let words = "\(t["type.\(type)"]) \(record)"
        return "<li>\(address.map { "<a href=\"\($0)\">\(words)</a>" as HTML } ?? "\(words)")</li>"
    }
}
