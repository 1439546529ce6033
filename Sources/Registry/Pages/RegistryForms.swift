import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// The forms of every type of the register, and what pickers suggest.
    func registerForms(in site: inout Site) {
        let pickers = pickers
        let (database, vocabulary) = (database, vocabulary)
        register(cooperativeForms, Cooperative.listing, in: &site)
        register(groupForms, Group.listing, in: &site)
        register(unionForms, CooperativeUnion.listing, in: &site)
        register(bodyForms, PublicBody.listing, in: &site)
        RecordForms<UnitDecree>(
            "unit-decrees", pickers: pickers, database: database, vocabulary: vocabulary
        ) { "/unit-decrees/\($0.id)" }.register(in: &site)
        facts(CooperativeStatus.self, "statuses", of: Cooperative.self, in: &site) { $0.cooperative.number }
        facts(Headcount.self, "headcounts", of: Cooperative.self, in: &site) { $0.cooperative.number }
        facts(CharterCapital.self, "capitals", of: Cooperative.self, in: &site) { $0.cooperative.number }
        facts(LandArea.self, "land-areas", of: Cooperative.self, in: &site) { $0.cooperative.number }
        facts(Officer.self, "officers", of: Cooperative.self, end: "valid_to", in: &site) { $0.cooperative.number }
        facts(GroupHeadcount.self, "headcounts", of: Group.self, in: &site) { $0.group.number }
        facts(UnionMembership.self, "memberships", of: CooperativeUnion.self, end: "valid_to", in: &site) {
            $0.union.number
        }
        for (name, picker) in pickers {
            let type = name.split(separator: ".").first.map(String.init) ?? name
            picker.register(
                name, may: .holders(.read, type == "holding" ? "account" : type), database, in: &site)
        }
    }

    private func register<R: Record>(_ forms: RecordForms<R>, _ listing: Listing, in site: inout Site) {
        forms.register(in: &site)
        forms.registerMany(listing, in: &site)
    }

    private var cooperativeForms: RecordForms<Cooperative> {
        RecordForms(
            "cooperatives", pickers: pickers, database: database, vocabulary: vocabulary,
            page: { "/cooperatives/\($0.id)" }, meaning: placed)
    }
    private var groupForms: RecordForms<Group> {
        RecordForms(
            "groups", end: "ended_on", pickers: pickers, database: database, vocabulary: vocabulary,
            page: { "/groups/\($0.id)" }, meaning: placed)
    }
    private var unionForms: RecordForms<CooperativeUnion> {
        RecordForms(
            "unions", end: "ended_on", pickers: pickers, database: database, vocabulary: vocabulary,
            page: { "/unions/\($0.id)" }, meaning: placed)
    }
    private var bodyForms: RecordForms<PublicBody> {
        var bodyPickers = pickers
        bodyPickers["unit"] = bodyPickers["body.unit"]
        return RecordForms(
            "bodies", end: "valid_to", pickers: bodyPickers, database: database, vocabulary: vocabulary
        ) { "/bodies/\($0.id)" }
    }

    /// What may be done with many rows of a list at once.
    func offer(_ type: String, _ viewer: Viewer) -> ManyOffer? {
        switch type {
        case Cooperative.description.name: cooperativeForms.offer(viewer)
        case Group.description.name: groupForms.offer(viewer)
        case CooperativeUnion.description.name: unionForms.offer(viewer)
        case PublicBody.description.name: bodyForms.offer(viewer)
        default: nil
        }
    }

    /// Where a record lies today says nothing about where it lay before.
    private func placed<R: Located>(_ changed: inout R, _ stored: R, _ today: Day, _ db: Connection) throws {
        guard changed.unit != stored.unit else { return }
        changed.unit = try UnitChoice(gazetteer.gazetteer(db), on: today).kept(
            stored.unit, stated: changed.unit, in: db)
    }

    /// The facts about a record, under its own address: `/cooperatives/12/headcounts/new`.
    private func facts<F: Record, O: Record>(
        _ type: F.Type, _ word: String, of owner: O.Type, end: String? = nil, in site: inout Site,
        _ ownerID: @escaping @Sendable (F) -> Int64
    ) {
        guard let path = paths[O.description.name] else { return }
        RecordForms<F>(
            "\(path)/:id/\(word)", owner: .init(O.description.name, owner), end: end, pickers: pickers,
            database: database, vocabulary: vocabulary
        ) { "/\(path)/\(ownerID($0))" }.register(in: &site)
    }
}

/// Links with which a record's page leads to its forms, for whom they are.
struct EditLinks: Sendable {
    /// `/cooperatives/12`
    let address: String
    let mayEdit: Bool

    init<R: Record>(_ path: String, _ id: Identifier<R>, _ viewer: Viewer, _ db: Connection) throws {
        address = "/\(path)/\(id)"
        mayEdit = try viewer.allows(.edit, id, in: db)
    }

    func button(_ label: String, _ last: String, isMain: Bool = false) -> HTML? {
        mayEdit ? linkButton(label, "\(address)/\(last)", isMain: isMain) : nil
    }

    /// A small link beside one fact.
    func edit(_ word: String, _ id: Int64, _ t: Texts, what: String) -> HTML? {
        guard mayEdit else { return nil }
        return """
             <a class="small no-print" href="\(address)/\(word)/\(id)/edit">\(t["form.change"])\
            <span class="unseen"> \(what)</span></a>
            """
    }
}
