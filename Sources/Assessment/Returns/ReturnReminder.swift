import Access
package import Kernel
package import Persistence
package import Records
import Registry

/// The letters about a return that has not come: one some days before it is due, one when it was due.
package enum ReturnReminder: String, CaseIterable, Sendable {
    case before, after

    /// Days after it was due in which the second letter still goes out, so that neither a day on which nothing ran nor a new
    /// account is passed over.
    private static let lastsFor = 30

    /// Which letter a day of a round asks for. After the lock nobody can do what it says.
    init?(_ round: ReturnRound, on day: Day) {
        guard let days = round.remindDays else { return nil }
        if day <= round.dueOn {
            guard day >= round.dueOn.adding(days: -days) else { return nil }
            self = .before
        } else {
            let isLocked = round.lockedOn.map { $0 <= day } ?? false
            guard !isLocked, day <= round.dueOn.adding(days: Self.lastsFor) else { return nil }
            self = .after
        }
    }

    /// Puts the letters of a day into the outbox, to all who may enter the return of a cooperative that has not submitted
    /// one; how many. Whoever had that letter of a round gets no other.
    package static func queue(on day: Day, _ texts: [Texts], by act: Act, in db: Connection) throws -> Int {
        var count = 0
        for round in try ReturnRound.list(where: "remind_days IS NOT NULL ORDER BY year", in: db) {
            guard let reminder = ReturnReminder(round, on: day) else { continue }
            let sent = try reminder.queue(round, on: day, texts, by: act, in: db)
            if sent > 0 { try db.note(.reminded, ReturnRound.description.name, round.id.number, by: act) }
            count += sent
        }
        return count
    }

    private func queue(
        _ round: ReturnRound, on day: Day, _ texts: [Texts], by act: Act, in db: Connection
    ) throws -> Int {
        let missing = try missing(in: round, on: day, in: db)
        let told = Set(
            try db.all(
                "SELECT account_id FROM assessment_reminder WHERE round_id = \(round.id) AND occasion = \(rawValue)"
            ) { try $0[0] as UserAccount.ID })
        let merged = try Cooperative.mergers(in: db)
        var about: [(receiver: LetterReceiver, cooperatives: [Cooperative.ID])] = []
        for receiver in try LetterReceiver.list(for: "cooperative", who: .edit, "annual_return", on: day, in: db)
        where !told.contains(receiver.account) {
            let id: Cooperative.ID = Identifier(receiver.organisation.id)
            let cooperative = merged[id] ?? id
            guard missing[cooperative] != nil else { continue }
            if about.last?.receiver.account != receiver.account { about.append((receiver, [])) }
            if about.last?.cooperatives.contains(cooperative) == false {
                about[about.count - 1].cooperatives.append(cooperative)
            }
        }
        for (receiver, cooperatives) in about {
            guard let t = texts.first(where: { $0.language.rawValue == receiver.language }) ?? texts.first else {
                break
            }
            // The address of the site is known where letters are sent.
            let lines = cooperatives.map { "\(missing[$0] ?? ""): {site}/cooperatives/\($0)" }
            let details = [
                "name": receiver.name, "year": "\(round.year)", "due": DateText.short(round.dueOn, t.language),
                "cooperatives": lines.joined(separator: "\n"),
            ]
            try OutgoingLetter.add(
                to: receiver.account, subject: t("return_reminder.\(rawValue)-subject", details),
                text: t("return_reminder.\(rawValue)-letter", details), at: act.at, in: db)
            try db.run(
                """
                INSERT INTO assessment_reminder (round_id, account_id, occasion, queued_on)
                VALUES (\(round.id), \(receiver.account), \(rawValue), \(act.at.day))
                """)
        }
        return about.count
    }

    /// The names of those that have to report and have not. Once it was due, those with an extension still have time.
    private func missing(in round: ReturnRound, on day: Day, in db: Connection) throws -> [Cooperative.ID: String] {
        let extended: SQL =
            self == .before
            ? "1 = 0"
            : """
            EXISTS (SELECT 1 FROM assessment_extension e
            WHERE e.cooperative_id = c.id AND e.year = \(round.year) AND e.until_on >= \(day))
            """
        var names: [Cooperative.ID: String] = [:]
        try db.each(
            """
            SELECT c.id, c.name FROM registry_cooperative c JOIN (\(obliged(to: round.year, on: day))) p ON p.id = c.id
            WHERE p.submitted_on IS NULL AND NOT \(extended)
            """
        ) { names[try $0[0]] = try $0[1] }
        return names
    }

    /// How many letters of a round were put into the outbox.
    static func counts(of round: ReturnRound.ID, in db: Connection) throws -> [ReturnReminder: Int] {
        var counts: [ReturnReminder: Int] = [:]
        try db.each("SELECT occasion, count(*) FROM assessment_reminder WHERE round_id = \(round) GROUP BY occasion") {
            if let reminder = ReturnReminder(rawValue: try $0[0]) { counts[reminder] = try $0[1] }
        }
        return counts
    }
}
