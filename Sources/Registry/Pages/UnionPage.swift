import Access
import Kernel
import Persistence
import Records
import Web

/// One union of cooperatives and the cooperatives that belong to it.
struct UnionPage: Page {
    let union: CooperativeUnion
    let place: RecordPlace
    let members: [(id: Int64, name: String, from: Day?, to: Day?)]
    let history: RecordHistory
    let links: EditLinks
    let sight: PersonalSight
    let attachments: AttachmentList
    let paths: [String: String]

    init(
        _ id: CooperativeUnion.ID, _ viewer: Viewer, _ sight: PersonalSight, _ asOf: AsOf, _ pages: RegistryPages,
        in db: Connection
    ) throws {
        try viewer.require(.read, id, in: db)
        union = try CooperativeUnion.find(id, in: db)
        place = RecordPlace(union.unit, asOf, try pages.gazetteer.gazetteer(db))
        members = try db.all(
            """
            SELECT c.id, c.name, m.valid_from, m.valid_to FROM registry_union_membership m
            JOIN registry_cooperative c ON c.id = m.cooperative_id
            WHERE m.union_id = \(id) AND (\(viewer.rows(.read, "cooperative").condition("c") ?? "1 = 1")) ORDER BY c.sort_key, c.id
            """
        ) { (try $0[0], try $0[1], try $0[2], try $0[3]) }
        links = try EditLinks("unions", id, viewer, db)
        attachments = try AttachmentList(of: id, for: viewer, in: db)
        history = try RecordHistory(
            of: CooperativeUnion.self, id, parts: [.init(UnionMembership.self, "union_id")], pages.catalogue,
            for: viewer, in: db)
        paths = pages.paths
        self.sight = sight
    }

    func title(_ t: Texts) -> String { union.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["union.plural"], place.asOf.link("/unions"))] + place.crumbs }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(
            union.name, note: place.asOf.shown(t),
            actions: "\(links.button(t["form.change"], "edit", isMain: true))\(links.button(t["form.end-submit"], "end"))"))
        \(place.choiceNotice(t))
        <div class="two"><section class="sheet"><h2>\(t["pages.general"])</h2>\(facts(general(t), t))\
        \(union.phone == nil ? nil : sight.form(address, t))</section>
        <section class="sheet">\(memberTable(t))</section></div>
        \(attachments.html(address, t))\(history.list(place.gazetteer, restoring: address, t))
        """
    }

    private var address: String { "/\(paths["union"] ?? "unions")/\(union.id)" }

    private func general(_ t: Texts) -> [Fact] {
        func text(_ value: String?) -> HTML? { value.map { "\($0)" } }
        return [
            Fact(t["union.tax_code"], text(union.taxCode?.text)),
            Fact(t["union.registration_number"], text(union.registrationNumber?.text)),
            Fact(t["union.established"], text(union.established.map { DateText.short($0, t.language) })),
            Fact(t["union.address"], text(union.address)),
        ] + place.facts(t) + [Fact(t["union.phone"], text(union.phone.map { sight.shown($0.text) }))]
            + (union.endedOn.map { [Fact(t["union.ended_on"], "\(DateText.short($0, t.language))")] } ?? [])
    }

    private func memberTable(_ t: Texts) -> HTML {
        let add = links.button(t("form.new", ["type": t.inSentence("type.union_membership")]), "memberships/new")
        guard !members.isEmpty else { return emptyState(t["pages.no-members"], add) }
        func row(_ member: (id: Int64, name: String, from: Day?, to: Day?)) -> HTML {
            let address = place.asOf.link("/\(paths["cooperative"] ?? "cooperatives")/\(member.id)")
            return """
                <tr><td><a href="\(address)">\(member.name)</a></td>\
                <td data-label="\(t["pages.period"])">\(period(member.from, member.to, t))</td></tr>
                """
        }
        return """
            \(table(
            t["type.union_membership"], head: "\(columnHead(t["cooperative.name"]))\(columnHead(t["pages.period"]))",
            rows: "\(members, row)"))\(add)
            """
    }
}
