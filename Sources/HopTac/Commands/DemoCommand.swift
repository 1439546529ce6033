import Access
import ArgumentParser
import Kernel
import Persistence
import Records
import Registry

/// Accounts to try the program with, one for each kind of work, all with one password that everybody can read here.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Adds accounts to try the program with. Refused where there are accounts already.")
    @OptionGroup var settings: Settings

    static let password = "hoa sen tháng sáu"

    private struct Cast {
        let name: String
        let email: String
        let role: String
        /// A body's unit code and kind, `cooperative` for one of its communes' cooperatives, or nothing.
        let place: Place?

        enum Place {
            case body(String, BodyKind, unit: String, founder: Founder?)
            case cooperative(unit: String)
        }
    }

    private static let cast: [Cast] = [
        Cast(name: "Nguyễn Thị Quản", email: "quantri@demo.vn", role: "administrator", place: nil),
        Cast(
            name: "Trần Văn Minh", email: "so@demo.vn", role: "department_officer",
            place: .body("Sở Nông nghiệp và Môi trường", .department, unit: "79", founder: nil)),
        Cast(
            name: "Phạm Thị Lãnh", email: "lanhdao@demo.vn", role: "approving_leader",
            place: .body("Sở Nông nghiệp và Môi trường", .department, unit: "79", founder: nil)),
        Cast(
            name: "Lê Thị Hạnh", email: "xa@demo.vn", role: "unit_officer",
            place: .body("Ủy ban nhân dân xã Bắc Tân Uyên", .committee, unit: "25906", founder: nil)),
        Cast(
            name: "Võ Thị Nông", email: "hoi@demo.vn", role: "association_officer",
            place: .body("Hội Nông dân thành phố", .association, unit: "79", founder: .farmersUnion)),
        Cast(
            name: "Huỳnh Văn Dũng", email: "giamdoc@demo.vn", role: "cooperative_director",
            place: .cooperative(unit: "25906")),
        Cast(name: "Đặng Văn Soát", email: "thanhtra@demo.vn", role: "auditor", place: nil),
    ]

    func run() async throws {
        let database = try await settings.open()
        let access = Wiring.access(database)
        let t = Wiring.texts(Settings.language)
        let act = AccountCommand.act()
        let mayAdd = try await database.write { db -> Bool in
            let names = try db.all("SELECT email FROM access_account") { try $0[0] as String? }
            guard names.isEmpty else {
                guard names.allSatisfy({ $0?.hasSuffix("@demo.vn") ?? false }) else {
                    throw Failure(.refused, "demo.has-accounts")
                }
                return false
            }
            try Self.relax(by: act, in: db)
            for person in Self.cast { try Self.add(person, by: act, in: db) }
            return true
        }
        if mayAdd {
            for person in Self.cast {
                let account = try await database.read { try UserAccount.find(signInName: person.email, in: $0) }
                try await access.setPassword(of: account, to: Self.password, by: act)
            }
        }
        print(t("demo.accounts", ["password": Self.password]))
        let lines = try await database.read { db in
            try Self.cast.map { person in
                let account = try UserAccount.find(signInName: person.email, in: db)
                let posts = try access.viewer(account, on: act.at.day, in: db).posts.map { post in
                    post.name(t) + (post.organisation.map { " · \($0.name)" } ?? "")
                }
                return "  \(person.email)  \(account.name) (\(posts.joined(separator: "; ")))"
            }
        }
        for line in lines { print(line) }
        await database.close()
    }

    /// Nobody who only looks around has an authenticator at hand.
    private static func relax(by act: Act, in db: Connection) throws {
        for role in try Role.list(where: "needs_second_factor <> 0", in: db) {
            var relaxed = role
            relaxed.needsSecondFactor = false
            try db.update(relaxed, from: role, by: act)
        }
    }

    private static func add(_ person: Cast, by act: Act, in db: Connection) throws {
        var account = UserAccount()
        account.name = person.name
        account.email = person.email
        account = try db.insert(account, by: act)
        var holding = Holding()
        holding.account = account.id
        holding.role = try Role.find(code: person.role, in: db).id
        switch person.place {
        case nil: break
        case .body(let name, let kind, let unit, let founder)?:
            let gazetteer = try Gazetteer(db)
            // Without units loaded there is no body to act for.
            guard let place = gazetteer.unit(unit, on: act.at.day) else { throw Failure(.refused, "demo.no-units") }
            var body = try PublicBody.first(where: "name = \(name)", in: db) ?? PublicBody()
            if body.version == 0 {
                body.name = name
                body.kind = kind
                body.unit = place.id
                body.founder = founder
                body = try db.insert(body, by: act)
            }
            holding.organisation = OrganisationRef("body", body.id.number)
        case .cooperative(let unit)?:
            let id = try db.first(
                """
                SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: unit, on: act.at.day)))
                ORDER BY c.sort_key, c.id
                """
            ) { try $0[0] as Int64 }
            guard let id else { return }
            holding.organisation = OrganisationRef("cooperative", id)
        }
        try db.insert(holding, by: act)
    }
}
