import Access
import Assessment
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Persistence
import Records
import Registry
import TestSupport
import Web

@testable import HopTac

/// The site as it is served, over the Bình Dương sample, with somebody of each shipped role.
struct WholeSite: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }

        init(status: Int, headers: HTTPFields, body: ByteBuffer) {
            self.status = status
            self.headers = headers
            bytes = Array(body.readableBytesView)
        }
    }

    let database: Database
    let access: AccessControl
    let site: Site
    /// Made once, since a router of all routes takes longer than most requests.
    private let responder: RouterResponder<WebContext>
    /// A cooperative and a group of the farmers' union in commune 25906, and ones elsewhere.
    let own: Int64
    let foreign: Int64
    let ownGroup: Int64
    let foreignGroup: Int64
    private let organisations: [String: OrganisationRef]

    static let sample = Task { try await WholeSite() }

    init() async throws {
        let program = try await Program.filled()
        database = try await Database.open(program.folder.path + "/hoptac.sqlite")
        access = Wiring.access(database, hashing: .cheap())
        var site = try Wiring.site(database, access, isSecure: false)
        site.limiter = RateLimiter(perMinute: 1_000_000)
        self.site = site
        responder = site.router().buildResponder()
        let today = WallClock.system.today()
        (own, foreign, ownGroup, foreignGroup, organisations) = try await database.write { db in
            func first(_ sql: SQL) throws -> Int64 { try db.one("\(sql) ORDER BY id LIMIT 1") { try $0[0] } }
            let inside: SQL = "unit_id IN (\(units(under: "25906", on: today)))"
            let own = try first("SELECT id FROM registry_cooperative WHERE \(inside)")
            let ownGroup = try first("SELECT id FROM registry_group WHERE \(inside) AND founder = 'farmers_union'")
            func body(_ name: String, _ unit: String, _ founder: Founder? = nil) throws -> OrganisationRef {
                var body = PublicBody()
                body.name = name
                body.unit = try Gazetteer(db).unit(unit, on: today)?.id
                body.founder = founder
                return OrganisationRef(
                    "body", try db.insert(body, by: Act(at: WallClock.system.now(), origin: "cli")).id.number)
            }
            let department = try body("Sở", "79")
            let cooperative = OrganisationRef("cooperative", own)
            return (
                own, try first("SELECT id FROM registry_cooperative WHERE NOT \(inside)"), ownGroup,
                try first("SELECT id FROM registry_group WHERE NOT \(inside) AND founder <> 'farmers_union'"),
                [
                    "department_officer": department, "approving_leader": department,
                    "unit_officer": try body("Xã", "25906"),
                    "association_officer": try body("Hội Nông dân", "79", .farmersUnion),
                    "cooperative_director": cooperative, "cooperative_accountant": cooperative,
                    "cooperative_supervisor": cooperative, "member": cooperative,
                ]
            )
        }
        // Nobody here has an authenticator.
        try await database.write { try $0.run("UPDATE access_role SET needs_second_factor = 0") }
    }

    /// The session of somebody new with a shipped role.
    func signIn(_ role: String) async throws -> String {
        let found = try await database.read { try Role.find(code: role, in: $0) }
        let number = Int64.random(in: 0..<(.max))
        return try await access.signIn("n\(number)", as: found, of: organisations[role], at: WallClock.system.now())
    }

    /// A token of somebody new with a shipped role, which leaves all that the role allows.
    func bearer(_ role: String) async throws -> String {
        let account = try await access.visitor(signIn(role)).account
        let new = NewToken(
            name: "Thử", permissions: "read *\nedit *\nimport *\nexport *\npersonal *", days: 1)
        let act = Act(at: WallClock.system.now(), origin: "cli")
        return try await access.makeToken(new, of: account?.id ?? 0, by: act).text
    }

    func ask(
        _ method: HTTPRequest.Method, _ address: String, as token: String?, form: String? = nil, of site: Site? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [:]
        if let token { headers[.cookie] = "session=\(token)" }
        if method != .get { headers[.secFetchSite] = "same-origin" }
        return try await plain(method, address, headers, form: form, of: site)
    }

    /// With these headers and no others.
    func plain(
        _ method: HTTPRequest.Method, _ address: String, _ headers: HTTPFields, form: String? = nil,
        of site: Site? = nil
    ) async throws -> Answer {
        var headers = headers
        if form != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let asked = headers
        return try await Application(responder: site.map { $0.router().buildResponder() } ?? responder).test(.router) {
            client in
            try await client.execute(
                uri: address, method: method, headers: asked, body: form.map { ByteBuffer(string: $0) }
            ) { Answer(status: $0.status.code, headers: $0.headers, body: $0.body) }
        }
    }

    /// A body of another type than a form's.
    func send(_ address: String, _ body: [UInt8], type: String, as token: String) async throws -> Answer {
        let headers: HTTPFields = [
            .cookie: "session=\(token)", .secFetchSite: "same-origin", .contentType: type,
            .contentLength: "\(body.count)",
        ]
        return try await Application(responder: responder).test(.router) { client in
            try await client.execute(uri: address, method: .post, headers: headers, body: ByteBuffer(bytes: body)) {
                Answer(status: $0.status.code, headers: $0.headers, body: $0.body)
            }
        }
    }

    func get(_ address: String, as token: String?) async throws -> Answer { try await ask(.get, address, as: token) }
}

extension AssessmentRound {
    /// The round of 2023 with the instrument for training, whose days have passed.
    static func openedOf2023(by act: Act, in db: Connection) throws -> AssessmentRound {
        var round = AssessmentRound()
        round.year = 2023
        round.instrument = try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") { try $0[0] }
        (round.selfDueOn, round.reviewDueOn, round.checkDueOn) = ("2024-02-28", "2024-03-31", "2024-04-30")
        return try db.insert(round, by: act).open(by: act, in: db)
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
