package import Kernel
package import Persistence

/// A list that people read: where its rows come from, its columns, filters and orders. The page, the export, the
/// command line and the drill-down of a figure all ask the same listing, so they cannot disagree.
package struct Listing: Sendable {
    /// A column that is shown. `expression` is SQL over `source`.
    package struct Column: Sendable {
        /// Also its text key: `cooperative.members`.
        package let name: String
        package let expression: String
        package let kind: ValueKind
        /// Orders the rows by it; `nil` where that would read the whole table.
        package let order: String?
        /// Only in exports.
        package let isHiddenOnPages: Bool
        /// The type and the column with the id that a page links to.
        package let link: (type: String, column: String)?

        package init(
            _ name: String, _ expression: String, _ kind: ValueKind, order: String? = nil, hiddenOnPages: Bool = false,
            link: (type: String, column: String)? = nil
        ) {
            self.name = name
            self.expression = expression
            self.kind = kind
            self.order = order
            isHiddenOnPages = hiddenOnPages
            self.link = link
        }
    }

    /// A filter that a reader can set: `?kind=crop`. `condition` turns its text into SQL or refuses it.
    package struct Filter: Sendable {
        package let name: String
        package let kind: ValueKind
        package let condition: @Sendable (_ value: String, _ asOf: Day) throws -> SQL
        /// Whether it leaves so few rows, found by an index, that searching them needs none.
        let narrows: @Sendable (_ value: String) -> Bool

        package init(
            _ name: String, _ kind: ValueKind, narrows: @escaping @Sendable (String) -> Bool = { _ in false },
            condition: @escaping @Sendable (String, Day) throws -> SQL
        ) {
            self.narrows = narrows
            self.name = name
            self.kind = kind
            self.condition = condition
        }
    }

    /// The record type, the word in addresses and the prefix of text keys.
    package let type: String
    /// The plural in addresses: `cooperatives`.
    package let path: String
    package let columns: [Column]
    package let filters: [Filter]
    /// The main table and its alias, `registry_cooperative c`: what decides which rows there are.
    package let table: String
    package let alias: String
    /// Where the names stand by which rows are ordered and found, when the table itself has none, and the column that
    /// says whose.
    package let named: (table: String, by: String)?
    /// Whether rows have names at all; those without come in the order of their numbers, and no words find them.
    package let hasNames: Bool
    /// What is joined for the shown columns only, as of a day.
    package let joins: @Sendable (Day) -> SQL
    /// Which rows of the main table exist on a day.
    package let exists: @Sendable (Day) -> SQL

    package init(
        _ type: String, path: String, table: String, alias: String, columns: [Column], filters: [Filter],
        named: (table: String, by: String)? = nil, hasNames: Bool = true, joins: @escaping @Sendable (Day) -> SQL,
        exists: @escaping @Sendable (Day) -> SQL
    ) {
        self.type = type
        self.path = path
        self.table = table
        self.alias = alias
        self.columns = columns
        self.filters = filters
        self.named = named
        self.hasNames = hasNames
        self.joins = joins
        self.exists = exists
    }

    /// The main table with the names of its rows.
    var source: String {
        guard let named else { return table }
        return """
            (SELECT r.*, n.sort_key, n.search_text FROM \(table) r JOIN \(named.table) n ON n.id = r.\(named.by))
            """
    }
}

/// What a reader asks of a listing.
package struct ListQuery: Sendable {
    package var asOf: Day
    /// What the reader may see.
    package let rows: RowScope
    package var search = ""
    package var filters: [(name: String, value: String)] = []
    /// A figure's records only: `cooperatives.crop@726`.
    package var only: SQL?
    /// Whether those are shown that a figure counted and that are no more on the day.
    package var includesEnded = false
    package var order: String?
    package var isDescending = false
    /// The last row of the page before, as its `cursor` said.
    package var after: String?
    package var limit: Int? = 50
    /// The columns that are wanted, as places in the listing's; the others are not looked up and come as NULL.
    package var columns: [Int]?

    package init(asOf: Day, _ rows: RowScope) {
        self.asOf = asOf
        self.rows = rows
    }
}

/// A page of a list.
package struct ListPage: Sendable {
    package struct Row: Sendable {
        package let id: Int64
        /// In the order of the listing's columns.
        package let values: [SQLValue]
    }

    package var rows: [Row]
    /// All rows that meet the filters, not only this page's.
    package var total: Int
    /// What to ask for next; `nil` at the end.
    package var next: String?
}
