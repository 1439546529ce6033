import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Access

@Suite("A letter") struct LetterTests {
    private static let texts = [
        Texts(.vi, sources: [Access.Embedded.text("Texts/vi.yaml")]),
        Texts(.en, sources: [Access.Embedded.text("Texts/en.yaml")]),
    ]

    private func server(_ mail: MailServer) throws -> LetterServer {
        try LetterServer(
            mail.address, user: nil, password: nil, sender: "htx@tinh.gov.vn", site: "https://htx.tinh.gov.vn/")
    }

    @Test("brings a link that sets a password once, and no table has that link", arguments: TestEngine.all)
    func link(engine: TestEngine) async throws {
        let mail = MailServer()
        defer { mail.stop() }
        try await Front.with(engine) { front in
            let lan = try await front.account("lan")
            try await front.access.sendLetter(.invitation, to: lan.id, by: front.act)
            #expect(try await front.access.sendDue(through: server(mail), Self.texts) == 1)
            let letter = try #require(mail.letters.first)
            #expect(letter.from.contains("<htx@tinh.gov.vn>") && letter.to.contains("<lan@example.vn>"))
            #expect(letter.text.hasPrefix("Kính gửi lan,"))
            let found = try #require(letter.text.firstMatch(of: /https:\/\/htx\.tinh\.gov\.vn\/link\/(\S+)/))
            let token = String(found.1)
            let stored = try await front.database.read { db in
                try db.all("SELECT kind || coalesce(failure, '') FROM access_letter") { try $0[0] as String }
            }
            #expect(stored == ["invitation"])
            try await front.access.redeem(token, password: Front.password)
            await #expect(throws: Failure.self) { try await front.access.redeem(token, password: Front.password) }
            // What was sent is not sent again.
            front.time.pass(seconds: 86_400)
            #expect(try await front.access.sendDue(through: server(mail), Self.texts) == 0)
            #expect(mail.letters.count == 1)
        }
    }

    @Test("is tried again with growing pauses while the server does not take it, and then given up") func refused()
        async throws
    {
        let mail = MailServer(refusing: true)
        defer { mail.stop() }
        try await Front.with { front in
            let lan = try await front.account("lan")
            try await front.access.sendLetter(.reset, to: lan.id, by: front.act)
            var tries: [Int64] = []
            for minute in 0..<400 {
                let before = try await attempts(front)
                _ = try await front.access.sendDue(through: server(mail), Self.texts)
                if try await attempts(front) > before { tries.append(Int64(minute)) }
                front.time.pass(seconds: 60)
            }
            #expect(tries == [0, 1, 3, 7, 15, 31, 63, 127])
            let last = try await front.database.read { try OutgoingLetter.last(to: lan.id, in: $0) }
            #expect(last?.isGivenUp == true)
            #expect(last?.failure?.contains("550") == true)
            #expect(mail.letters.isEmpty)
        }
    }

    private func attempts(_ front: Front) async throws -> Int {
        try await front.database.read { db in try db.one("SELECT attempts FROM access_letter") { try $0[0] } }
    }

    @Test("waits while no server answers") func away() async throws {
        let mail = MailServer()
        let gone = try server(mail)
        mail.stop()
        try await Front.with { front in
            let lan = try await front.account("lan")
            try await front.access.sendLetter(.invitation, to: lan.id, by: front.act)
            #expect(try await front.access.sendDue(through: gone, Self.texts) == 0)
            let again = MailServer()
            defer { again.stop() }
            front.time.pass(seconds: 61)
            #expect(try await front.access.sendDue(through: server(again), Self.texts) == 1)
        }
    }

    @Test("goes to a server that asks who sends it") func authenticated() async throws {
        let mail = MailServer(asking: "htx", "mat-khau")
        defer { mail.stop() }
        let letter = Letter(to: "lan@example.vn", subject: "a", text: "b")
        for (password, isRight) in [("sai", false), ("mat-khau", true)] {
            let server = try LetterServer(
                mail.address, user: "htx", password: password, sender: "a@b.vn", site: "https://x.vn")
            let failure = await code { try await server.send(letter, at: Instant(milliseconds: 0)) }
            #expect(failure == (isRight ? nil : "letter.not-sent"))
        }
        #expect(mail.letters.count == 1)
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch { return (error as? Failure)?.code ?? "\(error)" }
        return nil
    }

