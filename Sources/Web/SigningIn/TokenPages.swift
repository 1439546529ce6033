package import Access
import Hummingbird
import Kernel

/// The tokens that an account makes for programs: seen, made and ended by their owner.
package struct TokenPages: Sendable {
    private let access: AccessControl

    package init(_ access: AccessControl) { self.access = access }

    package func register(in site: inout Site) {
        site.get("/account/tokens", may: .proven(.signedIn)) { _, context in try await page(context) }
        site.post("/account/tokens", may: .proven(.signedIn)) { request, context -> Response in
            let form = try await request.form()
            do {
                let token = try await access.makeToken(
                    NewToken(
                        name: form["name"] ?? "", permissions: form["permissions"] ?? "",
                        organisation: form["organisation"].map(Self.organisation) ?? nil,
                        days: form["days"].flatMap { Int($0) } ?? 0),
                    of: context.viewer.account.id, by: context.act())
                var response = context.response(TokenMadePage(token: token))
                response.headers[.cacheControl] = "no-store"
                return response
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await page(context, form: form, problem: failure), failure, context)
            }
        }
        site.post("/account/tokens/:id/end", may: .signedIn) { _, context -> Response in
            try await access.end(token: context.id("id"), of: context.viewer.account.id, by: context.act())
            return .seeOther("/account/tokens")
        }
    }

    private static func organisation(_ text: String) throws -> OrganisationRef? {
        guard let ref = OrganisationRef(text) else {
            throw Failure(.invalid, "holding.no-such-organisation", ["organisation": text])
        }
        return ref
    }

    private func page(_ context: WebContext, form: Query = Query(), problem: Failure? = nil) async throws -> TokenPage {
        let viewer = try context.viewer
        return TokenPage(
            viewer: viewer, tokens: try await access.tokens(of: viewer.account.id), now: context.clock.now(),
            form: form, problem: problem)
    }
}

struct TokenPage: Page {
    let viewer: Viewer
    let tokens: [AccessToken]
    let now: Instant
    let form: Query
    let problem: Failure?

    func title(_ t: Texts) -> String { t["token.title"] }
    func crumbs(_ t: Texts) -> [Crumb] { [Crumb(t["own-account.title"], "/account"), Crumb(title(t))] }

    func body(_ t: Texts) -> HTML {
        """
        \(heading(title(t), note: "\(t["token.note"])", actions: linkButton("API", "/api")))
        \(tokens.isEmpty ? emptyState(t["token.none"]) : list(t))
        \(postForm(
            "/account/tokens", fields(t), submit: t["token.make"], problem: problem.map { t($0.code, $0.details) }, t))
        """
    }

    private func fields(_ t: Texts) -> [FormField] {
        let organisations = viewer.posts.compactMap(\.organisation).reduce(into: [Option]()) { options, organisation in
            let option = Option(organisation.ref.text, organisation.name)
            if !options.contains(where: { $0.value == option.value }) { options.append(option) }
        }
        return [
            FormField("name", t["token.name"], value: form["name"], isRequired: true),
            FormField(
                "permissions", t["token.permissions"], .area(rows: 4), value: form["permissions"] ?? "read *",
                hint: t["token.permissions-hint"], isRequired: true),
            FormField(
                "organisation", t["token.organisation"], .choice(organisations, none: t["token.all-mine"]),
                value: form["organisation"]),
            FormField(
                "days", t["token.days"],
                .choice(
                    [30, 90, 180, AccessToken.longestLife].map {
                        Option("\($0)", t("token.days-shown", ["days": "\($0)"]))
                    },
                    none: nil), value: form["days"] ?? "90", isRequired: true),
        ]
    }

    private func list(_ t: Texts) -> HTML {
        func row(_ token: AccessToken) -> HTML {
            """
            <tr><td>\(token.name)<br><code class="small">\(token.permissions)</code>\
            \(token.organisation.map { "<br><code class=\"small\">\($0.text)</code>" } as HTML?)</td>\
            <td data-label="\(t["token.made"])">\(DateText.short(token.madeAt, t.language))</td>\
            <td data-label="\(t["token.expires"])">\(DateText.short(token.expiresAt, t.language))</td>\
            <td data-label="\(t["token.used"])">\
            \(token.lastUsedAt.map { DateText.short($0, t.language) } ?? t["token.never-used"])</td>\
            <td data-label="\(t["token.state"])">\(state(token, t))</td>\
            <td>\(token.lives(at: now) ? postButton("/account/tokens/\(token.id)/end", t["token.end"]) : .empty)</td></tr>
            """
        }
        return """
            <section class="sheet">\(table(
                t["token.plural"],
                head: """
                    \(columnHead(t["token.name"]))\(columnHead(t["token.made"]))\(columnHead(t["token.expires"]))\
                    \(columnHead(t["token.used"]))\(columnHead(t["token.state"]))<td></td>
                    """, rows: "\(tokens, row)"))</section>
            """
    }

    private func state(_ token: AccessToken, _ t: Texts) -> HTML {
        if token.lives(at: now) { return tag(.good, t["token.lives"]) }
        return tag(.plain, t[token.endedAt == nil ? "token.has-run-out" : "token.has-ended"])
    }
}

/// The one time that a token can be read.
struct TokenMadePage: Page {
    let token: Secret

    func title(_ t: Texts) -> String { t["token.made-title"] }
    func crumbs(_ t: Texts) -> [Crumb] {
        [Crumb(t["own-account.title"], "/account"), Crumb(t["token.plural"], "/account/tokens"), Crumb(title(t))]
    }

    func body(_ t: Texts) -> HTML {
        narrow(
            heading(title(t)),
            """
            <section class="sheet"><p>\(t["token.made-note"])</p><p><code>\(token.text)</code></p></section>
            <p>\(linkButton(t["token.go-back"], "/account/tokens"))</p>
            """)
    }
}
