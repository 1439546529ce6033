import Access
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    func registerUnits(in site: inout Site) {
        site.get("/units", may: .holders(.read, "unit")) { _, context in
            let asOf = try AsOf(context.query, context.clock)
            return try await database.read { db in
                // Only where there are records is the whole tree worth its length.
                let provinces: [String?] = try db.all(
                    """
                    SELECT DISTINCT province_code FROM registry_unit_span
                    WHERE from_day <= \(asOf.day) AND to_day > \(asOf.day) AND unit_id IN
                    (SELECT unit_id FROM registry_cooperative UNION SELECT unit_id FROM registry_group)
                    """
                ) { try $0[0] }
                return UnitTreePage(
                    asOf: asOf, gazetteer: try gazetteer.gazetteer(db), open: Set(provinces.compactMap(\.self)))
            }
        }
        site.get("/units/:code", may: .holders(.read, "unit")) { _, context in
            let viewer = try context.viewer
            let asOf = try AsOf(context.query, context.clock)
            let code = try context.parameter("code")
            return try await database.read { db in
                let gazetteer = try gazetteer.gazetteer(db)
                let versions = gazetteer.versions(of: code)
                guard !versions.isEmpty else { throw Failure(.missing, "page.missing") }
                let counts = try listings.filter {
                    listing in viewer.may(.read, listing.type) && listing.filters.contains { $0.name == "unit" }
                }.map { listing in
                    var question = ListQuery(asOf: asOf.day, viewer.rows(.read, listing.type))
                    question.filters = [("unit", code)]
                    return UnitPage.Count(
                        type: listing.type, path: listing.path, count: try listing.count(question, in: db))
                }
                return UnitPage(asOf: asOf, code: code, versions: versions, gazetteer: gazetteer, counts: counts)
            }
        }
    }
}

/// The units of a day as a tree, with what they were before and became after.
struct UnitTreePage: Page {
    let asOf: AsOf
    let gazetteer: Gazetteer
    /// The provinces that have records.
    let open: Set<String>

