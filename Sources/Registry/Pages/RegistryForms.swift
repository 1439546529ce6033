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
        RecordForms<Cooperative>(
            "cooperatives", pickers: pickers, database: database, vocabulary: vocabulary
        ) { "/cooperatives/\($0.id)" }.register(in: &site)
        RecordForms<Group>(
            "groups", end: "ended_on", pickers: pickers, database: database, vocabulary: vocabulary
        ) { "/groups/\($0.id)" }.register(in: &site)
        RecordForms<CooperativeUnion>(
            "unions", end: "ended_on", pickers: pickers, database: database, vocabulary: vocabulary
        ) { "/unions/\($0.id)" }.register(in: &site)
        var bodyPickers = pickers
        bodyPickers["unit"] = pickers["body.unit"]
        RecordForms<PublicBody>(
            "bodies", end: "valid_to", pickers: bodyPickers, database: database, vocabulary: vocabulary
        ) { "/bodies/\($0.id)" }.register(in: &site)
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
