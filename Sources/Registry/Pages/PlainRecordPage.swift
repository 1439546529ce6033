package import Access
package import Kernel
package import Persistence
package import Records
package import Web

/// The page of a record that has none of its own: its fields and its history.
package struct PlainRecordPage<R: Record>: Page {
    let record: R
    let path: String
    let history: RecordHistory
    let gazetteer: Gazetteer
    let names: [String: String]
    let links: EditLinks
    let hasEnd: Bool

    package init(
        _ id: Identifier<R>, at path: String, _ viewer: Viewer, _ pages: RegistryPages, hasEnd: Bool = true,
        in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        record = try R.find(id, in: db)
        self.path = path
        self.hasEnd = hasEnd
        gazetteer = try pages.gazetteer.gazetteer(db)
        history = try RecordHistory(of: R.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        links = try EditLinks(path, id, viewer, db)
        var names: [String: String] = [:]
        let pickers = pages.pickers
        for field in R.description.fields {
            guard case .reference(let type) = field.kind, case .integer(let other) = field.stored(record) else {
                continue
            }
            names[field.name] = try (pickers["\(R.description.name).\(field.name)"] ?? pickers[type])?
                .label("\(other)", viewer, db)
        }
        self.names = names
    }

    private var type: String { R.description.name }

    package func title(_ t: Texts) -> String {
        if let field = R.description.fields.first(where: { $0.name == "name" }),
            case .text(let name) = field.stored(record)
        {
            return name
        }
        return t["type.\(type)"]
    }

    package func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["\(type).plural"], "/\(path)")] }

    package func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t),
            actions: "\(links.button(t["form.change"], "edit", isMain: true))\(hasEnd ? links.button(t["form.end-submit"], "end") : nil)"))
        <section class="sheet">\(facts(R.description.shown.map { fact($0, t) }, t))</section>
        \(history.list(gazetteer, t))
        """
    }

    private func fact(_ field: Field<R>, _ t: Texts) -> Fact {
        let value = field.stored(record)
        let label = t[R.description.key(field)]
        guard value != .null else { return Fact(label, nil) }
        if field.reference != nil { return Fact(label, names[field.name].map { "\($0)" }) }
        let shown = HistoryField(
            name: field.name, key: R.description.key(field), kind: field.kind, isPersonal: field.isPersonal
        ).shown(value, gazetteer, t)
        return Fact(label, "\(shown)")
    }
}
