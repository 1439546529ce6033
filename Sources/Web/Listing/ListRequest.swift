package import Access
package import Kernel
package import Records

/// What an address asks of a list: `q` the search, `sort`, `after` the place in the order, `as_of` the day, `figure`
/// the figure whose records are shown, `columns` what is shown of them; every other name is a filter of the listing.
package struct ListRequest: Sendable {
    package let listing: Listing
    package let asOf: AsOf
    /// What was asked, with the day in its one form.
    package let query: Query
    package let sorting: Sorting
    /// The columns chosen, as places in the listing's; `nil`: those that the listing shows by itself.
    package let columns: [Int]?

    private static let ownNames: Set = ["q", "sort", "after", "as_of", "figure", "columns"]

    package init(_ listing: Listing, _ query: Query, _ clock: WallClock) throws {
        guard query.items.allSatisfy({ !$0.value.contains("\0") }) else { throw Failure(.usage, "query.unreadable") }
        _ = try query.words()
        self.listing = listing
        asOf = try AsOf(query, clock)
        self.query = query.with("as_of", asOf.carried["as_of"])
        sorting = Sorting(parsing: query["sort"]) ?? Sorting("name")
        columns = try ListRequest.columns(query, of: listing)
    }

    /// The same question to another listing.
    package init(_ request: ListRequest, _ listing: Listing) {
        self.listing = listing
        asOf = request.asOf
        query = request.query
        sorting = request.sorting
        columns = request.columns
    }

    /// `columns=name,unit` or each by itself, as a form sends them; in the listing's order, the first one always.
    /// Throws `list.no-such-column`.
    private static func columns(_ query: Query, of listing: Listing) throws -> [Int]? {
        let names = query.all("columns").flatMap { $0.split(separator: ",").map(String.init) }
        guard !names.isEmpty else { return nil }
        var chosen: Set = [0]
        for name in names {
            guard let index = listing.columns.firstIndex(where: { $0.name == name }) else {
                throw Failure(
                    .usage, "list.no-such-column",
                    ["column": name, "columns": listing.columns.map(\.name).joined(separator: ", ")])
            }
            chosen.insert(index)
        }
        return chosen.sorted()
    }

    /// The columns of a page: those that are chosen, or those that the listing shows by itself.
    package var shown: [Int] { columns ?? listing.columns.indices.filter { !listing.columns[$0].isHiddenOnPages } }

    /// What a page must look up: the columns that it shows, and the numbers that their links carry.
    package var needed: [Int] {
        let carriers = shown.compactMap { listing.columns[$0].link?.column }
        return shown + listing.columns.indices.filter { carriers.contains(listing.columns[$0].name) }
    }

    package var figure: String? { query["figure"] }

    /// The filters that are set, each once.
    package var filters: [(name: String, value: String)] {
        var filters: [(name: String, value: String)] = []
        for item in query.items where !ListRequest.ownNames.contains(item.name) {
            if !filters.contains(where: { $0.name == item.name }) { filters.append((item.name, item.value)) }
        }
        return filters
    }

    /// One page of the list. For an export, take its `limit` and `after` away.
    package func question(_ viewer: Viewer, _ permission: Permission = .read) -> ListQuery {
        var question = ListQuery(asOf: asOf.day, viewer.rows(permission, listing.type))
        question.search = query["q"] ?? ""
        question.filters = filters
        question.order = sorting.column
        question.isDescending = sorting.isDescending
        question.after = query["after"]
        return question
    }
}
