import Access
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// GET /return-rounds/:id: its days, and who has reported and who has not.
    func registerReturnRounds(in site: inout Site) {
        let pages = pages
        site.get("/return-rounds/:id", may: .holders(.read, "return_round")) { _, context in
            let (viewer, id) = (try context.viewer, try context.id("id") as ReturnRound.ID)
            let asked = try AsOf(context.query, context.clock)
            let (query, clock, t) = (context.query, context.clock, context.t)
            return try await pages.database.read { db in
                let round = try ReturnRound.find(id, viewer, in: db)
                let asOf = try round.within(asked, clock)
                return try ReturnRoundPage(round, asOf, unit: query["unit"], viewer, pages, t, in: db)
            }
        }
    }
}

extension ReturnRound {
    fileprivate static func find(_ id: ID, _ viewer: Viewer, in db: Connection) throws -> ReturnRound {
        try viewer.require(.read, id, in: db)
        return try find(id, in: db)
    }

    /// The day asked for, or the one next to it of the year in which the returns come in: figures of one day are those of
    /// the year before it.
    fileprivate func within(_ asked: AsOf, _ clock: WallClock) throws -> AsOf {
        let coming = Year(year.number + 1)
        let day = min(max(asked.day, coming.firstDay), coming.lastDay)
        return day == asked.day ? asked : try AsOf(Query([Query.Item("as_of", day.description)]), clock)
    }
}

/// A round of returns: when they are due, and by unit how many are expected, have come, and are missing. A count opens the
/// list of the cooperatives that it counts.
struct ReturnRoundPage: Page {
    let round: ReturnRound
    let asOf: AsOf
    /// `nil` where the reader may not read returns.
    let counts: ReturnCounts?
    let unit: String?
    let unitName: String?
    let units: [Option]
    let letters: [ReturnReminder: Int]
    let mayEdit: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer

    init(
        _ round: ReturnRound, _ asOf: AsOf, unit: String?, _ viewer: Viewer, _ pages: RegistryPages, _ t: Texts,
        in db: Connection
    ) throws {
        self.round = round
        self.asOf = asOf
        self.unit = unit
        let gazetteer = try pages.gazetteer.gazetteer(db)
        self.gazetteer = gazetteer
        unitName = try unit.map { unit in
            if unit == UnitCondition.needsChoice { return t["pages.needs-choice"] }
            guard let found = gazetteer.unit(unit, on: asOf.day) ?? gazetteer.versions(of: unit).last else {
                throw Failure(.usage, "list.no-such-unit", ["unit": unit])
            }
            return found.fullName
        }
        units = pages.unitOptions(on: asOf.day, selected: unit, gazetteer, t)
        counts =
            try viewer.may(.read, "annual_return") && viewer.may(.read, "cooperative")
            ? ReturnCounts(of: round.year, on: asOf.day, under: unit, viewer, gazetteer, in: db) : nil
        letters = try ReturnReminder.counts(of: round.id, in: db)
        mayEdit = try viewer.allows(.edit, round.id, in: db)
        history = try RecordHistory(of: ReturnRound.self, round.id, parts: [], pages.catalogue, for: viewer, in: db)
    }

    private var address: String { "/return-rounds/\(round.id)" }

    func title(_ t: Texts) -> String { "\(t["type.return_round"]) \(round.year)" }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["return_round.plural"], "/return-rounds")]
            + (unit == nil ? [] : [Crumb(title(t), asOf.link(address))])
    }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            title(t), note: "\(unitName.map { "\($0) · " } ?? "")\(asOf.shown(t))",
            actions: mayEdit ? linkButton(t["form.change"], "\(address)/edit", isMain: true) : nil))
        \(counts.map { progress($0, t) })
        <section class="sheet">\(facts(days(t), t))</section>
        \(history.list(gazetteer, t))
        """
    }

    private func days(_ t: Texts) -> [Fact] {
        func day(_ name: String, _ day: Day?) -> Fact {
            Fact(t["return_round.\(name)"], day.map { "\(DateText.short($0, t.language))" } ?? "–")
        }
        let sent = ReturnReminder.allCases.map { "\(t["return_reminder.\($0.rawValue)"]) \(letters[$0] ?? 0)" }
        return [
            day("due_on", round.dueOn), day("locked_on", round.lockedOn),
            Fact(t["return_round.remind_days"], round.remindDays.map { "\($0)" } ?? "–"),
            Fact(t["return_reminder.letters"], "\(sent.joined(separator: " · "))"),
        ]
    }

    private func progress(_ counts: ReturnCounts, _ t: Texts) -> HTML {
        """
        \(filterForm(address, [
            selectField("unit", t["pages.unit"], units, selected: unit, all: t["list.all"]),
            dayField("as_of", t["list.as-of"], DateText.short(asOf.day, t.language), t),
        ], t))
        <section class="sheet">\(counts.whole[0] == 0 ? emptyState(t["returns.nobody-expected"]) : table(counts, t))</section>
        """
    }

    private func table(_ counts: ReturnCounts, _ t: Texts) -> HTML {
        let labels = ReturnCounts.figures.map { t["figure.\($0)"] }
        func row(_ line: ReturnCounts.Line) -> HTML {
            // A list shows what needs a new commune in the whole country, not in a part of it.
            let isListed = line.unit != nil || unit == nil
            let name: HTML =
                line.unit.map { part in
                    "<a href=\"\(asOf.link(address, [("unit", line.code)]))\">\(part.fullName)</a>"
                } ?? "\(tag(.warn, t["pages.needs-choice"]))"
            return "<tr><td>\(name)</td>\(cells(line.counts, labels, line.code, isListed: isListed, t))</tr>"
        }
        return Web.table(
            nil, head: "\(columnHead(t["pages.unit"]))\(labels, { columnHead($0, isNumber: true) })",
            rows: "\(counts.lines, row)",
            foot: "<td>\(unitName ?? t["pages.total"])</td>\(cells(counts.whole, labels, unit, isListed: true, t))")
    }

    /// Each count of the expected ones, with the list that shows exactly these.
    private func cells(_ counts: [Int], _ labels: [String], _ unit: String?, isListed: Bool, _ t: Texts) -> HTML {
        func cell(_ index: Int) -> HTML {
            let shown =
                index == 0
                ? NumberText.grouped(counts[0], t.language)
                : NumberText.share(Int64(counts[index]), of: Int64(counts[0]), t.language)
            let asked = [("figure", ReturnCounts.figures[index])] + (unit.map { [("unit", $0)] } ?? [])
            let content: HTML =
                isListed && counts[index] > 0
                ? "<a href=\"\(asOf.link("/cooperatives", asked))\">\(shown)</a>" : "\(shown)"
            return "<td class=\"number\" data-label=\"\(labels[index])\">\(content)</td>"
        }
        return "\(Array(counts.indices), cell)"
    }
}
