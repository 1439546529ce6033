import Foundation
package import Kernel
package import Persistence
package import Records

/// Letters that are to go out: kept in the database until a server has taken them, so that no page waits for one and a
/// restart loses none. The link that a letter brings is made when it goes and stands in no table.
package struct OutgoingLetter: Sendable {
    package enum Kind: String, Sendable {
        /// To a new account, to set its first password.
        case invitation
        /// To somebody who has forgotten theirs.
        case reset
        /// Written already, by another part of the program.
        case notice
    }

    /// Tries before a letter is given up: over about four hours.
    static let most = 8

    let id: Int64
    let account: UserAccount.ID
    let kind: Kind
    package let madeAt: Instant
    let nextAt: Instant
    let attempts: Int
    package let sentAt: Instant?
    /// Why the last try failed.
    package let failure: String?
    /// Of a notice.
    let subject: String?
    let text: String?

    package var isGivenUp: Bool { sentAt == nil && attempts >= Self.most }

    private init(_ row: Row) throws {
        id = try row[0]
        account = try row[1]
        kind = Kind(rawValue: try row.text(2)) ?? .reset
        madeAt = try row[3]
        nextAt = try row[4]
        attempts = try row[5]
        sentAt = try row[6]
        failure = try row[7]
        subject = try row[8]
        text = try row[9]
    }

    private static func list(where condition: SQL, in db: Connection) throws -> [OutgoingLetter] {
        try db.all(
            """
            SELECT id, account_id, kind, made_at, next_at, attempts, sent_at, failure, subject, text
            FROM access_letter WHERE \(condition)
            """, OutgoingLetter.init)
    }

    package static func last(to account: UserAccount.ID, in db: Connection) throws -> OutgoingLetter? {
        try list(where: "account_id = \(account) ORDER BY id DESC LIMIT 1", in: db).first
    }

    /// Somebody waits for a link, and nobody for one of many notices.
    static func due(at now: Instant, in db: Connection) throws -> [OutgoingLetter] {
        try list(
            where: """
                sent_at IS NULL AND attempts < \(most) AND next_at <= \(now)
                ORDER BY CASE WHEN kind = 'notice' THEN 1 ELSE 0 END, next_at, id LIMIT 20
                """, in: db)
    }

    static func add(_ kind: Kind, to account: UserAccount.ID, at now: Instant, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO access_letter (account_id, kind, made_at, next_at, attempts)
            VALUES (\(account), \(kind.rawValue), \(now), \(now), 0)
            """)
    }

    /// A notice to an account. `{site}` in its text becomes the address of the site.
    package static func add(
        to account: UserAccount.ID, subject: String, text: String, at now: Instant, in db: Connection
    ) throws {
        try db.run(
            """
            INSERT INTO access_letter (account_id, kind, made_at, next_at, attempts, subject, text)
            VALUES (\(account), \(Kind.notice.rawValue), \(now), \(now), 0, \(subject), \(text))
            """)
    }

    /// Takes the letter for one try, and puts the next one off; false where another process has.
    func claim(at now: Instant, in db: Connection) throws -> Bool {
        try db.run(
            """
            UPDATE access_letter SET attempts = attempts + 1, next_at = \(now.milliseconds + 60_000 << Int64(attempts))
            WHERE id = \(id) AND attempts = \(attempts) AND sent_at IS NULL
            """) == 1
    }

    func end(sentAt: Instant?, failure: String?, in db: Connection) throws {
        try db.run("UPDATE access_letter SET sent_at = \(sentAt), failure = \(failure) WHERE id = \(id)")
    }

    func giveUp(_ failure: String, in db: Connection) throws {
        try db.run("UPDATE access_letter SET attempts = \(Self.most), failure = \(failure) WHERE id = \(id)")
    }
}

extension AccessControl {
    /// Has a letter with a link sent to an account. Throws `account.ended` and `letters.no-address`.
    package func sendLetter(_ kind: OutgoingLetter.Kind, to id: UserAccount.ID, by act: Act) async throws {
        try await database.write { db in
            let account = try UserAccount.find(id, in: db)
            guard account.isOpen(on: act.at.day) else {
                throw Failure(.refused, "account.ended", ["name": account.name])
            }
            guard account.email != nil else { throw Failure(.refused, "letters.no-address", ["name": account.name]) }
            try OutgoingLetter.add(kind, to: id, at: act.at, in: db)
            try db.note(.invited, "account", id.number, by: act)
        }
    }

    /// Somebody says that they have forgotten their password. What comes of it only the letter tells: names that nobody
    /// has, and accounts without an address, look the same. Throws `sign-in.too-many`.
    package func forgotten(_ typed: String, _ visit: Visit) async throws {
        let now = clock.now()
        let name = SignInName(typed).text
        try await database.write { db in
            try Throttle.forgotten(name, visit.address).charge(at: now, in: db)
            guard let account = try UserAccount.first(where: "email = \(name) OR phone = \(name)", in: db),
                account.isOpen(on: now.day), account.email != nil
            else { return }
            try OutgoingLetter.add(.reset, to: account.id, at: now, in: db)
        }
    }

    /// Sends what is due; how many letters a server took.
    package func sendDue(through server: LetterServer, _ texts: [Texts]) async throws -> Int {
        let now = clock.now()
        var sent = 0
        for letter in try await database.read({ try OutgoingLetter.due(at: now, in: $0) }) {
            guard try await database.write({ try letter.claim(at: now, in: $0) }) else { continue }
            let account = try await database.read { try UserAccount.first(where: "id = \(letter.account)", in: $0) }
            guard let account, account.isOpen(on: now.day), let address = account.email else {
                try await database.write { try letter.giveUp("letters.no-address", in: $0) }
                continue
            }
            do {
                guard let t = texts.first(where: { $0.language.rawValue == account.language }) ?? texts.first else {
                    break
                }
                let (subject, text) = try await words(of: letter, to: account, server, t, at: now)
                try await server.send(Letter(to: address, subject: subject, text: text), at: now)
                try await database.write { try letter.end(sentAt: now, failure: nil, in: $0) }
                sent += 1
            } catch let failure as Failure {
                let reason = failure.details["reason"] ?? failure.code
                try await database.write { try letter.end(sentAt: nil, failure: reason, in: $0) }
            }
        }
        return sent
    }

    private func words(
        of letter: OutgoingLetter, to account: UserAccount, _ server: LetterServer, _ t: Texts, at now: Instant
    ) async throws -> (subject: String, text: String) {
        if let subject = letter.subject, let text = letter.text {
            return (subject, text.replacing("{site}", with: server.site))
        }
        let link = try await makeLink(forLetterTo: account.id, by: Act(at: now, origin: "letter"))
        let details = ["name": account.name, "link": "\(server.site)/link/\(link.text)"]
        return (
            t("letter.\(letter.kind.rawValue)-subject", details), t("letter.\(letter.kind.rawValue)", details)
        )
    }
}

/// Letters that people asked for.
package let letterMigrations: [Migration] = [
    Migration(
        part: "access-letters", number: 1, title: "Outgoing letters",
        """
        CREATE TABLE access_letter (
            id {id},
            account_id BIGINT NOT NULL REFERENCES access_account (id),
            kind TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            next_at BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            sent_at BIGINT,
            failure TEXT
        );
        CREATE INDEX access_letter_account ON access_letter (account_id, id);
        CREATE INDEX access_letter_due ON access_letter (next_at) WHERE sent_at IS NULL;
        """),
    Migration(
        part: "access-letters", number: 2, title: "Letters that are written when they are put into the outbox",
        """
        ALTER TABLE access_letter ADD COLUMN subject TEXT;
        ALTER TABLE access_letter ADD COLUMN text TEXT;
        """),
]
