package import Kernel

/// How a list is ordered: `sort=name` upward, `sort=-name` downward.
package struct Sorting: Equatable, Sendable {
    package var column: String
    package var isDescending: Bool

    package init(_ column: String, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    package init?(parsing text: String?) {
        guard let text, !text.isEmpty, text != "-" else { return nil }
        isDescending = text.hasPrefix("-")
        column = isDescending ? String(text.dropFirst()) : text
    }

    package var text: String { isDescending ? "-\(column)" : column }
}

/// The head of a column.
package func columnHead(_ label: String, isNumber: Bool = false) -> HTML {
    """
    <th scope="col"\(attribute: "class", isNumber ? "number" : nil)>\(label)</th>
    """
}

/// The head of a column that orders the list: the first click upward, the next downward. A new order starts at its
/// first row, so the place in the old one is left out of the address.
package func sortableHead(
    _ label: String, by column: String, _ sorting: Sorting, _ query: Query, _ path: String, isNumber: Bool = false
) -> HTML {
    let isCurrent = sorting.column == column
    let next = Sorting(column, isDescending: isCurrent && !sorting.isDescending)
    let address = query.without("after", "before").with("sort", next.text).link(path)
    let order = isCurrent ? (sorting.isDescending ? "descending" : "ascending") : nil
    return """
        <th scope="col"\(attribute: "class", isNumber ? "number" : nil)\(attribute: "aria-sort", order)>\
        <a href="\(address)">\(label)\
        \(isCurrent ? "<span aria-hidden=\"true\"> \(sorting.isDescending ? "▼" : "▲")</span>" : nil as HTML?)</a></th>
        """
}

/// A table that scrolls by itself where it is wider than the page, and on a phone becomes a card for each row: its
/// cells then show their `data-label`.
package func table(_ caption: String?, head: HTML, rows: HTML, foot: HTML? = nil) -> HTML {
    """
    <div class="wide"><table class="cards">\(caption.map { "<caption>\($0)</caption>" } as HTML?)\
    <thead><tr>\(head)</tr></thead><tbody>\(rows)</tbody>\(foot.map { "<tfoot><tr>\($0)</tr></tfoot>" } as HTML?)</table></div>
    """
}

/// Where one is in a long list, and the way on. An address that is absent has no page.
package func pagination(_ position: String, previous: String?, next: String?, _ t: Texts) -> HTML {
    """
    <nav class="pages small" aria-label="\(t["list.pages"])"><span class="muted">\(position)</span>\
    \(previous.map { "<a rel=\"prev\" href=\"\($0)\">\(t["list.previous"])</a>" } as HTML?)\
    \(next.map { "<a rel=\"next\" href=\"\($0)\">\(t["list.next"])</a>" } as HTML?)</nav>
    """
}
