import Access
import Kernel
import Persistence
import Records
import Web

/// What waits for whoever is signed in: records that they can complete, and what they keep coming back to.
struct Desk: Sendable {
    struct Item: Sendable {
        /// Its text key, `desk.members`.
        let key: String
        let count: Int
        let address: String
    }

    let tasks: [Item]
    let views: [SavedView]

    /// As of today, whatever day the page shows: work is done today.
    init(_ listings: [Listing], for viewer: Viewer, on today: Day, at now: Instant, in db: Connection) throws {
        views = try SavedView.list(of: viewer.account.id, in: db)
        var tasks: [Item] = []
        for listing in listings where viewer.may(.edit, listing.type) {
            func count(_ filter: String, _ value: String, _ key: String, at page: String? = nil) throws {
                var question = ListQuery(asOf: today, viewer.rows(.edit, listing.type))
                question.filters = [(filter, value)]
                let address = page ?? Query([Query.Item(filter, value)]).link("/\(listing.path)")
                tasks.append(Item(key: key, count: try listing.count(question, in: db), address: address))
            }
            if listing.type == "cooperative" {
                for missing in Cooperative.Missing.allCases {
                    try count("missing", missing.rawValue, "desk.missing-\(missing.rawValue)")
                }
            }
            if listing.type == "cooperative" || listing.type == "group" {
                try count(
                    "unit", UnitCondition.needsChoice, "desk.needs-choice-\(listing.type)", at: "/units-to-choose")
            }
        }
        if viewer.mayAny(.importing) {
            let (ready, busy) = try ImportUpload.unfinished(of: viewer.account.id.number, in: db)
            tasks.append(Item(key: "desk.imports-ready", count: ready, address: "/imports"))
            tasks.append(Item(key: "desk.imports-busy", count: busy, address: "/imports"))
        }
        if viewer.may(.edit, "account"), viewer.may(.read, "change") {
            let open = try db.one("SELECT count(DISTINCT account_id) FROM access_link WHERE expires_at > \(now)") {
                try $0[0] as Int
            }
            tasks.append(Item(key: "desk.invitations", count: open, address: "/history?type=account&action=invited"))
        }
        self.tasks = tasks.filter { $0.count > 0 }
    }

    func html(_ t: Texts) -> HTML? {
        let cards = tasks.map { FigureCard(t[$0.key], NumberText.grouped($0.count, t.language), $0.address) }
        return """
            \(viewLinks(views, t))\(cards.isEmpty
                ? nil : "<section class=\"no-print\"><h2>\(t["desk.title"])</h2>\(figures(cards))</section>" as HTML?)
            """
    }
}
