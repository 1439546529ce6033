import Access
import Assessment
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

private let act = Act(at: WallClock.system.now(), origin: "cli")

private func addRound(
    _ year: Year, due: Day, remind: Int? = nil, in db: Connection
) throws -> ReturnRound {
    var round = ReturnRound()
    round.year = year
    round.dueOn = due
    round.remindDays = remind
    return try db.insert(round, by: act)
}

private func addReturn(
    _ cooperative: Int64, _ year: Year, submitted: Day?, accepted: Day? = nil, in db: Connection
) throws {
    var record = AnnualReturn()
    record.cooperative = Identifier(cooperative)
    record.year = year
    record.revenue = Money(vnd: 1)
    record.state = accepted != nil ? .accepted : submitted != nil ? .submitted : .draft
    record.submittedOn = submitted
    record.acceptedOn = accepted
    try db.insert(record, by: act)
}

@Suite("A round of returns") struct ReturnRoundTests {
    private func links(_ page: String) -> [(address: String, count: Int)] {
        page.matches(of: /<td class="number"[^>]*><a href="([^"]+)">([0-9.]+)/).compactMap { match in
            Int(match.2.filter { $0 != "." }).map { (String(match.1).replacing("&amp;", with: "&"), $0) }
        }
    }

    /// Of the sample's 84, four were founded after the year. Of the others one came in time and was accepted, one came in
    /// time, one late, and one is a draft. One was dissolved on the day on which it was due, one afterwards, and one was
    /// founded after the year too: 78 have to report.
    private func filled(_ site: WholeSite) async throws -> ReturnRound {
        try await site.database.write { db in
            let ids = try db.all("SELECT id FROM registry_cooperative ORDER BY id LIMIT 7") { try $0[0] as Int64 }
            try addReturn(ids[0], 2023, submitted: "2024-03-20", accepted: "2024-04-10", in: db)
            try addReturn(ids[1], 2023, submitted: "2024-03-31", in: db)
            try addReturn(ids[2], 2023, submitted: "2024-04-01", in: db)
            try addReturn(ids[3], 2023, submitted: nil, in: db)
            for (id, day) in [(ids[4], "2024-03-31"), (ids[5], "2024-05-01")] as [(Int64, Day)] {
                var status = CooperativeStatus()
                status.cooperative = Identifier(id)
                status.validFrom = day
                status.status = .dissolved
                try db.insert(status, by: act)
            }
            let founded = try Cooperative.find(Identifier(ids[6]), in: db)
            var later = founded
            later.established = PartialDay("2024-01-01" as Day)
            try db.update(later, from: founded, by: act)
            return try addRound(2023, due: "2024-03-31", in: db)
        }
    }

    @Test("says by unit who is expected, has reported, in time, and is missing; every count opens its very list")
    func counts() async throws {
        let site = try await WholeSite()
        let round = try await filled(site)
        let token = try await site.signIn("department_officer")
        let address = "/return-rounds/\(round.id)"
        let page = try await site.get("\(address)?as_of=2024-06-30", as: token).text
        for (name, text) in [
            ("Phải báo cáo", "78"), ("Đã nộp", "3/78, 3,85 %"), ("Nộp đúng hạn", "2/78, 2,56 %"),
            ("Đã tiếp nhận", "1/78, 1,28 %"), ("Chưa nộp", "75/78, 96,15 %"),
        ] {
            #expect(page.contains(">\(text)</a>"), "\(name)")
            #expect(page.contains("data-label=\"\(name)\""), "\(name)")
        }
        #expect(page.contains("31/03/2024") && page.contains("Tính đến ngày <b>30/06/2024</b>"))
        let found = links(page)
        #expect(found.count > 20)
        for (address, count) in found { #expect(try await site.listed(address, as: token) == count, "\(address)") }
        // Down into a district, by its communes.
        let down = try await site.get("\(address)?unit=726&as_of=2024-06-30", as: token).text
        #expect(down.contains("Xã Tân Mỹ") && !down.contains(">Huyện Dầu Tiếng</a>"))
        #expect(links(down).count > 5)
        for (address, count) in links(down) {
            #expect(try await site.listed(address, as: token) == count, "\(address)")
        }
        // On the day after it was due neither the late acceptance nor what happened later is known.
        let early = try await site.get("\(address)?as_of=2024-04-01", as: token).text
        #expect(early.contains(">3/78, 3,85 %</a>") && early.contains(">0/78, 0 %<"))
        // Today's year is another: the figures are those of the last day on which the round still ran.
        let now = try await site.get(address, as: token).text
        #expect(now.contains("Tính đến ngày <b>31/12/2024</b>") && now.contains(">75/78, 96,15 %</a>"))
        #expect(try await site.get("\(address)?unit=99999", as: token).status == 400)
        #expect(!(try await site.get("\(address)?lang=en", as: token).text.contains("⟦")))
    }

    @Test("is shown within the reader's reach, by today's units too") func reach() async throws {
        let site = try await WholeSite()
        let round = try await filled(site)
        let address = "/return-rounds/\(round.id)"
        let this = try await site.database.write { db in
            let today = WallClock.system.today()
            return try addRound(Year(today.year - 1), due: Year(today.year).lastDay, in: db)
        }
        for (role, address) in [
            ("unit_officer", address), ("cooperative_director", address),
            ("department_officer", "/return-rounds/\(this.id)"),
        ] {
            let token = try await site.signIn(role)
            let page = try await site.get(address, as: token).text
            #expect(!links(page).isEmpty, "\(role)")
            for (address, count) in links(page) {
                #expect(try await site.listed(address, as: token) == count, "\(role) \(address)")
            }
        }
        let director = try await site.signIn("cooperative_director")
        #expect(try await site.get(address, as: director).text.contains("data-label=\"Phải báo cáo\"><a"))
        #expect(!(try await site.get(address, as: director).text.contains("/edit\"")))
        for role in ["member", "association_officer"] {
            #expect(try await site.get(address, as: site.signIn(role)).status == 403)
        }
    }

    @Test("is the same on both engines", arguments: TestEngine.all) func engines(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            try await site.database.write { db in
                _ = try addRound(2024, due: "2025-03-31", in: db)
                try addReturn(site.inside, 2024, submitted: "2025-03-31", in: db)
            }
            let session = try await site.session("auditor")
            let page = try await site.ask(
                .get, "/return-rounds/1?as_of=2025-12-01", nil, nil, [.cookie: "session=\(session)"])
            #expect(page.status == 200)
            #expect(page.text.contains(">1/2, 50 %</a>") && page.text.contains(">0/2, 0 %<"))
        }
    }
}

