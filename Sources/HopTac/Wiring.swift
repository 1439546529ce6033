import Access
import Documents
import Kernel
import Persistence
import Records
import Registry
import Web

/// Where the parts are put together. A new feature is named here and nowhere else.
enum Wiring {
    static let version = "0.1.0"

    static let migrations: [Migration] =
        recordsMigrations + unitMigrations + registryMigrations + accessMigrations + historyMigrations
        + attachmentMigrations + duplicateMigrations + savedViewMigrations

    static let sections: [ReportSection] = [.register]

    static let listings: [Listing] = [
        Cooperative.listing, Group.listing, CooperativeUnion.listing, Officer.listing,
    ]

    static let choices: [(key: String, values: [String])] = registryChoices

    static func texts(_ language: Language) -> Texts {
        let name = "Texts/\(language.rawValue).yaml"
        return Texts(
            language,
            sources: [
                Kernel.Embedded.text(name), Persistence.Embedded.text(name), Documents.Embedded.text(name),
                Records.Embedded.text(name), Access.Embedded.text(name), Registry.Embedded.text(name),
                Web.Embedded.text(name),
                Embedded.text(name),
            ])
    }

    static func listing(_ type: String) throws -> Listing {
        guard let listing = listings.first(where: { $0.type == type || $0.path == type }) else {
            throw Failure(
                .usage, "command.no-such-type",
                ["type": type, "types": listings.map(\.type).joined(separator: ", ")])
        }
        return listing
    }
}

extension Wiring {
    static func access(_ database: Database, hashing: PasswordHashing? = nil) throws -> AccessControl {
        AccessControl(
            database, clock: .system, organisations: .ofRegistry, rules: registryScopes,
            hashing: try hashing ?? PasswordHashing())
    }

    /// All pages over a database. `isSecure`: browsers reach them through TLS.
    static func site(_ database: Database, _ access: AccessControl, isSecure: Bool) throws -> Site {
        var site = Site(texts: Language.allCases.map(texts), clock: .system, access: access)
        site.isSecure = isSecure
        SignInPages(access, isSecure: isSecure).register(in: &site)
        OwnAccountPages(access, isSecure: isSecure).register(in: &site)
        SavedViewPages(database, paths: Set(listings.map { "/\($0.path)" })).register(in: &site)
        let pages = RegistryPages(
            database: database, gazetteer: SharedGazetteer(), sections: sections, listings: listings
        ) { day, form, t, viewer, db in
            guard let form = ReportForm(rawValue: form) else { throw Failure(.missing, "page.missing") }
            return try situation(day, form, t, for: viewer, in: db)
        }
        pages.register(in: &site)
        return site
    }
}
