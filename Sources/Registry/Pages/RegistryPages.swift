package import Access
import HTTPTypes
import Hummingbird
package import Kernel
package import Persistence
package import Records
package import Web

/// The read-only pages of the register: the situation, lists, records, admin units, search.
package struct RegistryPages: Sendable {
    /// The situation report as a file: the day, `docx`, `xlsx`, `json` or `html`, the reader's language.
    package typealias Report = @Sendable (Day, String, Texts, Viewer, Connection) throws -> [UInt8]

    package let database: Database
    package let gazetteer: SharedGazetteer
    let sections: [ReportSection]
    let listings: [Listing]
    package let vocabulary: Vocabulary
    package let catalogue: RecordCatalogue
    let parts: [CooperativePart]
    let navigation: [String: NavigationSection?]
    let belongings: [Belonging<Cooperative>]
    let report: Report

    /// `catalogue`: every record type. `parts`: what others add to the page of a cooperative. `belongings`: what of others
    /// comes along when one is merged. `navigation`: where the lists of types stand in the navigation other than with the
    /// data; `nil`: nowhere, since a page leads to them.
    package init(
        database: Database, gazetteer: SharedGazetteer, sections: [ReportSection], listings: [Listing],
        vocabulary: Vocabulary, catalogue: RecordCatalogue = RecordCatalogue(), parts: [CooperativePart] = [],
        navigation: [String: NavigationSection?] = [:], belongings: [Belonging<Cooperative>] = [],
        report: @escaping Report
    ) {
        self.database = database
        self.gazetteer = gazetteer
        self.sections = sections
        self.listings = listings
        self.vocabulary = vocabulary
        self.catalogue = catalogue
        self.parts = parts
        self.navigation = navigation
        self.belongings = belongings
        self.report = report
    }

    package func register(in site: inout Site) {
        site.navigation.append(NavigationEntry(.summary, "pages.situation", "/", may: .signedIn))
        let sections = [UnitDecree.description.name: .administration].merging(navigation) { _, other in other }
        for listing in listings {
            guard let section = sections[listing.type, default: .data] else { continue }
            site.navigation.append(
                NavigationEntry(
                    section, "\(listing.type).plural", "/\(listing.path)", may: .holders(.read, listing.type)))
        }
        site.navigation.append(
            NavigationEntry(.administration, "pages.units", "/units", may: .holders(.read, "unit")))
        registerSituation(in: &site)
        for listing in listings { register(listing, in: &site) }
        registerRecords(in: &site)
        registerUnits(in: &site)
        registerForms(in: &site)
        registerHistory(in: &site)
        registerRestoring(in: &site)
        registerUnmasking(in: &site)
        registerAttachments(in: &site)
        registerDuplicates(in: &site)
        registerDecrees(in: &site)
        registerUnitChoices(in: &site)
        site.get("/search", may: .signedIn) { _, context in try await search(context) }
    }

    /// Where the pages of a record type are.
    var paths: [String: String] {
        Dictionary(listings.map { ($0.type, $0.path) }, uniquingKeysWith: { first, _ in first })
    }
}

extension RegistryPages {
    private static let reportTypes = [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", ListExport.Form.xlsx.mediaType), ("json", "application/json; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
    ]

    private func registerSituation(in site: inout Site) {
        site.get("/", may: .signedIn) { _, context in
            let viewer = try context.viewer
            let asOf = try AsOf(context.query, context.clock)
            let now = context.clock.now()
            return try await database.read { db in
                try SituationPage(
                    asOf: asOf,
                    report: SituationReport(
                        asOf: asOf.day, sections: sections, gazetteer: gazetteer.gazetteer(db), for: viewer, in: db),
                    desk: Desk(listings, for: viewer, on: now.day, at: now, in: db), paths: paths,
                    mayReport: viewer.may(.export, "cooperative"))
            }
        }
        for (form, type) in Self.reportTypes {
            site.get("/reports/situation.\(form)", may: .holders(.export, "cooperative")) { _, context in
                let viewer = try context.viewer
                let day = try AsOf(context.query, context.clock).day
                let t = context.t
                let bytes = try await database.read { db in try report(day, form, t, viewer, db) }
                let isKept = form == "docx" || form == "xlsx"
                return Response.download(bytes, type: type, file: isKept ? "situation-\(day).\(form)" : nil)
            }
        }
    }
}
