package import Kernel
package import Records
import Persistence

/// The page of any list: search, filters, the table, the way on, and exports of exactly what is shown.
package struct ListView: Page {
    let request: ListRequest
    let page: ListPage
    /// What a filter offers whose values are not known to the listing, such as units.
    let options: [String: [Option]]
    /// Record types and where their pages are: `cooperative`, `cooperatives`.
    let paths: [String: String]
    /// Whether the reader may take the list home as a file.
    let mayExport: Bool
    /// Where a new record is added; `nil` where the reader may not.
    let adding: String?
    /// What the reader may do with many rows at once.
    let many: ManyOffer?
    /// What the reader has saved of this list.
    let views: [SavedView]
    let notices: [@Sendable (Texts) -> HTML]

    package init(
        _ request: ListRequest, _ page: ListPage, options: [String: [Option]] = [:], paths: [String: String],
        mayExport: Bool, adding: String? = nil, many: ManyOffer? = nil, views: [SavedView] = [],
        notices: [@Sendable (Texts) -> HTML] = []
    ) {
        self.request = request
        self.page = page
        self.options = options
        self.paths = paths
        self.mayExport = mayExport
        self.adding = adding
        self.many = many
        self.views = views
        self.notices = notices
    }

    private var listing: Listing { request.listing }
    private var path: String { "/\(listing.path)" }
    private var shown: [Int] { request.shown }

    package func title(_ t: Texts) -> String { t["\(listing.type).plural"] }
    package func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.data"])] }

    package func body(_ t: Texts) -> HTML {
        """
        \(head(t))\(viewLinks(views, t))\(filters(t))\(choosing(t))\(figureNotice(t))\(notices, { $0(t) })
        <section class="sheet">\(page.rows.isEmpty ? nothing(t) : rows(t))</section>
        """
    }

    private func head(_ t: Texts) -> HTML {
        let asked = request.query.without("after")
        let exports = ListExport.Form.allCases.map {
            (label: t["list.export.\($0.rawValue)"], address: asked.link("\(path).\($0.rawValue)"))
        }
        return """
            <div class="head"><div><h1>\(title(t)) <span class="muted">\(NumberText.grouped(page.total, t.language))</span></h1>\
            <p class="muted small">\(request.asOf.shown(t))</p></div>\
            <div class="inline no-print">\(adding.map { linkButton(t["list.add"], $0, isMain: true) })\
            \(mayExport ? exportLinks(exports) : nil)</div></div>
            """
    }

    private func filters(_ t: Texts) -> HTML {
        var fields = [searchField("q", t["list.search"], request.query["q"])]
        for filter in listing.filters {
            let (label, value) = (t["\(listing.type).\(filter.name)"], request.query[filter.name])
            fields.append(
                filter.kind == .year
                    ? yearField(filter.name, label, value)
                    : selectField(filter.name, label, choices(filter, t), selected: value, all: t["list.all"]))
        }
        fields.append(dayField("as_of", t["list.as-of"], DateText.short(request.asOf.day, t.language), t))
        return filterForm(path, fields, carried: request.query.only("sort", "figure", "columns").carried(), t)
    }

    /// Which columns to show, and a name under which to come back to the list as it is.
    private func choosing(_ t: Texts) -> HTML {
        // A column with a number that only carries a link says nothing by itself.
        let carriers = listing.columns.compactMap { $0.link?.column }
        let offered = listing.columns.indices.dropFirst().filter { !carriers.contains(listing.columns[$0].name) }
        func column(_ index: Int) -> HTML {
            """
            <label class="tick"><input type="checkbox" name="columns" value="\(listing.columns[index].name)"\
            \(attribute: "checked", if: shown.contains(index))> \(ListExport.label(listing.columns[index], of: listing, t))</label>
            """
        }
        return """
            <details class="branch no-print"><summary>\(t["list.columns-and-views"])</summary>\
            <form class="inline" action="\(path)">\(hiddenField("columns", listing.columns[0].name))\(offered, column)\
            \(request.query.without("columns", "after").carried())\
            <button class="plain">\(t["list.show-columns"])</button></form>\
            <form class="inline" method="post" action="/views">\
            \(hiddenField("address", request.query.without("after").link(path)))\
            <label>\(t["view.name"])<input name="name" maxlength="80" required></label>\
            <button class="plain">\(t["view.save"])</button></form></details>
            """
    }

    private func choices(_ filter: Listing.Filter, _ t: Texts) -> [Option] {
        guard case .choice(let key, let values) = filter.kind else { return options[filter.name] ?? [] }
        // A field that is always filled in refuses to be asked for unknown values.
        let takesUnknown = (try? filter.condition("unknown", request.asOf.day)) != nil
        return values.map { Option($0, t["\(key).\($0)"]) }
            + (takesUnknown ? [Option("unknown", t["value.unknown"])] : [])
    }

    private func figureNotice(_ t: Texts) -> HTML? {
        request.figure.map { figure in
            notice(
                .plain,
                """
                \(t("list.figure", ["figure": t["figure.\(figure)"]])) \
                <a class="no-print" href="\(request.query.without("figure", "after").link(path))">\(t["list.figure-off"])</a>
                """)
        }
    }

    private func nothing(_ t: Texts) -> HTML {
        let all = request.asOf.link(path)
        let isNarrowed = request.query.link(path) != all
        return emptyState(
            t[isNarrowed ? "list.nothing-found" : "list.nothing"],
            isNarrowed ? linkButton(t["list.show-all"], all) : nil)
    }

    private func rows(_ t: Texts) -> HTML {
        let cells = shown.map { CellForm($0, self, t) }
        let tick = many == nil ? nil : t["many.tick"]
        let body = HTML { html in
            for row in page.rows {
                html.appendLiteral("<tr>")
                if let tick { html.appendInterpolation(tickCell(row, tick, t)) }
                for cell in cells { cell.write(row, t, into: &html) }
                html.appendLiteral("</tr>")
            }
        }
        let corner: HTML? =
            tick == nil
            ? nil
            : """
            <td class="pick no-print"><input type="checkbox" data-check-all="many" aria-label="\(t["many.tick-all"])" hidden></td>
            """
        return """
            \(table(nil, head: "\(corner)\(shown, { columnHead($0, t) })", rows: body))
            \(paging(t))\(many.map { manyForm($0, t) })
            """
    }

    private func tickCell(_ row: ListPage.Row, _ label: String, _ t: Texts) -> HTML {
        let name = shown.first.map { listing.columns[$0].kind.shown(row.values[$0], t) } ?? ""
        return """
            <td class="pick no-print"><input type="checkbox" name="row" value="\(row.id)" form="many" \
            aria-label="\(label) \(name)"></td>
            """
    }

    /// What is to be done with the ticked rows. The ticks belong to it from outside, so that the table stays a table.
    private func manyForm(_ offer: ManyOffer, _ t: Texts) -> HTML {
        func action(_ field: (name: String, key: String)) -> HTML {
            "<option value=\"\(field.name)\">\(t("many.set", ["field": t.inSentence(field.key)]))</option>"
        }
        let total = NumberText.grouped(page.total, t.language)
        return """
            <form id="many" class="inline no-print" method="post" action="\(offer.path)">\
            \(hiddenField("asked", request.query.without("after").link("")))\
            <label>\(t["many.action"]) <select name="action">\(offer.fields, action)\
            \(offer.ends ? "<option value=\"end\">\(t["form.end-submit"])</option>" as HTML : nil)</select></label>\
            \(request.figure == nil
                ? "<label class=\"tick\"><input type=\"checkbox\" name=\"all\" value=\"1\"> \(t("many.all", ["total": total]))</label>" as HTML
                : nil)\
            <button class="plain">\(t["many.next"])</button></form>
            """
    }

    private func columnHead(_ index: Int, _ t: Texts) -> HTML {
        let column = listing.columns[index]
        let label = ListExport.label(column, of: listing, t)
        guard column.order != nil else { return Web.columnHead(label, isNumber: column.kind.isNumber) }
        return sortableHead(
            label, by: column.name, request.sorting, request.query, path, isNumber: column.kind.isNumber)
    }

    private func paging(_ t: Texts) -> HTML {
        let isFirst = request.query["after"] == nil
        let rows = NumberText.grouped(page.rows.count, t.language)
        let total = NumberText.grouped(page.total, t.language)
        let position = t(isFirst ? "list.first-rows" : "list.some-rows", ["rows": rows, "total": total])
        let start = isFirst ? nil : request.query.without("after").link(path)
        let next = page.next.map { request.query.with("after", $0).link(path) }
        return """
            <nav class="pages small" aria-label="\(t["list.pages"])"><span class="muted">\(position)</span>\
            \(start.map { "<a href=\"\($0)\">\(t["list.start"])</a>" } as HTML?)\
            \(next.map { "<a rel=\"next\" href=\"\($0)\">\(t["list.next"])</a>" } as HTML?)</nav>
            """
    }
}

