import Access
import Kernel
import Persistence
import Records
import Web

/// A decree with what it changes: the units that end and begin, the records that move and those that wait for a choice,
/// and what in it does not fit.
struct DecreePage: Page {
    let decree: UnitDecree
    let plan: DecreePlan?
    let effects: [DecreePlan.Effect]
    let history: RecordHistory
    let gazetteer: Gazetteer
    let links: EditLinks
    let today: Day

    init(
        _ id: UnitDecree.ID, _ viewer: Viewer, _ today: Day, _ pages: RegistryPages, in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        decree = try UnitDecree.find(id, in: db)
        self.today = today
        gazetteer = try pages.gazetteer.gazetteer(db)
        plan = decree.appliedOn == nil ? try DecreePlan(decree, in: db) : nil
        effects =
            try plan?.faults.isEmpty == true
            ? plan?.effects(locatedRecords.filter { viewer.may(.read, $0.type) }, in: db) ?? [] : []
        history = try RecordHistory(of: UnitDecree.self, id, parts: [], pages.catalogue, for: viewer, in: db)
        links = try EditLinks(UnitDecree.listing.path, id, viewer, db)
    }

    func title(_ t: Texts) -> String { decree.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["unit_decree.plural"], "/\(UnitDecree.listing.path)")] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), actions: decree.appliedOn == nil ? links.button(t["form.change"], "edit") : nil))
        \(state(t))
        <section class="sheet">\(facts([
            Fact(t["unit_decree.issuer"], decree.issuer.map { "\($0)" }),
            Fact(t["unit_decree.effective_on"], "\(DateText.short(decree.effectiveOn, t.language))"),
            Fact(t["unit_decree.applied_on"], "\(decree.appliedOn.map { DateText.short($0, t.language) } ?? "–")"),
            Fact(t["unit_decree.note"], "\(decree.note ?? "–")"),
        ], t))</section>
        \(preview(t))
        <section class="sheet"><h2>\(t["unit_decree.lines"])</h2><pre class="wide" tabindex="0">\(decree.lines)</pre></section>
        \(history.list(gazetteer, t))
        """
    }

    private func state(_ t: Texts) -> HTML {
        if decree.appliedOn != nil {
            let canBeTakenBack = decree.effectiveOn > today
            return """
                \(notice(.good, "\(t[canBeTakenBack ? "unit_decree.is-applied" : "unit_decree.is-in-force"])"))\
                \(canBeTakenBack && links.mayEdit ? withdrawal(t) : nil)
                """
        }
        guard let plan, !plan.faults.isEmpty else {
            return """
                \(notice(.plain, "\(t["unit_decree.is-draft"])"))\
                \(links.mayEdit
                    ? "<form class=\"inline no-print\" method=\"post\" action=\"\(links.address)/apply\">\(version)<button>\(t["unit_decree.apply"])</button></form>"
                    : nil as HTML?)
                """
        }
        func line(_ fault: DecreePlan.Fault) -> HTML {
            let place = fault.line.map { t("unit_decree.line", ["line": "\($0)"]) + ": " } ?? ""
            return "<li>\(place)\(t(fault.code, fault.details))</li>"
        }
        return notice(
            .bad,
            """
            <b>\(t("unit_decree.does-not-fit", ["count": "\(plan.faults.count)"]))</b>\
            <ul class="plain">\(plan.faults.prefix(100), line)</ul>
            """)
    }

    private var version: HTML { hiddenField("version", "\(decree.version)") }

    private func withdrawal(_ t: Texts) -> HTML {
        """
        <details class="branch no-print"><summary>\(t["unit_decree.withdraw"])</summary>\
        <form class="form" method="post" action="\(links.address)/withdraw">\(version)\
        \(FormField("reason", t["form.reason"], value: nil, isRequired: true).html(t))\
        <p><button>\(t["unit_decree.withdraw"])</button></p></form></details>
        """
    }

    private func preview(_ t: Texts) -> HTML? {
        guard let plan, plan.faults.isEmpty else { return nil }
        func effect(_ effect: DecreePlan.Effect) -> HTML {
            """
            <tr><td>\(t["\(effect.type).plural"])</td>\
            <td class="number" data-label="\(t["unit_decree.moved"])">\(NumberText.grouped(effect.moved, t.language))</td>\
            <td class="number" data-label="\(t["unit_decree.to-choose"])">\(NumberText.grouped(effect.toChoose, t.language))</td></tr>
            """
        }
        func unit(_ unit: Unit) -> HTML { "<li>\(unit.code) \(unit.fullName)</li>" }
        func units(_ key: String, _ list: [Unit]) -> HTML {
            """
            <section class="sheet"><h2>\(t[key]) <span class="muted">\(list.count)</span></h2>\
            <ul class="plain columns">\(list, unit)</ul></section>
            """
        }
        return """
            <section class="sheet">\(table(
                t["unit_decree.effects"],
                head: """
                    \(columnHead(t["unit_decree.of-type"]))\(columnHead(t["unit_decree.moved"], isNumber: true))\
                    \(columnHead(t["unit_decree.to-choose"], isNumber: true))
                    """,
                rows: "\(effects, effect)"))</section>
            <div class="two">\(units("unit_decree.ending", plan.ending))\(units("unit_decree.beginning", plan.beginning))</div>
            """
    }
}
