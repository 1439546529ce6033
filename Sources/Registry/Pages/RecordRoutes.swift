import Access
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    func registerRecords(in site: inout Site) {
        if let path = paths["cooperative"] {
            site.get("/\(path)/:id", may: .holders(.read, "cooperative")) { _, context -> Response in
                let asOf = try AsOf(context.query, context.clock)
                let viewer = try context.viewer
                let id: Cooperative.ID = try context.id("id")
                return try await page(of: id, path, context) { db in
                    try CooperativePage(id, viewer, .masked(id, viewer, in: db), asOf, self, in: db)
                }
            }
        }
        if let path = paths["group"] {
            site.get("/\(path)/:id", may: .holders(.read, "group")) { _, context -> Response in
                let asOf = try AsOf(context.query, context.clock)
                let viewer = try context.viewer
                let id: Group.ID = try context.id("id")
                return try await page(of: id, path, context) { db in
                    try GroupPage(id, viewer, .masked(id, viewer, in: db), asOf, self, in: db)
                }
            }
        }
        if let path = paths["body"] {
            site.get("/\(path)/:id", may: .holders(.read, "body")) { _, context in
                let viewer = try context.viewer
                let id: Identifier<PublicBody> = try context.id("id")
                return try await database.read { db in
                    try PlainRecordPage(id, at: path, viewer, self, in: db)
                }
            }
        }
        if let path = paths["union"] {
            site.get("/\(path)/:id", may: .holders(.read, "union")) { _, context in
                let asOf = try AsOf(context.query, context.clock)
                let viewer = try context.viewer
                let id: CooperativeUnion.ID = try context.id("id")
                return try await database.read { db in
                    try UnionPage(id, viewer, .masked(id, viewer, in: db), asOf, self, in: db)
                }
            }
        }
    }

    /// The page of a record. One that turned out to be another sends on to that.
    private func page<R: Mergeable, P: Page>(
        of id: R.ID, _ path: String, _ context: WebContext, _ make: @escaping @Sendable (Connection) throws -> P
    ) async throws -> Response {
        let viewer = try context.viewer
        let (page, kept) = try await database.read { db -> (P?, R.ID?) in
            if let kept = try R.successor(of: id, in: db), try viewer.allows(.read, kept, in: db) { return (nil, kept) }
            return (try make(db), nil)
        }
        if let page { return context.response(page) }
        // Asked for anew each time, since a merger can be taken back.
        return Response(
            status: .permanentRedirect,
            headers: [
                .location: context.query.link("/\(path)/\(kept.map { "\($0)" } ?? "")"),
                .cacheControl: "private, no-cache",
            ])
    }
}

/// Where a record lies on the asked day, and how that was called when it was written.
struct RecordPlace: Sendable {
    let asOf: AsOf
    let gazetteer: Gazetteer
    let written: Unit?
    let place: Whereabouts?

    init(_ unit: Unit.ID, _ asOf: AsOf, _ gazetteer: Gazetteer) {
        self.asOf = asOf
        self.gazetteer = gazetteer
        written = gazetteer.unit(unit)
        place = gazetteer.whereabouts(of: unit, on: asOf.day)
    }

    /// From the unit itself up to its province.
    private var units: [Unit] {
        guard let unit = place?.unit else { return [] }
        return [unit] + gazetteer.ancestors(of: unit.code, on: asOf.day).reversed()
    }

    var crumbs: [Crumb] { units.reversed().map { Crumb($0.fullName, asOf.link("/units/\($0.code)")) } }

    func facts(_ t: Texts) -> [Fact] {
        var facts = [
            Fact(
                t("pages.unit-on", ["date": DateText.short(asOf.day, t.language)]),
                units.isEmpty
                    ? "\(tag(.warn, t["pages.needs-choice"]))" : units.map { link($0, asOf) }.joined(separator: ", "))
        ]
        if let written, written.id != place?.unit?.id {
            let day = min(max(asOf.day, written.validFrom), written.validTo.adding(days: -1))
            let around = gazetteer.ancestors(of: written.code, on: day).reversed().map(\.fullName)
            facts.append(Fact(t["pages.unit-written"], "\(([written.fullName] + around).joined(separator: ", "))"))
        }
        return facts
    }

    /// Says that a person must choose the unit of the day, and among which.
    func choiceNotice(_ t: Texts) -> HTML? {
        guard let written, let place, place.needsChoice else { return nil }
        let details = ["date": DateText.short(written.validTo, t.language), "unit": written.fullName]
        guard !place.choices.isEmpty else { return notice(.warn, "\(t("pages.unit-lost", details))") }
        let choices = place.choices.map { "<b>\(link($0, asOf))</b>" as HTML }.joined(separator: ", ")
        return notice(.warn, "\(t("pages.unit-split", details)) \(choices). \(t["pages.unit-choose"])")
    }
}

/// A period in words: `từ 2018`, `từ 01/02/2020 đến 31/12/2023`. `to` is the first day after it.
func period(_ from: Day?, _ to: Day?, _ t: Texts) -> String {
    let parts = [
        from.map { t("pages.from", ["date": DateText.short($0, t.language)]) },
        to.map { t("pages.until", ["date": DateText.short($0, t.language)]) },
    ].compactMap(\.self)
    return parts.isEmpty ? "–" : parts.joined(separator: " ")
}

func millions(_ money: Money, _ t: Texts) -> String { "\(NumberText.millions(money, t.language)) \(t["unit.million"])" }

/// `Thành viên 42 (nữ 15)`; what is not reported is said to be unknown.
func headcountText(_ members: Int?, _ women: Int?, _ t: Texts) -> HTML {
    func number(_ count: Int?) -> String { count.map { NumberText.grouped($0, t.language) } ?? t["value.unknown"] }
    return """
        \(t["headcount.members"]) \(number(members)) <span class="muted">(\(t["sex.female"]) \(number(women)))</span>
        """
}
