import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Persistence
import Records
import TestSupport
import Testing
import Web

@testable import HopTac
@testable import Registry

/// The site over a small register, asked by programs: a cooperative in commune 25906 and one elsewhere.
struct ApiSite: Sendable {
    struct Reply: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        }
        var code: String? { (try? object())?["code"] as? String }
        /// Of a draft's findings, `field: code`.
        var errors: [String] {
            let errors = (try? object())?["errors"] as? [[String: Any]] ?? []
            return errors.map { "\($0["field"] as? String ?? "-"): \($0["code"] as? String ?? "")" }.sorted()
        }
    }

    let database: Database
    let access: AccessControl
    let site: Site
    private let responder: RouterResponder<WebContext>
    let unit: Int64
    let elsewhere: Int64
    let inside: Int64
    let outside: Int64
    private let body: OrganisationRef

    static func with(
        _ engine: TestEngine = .sqlite, perMinute: Int = 10_000, _ test: (ApiSite) async throws -> Void
    ) async throws {
        try await TestDatabase.with(engine, Wiring.migrations) { try await test(ApiSite($0, perMinute)) }
    }

    private init(_ database: Database, _ perMinute: Int) async throws {
        self.database = database
        access = Wiring.access(database, hashing: .cheap())
        var site = try Wiring.site(database, access, isSecure: false)
        site.limiter = RateLimiter(perMinute: perMinute)
        self.site = site
        responder = site.router().buildResponder()
        let (today, act) = (WallClock.system.today(), Act(at: WallClock.system.now(), origin: "cli"))
        (unit, elsewhere, inside, outside, body) = try await database.write { db in
            _ = try UnitFiles.carried.load(into: db)
            try Role.loadShipped(by: act, in: db)
            try db.run("UPDATE access_role SET needs_second_factor = 0")
            let gazetteer = try Gazetteer(db)
            let unit = try #require(gazetteer.unit("25906", on: today)).id
            let elsewhere = try #require(
                try db.first(
                    """
                    SELECT s.unit_id FROM registry_unit_span s WHERE s.from_day <= \(today) AND s.to_day > \(today)
                    AND s.commune_code <> '25906' AND s.needs_choice = 0 ORDER BY s.unit_id
                    """
                ) { try $0[0] as Identifier<Registry.Unit> })
            func cooperative(_ name: String, _ unit: Identifier<Registry.Unit>) throws -> Int64 {
                var cooperative = Cooperative()
                cooperative.name = name
                cooperative.unit = unit
                cooperative.phone = "0951234512"
                return try db.insert(cooperative, by: act).id.number
            }
            var body = PublicBody()
            body.name = "Xã"
            body.unit = unit
            return (
                unit.number, elsewhere.number, try cooperative("HTX Trong", unit),
                try cooperative("HTX Ngoài", elsewhere),
                OrganisationRef("body", try db.insert(body, by: act).id.number)
            )
        }
    }

    static let all = "read *\nedit *\nexport *\npersonal *"

    /// The token of somebody new with a shipped role; of a commune's officer unless the role reaches everything.
    func token(_ role: String = "unit_officer", allow: String = all) async throws -> String {
        let session = try await session(role)
        let account = try #require(try await access.visitor(session).account)
        let new = NewToken(name: "Thử", permissions: allow, days: 1)
        let act = Act(at: WallClock.system.now(), origin: "cli")
        return try await access.makeToken(new, of: account.id, by: act).text
    }

    func session(_ role: String) async throws -> String {
        let found = try await database.read { try Role.find(code: role, in: $0) }
        let number = Int64.random(in: 0..<(.max))
        let place = ["administrator", "auditor"].contains(role) ? nil : body
        return try await access.signIn("n\(number)", as: found, of: place, at: WallClock.system.now())
    }

    func ask(
        _ method: HTTPRequest.Method, _ address: String, _ token: String?, _ json: String? = nil,
        _ more: HTTPFields = [:]
    ) async throws -> Reply {
        var headers = more
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let sent = headers
        return try await Application(responder: responder).test(.router) { client in
            try await client.execute(
                uri: address, method: method, headers: sent, body: json.map { ByteBuffer(string: $0) }
            ) { Reply(status: $0.status.code, headers: $0.headers, text: String(buffer: $0.body)) }
        }
    }

    func get(_ address: String, _ token: String?) async throws -> Reply { try await ask(.get, address, token) }
}
