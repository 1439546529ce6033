import Kernel
import Records

/// What one has brought in, with the state of each; for whoever reads everything, what all have.
struct ImportListPage: Page {
    let uploads: [ImportUpload]
    let mayImport: Bool
    /// Who brought it in, where it may be somebody else.
    let names: [Identifier<Account>: String]

    func title(_ t: Texts) -> String { t["imports.title"] }

    func body(_ t: Texts) -> HTML {
        func row(_ upload: ImportUpload) -> HTML {
            let who: HTML? = names.isEmpty ? nil : " · \(names[Identifier(upload.account)] ?? "\(upload.account)")"
            return """
                <tr><td><a href="/imports/\(upload.id)">\(upload.name)</a>\(who)</td>\
                <td data-label="\(t["imports.type"])">\(t["type.\(upload.type)"])</td>\
                <td data-label="\(t["imports.made"])">\(DateText.short(upload.madeAt, t.language))</td>\
                <td data-label="\(t["imports.state"])">\(upload.stateTag(t))</td></tr>
                """
        }
        let new = mayImport ? linkButton(t["imports.new"], "/imports/new", isMain: true) : nil
        let head: HTML = """
            \(columnHead(t["imports.file"]))\(columnHead(t["imports.type"]))\(columnHead(t["imports.made"]))\
            \(columnHead(t["imports.state"]))
            """
        return """
            \(heading(title(t), actions: new))
            <section class="sheet">\(uploads.isEmpty
                ? emptyState(t["imports.none"]) : table(nil, head: head, rows: "\(uploads, row)"))</section>
            """
    }
}

extension ImportUpload {
    /// The word for where it stands: its stage, or that the step to it failed.
    var stateKey: String {
        guard failure != nil else { return "imports.state-\(stage.rawValue)" }
        return stage == .undoing ? "imports.state-applied" : "imports.state-failed"
    }

    func stateTag(_ t: Texts) -> HTML {
        let tone: Tone = failure != nil && stage != .undoing ? .bad : stage == .applied ? .good : .plain
        return tag(stage == .ready ? .warn : tone, t[stateKey])
    }
}

/// The form that takes a file.
struct ImportNewPage: Page {
    let types: [String]
    var type: String?
    var asOf: String?
    var problem: Failure?

    func title(_ t: Texts) -> String { t["imports.new"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["imports.title"], "/imports")] }

    func body(_ t: Texts) -> HTML {
        let typeField = FormField(
            "type", t["imports.type"], .choice(types.map { Option($0, t["type.\($0)"]) }, none: nil), value: type,
            isRequired: true)
        let dayField = FormField(
            "as_of", t["imports.as-of"], .line(type: "text", autocomplete: "off", mode: "numeric"), value: asOf,
            hint: t["imports.as-of-hint"])
        return """
            \(heading(title(t)))
            <form class="sheet form" method="post" action="/imports" enctype="multipart/form-data">\
            \(problem.map { notice(.bad, "\(t($0.code, $0.details))") } as HTML?)\(typeField.html(t))\
            <div class="field"><label for="file">\(t["imports.file"])</label>\
            <input type="file" id="file" name="file" required aria-describedby="file-hint" \
            accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet">\
            <p class="hint" id="file-hint">\(t["imports.file-hint"])</p></div>\(dayField.html(t))\
            <p class="actions"><button>\(t["imports.upload"])</button></p></form>
            """
    }
}