    func title(_ t: Texts) -> String { t["pages.units"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.administration"])] }

    func body(_ t: Texts) -> HTML {
        let date = DateText.short(asOf.day, t.language)
        let provinces = gazetteer.units(.province, on: asOf.day)
        let (first, others) = (
            provinces.filter { open.contains($0.code) }, provinces.filter { !open.contains($0.code) }
        )
        return """
            \(heading(
                title(t), note: "\(t("pages.units-note", ["date": date]))",
                actions: """
                    <form class="inline" action="/units">\(dayField("as_of", t["list.as-of"], date, t))\
                    <button class="plain">\(t["list.show"])</button></form>
                    """))
            \(first, { "<section class=\"sheet\">\(branch($0, isOpen: true, t))</section>" })
            <section class="sheet"><h2>\(t[first.isEmpty ? "pages.provinces" : "pages.other-provinces"])</h2>\
            <ul class="plain columns">\(others, { leaf($0, t) })</ul></section>
            """
    }

    private func branch(_ unit: Unit, isOpen: Bool, _ t: Texts) -> HTML {
        let children = gazetteer.children(of: unit.code, on: asOf.day)
        func line(_ child: Unit) -> HTML {
            child.level == .commune ? leaf(child, t) : "<li>\(branch(child, isOpen: false, t))</li>"
        }
        return """
            <details class="branch"\(attribute: "open", if: isOpen)><summary>\(unit.fullName) \
            <span class="small muted">\(NumberText.grouped(children.count, t.language))</span></summary>\
            <p class="small">\(link(unit, asOf, t["pages.unit-page"]))\(descent(unit, t))</p>\
            <ul class="plain">\(children, line)</ul></details>
            """
    }

    private func leaf(_ unit: Unit, _ t: Texts) -> HTML {
        "<li>\(link(unit, asOf))\(descent(unit, t))</li>"
    }

    private func descent(_ unit: Unit, _ t: Texts) -> HTML? {
        let parts = [predecessors(unit, gazetteer, t), successors(unit, gazetteer, t)].compactMap(\.self)
        return parts.isEmpty ? nil : " <span class=\"small muted\">\(parts.joined(separator: " · "))</span>"
    }
}

/// One unit with all it has been.
struct UnitPage: Page {
    struct Count: Sendable {
        let type: String
        let path: String
        let count: Int
    }

    let asOf: AsOf
    let code: String
    /// Oldest first, at least one.
    let versions: [Unit]
    let gazetteer: Gazetteer
    let counts: [Count]

    private var current: Unit? { gazetteer.unit(code, on: asOf.day) }
    private var name: String { (current ?? versions.last)?.fullName ?? code }

    func title(_ t: Texts) -> String { name }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["pages.units"], asOf.link("/units"))]
            + gazetteer.ancestors(of: code, on: asOf.day).map { Crumb($0.fullName, asOf.link("/units/\($0.code)")) }
    }

    func body(_ t: Texts) -> HTML {
        let date = DateText.short(asOf.day, t.language)
        return """
            \(heading(name, note: "\(t["pages.unit-code"]) \(code) · \(asOf.shown(t))"))
            \(current == nil ? notice(.warn, "\(t("pages.unit-not-then", ["unit": name, "date": date]))") : nil)\
            \(figures(counts.map {
                FigureCard(
                    t["\($0.type).plural"], NumberText.grouped($0.count, t.language),
                    asOf.link("/\($0.path)", [("unit", code)]))
            }))
            <div class="two"><section class="sheet"><h2>\(t["pages.unit-versions"])</h2>\
            \(timeline(versions.reversed().map { happening($0, t) }))</section>\(children(t))</div>
            """
    }

    private func happening(_ unit: Unit, _ t: Texts) -> Happening {
        let from = unit.validFrom == .distantPast ? nil : DateText.short(unit.validFrom, t.language)
        let to = unit.validTo == .distantFuture ? nil : DateText.short(unit.validTo, t.language)
        let period =
            [from.map { t("pages.from", ["date": $0]) }, to.map { t("pages.until", ["date": $0]) }].compactMap(\.self)
            .joined(separator: " ")
        let parts = [predecessors(unit, gazetteer, t), successors(unit, gazetteer, t)].compactMap(\.self)
        return Happening(
            "\(unit.fullName)", when: period.isEmpty ? t["pages.always"] : period,
            source: parts.isEmpty ? nil : parts.joined(separator: "<br>"))
    }

    private func children(_ t: Texts) -> HTML? {
        let children = gazetteer.children(of: code, on: asOf.day)
        guard !children.isEmpty else { return nil }
        return """
            <section class="sheet"><h2>\(t["pages.unit-children"]) <span class="muted">\(children.count)</span></h2>\
            <ul class="plain columns">\(children, { "<li>\(link($0, asOf))</li>" })</ul></section>
            """
    }
}

/// A unit's name that opens its page.
func link(_ unit: Unit, _ asOf: AsOf, _ label: String? = nil) -> HTML {
    "<a href=\"\(asOf.link("/units/\(unit.code)"))\">\(label ?? unit.fullName)</a>"
}

/// `trước 01/02/2023: Xã Tân Bình`; nothing where it goes on as it was.
private func predecessors(_ unit: Unit, _ gazetteer: Gazetteer, _ t: Texts) -> HTML? {
    let made = gazetteer.predecessors(of: unit.id)
    guard !made.isEmpty, unit.validFrom > .distantPast else { return nil }
    let names = made.map(\.fullName).joined(separator: ", ")
    return "\(t("pages.made-from", ["date": DateText.short(unit.validFrom, t.language), "units": names]))"
}

/// `từ 01/07/2025: Phường Tân Uyên, Xã Thường Tân`; nothing while it lasts.
private func successors(_ unit: Unit, _ gazetteer: Gazetteer, _ t: Texts) -> HTML? {
    guard unit.validTo < .distantFuture else { return nil }
    let became = gazetteer.successors(of: unit.id)
    let date = DateText.short(unit.validTo, t.language)
    guard !became.isEmpty else { return "\(t("pages.ended", ["date": date]))" }
    return "\(t("pages.became", ["date": date, "units": became.map(\.fullName).joined(separator: ", ")]))"
}
