import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// An instrument with its table and what is not known of it, and a return scored with it.
    func registerInstruments(in site: inout Site) {
        let pages = pages
        RecordForms<InstrumentDocument>(
            "instruments", pickers: pages.pickers, database: pages.database, vocabulary: pages.vocabulary
        ) { "/instruments/\($0.id)" }.register(in: &site)
        site.get("/instruments/:id", may: .holders(.read, "instrument")) { _, context in
            let (viewer, id) = (try context.viewer, try context.id("id") as InstrumentDocument.ID)
            return try await pages.database.read { db in try InstrumentPage(id, viewer, pages, in: db) }
        }
        site.get(
            "/returns/:id/scores/:instrument", may: .holders(.read, "annual_return")
        ) { _, context in
            let (viewer, id) = (try context.viewer, try context.id("id") as AnnualReturn.ID)
            let instrument: InstrumentDocument.ID = try context.id("instrument")
            return try await pages.database.read { db in
                try viewer.require(.read, id, in: db)
                try viewer.require(.read, instrument, in: db)
                let record = try AnnualReturn.find(id, in: db)
                let inputs = try ScoringInputs.of(record.cooperative, record.year, in: db)
                return ScoringPage(
                    scoring: Scoring(
                        try InstrumentDocument.find(instrument, in: db).instrument(), record.year, inputs),
                    record: record,
                    cooperative: try Cooperative.find(record.cooperative, in: db).name, instrument: instrument)
            }
        }
        registerTrials(in: &site)
    }
}

/// The table of an instrument in words.
struct InstrumentPage: Page {
    let document: InstrumentDocument
    let instrument: Instrument
    let mayEdit: Bool
    let mayTry: Bool
    let history: RecordHistory
    let gazetteer: Gazetteer

