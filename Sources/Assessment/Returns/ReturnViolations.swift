import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// GET /return-violations: what the rules find in the returns of a year that are not accepted yet.
    func registerViolations(in site: inout Site) {
        let pages = pages
        site.navigation.append(
            NavigationEntry(
                .tasks, "violations.title", "/return-violations",
                may: .holders(.read, AnnualReturn.description.name)))
        site.get("/return-violations", may: .holders(.read, AnnualReturn.description.name)) { _, context in
            let (viewer, today) = (try context.viewer, context.clock.today())
            let question = try ViolationQuestion(context.query, on: today)
            let t = context.t
            return try await pages.database.read { db in
                ViolationPage(
                    question: question, found: try ReturnViolations(question, viewer, on: today, in: db),
                    units: pages.unitOptions(
                        on: today, selected: question.unit, try pages.gazetteer.gazetteer(db), withUnclear: false, t))
            }
        }
    }
}

/// Whose move a finding is: the cooperative's while it works on the return, the office's once it has it.
enum ViolationOwner: String, Choice {
    case cooperative, office
    static let key = "violation_owner"

    var states: [ReturnState] { self == .cooperative ? [.draft, .returned] : [.submitted] }

    init(_ state: ReturnState) { self = state.isOpen ? .cooperative : .office }
}

/// What the address asks: year, unit, owner, importance, and after which cooperative to go on.
struct ViolationQuestion: Sendable {
    let query: Query
    let year: Year
    let unit: String?
    let owner: ViolationOwner?
    let importance: ReturnImportance?
    let after: Cooperative.ID?

    init(_ query: Query, on today: Day) throws {
        guard query.items.allSatisfy({ !$0.value.contains("\0") }) else { throw Failure(.usage, "query.unreadable") }
        self.query = query
        year = try query["year"].map { try Year(asked: $0) } ?? Year(today.year - 1)
        unit = query["unit"]
        owner = try query["owner"].map { try known($0, ViolationOwner.self) }
        importance = try query["importance"].map { try known($0, ReturnImportance.self) }
        after = try query["after"].map {
            guard let id = Cooperative.ID($0) else { throw Failure(.usage, "list.bad-cursor") }
            return id
        }
    }
}

/// A page of findings. Computed when asked for and never stored, so that it is right whenever a rule, the register or a
/// line of a return changes; only the returns of the page are read and evaluated.
struct ReturnViolations: Sendable {
    struct Line: Sendable {
        let record: AnnualReturn
        let cooperative: String
        let finding: ReturnCheck.Finding
    }

    private(set) var lines: [Line] = []
    /// How many returns were looked at.
    private(set) var examined = 0
    /// After which cooperative the next page begins.
    private(set) var next: Cooperative.ID?

    private static let (fewest, most, step) = (50, 500, 50)

    init(_ question: ViolationQuestion, _ viewer: Viewer, on today: Day, in db: Connection) throws {
        let rules = try ReturnRules(in: db)
        var after = question.after
        while true {
            let part = try Self.subjects(question, after: after, viewer, on: today, in: db)
            let ids = part.prefix(Self.step).map(\.id)
            let records = Dictionary(
                try AnnualReturn.list(where: "year = \(question.year) AND cooperative_id IN (\(list: ids))", in: db)
                    .map { ($0.cooperative, $0) }, uniquingKeysWith: { first, _ in first })
            let around = try ReturnSurroundings(of: question.year, cooperatives: ids, in: db)
            for (id, name) in part.prefix(Self.step) {
                guard let record = records[id] else { continue }
                examined += 1
                for finding in rules.findings(of: record, in: around)
                where question.importance == nil || finding.importance == question.importance {
                    lines.append(Line(record: record, cooperative: name, finding: finding))
                }
            }
            guard part.count > Self.step else { return }
            after = ids.last
            if lines.count >= Self.fewest || examined >= Self.most {
                next = after
                return
            }
        }
    }

