import Access
import Kernel
import Persistence
import Records
import Web

/// One cooperative group.
struct GroupPage: Page {
    let group: Group
    let place: RecordPlace
    /// Newest first.
    let headcounts: [GroupHeadcount]
    let history: RecordHistory
    let links: EditLinks
    let sight: PersonalSight
    let attachments: AttachmentList

    init(
        _ id: Group.ID, _ viewer: Viewer, _ sight: PersonalSight, _ asOf: AsOf, _ pages: RegistryPages,
        in db: Connection
    )
        throws
    {
        self.sight = sight
        try viewer.require(.read, id, in: db)
        group = try Group.find(id, in: db)
        place = RecordPlace(group.unit, asOf, try pages.gazetteer.gazetteer(db))
        headcounts = try GroupHeadcount.list(where: "group_id = \(id) ORDER BY valid_from DESC", in: db)
        links = try EditLinks("groups", id, viewer, db)
        attachments = try AttachmentList(of: id, for: viewer, in: db)
        history = try RecordHistory(
            of: Group.self, id, parts: [.init(GroupHeadcount.self, "group_id")], pages.catalogue, for: viewer, in: db)
    }

    func title(_ t: Texts) -> String { group.name }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["group.plural"], place.asOf.link("/groups"))] + place.crumbs }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(group.name, note: place.asOf.shown(t), actions: actions(t)))
        \(place.choiceNotice(t))
        <div class="two"><section class="sheet"><h2>\(t["pages.general"])</h2>\(facts(general(t), t))\
        \(group.phone == nil ? nil : sight.form(address, t))</section>
        <section class="sheet"><h2>\(t["pages.over-time"])</h2>\(timeline(headcounts.map { happening($0, t) }))\
        \(links.button(t("form.new", ["type": t.inSentence("type.group_headcount")]), "headcounts/new"))</section>
        </div>
        \(attachments.html(address, t))\(history.list(place.gazetteer, restoring: address, t))
        """
    }

    private var address: String { "/groups/\(group.id)" }

    private func happening(_ fact: GroupHeadcount, _ t: Texts) -> Happening {
        Happening(
            headcountText(fact.members, fact.women, t),
            when: t("pages.from", ["date": DateText.short(fact.validFrom, t.language)]),
            source: """
                \(history.source(of: GroupHeadcount.description.name, fact.id.number, t))\
                \(links.edit("headcounts", fact.id.number, t, what: DateText.short(fact.validFrom, t.language)))
                """)
    }

    private func actions(_ t: Texts) -> HTML {
        "\(links.button(t["form.change"], "edit", isMain: true))\(links.button(t["form.end-submit"], "end"))"
    }

    private func general(_ t: Texts) -> [Fact] {
        func text(_ value: String?) -> HTML? { value.map { "\($0)" } }
        return [
            Fact(t["group.field"], text(group.field.map { t[$0.textKey] })),
            Fact(t["group.founder"], text(group.founder.map { t[$0.textKey] })),
            Fact(t["group.established"], text(group.established.map { DateText.short($0, t.language) })),
        ] + place.facts(t) + [
            Fact(t["group.leader"], text(group.leader)),
            Fact(t["group.phone"], text(group.phone.map { sight.shown($0.text) })),
            Fact(t["group.certified_on"], text(group.certifiedOn.map { DateText.short($0, t.language) })),
        ] + (group.endedOn.map { [Fact(t["group.ended_on"], "\(DateText.short($0, t.language))")] } ?? [])
    }
}
