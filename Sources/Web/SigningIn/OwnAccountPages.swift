package import Access
import Hummingbird
import Kernel
import Records

/// What everybody may do with their own account: language, password, second factor, sessions.
package struct OwnAccountPages: Sendable {
    private let access: AccessControl
    private let signIn: SignInPages

    package init(_ access: AccessControl, isSecure: Bool) {
        self.access = access
        signIn = SignInPages(access, isSecure: isSecure)
    }

    package func register(in site: inout Site) {
        site.get("/account", may: .signedIn) { _, context in try await page(context) }
        site.post("/account/language", may: .signedIn) { request, context -> Response in
            guard let language = try await request.form()["language"].flatMap(Language.init(rawValue:)) else {
                throw Failure(.usage, "request.malformed")
            }
            try await access.speak(language, try context.viewer.account.id)
            return .seeOther(Query([Query.Item("lang", language.rawValue)]).link("/account"))
        }
        site.post("/account/password", may: .signedIn) { request, context -> Response in
            let form = try await request.form()
            do {
                guard form["password"] == form["again"] else { throw Failure(.invalid, "password.differs") }
                try await access.changePassword(
                    of: context.viewer.account, from: form["old"] ?? "", to: form["password"] ?? "",
                    keeping: context.visitor.session?.id ?? 0)
                return .seeOther("/account?done=password")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .limited {
                return refused(try await page(context, problem: failure), failure, context)
            }
        }
        site.get("/account/second-factor", may: .proven(.signedIn)) { _, context -> Response in
            let account = try context.viewer.account
            if try await access.hasSecondFactor(account.id) { return .seeOther("/account") }
            let key = try await access.prepareSecondFactor(account.id)
            return context.response(EnrolmentPage(account, key, path: "/account/second-factor"))
        }
        site.post("/account/second-factor", may: .proven(.signedIn)) { request, context in
            try await signIn.enrol(request, context, at: "/account/second-factor")
        }
        site.post("/account/sessions/:id/end", may: .signedIn) { _, context -> Response in
            guard let id = Int64(try context.parameter("id")) else { throw Failure(.missing, "page.missing") }
            try await access.end(session: id, of: context.viewer.account.id)
            return .seeOther("/account")
        }
    }

    private func page(_ context: WebContext, problem: Failure? = nil) async throws -> OwnAccountPage {
        let viewer = try context.viewer
        return OwnAccountPage(
            viewer: viewer, current: context.visitor.session?.id ?? 0,
            sessions: try await access.sessions(of: viewer.account.id),
            hasSecondFactor: try await access.hasSecondFactor(viewer.account.id), done: context.query["done"],
            problem: problem)
    }
}

struct OwnAccountPage: Page {
    let viewer: Viewer
    let current: Int64
    let sessions: [UserSession]
    let hasSecondFactor: Bool
    let done: String?
    let problem: Failure?

    func title(_ t: Texts) -> String { t["own-account.title"] }

    func body(_ t: Texts) -> HTML {
        let account = viewer.account
        return """
            \(heading(title(t), note: "\(account.name)", actions: linkButton(t["token.plural"], "/account/tokens")))
            \(done == "password" ? notice(.good, "\(t["own-account.password-set"])") : nil)
            <div class="two"><section class="sheet"><h2>\(t["own-account.who"])</h2>\(facts(
                [
                    Fact(t["account.email"], account.email.map { "\($0)" }),
                    Fact(t["account.phone"], account.phone.map { "\($0.text)" }),
                    Fact(t["holding.plural"], posts(t)),
                ], t))</section>
            <section class="sheet"><h2>\(t["own-account.second-factor"])</h2>\(secondFactor(t))</section>
            \(postForm(
                "/account/password",
                [
                    FormField(
                        "old", t["password.old"],
                        .line(type: "password", autocomplete: "current-password", mode: nil), isRequired: true)
                ] + passwordFields(t), submit: t["own-account.change-password"],
                problem: problem.map { t($0.code, $0.details) }, t))
            \(postForm(
                "/account/language",
                [
                    FormField(
                        "language", t["account.language"],
                        .choice(Language.allCases.map { Option($0.rawValue, t["language.\($0.rawValue)"]) }, none: nil),
                        value: t.language.rawValue, isRequired: true)
                ], submit: t["form.save"], t))</div>
            \(sessionTable(t))
            """
    }

    private func posts(_ t: Texts) -> HTML? {
        guard !viewer.posts.isEmpty else { return nil }
        func line(_ post: Viewer.Post) -> HTML {
            "<li>\(post.name(t))\(post.organisation.map { " · \($0.name)" as HTML })</li>"
        }
        return "<ul class=\"plain\">\(viewer.posts, line)</ul>"
    }

    private func secondFactor(_ t: Texts) -> HTML {
        hasSecondFactor
            ? "<p>\(tag(.good, t["own-account.is-set-up"]))</p><p class=\"small muted\">\(t["own-account.lost"])</p>"
            : """
            <p>\(t["own-account.not-set-up"])</p>\
            <p>\(linkButton(t["own-account.set-up"], "/account/second-factor"))</p>
            """
    }

    private func sessionTable(_ t: Texts) -> HTML {
        func row(_ session: UserSession) -> HTML {
            """
            <tr><td>\(session.agent.isEmpty ? "–" : session.agent)\
            \(session.id == current ? " \(tag(.good, t["own-account.this-one"]))" : nil as HTML?)</td>\
            <td data-label="\(t["session.address"])">\(session.address.isEmpty ? "–" : session.address)</td>\
            <td data-label="\(t["session.begun"])">\(DateText.short(session.begunAt, t.language))</td>\
            <td data-label="\(t["session.used"])">\(DateText.short(session.usedAt, t.language))</td>\
            <td>\(postButton("/account/sessions/\(session.id)/end", t["session.end"]))</td></tr>
            """
        }
        return """
            <section class="sheet">\(table(
                t["own-account.sessions"],
                head: """
                    \(columnHead(t["session.agent"]))\(columnHead(t["session.address"]))\(columnHead(t["session.begun"]))\
                    \(columnHead(t["session.used"]))<td></td>
                    """, rows: "\(sessions, row)"))</section>
            """
    }
}
