import Access
import Assessment
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
        jobMigrations + recordsMigrations + importUploadMigrations + unitMigrations + registryMigrations
        + accessMigrations + tokenMigrations + webMigrations + apiMigrations + ProvenBackup.migrations
        + historyMigrations + attachmentMigrations + duplicateMigrations + savedViewMigrations + decreeMigrations
        + letterMigrations + assessmentMigrations

    static let sections: [ReportSection] = [.register, returnSection, assessmentSection]

    static let listings: [Listing] = [
        Cooperative.listing, Group.listing, CooperativeUnion.listing, Officer.listing, PublicBody.listing,
        UnitDecree.listing, Outcome.listing, AnnualReturn.listing, ReturnRound.listing,
        InstrumentDocument.listing, AssessmentRound.listing, AssessmentCase.listing, GradeDecision.listing,
        ReturnRule.listing, ReturnProduct.listing, ReturnLoan.listing, AdvicePlan.listing, DissolutionProposal.listing,
    ]

    static let catalogue = RecordCatalogue(assessmentRecords)

    static let vocabulary = Vocabulary(Language.allCases.map(texts), choices: choices)

    static let choices: [(key: String, values: [String])] = registryChoices + assessmentChoices

    static func texts(_ language: Language) -> Texts {
        let name = "Texts/\(language.rawValue).yaml"
        return Texts(
            language,
            sources: [
                Kernel.Embedded.text(name), Persistence.Embedded.text(name), Documents.Embedded.text(name),
                Records.Embedded.text(name), Access.Embedded.text(name), Registry.Embedded.text(name),
                Web.Embedded.text(name), Assessment.Embedded.text(name),
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
    static var scopes: ScopeRules {
        var rules = registryScopes
        addAssessmentScopes(to: &rules)
        return rules
    }

    static func access(_ database: Database, hashing: PasswordHashing? = nil) -> AccessControl {
        AccessControl(
            database, clock: .system, organisations: .ofRegistry, rules: scopes,
            hashing: hashing ?? PasswordHashing())
    }

    /// What may be brought in from the page.
    static let importForms: [any ImportForm.Type] = [
        CooperativeImport.self, GroupImport.self, RecordImport<CooperativeUnion>.self, RecordImport<Officer>.self,
        OutcomeImport.self, ReturnImport.self,
        RecordImport<ReturnProduct>.self, RecordImport<ReturnLoan>.self, RecordImport<AdvicePlan>.self,
        RecordImport<DissolutionProposal>.self,
    ]

    /// Where the pages of single records are.
    static let recordPaths = ["cooperative": "cooperatives", "group": "groups", "union": "unions"]

    /// What imports do when they are run.
    private static func importJobs(_ access: AccessControl) -> ImportJobs {
        let texts = Language.allCases.map(texts)
        return ImportJobs(
            access, forms: importForms, types: RecordTypes.all, texts: texts,
            vocabulary: Vocabulary(texts, choices: choices), clock: .system)
    }

    /// What runs the long work of a database.
    static func jobs(
        _ database: Database, _ access: AccessControl, trouble: @escaping @Sendable (any Error) -> Void = { _ in }
    ) -> JobRunner {
        JobRunner(database, importJobs(access).kinds, clock: .system, trouble: trouble)
    }

    /// All pages over a database. `isSecure`: browsers reach them through TLS. `jobs`: what is woken for long work.
    static func site(
        _ database: Database, _ access: AccessControl, isSecure: Bool, jobs: JobRunner? = nil
    ) throws -> Site {
        var site = Site(texts: Language.allCases.map(texts), clock: .system, access: access)
        site.isSecure = isSecure
        SignInPages(access, isSecure: isSecure).register(in: &site)
        OwnAccountPages(access, isSecure: isSecure).register(in: &site)
        TokenPages(access).register(in: &site)
        SavedViewPages(database, paths: Set(listings.map { "/\($0.path)" })).register(in: &site)
        let pages = RegistryPages(
            database: database, gazetteer: SharedGazetteer(), sections: sections, listings: listings,
            vocabulary: vocabulary, catalogue: catalogue, parts: AssessmentPages.parts,
            navigation: AssessmentPages.navigation,
            belongings: AssessmentPages.belongings
        ) { day, form, t, viewer, db in
            guard let form = ReportForm(rawValue: form) else { throw Failure(.missing, "page.missing") }
            return try situation(day, form, t, for: viewer, in: db)
        }
        pages.register(in: &site)
        AssessmentPages(pages, vietnamese: texts(.vi)).register(in: &site)
        AccountPages(access, pickers: pages.pickers, vocabulary: vocabulary).register(in: &site)
        OperationsPages(database: database).register(in: &site)
        ExportPages(database: database).register(in: &site)
        monitoring(database, access).register(in: &site)
        ImportPages(access, importJobs(access), jobs ?? Self.jobs(database, access), paths: recordPaths)
            .register(in: &site)
        Api(
            database, access, records: RecordTypes.all + accessRecords, listings: listings,
            tables: [unitApi]
        ).register(in: &site)
        return site
    }
}
