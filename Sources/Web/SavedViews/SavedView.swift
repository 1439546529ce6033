package import Access
package import Kernel
package import Persistence
package import Records

/// A list as somebody wants to come back to it: its address with search, filters, order and columns, under a name.
package struct SavedView: Record {
    package var id: Identifier<SavedView> = 0
    package var version = 0
    package var account: Identifier<UserAccount> = 0
    package var name = ""
    /// `/cooperatives?kind=crop&sort=-members`.
    package var address = ""
    package var endedOn: Day?
    package init() {}

    package static let description = Description<SavedView>("view", table: "web_view") {
        Field("account", \.account)
        Field("name", \.name, .check(isShort))
        Field("address", \.address)
        Field("ended_on", \.endedOn)
    }

    /// Views that an account may have at a time.
    package static let most = 50

    /// An account's views, in the order of their names; `path`: of one list.
    package static func list(
        of account: Identifier<UserAccount>, path: String? = nil, in db: Connection
    ) throws -> [SavedView] {
        let views = try list(where: "account_id = \(account) AND ended_on IS NULL", in: db)
        return views.filter { view in path.map { view.path == $0 } ?? true }
            .sorted { (vietnameseSortKey($0.name), $0.id.number) < (vietnameseSortKey($1.name), $1.id.number) }
    }

    package var path: String { String(address.prefix { $0 != "?" }) }
}

private func isShort(_ name: String) -> Verdict {
    if name.count > 80 { return .fails("text.too-long", ["length": "\(name.count)", "limit": "80"]) }
    return name.contains(where: \.isNewline) ? .fails("text.markup") : .meets
}

package let savedViewMigrations: [Migration] = [
    Migration(
        part: "views", number: 1, title: "Saved views",
        """
        CREATE TABLE web_view (
            id {id},
            version BIGINT NOT NULL,
            account_id BIGINT NOT NULL REFERENCES access_account (id),
            name TEXT NOT NULL CHECK (name <> ''),
            address TEXT NOT NULL,
            ended_on TEXT
        );
        CREATE INDEX web_view_account ON web_view (account_id);
        """)
]
