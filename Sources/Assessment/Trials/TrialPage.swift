import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// An instrument tried on the returns of a past year, alone or beside another.
    func registerTrials(in site: inout Site) {
        site.get("/instruments/:id/trial", may: .holders(.read, "instrument")) { _, context in
            let asked = try AskedGrades(context)
            let id: InstrumentDocument.ID = try context.id("id")
            let year = try asked.year("year", or: asked.asOf.day.year - 1)
            return try await pages.database.read { db in
                let gazetteer = try asked.gazetteer(pages, in: db)
                return try TrialPage(
                    id, year, asked, unitName: asked.unitName(gazetteer, context.t),
                    units: asked.units(pages, gazetteer, context.t), in: db)
            }
        }
    }
}

/// What an instrument comes to on the returns of a year, before anybody decides to use it.
struct TrialPage: Page {
    let document: InstrumentDocument
    let others: [InstrumentDocument]
    let other: InstrumentDocument?
    let returns: TrialReturns
    let trial: Trial
    let comparison: TrialComparison?
    let unit: String?
    let unitName: String?
    let units: [Option]

    init(
        _ id: InstrumentDocument.ID, _ year: Year, _ asked: AskedGrades, unitName: String?, units: [Option],
        in db: Connection
    ) throws {
        let (viewer, unit) = (asked.question.viewer, asked.question.unit)
        try viewer.require(.read, id, in: db)
        try viewer.require(.read, "annual_return")
        let other = try asked.query["other"].map { text in
            guard let other = InstrumentDocument.ID(text), other != id else {
                throw Failure(.usage, "trial.no-such-other", ["value": text])
            }
            return other
        }
        if let other { try viewer.require(.read, other, in: db) }
        document = try InstrumentDocument.find(id, in: db)
        self.other = try other.map { try InstrumentDocument.find($0, in: db) }
        others = try InstrumentDocument.list(where: "id <> \(id) ORDER BY sort_key, id", in: db)
        let returns = try TrialReturns(year, under: unit, on: asked.asOf.day, for: viewer, in: db)
        let trial = Trial(try document.instrument(), on: returns)
        (self.returns, self.trial) = (returns, trial)
        comparison = try self.other.map { TrialComparison(trial, Trial(try $0.instrument(), on: returns)) }
        self.unit = unit
        self.unitName = unitName
        self.units = units
    }

    private var address: String { "/instruments/\(document.id)" }

    func title(_ t: Texts) -> String { t("trial.title", ["instrument": document.name, "year": "\(returns.year)"]) }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["instrument.plural"], "/instruments"), Crumb(document.name, address)]
    }

    func body(_ t: Texts) -> HTML {
        let note = t("trial.note", ["most": NumberText.grouped(TrialReturns.most, t.language)])
        return """
            \(heading(title(t), note: "\(unitName.map { "\($0) · " } ?? "")\(note)"))
            \(filterForm(
                "\(address)/trial",
                [
                    yearField("year", t["annual_return.year"], "\(returns.year)"),
                    selectField(
                        "other", t["trial.other"], others.map { Option("\($0.id)", $0.name) },
                        selected: other.map { "\($0.id)" }, all: "–"),
                    selectField("unit", t["pages.unit"], units, selected: unit, all: t["list.all"]),
                ], t))
            \(returns.members.isEmpty
                ? emptyState(t("trial.none", ["year": "\(returns.year)"]))
                : "\(TrialSection(trial: trial, returns: returns).html(t))\(compared(t))" as HTML)
            """
    }

    private func compared(_ t: Texts) -> HTML? {
        guard let comparison, let other else { return nil }
        return """
            \(TrialSection(trial: comparison.second, returns: returns).html(t))\
            \(TrialDifferences(
                comparison: comparison, returns: returns, instruments: (document.id, other.id)).html(t))
            """
    }
}