    @Test("is forgotten after three months") func swept() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            try await front.access.sendLetter(.invitation, to: lan.id, by: front.act)
            front.time.pass(seconds: 89 * 86_400)
            try await front.access.sweep()
            #expect(try await front.database.read { try OutgoingLetter.last(to: lan.id, in: $0) } != nil)
            front.time.pass(seconds: 2 * 86_400)
            try await front.access.sweep()
            #expect(try await front.database.read { try OutgoingLetter.last(to: lan.id, in: $0) } == nil)
        }
    }

    @Test("is not written to an account that has ended or has no address") func nobody() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            try await front.database.write { db in
                var other = lan
                other.email = nil
                try db.update(other, from: lan, by: front.act)
            }
            let failure = await #expect(throws: Failure.self) {
                try await front.access.sendLetter(.invitation, to: lan.id, by: front.act)
            }
            #expect(failure?.code == "letters.no-address")
        }
    }

    @Test("about a forgotten password goes to whoever has the account, and says nothing of names that nobody has")
    func forgotten() async throws {
        let mail = MailServer()
        defer { mail.stop() }
        try await Front.with { front in
            let lan = try await front.account("lan")
            let shown = try await front.access.makeLink(lan.id, by: front.act)
            for name in ["LAN@example.vn ", "nobody@example.vn"] {
                try await front.access.forgotten(name, Front.visit)
            }
            #expect(try await front.access.sendDue(through: server(mail), Self.texts) == 1)
            #expect(mail.letters.first?.text.contains("đặt lại mật khẩu") == true)
            // Anybody may ask, so the link that an administrator has handed over stays good, until either is used.
            #expect(try await front.access.account(ofLink: shown.text).id == lan.id)
            let letter = try #require(mail.letters.first?.text.firstMatch(of: /\/link\/(\S+)/))
            try await front.access.redeem(String(letter.1), password: Front.password)
            #expect(await front.failure { _ = try await front.access.account(ofLink: shown.text) } == "link.spent")
            // Nobody fills another's mailbox.
            try await front.access.forgotten("lan@example.vn", Front.visit)
            let failure = await #expect(throws: Failure.self) {
                for _ in 0..<5 { try await front.access.forgotten("lan@example.vn", Front.visit) }
            }
            #expect(failure?.code == "sign-in.too-many")
        }
    }

    @Test("that waited when a database was saved is not sent from the restored one, and its asking is in the history")
    func restored() async throws {
        let mail = MailServer()
        defer { mail.stop() }
        try await Front.with { front in
            let lan = try await front.account("lan")
            try await front.access.sendLetter(.invitation, to: lan.id, by: front.act)
            let history = try await front.database.read { try Change.list(of: "account", lan.id.number, in: $0) }
            #expect(history.first?.action == .invited)
            try await AccessControl.closeDoors(of: front.database)
            #expect(try await front.access.sendDue(through: server(mail), Self.texts) == 0)
            #expect(mail.letters.isEmpty)
        }
    }

    @Test("has no headers but its own, whatever a name holds") func headers() {
        let letter = Letter(
            to: "lan@example.vn", subject: "Chào\r\nBcc: all@example.vn", text: ".\r\nDATA\r\nNguyễn Thị Lan\r\n.\r\n")
        let message = letter.message(from: "htx@tinh.gov.vn", at: Instant(milliseconds: 1_719_720_000_000))
        let head = message.components(separatedBy: "\r\n\r\n")[0]
        #expect(!message.contains("\nBcc") && !message.contains("\r\n.\r\n"))
        #expect(head.contains("Subject: =?UTF-8?B?"))
        #expect(head.contains("Date: 30 Jun 2024 11:00:00 +0700"))
        #expect(message.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        #expect(message.utf8.allSatisfy { $0 < 128 })
    }

    @Test(
        "needs a server, a sender and a site that are such",
        arguments: [
            ("http://mail:25", "a@b.vn", "https://x.vn", "letters.bad-server"),
            ("smtp://lan:mat-khau@mail:25", "a@b.vn", "https://x.vn", "letters.bad-server"),
            ("smtp://mail:25", nil, "https://x.vn", "letters.bad-sender"),
            ("smtp://mail:25", "a b@c.vn", "https://x.vn", "letters.bad-sender"),
            ("smtp://mail:25", "a@b.vn", nil, "letters.bad-site"),
        ] as [(String, String?, String?, String)])
    func configured(url: String, sender: String?, site: String?, code: String) {
        let failure = #expect(throws: Failure.self) {
            try LetterServer(url, user: nil, password: nil, sender: sender, site: site)
        }
        #expect(failure?.code == code)
    }

    @Test("goes in the open to this machine only") func covered() async throws {
        // The name leads here too, and our server knows no TLS.
        let mail = MailServer()
        defer { mail.stop() }
        let server = try LetterServer(
            "smtp://[::ffff:127.0.0.1]:\(mail.port)", user: nil, password: nil, sender: "a@b.vn", site: "https://x.vn")
        let failure = await #expect(throws: Failure.self) {
            try await server.send(Letter(to: "lan@example.vn", subject: "a", text: "b"), at: Instant(milliseconds: 0))
        }
        #expect(failure?.code == "letter.not-sent")
        #expect(mail.letters.isEmpty)
    }
}
