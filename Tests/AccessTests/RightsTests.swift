import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Access

@Suite("Rights") struct RightsTests {
    @Test("come from the posts that an account holds today, and from organisations that exist") func posts()
        async throws
    {
        try await Front.with { front in
            let lan = try await front.account("lan", role: .officer, of: OrganisationRef("body", 4))
            let gone = try await front.account("gone", role: .officer, of: OrganisationRef("body", 44))
            let today = front.time.now.day
            let access = front.access
            let (viewer, other) = try await front.database.read { db in
                (try access.viewer(lan, on: today, in: db), try access.viewer(gone, on: today, in: db))
            }
            #expect(viewer.posts.map(\.scope) == [.unit("74")])
            #expect(viewer.may(.edit, "cooperative"))
            #expect(!viewer.may(.edit, "group"))
            #expect(!viewer.may(.personal, "cooperative"))
            // An organisation that is no more must not turn into the whole system.
            #expect(other.posts.isEmpty)
            #expect(!other.may(.read, "cooperative"))
        }
    }

    @Test("that change end the account's sessions", arguments: TestEngine.all) func changes(engine: TestEngine)
        async throws
    {
        try await Front.with(engine) { front in
            let lan = try await front.account("lan", role: .officer, of: OrganisationRef("body", 4))
            var token = try await front.signIn("lan").token.text
            var holding = Holding()
            holding.account = lan.id
            holding.role = try await front.database.read { try Role.find(code: "officer", in: $0).id }
            holding.organisation = OrganisationRef("body", 5)
            let held = try await front.access.add(holding, by: front.act)
            #expect(try await front.access.visitor(token).viewer == nil)
            token = try await front.signIn("lan").token.text
            #expect(try await front.access.visitor(token).viewer?.posts.count == 2)
            var over = held
            over.validTo = front.time.now.day
            _ = try await front.access.change(over, from: held, by: front.act, action: .ended)
            #expect(try await front.access.visitor(token).viewer == nil)
            token = try await front.signIn("lan").token.text
            #expect(try await front.access.visitor(token).viewer?.posts.count == 1)
            let role = try await front.database.read { try Role.find(code: "officer", in: $0) }
            var less = role
            less.permissions = "read cooperative"
            _ = try await front.access.change(less, from: role, by: front.act)
            #expect(try await front.access.visitor(token).viewer == nil)
            token = try await front.signIn("lan").token.text
            #expect(try await front.access.visitor(token).viewer?.may(.edit, "cooperative") == false)
            holding.organisation = OrganisationRef("body", 44)
            let wrong = holding
            #expect(
                await front.failure { _ = try await front.access.add(wrong, by: front.act) }
                    == "holding.no-such-organisation")
        }
    }

    @Test("are counted in the list of accounts as of its day", arguments: TestEngine.all)
    func listed(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            let lan = try await front.account("lan", role: .officer)
            _ = try await front.account("minh")
            let (act, today) = (front.act, front.time.now.day)
            try await front.database.write { db in
                var holding = Holding()
                holding.account = lan.id
                holding.role = try Role.find(code: "officer", in: db).id
                holding.validTo = today.adding(days: 1)
                try db.insert(holding, by: act)
            }
            func counts(_ day: Day) async throws -> [SQLValue] {
                try await front.database.read { db in
                    try UserAccount.listing.page(ListQuery(asOf: day, .all), in: db).rows.compactMap(\.values.last)
                }
            }
            #expect(try await counts(today) == [.integer(2), .integer(0)])
            #expect(try await counts(today.adding(days: 1)) == [.integer(1), .integer(0)])
        }
    }

    @Test("of shipped roles are readable and say who needs a second factor") func shipped() async throws {
        #expect(
            Role.shipped.map(\.code.text) == [
                "administrator", "department_officer", "approving_leader", "unit_officer", "association_officer",
                "cooperative_director", "cooperative_accountant", "cooperative_supervisor", "member", "auditor",
            ])
        for role in Role.shipped { #expect(Role.description.problems(of: role).isEmpty, "\(role.code.text)") }
        #expect(
            Role.shipped.filter(\.needsSecondFactor).map(\.code.text) == [
                "administrator", "department_officer", "approving_leader", "auditor",
            ])
        let auditor = try PermissionSet(parsing: #require(Role.shipped.last).permissions)
        #expect(auditor.allows(.read, "anything"))
        #expect(!auditor.allowsAny(.edit))
        #expect(!auditor.allowsAny(.importing))
        try await Front.with { front in
            let act = front.act
            let changed = try await front.database.write { db in
                [try Role.loadShipped(by: act, in: db), try Role.loadShipped(by: act, in: db)]
            }
            #expect(changed.map(\.count) == [10, 0])
        }
    }

    @Test("get what a new version brings for types that no role names, and keep what the province made of the others")
    func extended() async throws {
        try await Front.with { front in
            let act = front.act
            let (changed, officer) = try await front.database.write { db in
                for role in Role.shipped where role.code == "unit_officer" || role.code == "auditor" {
                    var older = role
                    if role.code == "unit_officer" { older.permissions = "read cooperative group outcome\nedit group" }
                    try db.insert(older, by: act)
                }
                _ = try Role.loadShipped(by: act, in: db)
                return (try Role.loadShipped(by: act, in: db), try Role.find(code: "unit_officer", in: db))
            }
            #expect(changed == [])
            let rights = try PermissionSet(parsing: officer.permissions)
            #expect(rights.allows(.read, "annual_return") && rights.allows(.approve, "assessment_review"))
            #expect(rights.allows(.read, "cooperative") && !rights.allows(.edit, "cooperative"), "as it was")
            let history = try await front.database.read { try Change.list(of: "role", officer.id.number, in: $0) }
            #expect(history.map(\.action) == [.changed, .added])
        }
    }

    @Test("that cannot be read are refused with their line") func unreadable() {
        for line in ["fly cooperative", "read", "read Cooperative!"] {
            #expect(throws: Failure(.invalid, "role.unreadable", ["line": line])) {
                try PermissionSet(parsing: "read unit\n\(line)")
            }
        }
    }

    @Test("belong to accounts that can be addressed, in one form") func accounts() {
        var account = UserAccount()
        account.name = "Lan"
        func problems() -> [Verdict] { UserAccount.description.problems(of: account).map(\.verdict) }
        #expect(problems() == [.fails("account.no-address")])
        account.email = "Lan@tinh.vn"
        #expect(problems() == [.fails("account.bad-email", ["text": "Lan@tinh.vn"])])
        account.email = "lan@tinh"
        #expect(problems().count == 1)
        account.email = "lan@tinh.vn"
        account.phone = "12345"
        #expect(problems() == [.fails("account.bad-phone", ["text": "12345"])])
        account.phone = "0912345678"
        #expect(problems().isEmpty)
    }
}