/// What all cells of a column have in common, made once for the page.
private struct CellForm {
    private let index: Int
    private let kind: ValueKind
    private let opening: HTML
    /// The address that its links begin with, what comes after the number, and the column of that: the row's own where
    /// there is none.
    private let link: (start: String, end: String, column: Int?)?

    init(_ index: Int, _ view: ListView, _ t: Texts) {
        let (listing, request) = (view.request.listing, view.request)
        let column = listing.columns[index]
        let label = index == request.shown.first ? nil : ListExport.label(column, of: listing, t)
        self.index = index
        kind = column.kind
        opening = "<td\(attribute: "class", kind.isNumber ? "number" : nil)\(attribute: "data-label", label)>"
        link = column.link.flatMap { link in
            view.paths[link.type].map { path in
                ("/\(path)/", request.asOf.link(""), listing.columns.firstIndex { $0.name == link.column })
            }
        }
    }

    func write(_ row: ListPage.Row, _ t: Texts, into html: inout HTML.StringInterpolation) {
        let value = row.values[index]
        let id = link.flatMap { self.id(row, $0.column) }
        html.appendInterpolation(opening)
        if let link, let id { html.appendInterpolation("<a href=\"\(link.start)\(id)\(link.end)\">" as HTML) }
        if value == .null {
            html.appendLiteral("<span class=\"muted\">–</span>")
        } else {
            html.appendInterpolation(kind.shown(value, t))
        }
        html.appendLiteral(id == nil ? "</td>" : "</a></td>")
    }

    private func id(_ row: ListPage.Row, _ column: Int?) -> Int64? {
        guard let column else { return row.id }
        if case .integer(let id) = row.values[column] { return id }
        return nil
    }
}
