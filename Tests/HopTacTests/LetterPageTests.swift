import Access
import HTTPTypes
import Kernel
import Persistence
import Records
import TestSupport
import Testing
import Web

@testable import HopTac

@Suite("Letters on the pages") struct LetterPageTests {
    private func sending(_ site: WholeSite) throws -> Site {
        var access = site.access
        access.sendsLetters = true
        return try Wiring.site(site.database, access, isSecure: false)
    }

    private func letters(_ site: WholeSite) async throws -> Int {
        try await site.database.read { db in try db.one("SELECT count(*) FROM access_letter") { try $0[0] } }
    }

    @Test("are offered where a mail server is configured, and sent by the account's administrator") func button()
        async throws
    {
        let site = try await WholeSite()
        let token = try await site.signIn("administrator")
        let account = try await site.database.write { db in
            var account = UserAccount()
            account.name = "Lan"
            account.email = "lan@example.vn"
            return try db.insert(account, by: Act(at: WallClock.system.now(), origin: "cli"))
        }
        let address = "/accounts/\(account.id)"
        #expect(!(try await site.get(address, as: token).text.contains("\(address)/letter")))
        let off = try await site.ask(.post, "\(address)/letter", as: token, form: "")
        #expect(off.status == 409)
        #expect(off.text.contains("letters.off"))
        let on = try sending(site)
        #expect(try await site.ask(.get, address, as: token, of: on).text.contains("\(address)/letter"))
        #expect(try await site.ask(.post, "\(address)/letter", as: token, form: "", of: on).status == 303)
        #expect(try await letters(site) == 1)
        #expect(try await site.ask(.get, address, as: token, of: on).text.contains("Thư đang chờ gửi"))
        let other = try await site.signIn("department_officer")
        #expect(try await site.ask(.post, "\(address)/letter", as: other, form: "", of: on).status == 403)
        #expect(try await letters(site) == 1)
    }

    @Test("about a forgotten password are asked for with the same answer for every name") func forgotten() async throws
    {
        let site = try await WholeSite()
        let on = try sending(site)
        _ = try await site.signIn("unit_officer")
        let known = try await site.database.read { db in
            try db.one("SELECT email FROM access_account WHERE email IS NOT NULL LIMIT 1") { try $0[0] as String }
        }
        #expect(try await site.ask(.get, "/sign-in", as: nil, of: on).text.contains("/sign-in/forgotten"))
        #expect(!(try await site.get("/sign-in", as: nil).text.contains("/sign-in/forgotten")))
        #expect(try await site.get("/sign-in/forgotten", as: nil).text.contains("chưa được cài đặt để gửi thư"))
        var answers: [String] = []
        for name in [known, "khong-co@example.vn"] {
            let answer = try await site.ask(
                .post, "/sign-in/forgotten", as: nil, form: "name=\(name.replacing("@", with: "%40"))", of: on)
            #expect(answer.status == 200)
            answers.append(answer.text)
        }
        #expect(answers[0] == answers[1])
        #expect(try await letters(site) == 1)
        var statuses: [Int] = []
        for _ in 0..<10 {
            statuses.append(
                try await site.ask(
                    .post, "/sign-in/forgotten", as: nil, form: "name=khong-co%40example.vn", of: on
                ).status)
        }
        #expect(statuses.contains(429))
    }
}
