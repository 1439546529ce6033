import Access
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records
import Web

/// How a page shows personal data: masked, with a form for those who may read it, or in the open this once.
struct PersonalSight: Sendable {
    private let isOpen: Bool
    /// Whether the viewer may read it.
    private let isAllowed: Bool
    private let typed: String?
    private let problem: Failure?

    private init(isOpen: Bool, isAllowed: Bool, typed: String? = nil, problem: Failure? = nil) {
        self.isOpen = isOpen
        self.isAllowed = isAllowed
        self.typed = typed
        self.problem = problem
    }

    /// What a page shows that nobody has asked to open. `problem`: why asking was of no use.
    static func masked<R: Record>(
        _ id: Identifier<R>, _ viewer: Viewer, typed: String? = nil, problem: Failure? = nil, in db: Connection
    ) throws -> PersonalSight {
        PersonalSight(
            isOpen: false, isAllowed: try viewer.allows(.personal, id, in: db), typed: typed, problem: problem)
    }

    /// Opens the personal data of a record once, and writes down who did and why. `parts`: what it shows of other
    /// records, such as officers, with their types.
    static func open<R: Record>(
        _ id: Identifier<R>, parts: [(type: String, id: Int64)] = [], _ viewer: Viewer, by act: Act, in db: Connection
    ) throws -> PersonalSight {
        try viewer.require(.personal, id, in: db)
        try db.note(.unmasked, R.description.name, id.number, by: act)
        for part in parts { try db.note(.unmasked, part.type, part.id, by: act) }
        return PersonalSight(isOpen: true, isAllowed: true)
    }

    func shown(_ text: String) -> String { isOpen ? text : Registry.masked(text) }

    /// Asks for the reason. `address`: of the record.
    func form(_ address: String, _ t: Texts) -> HTML? {
        if isOpen { return notice(.warn, "\(t["unmask.open"])") }
        guard isAllowed else { return nil }
        return """
            <details class="branch no-print"\(attribute: "open", if: problem != nil)><summary>\(t["unmask.title"])</summary>\
            \(postForm("\(address)/unmask", [reasonField(typed, problem, t)], submit: t["unmask.title"], t))</details>
            """
    }
}

extension RegistryPages {
    /// POST `/cooperatives/:id/unmask`: the page of the record with its personal data, once.
    func registerUnmasking(in site: inout Site) {
        unmasking(of: "cooperative", in: &site) { id, viewer, sight, asOf, db in
            try CooperativePage(Identifier(id), viewer, sight, asOf, self, in: db)
        } open: { id, viewer, act, db in
            let id = Cooperative.ID(id)
            var parts: [(type: String, id: Int64)] = []
            if viewer.may(.personal, "officer") {
                parts = try Officer.list(where: "cooperative_id = \(id) AND phone IS NOT NULL ORDER BY id", in: db)
                    .map { ("officer", $0.id.number) }
            }
            return try .open(id, parts: parts, viewer, by: act, in: db)
        } masked: { id, viewer, typed, problem, db in
            try .masked(Cooperative.ID(id), viewer, typed: typed, problem: problem, in: db)
        }
        unmasking(of: "group", in: &site) { id, viewer, sight, asOf, db in
            try GroupPage(Identifier(id), viewer, sight, asOf, self, in: db)
        } open: { id, viewer, act, db in
            try .open(Group.ID(id), viewer, by: act, in: db)
        } masked: { id, viewer, typed, problem, db in
            try .masked(Group.ID(id), viewer, typed: typed, problem: problem, in: db)
        }
        unmasking(of: "union", in: &site) { id, viewer, sight, asOf, db in
            try UnionPage(Identifier(id), viewer, sight, asOf, self, in: db)
        } open: { id, viewer, act, db in
            try .open(CooperativeUnion.ID(id), viewer, by: act, in: db)
        } masked: { id, viewer, typed, problem, db in
            try .masked(CooperativeUnion.ID(id), viewer, typed: typed, problem: problem, in: db)
        }
    }

    private func unmasking<P: Page>(
        of type: String, in site: inout Site,
        page: @escaping @Sendable (Int64, Viewer, PersonalSight, AsOf, Connection) throws -> P,
        open: @escaping @Sendable (Int64, Viewer, Act, Connection) throws -> PersonalSight,
        masked: @escaping @Sendable (Int64, Viewer, String?, Failure, Connection) throws -> PersonalSight
    ) {
        guard let path = paths[type] else { return }
        site.post("/\(path)/:id/unmask", may: .holders(.personal, type)) { request, context -> Response in
            guard let id = Int64(try context.parameter("id")) else { throw Failure(.missing, "page.missing") }
            let (viewer, asOf) = (try context.viewer, try AsOf(context.query, context.clock))
            let form = try await request.form()
            let act: Act
            do { act = try context.act(reason: try reason(in: form)) } catch let failure as Failure
                where failure.kind == .invalid
            {
                let typed = form["reason"]
                let shown = try await database.read { db in
                    try page(id, viewer, masked(id, viewer, typed, failure, db), asOf, db)
                }
                return refused(shown, failure, context)
            }
            let shown = try await database.write { db in
                try page(id, viewer, open(id, viewer, act, db), asOf, db)
            }
            var response = context.response(shown)
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }
}