    /// Cooperatives with an open return of the year, in alphabetical order, one more than a step.
    private static func subjects(
        _ question: ViolationQuestion, after: Cooperative.ID?, _ viewer: Viewer, on today: Day, in db: Connection
    ) throws -> [(id: Cooperative.ID, name: String)] {
        let key: SQL = db.engine == .postgres ? "c.sort_key COLLATE \"C\"" : "c.sort_key"
        let states = (question.owner.map { [$0] } ?? ViolationOwner.allCases).flatMap(\.states)
        var parts: [SQL] = [
            "r.cooperative_id = c.id", "r.year = \(question.year)",
            "r.state IN (\(list: states.map(\.rawValue)))",
        ]
        if let rows = viewer.rows(.read, AnnualReturn.description.name).condition("r") { parts.append("(\(rows))") }
        if let unit = question.unit { parts.append("c.unit_id IN (\(units(under: unit, on: today)))") }
        if let after {
            let last = try db.first("SELECT sort_key FROM registry_cooperative WHERE id = \(after)") {
                try $0[0] as String
            }
            let place = last ?? ""
            parts.append("\(key) >= \(place) AND (\(key) > \(place) OR c.id > \(after))")
        }
        // Names are walked in their order and each return looked up: no page reads the whole year.
        return try db.all(
            """
            SELECT c.id, c.name FROM registry_cooperative c CROSS JOIN assessment_return r
            WHERE \(parts.joined(separator: " AND ")) ORDER BY \(key), c.id LIMIT \(step + 1)
            """
        ) { (try $0[0], try $0[1]) }
    }
}

struct ViolationPage: Page {
    let question: ViolationQuestion
    let found: ReturnViolations
    let units: [Option]

    func title(_ t: Texts) -> String { t["violations.title"] }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["annual_return.plural"], "/returns?year=\(question.year)")]
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t),
            note: "\(t("violations.note", ["year": "\(question.year)", "count": "\(found.lines.count)", "returns": "\(found.examined)"]))"))
        \(filters(t))
        <section class="sheet">\(found.lines.isEmpty ? emptyState(t["violations.none"]) : rows(t))\(paging(t))</section>
        """
    }

    private func filters(_ t: Texts) -> HTML {
        func choice<C: Choice>(_ name: String, _ type: C.Type) -> HTML {
            selectField(
                name, t["violations.\(name)"], C.allCases.map { Option($0.rawValue, t[$0.textKey]) },
                selected: question.query[name], all: t["list.all"])
        }
        return filterForm(
            "/return-violations",
            [
                yearField("year", t["annual_return.year"], "\(question.year)"),
                selectField("unit", t["annual_return.unit"], units, selected: question.unit, all: t["list.all"]),
                choice("owner", ViolationOwner.self), choice("importance", ReturnImportance.self),
            ], t)
    }

    private func rows(_ t: Texts) -> HTML {
        let labels = ["cooperative", "figure", "finding", "importance", "explanation", "owner"].map {
            t["violations.\($0)"]
        }
        func row(_ line: ReturnViolations.Line) -> HTML {
            let finding = line.finding
            let tone: Tone = finding.blocks ? .bad : finding.isAsked ? .warn : .plain
            return """
                <tr><td><a href="/returns/\(line.record.id)">\(line.cooperative)</a></td>\
                <td data-label="\(labels[1])">\(t["annual_return.\(finding.field)"])</td>\
                <td data-label="\(labels[2])">\(t(finding.code, finding.details)) \
                <span class="small muted">\(finding.rule)</span></td>\
                <td data-label="\(labels[3])">\(tag(tone, finding.blocks ? t["return_rule.blocks"] : t[finding.importance.textKey]))</td>\
                <td data-label="\(labels[4])">\(line.record.explanation ?? "–")</td>\
                <td data-label="\(labels[5])">\(t[ViolationOwner(line.record.state).textKey])</td></tr>
                """
        }
        return table(nil, head: "\(labels, { columnHead($0) })", rows: "\(found.lines, row)")
    }

    private func paging(_ t: Texts) -> HTML? {
        let start = question.after.map { _ in question.query.without("after").link("/return-violations") }
        let next = found.next.map { question.query.with("after", "\($0)").link("/return-violations") }
        guard start != nil || next != nil else { return nil }
        return """
            <nav class="pages small" aria-label="\(t["list.pages"])">\
            \(start.map { "<a href=\"\($0)\">\(t["list.start"])</a>" } as HTML?)\
            \(next.map { "<a rel=\"next\" href=\"\($0)\">\(t["list.next"])</a>" } as HTML?)</nav>
            """
    }
}
