import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Persistence
import Records
import TestSupport
import Testing
import Web

@testable import Registry

/// The pages over the Bình Dương sample, asked through the whole router.
struct PageSite: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    let database: Database
    let access: AccessControl
    private let responder: RouterResponder<WebContext>
    /// The session of somebody who may do everything.
    private let token: String

    /// One database for all tests: pages only read.
    private static let filled = Task {
        let database = try await emptyDatabase()
        _ = try await Sample.run(CooperativeImport.self, "htx-2024-06.xlsx").apply(database, by: Sample.act)
        _ = try await Sample.run(GroupImport.self, "tht-2024-06.xlsx").apply(database, by: Sample.act)
        try await database.write { try addByHand(to: $0) }
        return try await PageSite(database)
    }

    static func sample() async throws -> PageSite { try await filled.value }

    static func empty() async throws -> PageSite { try await PageSite(emptyDatabase()) }

    private static func emptyDatabase() async throws -> Database {
        let database = try await Database.open(":memory:")
        try await database.migrate(Sample.migrations)
        _ = try await database.write { try UnitFiles.carried.load(into: $0) }
        return database
    }

    init(_ database: Database) async throws {
        self.database = database
        let texts = Language.allCases.map { language in
            let name = "Texts/\(language.rawValue).yaml"
            return Texts(
                language,
                sources: [
                    Kernel.Embedded.text(name), Persistence.Embedded.text(name), Records.Embedded.text(name),
                    Access.Embedded.text(name),
                    Registry.Embedded.text(name), Web.Embedded.text(name),
                ])
        }
        access = AccessControl(
            database, clock: Sample.clock, organisations: .ofRegistry, rules: registryScopes, hashing: .cheap())
        token = try await access.signIn("lan", as: .everything, at: Sample.clock.now())
        var site = Site(texts: texts, clock: Sample.clock, access: access)
        RegistryPages(
            database: database, gazetteer: SharedGazetteer(), sections: [.register],
            listings: [Cooperative.listing, Group.listing, CooperativeUnion.listing, Officer.listing],
            vocabulary: Vocabulary(texts, choices: registryChoices),
            report: { day, form, _, _, _ in Array("\(form) of \(day)".utf8) }
        ).register(in: &site)
        responder = site.router().buildResponder()
    }

    /// What no workbook brings: a dissolved cooperative, a union with a member, an officer whose name is markup.
    private static func addByHand(to db: Connection) throws {
        let act = Sample.act
        let unit: Identifier<Registry.Unit> = try db.one(
            "SELECT id FROM registry_unit WHERE code = '25918' ORDER BY id"
        ) {
            try $0[0]
        }
        var cooperative = Cooperative()
        cooperative.name = "HTX Ngọt & \"Bưởi\""
        cooperative.unit = unit
        cooperative.established = "2015"
        cooperative.phone = "0951234512"
        cooperative = try db.insert(cooperative, by: act)
        var status = CooperativeStatus()
        status.cooperative = cooperative.id
        status.validFrom = "2024-03-01"
        status.status = .dissolved
        try db.insert(status, by: act)
        var officer = Officer()
        officer.cooperative = cooperative.id
        officer.name = "Lê 'Văn' & An"
        try db.insert(officer, by: act)
        var union = CooperativeUnion()
        union.name = "Liên hiệp HTX Sông Bé"
        union.unit = unit
        union = try db.insert(union, by: act)
        var membership = UnionMembership()
        membership.union = union.id
        membership.cooperative = cooperative.id
        try db.insert(membership, by: act)
    }

    /// `token`: whose session asks; that of somebody who may do everything where none is given.
    func ask(_ address: String, as token: String? = nil) async throws -> Answer {
        try await Application(responder: responder).test(.router) { client in
            try await client.execute(
                uri: address, method: .get, headers: [.cookie: "session=\(token ?? self.token)"]
            ) {
                Answer(status: $0.status.code, headers: $0.headers, bytes: Array($0.body.readableBytesView))
            }
        }
    }

    /// How many records a list page says it has.
    func count(_ address: String) async throws -> Int {
        let answer = try await ask(address)
        #expect(answer.status == 200, "\(address)")
        let match = try #require(
            answer.text.firstMatch(of: /<h1>[^<]*<span class="muted">([0-9.]+)<\/span>/), "\(address)")
        return try #require(Int(match.1.filter { $0 != "." }))
    }
}
