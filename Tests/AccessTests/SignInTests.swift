import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Access

@Suite("Signing in") struct SignInTests {
    @Test("opens a session with e-mail or phone, however the number is written", arguments: TestEngine.all)
    func names(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            _ = try await front.account("lan", role: .officer)
            for name in ["lan@example.vn", " LAN@Example.VN ", "0933333333", "+84 933 333 333", "0933.333.333"] {
                let signedIn = try await front.access.signIn(name, Front.password, Front.visit)
                let visitor = try await front.access.visitor(signedIn.token.text)
                #expect(visitor.viewer?.account.name == "lan", "\(name)")
            }
            #expect(try await front.actions().filter { $0 == "signed_in" }.count == 5)
        }
    }

    @Test("says the same of a wrong password, an unknown name, an ended account and one without a password")
    func wrong() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            var ended = lan
            ended.endedOn = front.time.now.day
            let dung = try await front.account("dung")
            var nameless = UserAccount()
            nameless.name = "mai"
            nameless.email = "mai@example.vn"
            let (new, act) = (nameless, front.act)
            try await front.database.write { try $0.insert(new, by: act) }
            #expect(await front.failure { _ = try await front.signIn("lan", "wrong") } == "sign-in.wrong")
            _ = try await front.access.change(ended, from: lan, by: front.act)
            #expect(await front.failure { _ = try await front.signIn("lan") } == "sign-in.wrong")
            #expect(await front.failure { _ = try await front.signIn("nobody") } == "sign-in.wrong")
            #expect(await front.failure { _ = try await front.signIn("mai") } == "sign-in.wrong")
            #expect(await front.failure { _ = try await front.signIn("mai", "") } == "sign-in.wrong")
            #expect(try await front.signIn("dung").state == .open)
            #expect(dung.id != lan.id)
            #expect(try await front.actions().filter { $0 == "refused" }.count == 5)
        }
    }

    @Test("does the work of a hash for a name that nobody has") func equalWork() async throws {
        // Not timed: what is compared costs what today's passwords cost.
        let hashing = PasswordHashing.cheap()
        let stored = try await hashing.hash("correct horse battery")
        #expect(try await hashing.check("correct horse battery", against: stored.stored) == (true, false))
        #expect(try await hashing.check("correct horse battery", against: nil) == (false, false))
    }

    @Test("hashes a password anew when the cost was raised") func outdated() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            let dear = AccessControl(
                front.database, clock: WallClock { front.time.now }, organisations: front.access.organisations,
                rules: ScopeRules(), hashing: PasswordHashing(.init(rounds: 4, blockSize: 1, parallelism: 1)))
            _ = try await dear.signIn("lan@example.vn", Front.password, Front.visit)
            let stored = try await front.database.read { db in
                try db.one("SELECT password FROM access_secret WHERE account_id = \(lan.id)") { try $0[0] as String }
            }
            #expect(stored.hasPrefix("scrypt$4$1$1$"))
            _ = try await front.signIn("lan")
        }
    }

    @Test("holds up guesses longer and longer, even many at once", arguments: TestEngine.all)
    func throttle(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            _ = try await front.account("lan")
            for _ in 0..<5 {
                #expect(await front.failure { _ = try await front.signIn("lan", "x") } == "sign-in.wrong")
            }
            #expect(await front.failure { _ = try await front.signIn("lan") } == "sign-in.too-many")
            front.time.pass(seconds: 1)
            #expect(await front.failure { _ = try await front.signIn("lan", "x") } == "sign-in.wrong")
            front.time.pass(seconds: 1)
            #expect(await front.failure { _ = try await front.signIn("lan") } == "sign-in.too-many")
            front.time.pass(seconds: 1)
            #expect(try await front.signIn("lan").state == .open)
            // After a success the count begins anew.
            for _ in 0..<5 {
                #expect(await front.failure { _ = try await front.signIn("lan", "x") } == "sign-in.wrong")
            }
            front.time.pass(seconds: 2)
            let codes = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<12 { group.addTask { await front.failure { _ = try await front.signIn("lan", "y") } } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.filter { $0 == "sign-in.wrong" }.count == 1)
            #expect(codes.filter { $0 == "sign-in.too-many" }.count == 11)
        }
    }

    @Test("cannot be denied to an account's own browser by strangers") func knownDevice() async throws {
        try await Front.with { front in
            _ = try await front.account("lan")
            let device = try await front.signIn("lan").device.text
            for number in 0..<40 {
                let stranger = Visit(address: "198.51.100.\(number)", agent: "")
                _ = await front.failure { _ = try await front.signIn("lan", "x", stranger) }
            }
            let elsewhere = Visit(address: "203.0.113.9", agent: "")
            #expect(
                await front.failure { _ = try await front.signIn("lan", Front.password, elsewhere) }
                    == "sign-in.too-many")
            let own = Visit(address: "192.0.2.7", agent: "", device: device)
            #expect(try await front.signIn("lan", Front.password, own).state == .open)
            // And nobody else is locked out for good.
            front.time.pass(seconds: 60)
            #expect(try await front.signIn("lan", Front.password, elsewhere).state == .open)
        }
    }

    @Test("ends after two idle hours and after twelve in any case") func limits() async throws {
        try await Front.with { front in
            _ = try await front.account("lan")
            let token = try await front.signIn("lan").token.text
            for _ in 0..<11 {
                front.time.pass(seconds: 3600)
                #expect(try await front.access.visitor(token).viewer != nil)
            }
            front.time.pass(seconds: 3600)
            #expect(try await front.access.visitor(token).viewer == nil)
            let other = try await front.signIn("lan").token.text
            front.time.pass(seconds: 2 * 3600)
            #expect(try await front.access.visitor(other).viewer == nil)
            try await front.access.sweep()
            let left: Int = try await front.database.read {
                try $0.one("SELECT count(*) FROM access_session") { try $0[0] }
            }
            #expect(left == 0)
        }
    }

    @Test("can be ended by its owner, here and elsewhere, and by nobody else") func ending() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            let dung = try await front.account("dung")
            let (first, second) = (try await front.signIn("lan").token.text, try await front.signIn("lan").token.text)
            let sessions = try await front.access.sessions(of: lan.id)
            #expect(sessions.count == 2)
            let other = try #require(sessions.last)
            try await front.access.end(session: other.id, of: dung.id)
            #expect(try await front.access.sessions(of: lan.id).count == 2)
            try await front.access.end(session: other.id, of: lan.id)
            let alive = [
                try await front.access.visitor(first).viewer != nil,
                try await front.access.visitor(second).viewer != nil,
            ]
            #expect(alive.filter { $0 }.count == 1)
        }
    }

    @Test("keeps neither passwords nor tokens in a readable form") func secrets() async throws {
        try await Front.with { front in
            _ = try await front.account("lan")
            let token = try await front.signIn("lan").token
            let (password, hashes) = try await front.database.read { db in
                (
                    try db.one("SELECT password FROM access_secret") { try $0[0] as String },
                    try db.all("SELECT token_hash FROM access_session") { try $0[0] as [UInt8] }
                )
            }
            #expect(!password.contains("horse"))
            #expect(hashes == [token.hash])
            #expect(!hashes.contains(Array(token.text.utf8)))
        }
    }
}
