import Access
import Kernel
import Persistence
import Records
import Web

extension RegistryPages {
    /// The first records of every list that hold all the words.
    func search(_ context: WebContext) async throws -> SearchPage {
        let asOf = try AsOf(context.query, context.clock)
        let words = try context.query.words().filter { $0 != "\0" }
        guard !fold(words).isEmpty else {
            return SearchPage(words: words, asOf: asOf, paths: paths, found: [])
        }
        let viewer = try context.viewer
        let listings = listings.filter { viewer.may(.read, $0.type) }
        return try await database.read { db in
            let found = try listings.map { listing in
                var question = ListQuery(asOf: asOf.day, viewer.rows(.read, listing.type))
                question.search = words
                question.limit = 10
                return (listing: listing, page: try listing.page(question, in: db))
            }
            return SearchPage(words: words, asOf: asOf, paths: paths, found: found.filter { $0.page.total > 0 })
        }
    }
}

struct SearchPage: Page {
    let words: String
    let asOf: AsOf
    let paths: [String: String]
    let found: [(listing: Listing, page: ListPage)]

    func title(_ t: Texts) -> String { words.isEmpty ? t["pages.search"] : t("pages.search-for", ["words": words]) }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: asOf.shown(t)))
        \(found.isEmpty ? emptyState(t[words.isEmpty ? "pages.search-hint" : "pages.search-nothing"]) : nil)\
        \(found, { section($0.listing, $0.page, t) })
        """
    }

    private func section(_ listing: Listing, _ page: ListPage, _ t: Texts) -> HTML {
        let total = NumberText.grouped(page.total, t.language)
        let more = asOf.link("/\(listing.path)", [("q", words)])
        return """
            <section class="sheet"><h2>\(t["\(listing.type).plural"]) <span class="muted">\(total)</span></h2>\
            <ul class="plain">\(page.rows, { line($0, listing, t) })</ul>\
            <p class="small"><a href="\(more)">\(t("pages.search-all", ["count": total]))</a></p></section>
            """
    }

    private func line(_ row: ListPage.Row, _ listing: Listing, _ t: Texts) -> HTML {
        func shown(_ name: String) -> String? {
            guard let index = listing.columns.firstIndex(where: { $0.name == name }), row.values[index] != .null else {
                return nil
            }
            return listing.columns[index].kind.shown(row.values[index], t)
        }
        let name = shown("name") ?? "\(row.id)"
        let beside = ["role", "cooperative", "unit", "tax_code"].compactMap(shown).joined(separator: " · ")
        return """
            <li><a href="\(address(row, listing))">\(name)</a> <span class="small muted">\(beside)</span></li>
            """
    }

    /// The record's page, or for a record without one that of the record it belongs to.
    private func address(_ row: ListPage.Row, _ listing: Listing) -> String {
        guard let link = listing.columns.compactMap(\.link).first, let path = paths[link.type] else {
            return asOf.link("/\(listing.path)", [("q", words)])
        }
        if let index = listing.columns.firstIndex(where: { $0.name == link.column }),
            case .integer(let id) = row.values[index]
        {
            return asOf.link("/\(path)/\(id)")
        }
        return asOf.link("/\(path)/\(row.id)")
    }
}
