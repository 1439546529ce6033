import Access
import Kernel
package import Persistence
import Records

/// A form of a record as it was sent: what was typed, and what the page that it came from showed.
struct EditedForm: Sendable {
    /// By the fields' names.
    var typed: [String: String]
    /// What the fields held when the page was made.
    let was: [String: String]
    /// The version that the page showed.
    let version: Int
    /// Fields whose doubtful values are meant so.
    let kept: Set<String>
    /// What was ticked among records of the same name.
    let chosen: [String: String]
    let reason: String?
    /// Names one filled-in form, so that sending it twice does it once.
    let once: String?

    init(_ form: Query, fields: [String]) {
        func values(_ prefix: String) -> [String: String] {
            Dictionary(
                fields.compactMap { name in form[prefix + name].map { (name, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
        typed = values("").mapValues { CleanText($0, lines: true).text }
        was = values("was.")
        version = form["version"].flatMap(Int.init) ?? 0
        kept = Set(form.all("keep"))
        chosen = values("pick.")
        reason = form["reason"].map(normalised)
        once = form["once"].map { String($0.prefix(64)) }
    }

    /// The form without anything typed, over a record's present values.
    init(showing values: [String: String], version: Int) {
        typed = values
        was = values
        self.version = version
        kept = []
        chosen = [:]
        reason = nil
        once = nil
    }
}

/// What somebody else stored while a form was being filled in, field by field.
struct Meanwhile: Sendable {
    /// What is stored now, by the fields' names: those that both changed, and those that only the other did.
    var disputed: [String: String] = [:]
    var taken: [String: String] = [:]
    /// Who, and when.
    var by: String?
    var at: Instant?

    /// Puts the other's values into the fields that this person left alone. A field that both changed keeps what was
    /// typed, and shows the other's beside it. Returns whether anything of this person's is left to store.
    mutating func merge(_ form: inout EditedForm, stored: [String: String], fields: [String]) -> Bool {
        var isLeft = false
        for name in fields {
            let (was, mine, theirs) = (form.was[name] ?? "", form.typed[name] ?? "", stored[name] ?? "")
            if mine == theirs { continue }
            if mine == was {
                taken[name] = theirs
                form.typed[name] = theirs
                continue
            }
            isLeft = true
            if theirs != was { disputed[name] = theirs }
        }
        return isLeft
    }
}

/// One filled-in form stores one record, however often it is sent.
enum Once {
    /// `type`: what the form stores, so that a word of another form means nothing here.
    static func record(_ token: String, _ type: String, in db: Connection) throws -> Int64? {
        try db.first("SELECT record_id FROM web_once WHERE token = \("\(type) \(token)")") { try $0[0] }
    }

    static func keep(_ token: String, _ type: String, _ record: Int64, at now: Instant, in db: Connection) throws {
        try db.run("DELETE FROM web_once WHERE at < \(now.milliseconds - 7 * 86_400_000)")
        try db.run("INSERT INTO web_once (token, record_id, at) VALUES (\("\(type) \(token)"), \(record), \(now))")
    }
}

/// What the pages themselves keep.
package let webMigrations: [Migration] = [
    Migration(
        part: "web", number: 1, title: "Forms that were sent",
        """
        CREATE TABLE web_once (
            token TEXT NOT NULL PRIMARY KEY,
            record_id BIGINT NOT NULL,
            at BIGINT NOT NULL
        );
        """)
]