@Suite("Reminders of returns") struct ReturnReminderTests {
    private static let texts = Language.allCases.map(Wiring.texts)

    @discardableResult
    private func account(
        _ name: String, _ role: String, of cooperatives: [Int64], language: String? = nil, email: Bool = true,
        endedOn: Day? = nil, in db: Connection
    ) throws -> UserAccount {
        var account = UserAccount()
        account.name = name
        account.email = email ? "\(name)@example.vn" : nil
        account.phone = email ? nil : "0912345678"
        account.language = language
        account.endedOn = endedOn
        account = try db.insert(account, by: act)
        for cooperative in cooperatives {
            var holding = Holding()
            holding.account = account.id
            holding.role = try Role.find(code: role, in: db).id
            holding.organisation = OrganisationRef("cooperative", cooperative)
            try db.insert(holding, by: act)
        }
        return account
    }

    private func letters(_ database: Database) async throws -> [String] {
        try await database.read { db in
            try db.all(
                """
                SELECT a.name, l.subject FROM access_letter l JOIN access_account a ON a.id = l.account_id ORDER BY l.id
                """
            ) { "\(try $0[0] as String): \(try $0[1] as String)" }
        }
    }

    @Test(
        "go once before and once after to whoever may enter the return of a cooperative that has not submitted",
        arguments: TestEngine.all)
    func queued(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let database = site.database
            func queue(_ day: Day) async throws -> Int {
                try await database.write { try ReturnReminder.queue(on: day, Self.texts, by: act, in: $0) }
            }
            try await database.write { db in
                _ = try addRound(2024, due: "2025-03-31", remind: 10, in: db)
                // Nobody asked for letters about this one.
                _ = try addRound(2023, due: "2025-03-25", in: db)
                try account("dung", "cooperative_director", of: [site.inside], in: db)
                try account("mai", "cooperative_accountant", of: [site.inside], language: "en", in: db)
                try account("lan", "member", of: [site.inside], in: db)
                try account("phone", "cooperative_director", of: [site.outside], email: false, in: db)
                try account("gone", "cooperative_director", of: [site.outside], endedOn: "2025-01-01", in: db)
                try account("both", "cooperative_director", of: [site.inside, site.outside], in: db)
            }
            #expect(try await queue("2025-03-20") == 0)
            #expect(try await queue("2025-03-21") == 3)
            #expect(
                try await letters(database) == [
                    "dung: Sắp đến hạn nộp báo cáo năm 2024: 31/03/2025",
                    "mai: The return of 2024 is due on 31/03/2025",
                    "both: Sắp đến hạn nộp báo cáo năm 2024: 31/03/2025",
                ])
            for day in ["2025-03-21", "2025-03-22", "2025-03-31"] as [Day] { #expect(try await queue(day) == 0) }
            try await database.write { try addReturn(site.inside, 2024, submitted: "2025-03-25", in: $0) }
            // Sent to the address of the site, about both cooperatives at once.
            let mail = MailServer()
            defer { mail.stop() }
            let server = try LetterServer(
                mail.address, user: nil, password: nil, sender: "htx@tinh.gov.vn", site: "https://htx.tinh.gov.vn/")
            #expect(try await site.access.sendDue(through: server, Self.texts) == 3)
            let sent = try #require(mail.letters.first { $0.to.contains("both@") }).text
            #expect(sent.contains("HTX Trong: https://htx.tinh.gov.vn/cooperatives/\(site.inside)\n"))
            #expect(sent.contains("HTX Ngoài: https://htx.tinh.gov.vn/cooperatives/\(site.outside)\n"))
            #expect(!sent.contains("/link/"), "nothing in it opens an account")
            // Who has an extension still has time; then once, and who comes new is told too.
            try await database.write { db in
                var more = ReturnExtension()
                more.cooperative = Identifier(site.outside)
                more.year = 2024
                more.until = "2025-04-05"
                more.reason = "bão"
                try db.insert(more, by: act)
            }
            #expect(try await queue("2025-04-01") == 0)
            #expect(try await queue("2025-04-06") == 1)
            #expect(try await letters(database).last == "both: Quá hạn nộp báo cáo năm 2024: 31/03/2025")
            _ = try await database.write { try account("new", "cooperative_director", of: [site.outside], in: $0) }
            #expect(try await queue("2025-04-07") == 1)
            #expect(try await queue("2025-04-07") == 0)
            try await database.write { db in
                try account("late", "cooperative_director", of: [site.outside], in: db)
                let round = try ReturnRound.find(1, in: db)
                var locked = round
                locked.lockedOn = "2025-04-30"
                try db.update(locked, from: round, by: act)
            }
            #expect(try await queue("2025-04-29") == 1)
            _ = try await database.write { try account("later", "cooperative_director", of: [site.outside], in: $0) }
            #expect(try await queue("2025-04-30") == 0, "nobody can enter it any more")
            let history = try await database.read { try Change.list(of: "return_round", 1, in: $0).map(\.action) }
            #expect(history == [.reminded, .changed, .reminded, .reminded, .reminded, .added])
            let session = try await site.session("auditor")
            let page = try await site.ask(.get, "/return-rounds/1", nil, nil, [.cookie: "session=\(session)"]).text
            #expect(page.contains("trước hạn 3 · sau hạn 3"))
        }
    }

    @Test("about a cooperative that was merged go to its people for the one that took its place") func merged()
        async throws
    {
        try await ApiSite.with { site in
            let count = try await site.database.write { db in
                _ = try addRound(2024, due: "2025-03-31", remind: 10, in: db)
                try account("dung", "cooperative_director", of: [site.outside], in: db)
                let before = try Cooperative.find(Identifier(site.outside), in: db)
                var merged = before
                merged.mergedInto = Identifier(site.inside)
                try db.update(merged, from: before, by: act)
                return try ReturnReminder.queue(on: "2025-03-25", Self.texts, by: act, in: db)
            }
            #expect(count == 1)
            let text = try await site.database.read { db in
                try db.one("SELECT text FROM access_letter") { try $0[0] as String }
            }
            #expect(text.contains("HTX Trong: {site}/cooperatives/\(site.inside)\n"))
        }
    }

    @Test("wait behind the links that people ask for") func order() async throws {
        try await ApiSite.with { site in
            let mail = MailServer()
            defer { mail.stop() }
            let lan = try await site.database.write { db in
                let lan = try account("lan", "member", of: [site.inside], in: db)
                for number in 1...25 {
                    try OutgoingLetter.add(
                        to: lan.id, subject: "Nhắc \(number)", text: "…", at: Instant(milliseconds: 0), in: db)
                }
                return lan
            }
            try await site.access.sendLetter(.reset, to: lan.id, by: act)
            let server = try LetterServer(
                mail.address, user: nil, password: nil, sender: "htx@tinh.gov.vn", site: "https://htx.tinh.gov.vn/")
            #expect(try await site.access.sendDue(through: server, Self.texts) == 20)
            #expect(mail.letters.first?.text.contains("/link/") == true)
        }
    }

    @Test("are queued by a command that is safe to run every day, and says so where no letters are sent") func command()
        async throws
    {
        try await Program.with(isFilled: true) { program in
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            try await database.write { db in
                _ = try addRound(2024, due: "2025-03-31", remind: 10, in: db)
                let id = try db.one("SELECT min(id) FROM registry_cooperative") { try $0[0] as Int64 }
                try account("dung", "cooperative_director", of: [id], in: db)
            }
            await database.close()
            let off = try await program("remind", "returns", "--as-of", "2025-03-21")
            #expect(off.status == 2 && off.error.hasSuffix("[letters.off]\n"))
            var sending = program
            sending.environment = [
                "HOPTAC_SMTP": "smtp://127.0.0.1:9", "HOPTAC_SMTP_FROM": "htx@tinh.gov.vn",
                "HOPTAC_PUBLIC_ADDRESS": "https://htx.tinh.gov.vn",
            ]
            for (day, output) in [
                ("2025-03-20", "Đã xếp 0 thư nhắc vào hộp thư đi.\n"),
                ("21/03/2025", "Đã xếp 1 thư nhắc vào hộp thư đi.\n"),
                ("2025-03-21", "Đã xếp 0 thư nhắc vào hộp thư đi.\n"),
            ] {
                let ending = try await sending("remind", "returns", "--as-of", day)
                #expect(ending.status == 0 && ending.output == output, "\(day) \(ending.error)")
            }
            #expect(try await sending("remind", "returns", "--as-of", "mai").status == 2)
        }
    }
}
