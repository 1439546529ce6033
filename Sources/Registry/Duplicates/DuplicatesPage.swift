import Kernel
import Persistence
import Records
import Web

/// Pairs of records that may be the same, with what one can do about each.
struct DuplicatesPage: Page {
    struct Section: Sendable {
        /// Pairs that one page shows; the next ones come when these are dealt with.
        static let most = 100

        let type: String
        let path: String
        let pairs: [Duplicate]
        let total: Int
        let names: [Int64: String]

        init(_ type: String, path: String, _ pairs: [Duplicate], _ gazetteer: Gazetteer, in db: Connection) throws {
            self.type = type
            self.path = path
            self.pairs = Array(pairs.prefix(Section.most))
            total = pairs.count
            var names: [Int64: String] = [:]
            if let table = RecordCatalogue.registry.named[type]?.table, !pairs.isEmpty {
                let ids = Set(self.pairs.flatMap { [$0.first, $0.second] }).sorted()
                try db.each("SELECT id, name, unit_id FROM \(described: table) WHERE id IN (\(list: ids))") {
                    let unit = gazetteer.unit(Identifier(try $0[2] as Int64))?.fullName
                    let name: String = try $0[1]
                    names[try $0[0]] = unit.map { "\(name) · \($0)" } ?? name
                }
            }
            self.names = names
        }
    }

    let sections: [Section]

    func title(_ t: Texts) -> String { t["duplicates.title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.tasks"])] }

    func body(_ t: Texts) -> HTML {
        "\(heading(title(t), note: "\(t["duplicates.note"])"))\(sections, { section($0, t) })"
    }

    private func section(_ section: Section, _ t: Texts) -> HTML {
        let labels = ["first", "second", "reason"].map { t["duplicates.\($0)"] }
        func name(_ id: Int64) -> HTML { "<a href=\"/\(section.path)/\(id)\">\(section.names[id] ?? "\(id)")</a>" }
        func row(_ pair: Duplicate) -> HTML {
            let address = "/duplicates/\(section.path)/\(pair.first)/\(pair.second)"
            return """
                <tr><td>\(name(pair.first))</td><td data-label="\(labels[1])">\(name(pair.second))</td>\
                <td data-label="\(labels[2])">\(tag(pair.reason == .near ? .plain : .warn, t["duplicates.reason-\(pair.reason.rawValue)"]))</td>\
                <td><div class="inline">\(linkButton(t["duplicates.compare"], address))\
                \(postButton("\(address)/distinct", t["duplicates.distinct"]))</div></td></tr>
                """
        }
        let head: HTML = "\(labels, { columnHead($0) })<td></td>"
        return """
            <section class="sheet"><h2>\(t["\(section.type).plural"]) \
            <span class="muted">\(NumberText.grouped(section.total, t.language))</span></h2>\
            \(section.pairs.isEmpty ? emptyState(t["duplicates.none"]) : table(nil, head: head, rows: "\(section.pairs, row)"))\
            </section>
            """
    }
}

/// Two records side by side: which address stays, and of each field whose value.
struct MergePage<R: Mergeable>: Page {
    let first: R
    let second: R
    let path: String
    let gazetteer: Gazetteer
    let typed: Query
    let problem: Failure?

    func title(_ t: Texts) -> String { t["duplicates.merge"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["duplicates.title"], "/duplicates")] }

    func body(_ t: Texts) -> HTML {
        let labels = ["field", "first", "second"].map { t["duplicates.\($0)"] }
        let fields = zip(R.description.shown, RecordCatalogue.registry.named[R.description.name]?.fields ?? [])
        func row(_ pair: (Field<R>, HistoryField)) -> HTML {
            let (field, shown) = pair
            let (a, b) = (field.stored(first), field.stored(second))
            guard field.name != "merged_into", a != b else { return .empty }
            let chosen = typed["field.\(field.name)"] ?? (a == .null ? "second" : "first")
            return line(
                t[shown.key], "field.\(field.name)", chosen, shown.shown(a, gazetteer, t),
                shown.shown(b, gazetteer, t))
        }
        func line(_ label: String, _ name: String, _ chosen: String, _ a: String, _ b: String) -> HTML {
            func choice(_ value: String, _ text: String) -> HTML {
                """
                <label class="tick"><input type="radio" name="\(name)" value="\(value)"\
                \(attribute: "checked", if: value == chosen)> \(text)</label>
                """
            }
            return """
                <tr><td>\(label)</td><td data-label="\(labels[1])">\(choice("first", a))</td>\
                <td data-label="\(labels[2])">\(choice("second", b))</td></tr>
                """
        }
        let keep = line(
            t["duplicates.keep"], "keep", typed["keep"] ?? "first", t("duplicates.number", ["id": "\(first.id)"]),
            t("duplicates.number", ["id": "\(second.id)"]))
        let isRefused = problem?.kind == .refused
        return """
            \(heading(title(t), note: "\(t["duplicates.merge-note"])"))
            \(isRefused ? notice(.bad, "\(problem.map { t($0.code, $0.details) } ?? "")") : nil)
            <form class="sheet" method="post" action="/duplicates/\(path)/\(first.id)/\(second.id)">\
            \(table(nil, head: "\(labels, { columnHead($0) })", rows: "\(keep)\(fields, row)"))\
            \(hiddenField("first_version", "\(first.version)"))\(hiddenField("second_version", "\(second.version)"))\
            \(reasonField(typed["reason"], isRefused ? nil : problem, t).html(t))\
            <p class="actions"><button>\(t["duplicates.merge"])</button></p></form>\
            \(postButton("/duplicates/\(path)/\(first.id)/\(second.id)/distinct", t["duplicates.distinct"]))
            """
    }
}
