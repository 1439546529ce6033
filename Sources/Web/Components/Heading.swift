/// The head of a page: its title, a line below it, and what one can do here.
package func heading(_ title: String, note: HTML? = nil, actions: HTML? = nil) -> HTML {
    """
    <div class="head"><div><h1>\(title)</h1>\(note.map { "<p class=\"muted small\">\($0)</p>" } as HTML?)</div>\
    \(actions.map { "<div class=\"inline no-print\">\($0)</div>" } as HTML?)</div>
    """
}

/// A link that looks like a button. `isMain`: the one thing that people come here to do.
package func linkButton(_ label: String, _ address: String, isMain: Bool = false) -> HTML {
    """
    <a class="button\(isMain ? "" : " plain")" href="\(address)">\(label)</a>
    """
}

/// The ways to take home what the page shows: `.xlsx`, `.docx`, `.csv`.
package func exportLinks(_ links: [(label: String, address: String)]) -> HTML {
    "\(links, { linkButton($0.label, $0.address) })"
}
