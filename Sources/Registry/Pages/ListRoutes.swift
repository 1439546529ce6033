import Access
import Hummingbird
package import Kernel
import Persistence
import Records
package import Web

extension RegistryPages {
    func register(_ listing: Listing, in site: inout Site) {
        site.get("/\(listing.path)", may: .holders(.read, listing.type)) { _, context in
            let viewer = try context.viewer
            let asked = try ListRequest(listing, context.query, context.clock)
            let t = context.t
            return try await database.read { db in
                let gazetteer = try gazetteer.gazetteer(db)
                var (request, question) = try narrowed(asked, viewer, gazetteer)
                question.columns = request.needed
                return ListView(
                    request, try request.listing.page(question, in: db),
                    options: ["unit": unitOptions(on: request.asOf.day, selected: request.query["unit"], gazetteer, t)],
                    paths: paths,
                    mayExport: viewer.may(.export, listing.type), adding: adding(listing, viewer),
                    many: offer(listing.type, viewer),
                    views: try SavedView.list(of: viewer.account.id, path: "/\(listing.path)", in: db),
                    notices: basisNotices(request) + unitNotices(request, gazetteer))
            }
        }
        for form in ListExport.Form.allCases {
            site.get("/\(listing.path).\(form.rawValue)", may: .holders(.export, listing.type)) { _, context in
                let viewer = try context.viewer
                let asked = try ListRequest(listing, context.query, context.clock)
                let t = context.t
                let suffix = form == .json ? "jsonl" : form.rawValue
                return try await Response.download(
                    type: form.mediaType, file: "\(listing.path)-\(asked.asOf.day).\(suffix)"
                ) { path in
                    try await database.read { db in
                        let (request, question) = try narrowed(asked, viewer, try gazetteer.gazetteer(db), .export)
                        try ListExport.write(
                            request.listing, question, form, columns: request.columns, to: path, t, in: db)
                    }
                }
            }
        }
    }

    /// Where a record is added to a list; what belongs to a cooperative is added on the cooperative's page.
    private func adding(_ listing: Listing, _ viewer: Viewer) -> String? {
        listing.type != "officer" && listing.named == nil && viewer.may(.edit, listing.type)
            ? "/\(listing.path)/new" : nil
    }

    /// The question with the records of its figure, and the listing that shows them. Throws for a figure that this list
    /// does not show, and for a unit that never was.
    private func narrowed(
        _ request: ListRequest, _ viewer: Viewer, _ gazetteer: Gazetteer, _ permission: Permission = .read
    ) throws -> (ListRequest, ListQuery) {
        if let code = request.query["unit"], code != UnitCondition.needsChoice, gazetteer.versions(of: code).isEmpty {
            throw Failure(.usage, "list.no-such-unit", ["unit": code])
        }
        guard let name = request.figure else { return (request, request.question(viewer, permission)) }
        for population in sections.flatMap(\.populations) {
            guard let figure = population.figures.first(where: { $0.id == name }),
                let listing = listing(of: population), listing.path == request.listing.path
            else { continue }
            let day = request.asOf.day
            var question = request.question(viewer, permission)
            question.only = population.records(
                of: figure, asOf: day, since: Day(year: day.year, month: 1, day: 1) ?? day)
            // The population says who counts: some were dissolved since, or within the year.
            question.includesEnded = true
            return (ListRequest(request, listing), question)
        }
        throw Failure(.usage, "list.no-such-figure", ["figure": name])
    }

    /// By which act the records of the figure were chosen.
    private func basisNotices(_ request: ListRequest) -> [@Sendable (Texts) -> HTML] {
        let day = request.asOf.day
        let figure = sections.flatMap(\.populations).flatMap(\.figures).first { $0.id == request.figure }
        guard let basis = figure?.basis(day) else { return [] }
        return [{ t in notice(.plain, "\(basis.sentence(on: day, t))") }]
    }

    func listing(of population: Population) -> Listing? {
        population.listing == Cooperative.dissolvedName
            ? Cooperative.dissolvedListing : listings.first { $0.type == population.listing }
    }

    /// The units of the day by which a list can be narrowed, each district before its communes.
    package func unitOptions(
        on day: Day, selected: String?, _ gazetteer: Gazetteer, withUnclear: Bool = true, _ t: Texts
    ) -> [Option] {
        let districts = gazetteer.units(.district, on: day)
        var options: [Option] = []
        if districts.isEmpty {
            options = gazetteer.units(.commune, on: day).map { Option($0.code, $0.fullName) }
        } else {
            for district in districts {
                options.append(Option(district.code, district.fullName))
                options += gazetteer.children(of: district.code, on: day).map { Option($0.code, "– \($0.fullName)") }
            }
        }
        if withUnclear { options.append(Option(UnitCondition.needsChoice, t["pages.needs-choice"])) }
        if let code = selected, !options.contains(where: { $0.value == code }) {
            options.insert(Option(code, gazetteer.versions(of: code).last?.fullName ?? code), at: 0)
        }
        return options
    }

    /// Says so when the unit asked for did not exist on the day.
    private func unitNotices(_ request: ListRequest, _ gazetteer: Gazetteer) -> [@Sendable (Texts) -> HTML] {
        let day = request.asOf.day
        guard let code = request.query["unit"], code != UnitCondition.needsChoice, gazetteer.unit(code, on: day) == nil,
            let version = gazetteer.versions(of: code).last
        else { return [] }
        let address = request.asOf.link("/units/\(code)")
        return [
            { t in
                let sentence = t(
                    "pages.unit-not-then", ["unit": version.fullName, "date": DateText.short(day, t.language)])
                return notice(.warn, "\(sentence) <a href=\"\(address)\">\(t["pages.unit-history"])</a>")
            }
        ]
    }
}

extension Cooperative {
    static let dissolvedName = "dissolved_cooperative"

    /// Cooperatives that are dissolved on a day: no longer part of the whole, but behind a figure of their own.
    static let dissolvedListing = Listing(
        listing.type, path: listing.path, table: listing.table, alias: listing.alias, columns: listing.columns,
        filters: listing.filters, joins: listing.joins,
        exists: { day in
            """
            EXISTS (SELECT 1 FROM registry_cooperative_status s WHERE s.status = 'dissolved' AND
            \(standing("registry_cooperative_status", "s", of: "c.id", on: day)))
            AND c.id NOT IN (\(merged))
            """
        })
}
