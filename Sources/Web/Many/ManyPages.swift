import Access
import Kernel
import Records

/// Which value the chosen records are to get.
struct ManyPage<R: Record>: Page {
    let forms: RecordForms<R>
    let path: String
    let request: ManyRequest
    let field: Field<R>
    var problem: Failure?

    func title(_ t: Texts) -> String {
        t("many.title", ["count": NumberText.grouped(request.records.count, t.language)])
    }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["\(R.description.name).plural"], "/\(forms.path)")] }

    func body(_ t: Texts) -> HTML {
        let key = R.description.key(field)
        let isEnd = request.action == ManyRequest.end
        let value = FormField(
            "value", isEnd ? t["many.end-on"] : t[key], widget(t), value: request.value,
            problem: problem.map { t($0.code, $0.details) }, isRequired: isEnd || field.isRequired)
        return """
            \(heading(title(t), note: "\(t[isEnd ? "many.note-end" : "many.note"])"))
            <form class="sheet form" method="post" action="\(path)/preview" novalidate>\
            \(request.carried(versions: false))\(value.html(t))\
            \(FormField("reason", t["form.reason"], value: request.reason, isRequired: isEnd).html(t))\
            <p class="actions inline"><button>\(t["many.preview"])</button>\(linkButton(t["form.cancel"], "/\(forms.path)"))</p>\
            </form>
            """
    }

    private func widget(_ t: Texts) -> FormField.Widget {
        if forms.picker(field) != nil {
            if case .reference(let name) = field.kind { return .picker(source: "/pick/\(name)") }
            return .picker(source: "/pick/\(R.description.name).\(field.name)")
        }
        switch field.kind {
        case .flag where field.isRequired: return .check
        // A box cannot say that nobody knows.
        case .flag:
            return .choice(
                [Option("1", t["value.yes"]), Option("0", t["value.no"])], none: t["value.unknown"])
        case .choice(let key, let values):
            return .choice(
                values.map { Option($0, t["\(key).\($0)"]) }, none: field.isRequired ? nil : t["value.unknown"])
        default: return .line(type: "text", autocomplete: "off", mode: nil)
        }
    }
}

/// What the value does to each of the records, before anything is stored.
struct ManyPreviewPage<R: Record>: Page {
    let forms: RecordForms<R>
    let path: String
    let request: ManyRequest
    let field: Field<R>
    let change: ManyChange

    func title(_ t: Texts) -> String { t["many.preview-title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["\(R.description.name).plural"], "/\(forms.path)")] }

    func body(_ t: Texts) -> HTML {
        let count = { (rows: [ManyChange.Row]) in NumberText.grouped(rows.count, t.language) }
        let counts = [
            "changed": count(change.changed), "unchanged": count(change.rows.filter(\.isUnchanged)),
            "refused": count(change.refused),
        ]
        return """
            \(heading(title(t), note: "\(t("many.counts", counts))"))
            \(change.refused.isEmpty ? nil : notice(.bad, "\(t["many.all-or-nothing"])"))
            <section class="sheet">\(table(
                nil,
                head: """
                    \(columnHead(t["type.\(R.description.name)"]))\(columnHead(t["many.before"]))\
                    \(columnHead(t["many.after"]))
                    """,
                rows: "\(change.rows, { row($0, t) })"))</section>
            <form class="inline no-print" method="post" action="\(path)/apply">\(carried)\
            \(change.changed.isEmpty ? nil : "<button>\(t("many.apply", ["count": counts["changed"] ?? ""]))</button>" as HTML?)\
            \(linkButton(t["form.cancel"], "/\(forms.path)"))</form>
            """
    }

    private func row(_ row: ManyChange.Row, _ t: Texts) -> HTML {
        let after: HTML =
            row.problem.map { "\(tag(.bad, t["many.refused"])) \(t($0.code, $0.details))" }
            ?? (row.isUnchanged ? "<span class=\"muted\">\(t["many.unchanged"])</span>" : "\(shown(row.after, t))")
        return """
            <tr><td><a href="/\(forms.path)/\(row.id)">\(row.name)</a></td>\
            <td data-label="\(t["many.before"])">\(shown(row.before, t))</td>\
            <td data-label="\(t["many.after"])">\(after)</td></tr>
            """
    }

    private func shown(_ value: String, _ t: Texts) -> String {
        if value.isEmpty { return "–" }
        switch field.kind {
        case .choice(let key, _): return t["\(key).\(value)"]
        case .flag: return t[value == "0" ? "value.no" : "value.yes"]
        default: return value
        }
    }

    /// Those that would be changed, as they were seen; what is refused is left out, so that the rest can go on.
    private var carried: HTML {
        var asked = request
        asked.records = change.changed.map { ($0.id, $0.version) }
        return """
            \(asked.carried(versions: true))\(hiddenField("value", request.value))\
            \(hiddenField("reason", request.reason ?? ""))\(hiddenField("once", Secret.fresh().text))
            """
    }
}

extension ManyRequest {
    func carried(versions: Bool) -> HTML {
        func row(_ record: (id: Int64, version: Int?)) -> HTML {
            hiddenField("row", versions ? "\(record.id):\(record.version ?? 0)" : "\(record.id)")
        }
        return "\(records, row)\(hiddenField("action", action))"
    }
}
