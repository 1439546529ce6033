import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    func registerHistory(in site: inout Site) {
        site.navigation.append(
            NavigationEntry(.administration, "history.title", "/history", may: .holders(.read, "change")))
        site.get("/history", may: .holders(.read, "change")) { _, context in
            let viewer = try context.viewer
            let question = try HistoryQuestion(context.query, viewer, catalogue)
            let (query, t, today) = (context.query, context.t, context.clock.today())
            return try await database.read { db in
                let gazetteer = try gazetteer.gazetteer(db)
                return try HistoryPage(
                    question, query, units: unitOptions(on: today, selected: question.unit, gazetteer, t),
                    gazetteer, paths, catalogue, viewer, try question.page(for: viewer, in: db), in: db)
            }
        }
    }
}

extension HistoryQuestion {
    /// Throws for what is no day, type, action or change.
    init(_ query: Query, _ viewer: Viewer, _ catalogue: RecordCatalogue) throws {
        self.init(catalogue)
        guard query.items.allSatisfy({ !$0.value.contains("\0") }) else { throw Failure(.usage, "query.unreadable") }
        func day(_ name: String) throws -> Day? {
            try query[name].map { text in
                guard let day = AsOf.day(text), (1900...2100).contains(day.year) else {
                    throw Failure(.usage, "as-of.unreadable", ["text": text])
                }
                return day
            }
        }
        account = query["account"]
        unit = query["unit"]
        (from, to) = (try day("from"), try day("to"))
        type = try query["type"].map { name in
            try HistoryQuestion.known(name, among: HistoryQuestion.types(catalogue, for: viewer))
        }
        action = try query["action"].flatMap { name in
            Change.Action(rawValue: try HistoryQuestion.known(name, among: Change.Action.allCases.map(\.rawValue)))
        }
        before = try query["before"].map { text in
            guard let id = Int64(text) else { throw Failure(.usage, "list.bad-cursor") }
            return id
        }
    }

    /// Files are read by whoever reads what they belong to.
    static func types(_ catalogue: RecordCatalogue, for viewer: Viewer) -> [String] {
        catalogue.all.map(\.name).filter { viewer.may(.read, $0) || $0 == Attachment.description.name }
    }

    private static func known(_ value: String, among values: [String]) throws -> String {
        guard values.contains(value) else {
            throw Failure(.usage, "list.no-such-value", ["value": value, "values": values.joined(separator: ", ")])
        }
        return value
    }
}

/// Who changed what in the whole system, when, on whose behalf and why, field by field.
struct HistoryPage: Page {
    let question: HistoryQuestion
    let query: Query
    let units: [Option]
    let gazetteer: Gazetteer
    let paths: [String: String]
    let catalogue: RecordCatalogue
    let types: [String]
    let changes: [Change]
    let next: Int64?
    let subjects: HistorySubjects
    let accounts: [Identifier<Account>: String]
    let bodies: [Int64: String]

    init(
        _ question: HistoryQuestion, _ query: Query, units: [Option], _ gazetteer: Gazetteer,
        _ paths: [String: String], _ catalogue: RecordCatalogue, _ viewer: Viewer,
        _ page: (changes: [Change], next: Int64?), in db: Connection
    ) throws {
        self.question = question
        self.query = query
        self.units = units
        self.gazetteer = gazetteer
        self.paths = paths
        self.catalogue = catalogue
        types = HistoryQuestion.types(catalogue, for: viewer)
        (changes, next) = page
        subjects = try HistorySubjects(changes, catalogue, in: db)
        accounts = try UserAccount.names(changes.compactMap(\.account), in: db)
        var bodies: [Int64: String] = [:]
        let ids = Set(changes.compactMap(\.body?.number)).sorted()
        if !ids.isEmpty {
            try db.each("SELECT id, name FROM registry_body WHERE id IN (\(list: ids))") {
                bodies[try $0[0]] = try $0[1]
            }
        }
        self.bodies = bodies
    }

    func title(_ t: Texts) -> String { t["history.title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.administration"])] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: "\(t["history.note"])"))\(filters(t))
        <section class="sheet">\(changes.isEmpty ? emptyState(t["history.nothing"]) : rows(t))</section>
        """
    }

    private func filters(_ t: Texts) -> HTML {
        func day(_ name: String, _ day: Day?) -> HTML {
            dayField(name, t["history.\(name)"], day.map { DateText.short($0, t.language) } ?? "", t)
        }
        return filterForm(
            "/history",
            [
                searchField("account", t["history.account"], question.account),
                selectField(
                    "type", t["history.type"], types.map { Option($0, t["type.\($0)"]) }, selected: question.type,
                    all: t["list.all"]),
                selectField("unit", t["pages.unit"], units, selected: question.unit, all: t["list.all"]),
                selectField(
                    "action", t["history.action"],
                    Change.Action.allCases.map { Option($0.rawValue, t["change.\($0.rawValue)"]) },
                    selected: question.action?.rawValue, all: t["list.all"]),
                day("from", question.from), day("to", question.to),
            ], t)
    }

    private func rows(_ t: Texts) -> HTML {
        let labels = ["when", "who", "record", "what"].map { t["history.column-\($0)"] }
        func row(_ change: Change) -> HTML {
            """
            <tr><td>\(DateText.short(change.at, t.language))</td>\
            <td data-label="\(labels[1])">\(who(change, t))</td>\
            <td data-label="\(labels[2])">\(record(change, t))</td>\
            <td data-label="\(labels[3])">\(what(change, t))</td></tr>
            """
        }
        let start = question.before == nil ? nil : query.without("before").link("/history")
        return """
            \(table(nil, head: "\(labels, { columnHead($0) })", rows: "\(changes, row)"))
            <nav class="pages small" aria-label="\(t["list.pages"])">\
            \(start.map { "<a href=\"\($0)\">\(t["list.start"])</a>" } as HTML?)\
            \(next.map { next in
                "<a rel=\"next\" href=\"\(query.with("before", "\(next)").link("/history"))\">\(t["list.next"])</a>"
            } as HTML?)</nav>
            """
    }

    private func who(_ change: Change, _ t: Texts) -> HTML {
        let person: HTML =
            change.account.map { account in
                let address = Query([Query.Item("account", "\(account)")]).link("/history")
                return "<a href=\"\(address)\">\(accounts[account] ?? "\(account)")</a><br>"
            } ?? .empty
        let body = change.body.flatMap { bodies[$0.number] }.map { "\(t("history.for", ["body": $0]))<br>" as HTML }
        return "\(person)\(body)<span class=\"small muted\">\(t["origin.\(change.origin)"])</span>"
    }

    private func record(_ change: Change, _ t: Texts) -> HTML {
        let subject = subjects[change]
        let name = subject.name ?? "\(change.record)"
        let shown: HTML =
            subject.page.flatMap { page in
                paths[page.type].map { "<a href=\"/\($0)/\(page.id)\">\(name)</a>" }
            } ?? "\(name)"
        return "\(shown)<br><span class=\"small muted\">\(t["type.\(change.type)"])</span>"
    }

    private func what(_ change: Change, _ t: Texts) -> HTML {
        let fields = HistoryField.lines(of: change, catalogue, gazetteer, t)
        let reason: HTML? = change.reason.map { "<br>\(t["pages.reason"]): \($0)" }
        return """
            <b>\(t["change.\(change.action.rawValue)"])</b>\(reason)\
            \(fields.isEmpty ? nil : "<br>\(fields.joined(separator: change.action == .added ? " · " : "<br>"))" as HTML?)
            """
    }
}
