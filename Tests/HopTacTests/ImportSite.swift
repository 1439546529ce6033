import Access
import Documents
import Foundation
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

/// The whole site over a register with units and nothing else, and the jobs that its pages leave.
struct ImportSite: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var location: String { headers[.location] ?? "" }
    }

    let database: Database
    let access: AccessControl
    let jobs: JobRunner
    private let responder: RouterResponder<WebContext>

    static func with(_ engine: TestEngine = .sqlite, _ body: (ImportSite) async throws -> Void) async throws {
        try await TestDatabase.with(engine, Wiring.migrations) { database in
            try await body(try await ImportSite(database))
        }
    }

    init(_ database: Database) async throws {
        self.database = database
        access = Wiring.access(database, hashing: .cheap())
        jobs = Wiring.jobs(database, access)
        responder = try Wiring.site(database, access, isSecure: false, jobs: jobs).router().buildResponder()
        try await database.write { db in
            if try db.first("SELECT 1 FROM registry_unit", { _ in true }) == nil {
                _ = try UnitFiles.carried.load(into: db)
            }
            try Role.loadShipped(by: Act(at: WallClock.system.now(), origin: "cli"), in: db)
            try db.run("UPDATE access_role SET needs_second_factor = 0")
        }
    }

    /// The session of somebody new with a role in a body of a unit, or in none.
    func signIn(_ role: String, unit: String? = nil, founder: Founder? = nil) async throws -> String {
        let now = WallClock.system.now()
        let (found, organisation) = try await database.write { db -> (Role, OrganisationRef?) in
            let role = try Role.find(code: role, in: db)
            guard let unit else { return (role, nil) }
            var body = PublicBody()
            body.name = "Cơ quan \(unit) \(Int.random(in: 0..<1_000_000_000))"
            body.unit = try Gazetteer(db).unit(unit, on: now.day)?.id
            body.founder = founder
            return (role, OrganisationRef("body", try db.insert(body, by: Act(at: now, origin: "cli")).id.number))
        }
        return try await access.signIn(
            "n\(Int64.random(in: 0..<(.max)))", as: found, of: organisation, at: now)
    }

    func get(_ path: String, as token: String?) async throws -> Answer {
        try await ask(.get, path, as: token, type: nil, body: nil)
    }

    func post(_ path: String, as token: String?, _ form: [String: String] = [:]) async throws -> Answer {
        try await ask(
            .post, path, as: token, type: "application/x-www-form-urlencoded",
            body: Array(Query(form.map { Query.Item($0.key, $0.value) }).text.utf8))
    }

    /// Sends a workbook as the form of the page does.
    func upload(
        _ content: [UInt8], _ type: String = "cooperative", name: String = "danh sách.xlsx", asOf: String = "",
        as token: String?
    ) async throws -> Answer {
        func field(_ name: String, _ value: String) -> String {
            "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        let head =
            field("type", type) + field("as_of", asOf)
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        return try await ask(
            .post, "/imports", as: token, type: "multipart/form-data; boundary=b",
            body: Array(head.utf8) + content + Array("\r\n--b--\r\n".utf8))
    }

    /// Sends a workbook and has it read; the path of its page.
    func read(
        _ content: [UInt8], _ type: String = "cooperative", asOf: String = "", as token: String
    ) async throws -> String {
        let path = try await upload(content, type, asOf: asOf, as: token).location
        try await jobs.runNext()
        return path
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, as token: String?, type: String?, body: [UInt8]?
    ) async throws -> Answer {
        var headers: HTTPFields = [:]
        if let token { headers[.cookie] = "session=\(token)" }
        if method != .get { headers[HTTPField.Name.secFetchSite] = "same-origin" }
        headers[.contentType] = type
        let asked = headers
        return try await Application(responder: responder).test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: asked, body: body.map { ByteBuffer(bytes: $0) }
            ) { Answer(status: $0.status.code, headers: $0.headers, bytes: Array($0.body.readableBytesView)) }
        }
    }

    func count(_ table: String, _ condition: SQL = "1 = 1") async throws -> Int {
        try await database.read { db in
            try db.one("SELECT count(*) FROM \(SQL(name: table)) WHERE \(condition)") { try $0[0] }
        }
    }

    static func example(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Program.examples)/\(file)")))
    }

    /// A workbook with one sheet: a title that says the day, headings, rows.
    static func workbook(_ headings: [String], _ rows: [[String]]) throws -> [UInt8] {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = folder.path + "/list.xlsx"
        let writer = try WorkbookWriter(path, created: Instant(milliseconds: 1_719_705_600_000))
        try writer.sheet(
            "Danh sách", columns: headings.map { WorkbookColumn($0) }, lines: ["DANH SÁCH (đến 30/6/2024)"])
        for row in rows { try writer.row(row.map { .text($0) }) }
        try writer.close()
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

extension ImportSite.Answer {
    /// How many rows the page says have a fate.
    func count(_ fate: RowFate) throws -> Int? {
        text.firstMatch(of: try Regex("fate=\(fate.rawValue)#rows\"[^>]*><span[^>]*>[^<]*</span><b>([0-9.]+)</b>"))
            .flatMap { $0[1].substring }.flatMap { Int($0.filter { $0 != "." }) }
    }
}