    init(_ id: InstrumentDocument.ID, _ viewer: Viewer, _ pages: RegistryPages, in db: Connection) throws {
        try viewer.require(.read, id, in: db)
        document = try InstrumentDocument.find(id, in: db)
        instrument = try document.instrument()
        mayEdit = try viewer.allows(.edit, id, in: db)
        mayTry = viewer.may(.read, "annual_return")
        history = try RecordHistory(of: InstrumentDocument.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        gazetteer = try pages.gazetteer.gazetteer(db)
    }

    func title(_ t: Texts) -> String { document.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["instrument.plural"], "/instruments")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            document.name, note: "\(document.title)",
            actions: """
                \(mayTry ? linkButton(t["trial.link"], "/instruments/\(document.id)/trial") : nil)\
                \(mayEdit ? linkButton(t["form.change"], "/instruments/\(document.id)/edit", isMain: true) : nil)
                """))
        \(gapNotice(instrument, t))
        \(instrument.criteria, { criterion($0, t) })
        <section class="sheet"><h2>\(t["instrument.grades"])</h2>\(facts(instrument.grades.map { band in
            Fact(t[band.grade.textKey], "\(t("instrument.grade-from", ["points": band.from.shown(t)]))")
        }, t))\(instrument.overrides, { override in
            "<p>\(override.name): <b>\(t[override.grade.textKey])</b> <code>\(override.when.description)</code></p>"
        })</section>
        \(history.list(gazetteer, t))
        """
    }

    private func criterion(_ criterion: Instrument.Criterion, _ t: Texts) -> HTML {
        func row(_ item: Instrument.Item) -> HTML {
            """
            <tr><td>\(item.id)</td><td data-label="\(t["instrument.item"])">\(item.name)\
            \(item.note.map { "<br><span class=\"small muted\">\($0)</span>" } as HTML?)</td>\
            <td data-label="\(t["instrument.how"])">\(rule(item, t))</td>\
            <td class="number" data-label="\(t["instrument.maximum"])">\(maximum(item.maximum, t))</td></tr>
            """
        }
        let head: HTML = """
            <td></td>\(columnHead(t["instrument.item"]))\(columnHead(t["instrument.how"]))\
            \(columnHead(t["instrument.maximum"], isNumber: true))
            """
        return """
            <section class="sheet"><h2>\(criterion.id) · \(criterion.name) \
            <span class="muted">\(maximum(criterion.maximum, t))</span></h2>\(criterion.items.isEmpty
                ? emptyState(t["instrument.no-items"])
                : table(nil, head: head, rows: "\(criterion.items, row)"))</section>
            """
    }

    private func maximum(_ points: Rational?, _ t: Texts) -> String { points?.shown(t) ?? t["value.unknown"] }

    private func rule(_ item: Instrument.Item, _ t: Texts) -> HTML {
        switch item.rule {
        case nil: "\(t["value.unknown"])"
        case .byPerson: "\(t["instrument.by-person"])"
        case .share(let formula): "<code>\(formula.description)</code><br>\(t["instrument.share"])"
        case .condition(let formula, let yes, let no):
            "<code>\(formula.description)</code><br>\(t("instrument.condition", ["yes": yes.shown(t), "no": no.shown(t)]))"
        case .choice(let answers): "\(answers, { "<div>\($0.name): \($0.points.shown(t))</div>" })"
        case .bands(let formula, let bands):
            "<code>\(formula.description)</code>\(bands, { "<div>\($0.words(formula.type, t)): \($0.points.shown(t))</div>" })"
        }
    }
}

/// What is not known of an instrument, or that it is whole.
func gapNotice(_ instrument: Instrument, _ t: Texts) -> HTML {
    let gaps = instrument.gaps
    guard !gaps.isEmpty else { return notice(.good, "\(t["instrument.is-whole"])") }
    func line(_ gap: Instrument.Gap) -> HTML { "<li>\(t(gap.code, gap.details))</li>" }
    return notice(
        .warn, "<b>\(t("instrument.has-gaps", ["count": "\(gaps.count)"]))</b><ul>\(gaps, line)</ul>")
}

/// A return scored item by item, with what each is computed from and how far the next step is.
struct ScoringPage: Page {
    let scoring: Scoring
    let record: AnnualReturn
    let cooperative: String
    let instrument: InstrumentDocument.ID

    func title(_ t: Texts) -> String { t("scoring.title", ["name": cooperative, "year": "\(record.year)"]) }
    func crumbs(_ t: Texts) -> [Crumb] {
        [
            Crumb(cooperative, "/cooperatives/\(record.cooperative)"), Crumb("\(record.year)", "/returns/\(record.id)"),
            Crumb(scoring.instrument.code, "/instruments/\(instrument)"),
        ]
    }

    func body(_ t: Texts) -> HTML {
        let labels = ["item", "inputs", "step", "points", "next"].map { t["scoring.\($0)"] }
        func row(_ line: Scoring.Line) -> HTML {
            """
            <tr><td>\(line.item.id) \(line.item.name)</td>\
            <td data-label="\(labels[1])">\(inputs(line, t))</td><td data-label="\(labels[2])">\(step(line, t))</td>\
            <td class="number" data-label="\(labels[3])">\(points(line, t))</td>\
            <td data-label="\(labels[4])">\(next(line, t))</td></tr>
            """
        }
        let head: HTML = """
            \(columnHead(labels[0]))\(columnHead(labels[1]))\(columnHead(labels[2]))\
            \(columnHead(labels[3], isNumber: true))\(columnHead(labels[4]))
            """
        return """
            \(heading(title(t), note: "\(scoring.instrument.code)"))\(verdict(t))
            <section class="sheet">\(table(
                t["scoring.items"], head: head, rows: "\(scoring.lines, row)",
                foot: "<td>\(t["scoring.known"])</td><td></td><td></td><td class=\"number\">\(scoring.knownPoints.shown(t))</td><td></td>"))</section>
            """
    }

    /// The grade, or why there is none. Never a grade of what is not known.
    private func verdict(_ t: Texts) -> HTML {
        do {
            let grade = try scoring.grade()
            let total = scoring.total?.shown(t) ?? ""
            let why = scoring.override.map { " · \($0.name)" } ?? ""
            return notice(.good, "<b>\(t[grade.textKey])</b> · \(t("scoring.total", ["points": total]))\(why)")
        } catch let failure as Failure {
            return notice(.warn, "\(t(failure.code, failure.details))")
        } catch {
            return notice(.bad, "\(t["scoring.no-grade"])")
        }
    }

    private func inputs(_ line: Scoring.Line, _ t: Texts) -> HTML {
        "\(ScoreSheet.inputs(line.evaluation), { "<div>\($0.words(t))</div>" })"
    }

    private func step(_ line: Scoring.Line, _ t: Texts) -> HTML {
        guard let band = line.band, case .bands(let formula, let bands) = line.item.rule,
            case .value(.number(let value))? = line.evaluation?.outcome
        else { return "–" }
        return "\(formula.type.words(value, t)) <span class=\"muted\">(\(bands[band].words(formula.type, t)))</span>"
    }

    private func points(_ line: Scoring.Line, _ t: Texts) -> String {
        guard let points = line.points else { return t["scoring.undetermined-item"] }
        return line.item.maximum.map { "\(points.shown(t))/\($0.shown(t))" } ?? points.shown(t)
    }

    private func next(_ line: Scoring.Line, _ t: Texts) -> String {
        guard let next = line.next, case .bands(let formula, _) = line.item.rule else { return "–" }
        return t(
            "scoring.next-step", ["distance": formula.type.words(next.distance, t), "gain": next.gain.shown(t)])
    }
}

extension FormulaType {
    /// A value of the type in words: money in million đồng, shares as percentages.
    func words(_ value: Rational, _ t: Texts) -> String {
        switch self {
        case .number(.vnd), .number(.vnd / .person):
            "\(value.divided(by: 1_000_000)?.shown(t) ?? value.shown(t)) \(t["unit.million-short"])"
        case .number(.none): "\(value.times(100)?.shown(t) ?? value.shown(t)) %"
        default: value.shown(t)
        }
    }
}

extension Instrument.Band {
    /// `từ 100 % dưới 120 %`
    func words(_ type: FormulaType, _ t: Texts) -> String {
        func bound(_ bound: Instrument.Bound, _ key: String) -> String {
            t("instrument.\(key)\(bound.isIncluded ? "" : "-open")", ["value": type.words(bound.value, t)])
        }
        let parts = [lower.map { bound($0, "from") }, upper.map { bound($0, "to") }].compactMap(\.self)
        return parts.isEmpty ? t["instrument.any"] : parts.joined(separator: " ")
    }
}
