import Access
import Hummingbird
package import Kernel
package import Persistence
import Records

/// The lists that an account has saved: added from a list, renamed and taken away.
package struct SavedViewPages: Sendable {
    private let database: Database
    /// The addresses of lists: `/cooperatives`.
    private let paths: Set<String>

    package init(_ database: Database, paths: Set<String>) {
        self.database = database
        self.paths = paths
    }

    package func register(in site: inout Site) {
        site.get("/views", may: .signedIn) { _, context in try await page(context) }
        site.post("/views", may: .signedIn) { request, context -> Response in
            let form = try await request.form()
            return try await changed(context) { db in
                var view = SavedView()
                view.account = try context.viewer.account.id
                view.name = normalised(form["name"] ?? "")
                view.address = try address(form["address"] ?? "")
                let views = try SavedView.list(of: view.account, in: db)
                // Sent twice, it is there once.
                if views.contains(where: { $0.name == view.name && $0.address == view.address }) { return view.address }
                guard views.count < SavedView.most else {
                    throw Failure(.refused, "view.too-many", ["limit": "\(SavedView.most)"])
                }
                try db.insert(view, by: context.act())
                return view.address
            }
        }
        site.post("/views/:id", may: .signedIn) { request, context -> Response in
            let form = try await request.form()
            return try await change(context) { $0.name = normalised(form["name"] ?? "") }
        }
        site.post("/views/:id/end", may: .signedIn) { _, context -> Response in
            let today = context.clock.today()
            return try await change(context) { $0.endedOn = today }
        }
    }

    private func change(_ context: WebContext, _ change: @escaping @Sendable (inout SavedView) -> Void) async throws
        -> Response
    {
        let id: SavedView.ID = try context.id("id")
        return try await changed(context) { db in
            guard let view = try SavedView.list(of: context.viewer.account.id, in: db).first(where: { $0.id == id })
            else { throw Failure(.missing, "page.missing") }
            var changed = view
            change(&changed)
            try db.update(changed, from: view, by: context.act(), action: changed.endedOn == nil ? .changed : .ended)
            return "/views"
        }
    }

    /// Goes where the change says, or shows all views with what was wrong.
    private func changed(
        _ context: WebContext, _ change: @escaping @Sendable (Connection) throws -> String
    ) async throws -> Response {
        do { return .seeOther(try await database.write(change)) } catch let failure as Failure
            where failure.kind == .invalid || failure.kind == .refused
        {
            return refused(try await page(context, problem: failure), failure, context)
        }
    }

    /// A list's address without the place in it. Throws `view.no-list`, so that nothing leads away from the lists.
    private func address(_ text: String) throws -> String {
        let parts = text.split(separator: "?", maxSplits: 1)
        guard let path = parts.first.map(String.init), paths.contains(path), text.utf8.count <= 2000 else {
            throw Failure(.invalid, "view.no-list")
        }
        return try Query(parsing: parts.count > 1 ? parts[1] : "").without("after").link(path)
    }

    private func page(_ context: WebContext, problem: Failure? = nil) async throws -> SavedViewPage {
        let account = try context.viewer.account.id
        return SavedViewPage(
            views: try await database.read { try SavedView.list(of: account, in: $0) }, problem: problem)
    }
}

struct SavedViewPage: Page {
    let views: [SavedView]
    let problem: Failure?

    func title(_ t: Texts) -> String { t["view.plural"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["navigation.tasks"])] }

    func body(_ t: Texts) -> HTML {
        func row(_ view: SavedView) -> HTML {
            """
            <tr><td><a href="\(view.address)">\(view.name)</a></td>\
            <td data-label="\(t["view.rename"])"><form class="inline" method="post" action="/views/\(view.id)">\
            <input name="name" value="\(view.name)" maxlength="80" required aria-label="\(t["view.name"])">\
            <button class="plain">\(t["view.rename"])</button></form></td>\
            <td>\(postButton("/views/\(view.id)/end", t["view.remove"]))</td></tr>
            """
        }
        return """
            \(heading(title(t), note: "\(t["view.note"])"))\
            \(problem.map { notice(.bad, "\(t($0.code, $0.details))") })
            <section class="sheet">\(views.isEmpty
                ? emptyState(t["view.none"])
                : table(nil, head: "\(columnHead(t["view.name"]))\(columnHead(t["view.rename"]))<td></td>", rows: "\(views, row)"))\
            </section>
            """
    }
}

/// Links to saved views, where there are any.
package func viewLinks(_ views: [SavedView], _ t: Texts) -> HTML? {
    guard !views.isEmpty else { return nil }
    return """
        <p class="small no-print">\(t["view.plural"]): \
        \(views.map { "<a href=\"\($0.address)\">\($0.name)</a>" as HTML }.joined(separator: " · ")) · \
        <a href="/views">\(t["view.manage"])</a></p>
        """
}
