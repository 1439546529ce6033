import Access
import Kernel

/// What stands around every page: heading with search, navigation by what people do, crumbs, foot.
final class Shell: Sendable {
    let clock: WallClock
    private let navigation: [NavigationEntry]
    private let vietnamese: Texts
    private let english: Texts
    private let styleSheet: String
    private let script: String
    private let icon: String

    /// Before a request has come in: texts show their keys.
    static let bare = Shell(navigation: [], assets: [], texts: [], clock: .system)

    init(navigation: [NavigationEntry], assets: [Asset], texts: [Texts], clock: WallClock) {
        func path(_ name: String) -> String { assets.first { $0.name == name }?.path ?? "" }
        self.navigation = navigation
        self.clock = clock
        vietnamese = texts.first { $0.language == .vi } ?? Texts(.vi, sources: [])
        english = texts.first { $0.language == .en } ?? Texts(.en, sources: [])
        styleSheet = path("site.css")
        script = path("site.js")
        icon = path("icon.svg")
    }

    func texts(_ language: Language) -> Texts { language == .en ? english : vietnamese }

    func document(
        title: String, crumbs: [Crumb], body: HTML, path: String, query: Query, _ visitor: Visitor, _ t: Texts,
        refresh: Int? = nil
    ) -> HTML {
        let navigation = navigation.filter { $0.audience.admits(visitor) }
        let entries = navigationList(navigation, path, query.only("as_of"), t)
        return """
            <!doctype html>
            <html lang="\(t.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) – HopTac</title>
            <link rel="stylesheet" href="\(styleSheet)">
            <link rel="icon" href="\(icon)" type="image/svg+xml">
            <script type="module" src="\(script)"></script>
            \(refresh.map { "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>" } as HTML?)
            </head>
            <body>
            <a class="skip" href="#main">\(t["shell.skip"])</a>
            <header class="top">
            <a class="brand" href="/">\(brandMark)HopTac</a>
            \(visitor.viewer == nil ? nil : searchForm(path, query, t))
            \(account(visitor, t))
            \(navigation.isEmpty ? nil : menu(entries, t))
            </header>
            <div class="shell\(navigation.isEmpty ? " alone" : "")">
            \(navigation.isEmpty ? nil : "<nav class=\"main\" aria-label=\"\(t["shell.navigation"])\">\(entries)</nav>" as HTML?)
            <main id="main" tabindex="-1">
            \(crumbs.isEmpty ? nil : crumbLine(crumbs, t))
            \(query["done"].flatMap { t.has("done.\($0)") ? notice(.good, "\(t["done.\($0)"])") : nil })
            \(body)
            </main>
            </div>
            <footer class="foot">\(languageLinks(path, query, t))</footer>
            </body>
            </html>
            """
    }

    private func searchForm(_ path: String, _ query: Query, _ t: Texts) -> HTML {
        """
        <form role="search" action="/search" method="get">
        <input type="search" name="q" aria-label="\(t["shell.search"])" placeholder="\(t["shell.search-hint"])"\
        \(attribute: "value", path == "/search" ? query["q"] : nil)>\(query.only("as_of").carried())
        </form>
        """
    }

    /// Who has signed in, and the way out.
    private func account(_ visitor: Visitor, _ t: Texts) -> HTML? {
        guard let account = visitor.account else { return nil }
        let name: HTML =
            visitor.viewer == nil
            ? "<span class=\"name\">\(account.name)</span>"
            : "<a class=\"name\" href=\"/account\"><span class=\"unseen\">\(t["shell.account"]): </span>\(account.name)</a>"
        return """
            <div class="account no-print">\(name)<form method="post" action="/sign-out">\
            <button class="plain">\(t["shell.sign-out"])</button></form></div>
            """
    }

    private func menu(_ entries: HTML, _ t: Texts) -> HTML {
        """
        <details class="menu"><summary><span aria-hidden="true">☰</span><span class="unseen">\(t["shell.menu"])</span>\
        </summary><nav class="main" aria-label="\(t["shell.menu"])">\(entries)</nav></details>
        """
    }

    /// `kept`: the day that the reader looks at goes on from page to page.
    private func navigationList(
        _ navigation: [NavigationEntry], _ path: String, _ kept: Query, _ t: Texts
    ) -> HTML {
        let current = currentPath(path)
        func section(_ section: NavigationSection) -> HTML {
            let entries = navigation.filter { $0.section == section }
            return entries.isEmpty ? .empty : sectionList(section, entries, current, kept, t)
        }
        return "\(NavigationSection.allCases, section)"
    }

    private func sectionList(
        _ section: NavigationSection, _ entries: [NavigationEntry], _ current: String?, _ kept: Query, _ t: Texts
    ) -> HTML {
        func line(_ entry: NavigationEntry) -> HTML {
            """
            <li><a href="\(kept.link(entry.path))"\(attribute: "aria-current", entry.path == current ? "page" : nil)>\(t[entry.key])</a></li>
            """
        }
        return "<h2>\(t[section.key])</h2><ul>\(entries, line)</ul>"
    }

    /// The entry whose address begins the present one, the longest where several do.
    private func currentPath(_ path: String) -> String? {
        navigation.map(\.path)
            .filter { $0 == path || ($0 != "/" && path.hasPrefix($0 + "/")) }
            .max { $0.utf8.count < $1.utf8.count }
    }

    private func crumbLine(_ crumbs: [Crumb], _ t: Texts) -> HTML {
        func step(_ crumb: Crumb) -> HTML {
            guard let path = crumb.path else { return "\(crumb.label)" }
            return "<a href=\"\(path)\">\(crumb.label)</a>"
        }
        return """
            <nav class="crumbs" aria-label="\(t["shell.crumbs"])">\
            \(crumbs.map(step).joined(separator: " <span aria-hidden=\"true\">›</span> "))</nav>
            """
    }

    /// The same page in each language.
    private func languageLinks(_ path: String, _ query: Query, _ t: Texts) -> HTML {
        func link(_ language: Language) -> HTML {
            let code = language.rawValue
            return """
                <li><a href="\(query.with("lang", code).link(path))" lang="\(code)" hreflang="\(code)"\
                \(attribute: "aria-current", language == t.language ? "true" : nil)>\(t["language.\(code)"])</a></li>
                """
        }
        return """
            <p>\(t["shell.foot"])</p>
            <ul class="languages" aria-label="\(t["shell.languages"])">\(Language.allCases, link)</ul>
            """
    }
}

private let brandMark: HTML = """
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" \
    d="M12 3c-5 3-7 7-7 11a7 7 0 0 0 6 6.9V13h2v7.9A7 7 0 0 0 19 14c0-4-2-8-7-11z"/></svg>
    """
