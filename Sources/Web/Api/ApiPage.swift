import Kernel
import Records

/// The API for people who write programs: how it works, then each record type with its routes and columns.
struct ApiPage: Page {
    let types: [ApiType]

    func title(_ t: Texts) -> String { t["api.title"] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t), note: "\(t["api.about"])", actions: linkButton("OpenAPI 3.1", "/api/openapi.json")))
        <section class="sheet"><h2>\(t["api.how"])</h2><ul>\(
            ["api.token", "api.rate", "api.after", "api.etag", "api.if-match", "api.key", "api.personal", "api.code"],
            { "<li>\(t[$0])</li>" })</ul>
        <pre><code>curl -H 'Authorization: Bearer hoptac_…' https://…/api/v1/cooperative?limit=10</code></pre></section>
        <nav class="sheet" aria-label="\(t["api.types"])"><h2>\(t["api.types"])</h2>\
        <ul>\(types, { "<li><a href=\"#\($0.name)\">\(t["type.\($0.name)"])</a> <code>\($0.name)</code></li>" })</ul></nav>
        \(types, { section($0, t) })
        """
    }

    private func section(_ type: ApiType, _ t: Texts) -> HTML {
        func verb(_ method: String, _ path: String, _ verb: String) -> HTML {
            "<li><code>\(method) \(path)</code> \(t("api.verb-\(verb)", ["type": t["type.\(type.name)"]]))</li>"
        }
        let path = type.path
        let writing: HTML = """
            \(verb("GET", "\(path).jsonl", "bulk"))\(verb("GET", "\(path)/{id}/history", "history"))\
            \(verb("POST", path, "create"))\(verb("PATCH", "\(path)/{id}", "change"))\
            \(type.end == nil ? .empty : verb("POST", "\(path)/{id}/end", "end"))
            """
        return """
            <section class="sheet" id="\(type.name)"><h2>\(t["type.\(type.name)"])</h2>
            <ul class="plain">\(verb("GET", path, "list"))\(verb("GET", "\(path)/{id}", "read"))\
            \(type.read == nil ? writing : .empty)</ul>
            \(table(
                t["api.columns"],
                head: """
                    \(columnHead(t["api.column"]))\(columnHead(t["api.meaning"]))\(columnHead(t["api.kind"]))\
                    \(columnHead(t["api.remarks"]))
                    """, rows: "\(type.fields, { row($0, t) })"))</section>
            """
    }

    private func row(_ field: ApiField, _ t: Texts) -> HTML {
        let remarks = [
            field.isNeeded ? t["api.needed"] : nil, field.isPersonal ? t["api.is-personal"] : nil,
        ].compactMap(\.self).joined(separator: ", ")
        return """
            <tr><td><code>\(field.column)</code></td><td data-label="\(t["api.meaning"])">\(t[field.key])</td>\
            <td data-label="\(t["api.kind"])">\(kind(field, t))</td>\
            <td data-label="\(t["api.remarks"])">\(remarks.isEmpty ? "–" : remarks)</td></tr>
            """
    }

    private func kind(_ field: ApiField, _ t: Texts) -> String {
        switch field.kind {
        case .text, .code: t("api.kind-text", ["limit": "\(field.longest ?? 1000)"])
        case .integer, .year, .instant: t["api.kind-integer"]
        case .flag: "true / false"
        case .money: t["api.is-dong"]
        case .area: t["api.is-square-metres"]
        case .hundredths: t["api.is-hundredths"]
        case .day: "2018-03-15"
        case .partialDay: "2018 / 2018-03 / 2018-03-15"
        case .choice(_, let values): values.joined(separator: ", ")
        case .reference(let type): t.has("type.\(type)") ? t["type.\(type)"] : type
        }
    }
}
