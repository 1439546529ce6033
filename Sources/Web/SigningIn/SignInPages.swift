package import Access
package import Hummingbird
package import Kernel

/// Signing in and out, the second factor, and the link with which a password is set.
package struct SignInPages: Sendable {
    private let access: AccessControl
    private let isSecure: Bool

    package init(_ access: AccessControl, isSecure: Bool) {
        self.access = access
        self.isSecure = isSecure
    }

    /// Where a visitor goes on who cannot see pages yet.
    static func path(_ visitor: Visitor) -> String {
        switch visitor.session?.state {
        case .code?: "/sign-in/code"
        case .enrolment?: "/sign-in/enrolment"
        case .open?: "/sign-in/again"
        case nil: "/sign-in"
        }
    }

    package func register(in site: inout Site) {
        site.get("/sign-in", may: .everyone) { _, context -> Response in
            let next = local(context.query["next"])
            if context.visitor.viewer != nil { return .seeOther(next) }
            return context.response(SignInPage(next: next, offersLetter: access.sendsLetters))
        }
        site.post("/sign-in", may: .everyone) { request, context in try await signIn(request, context) }
        site.post("/sign-out", may: .everyone) { _, context in
            if let session = context.visitor.session { try await access.signOut(session) }
            var response = Response.seeOther("/sign-in")
            response.headers[values: .setCookie].append(SessionCookie.clear(isSecure))
            response.headers[.clearSiteData] = "\"cache\", \"storage\""
            return response
        }
        site.get("/sign-in/again", may: .signedIn) { _, context -> Response in
            context.response(try await again(context, local(context.query["next"])))
        }
        site.post("/sign-in/again", may: .signedIn) { request, context -> Response in
            guard let session = context.visitor.session else { return .seeOther("/sign-in") }
            let form = try await request.form()
            let next = local(form["next"])
            do {
                try await access.prove(session, password: form["password"] ?? "", code: form["code"] ?? "")
                return .seeOther(next)
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .limited {
                return refused(try await again(context, next, failure), failure, context)
            }
        }
        site.get("/sign-in/code", may: .everyone) { _, context -> Response in
            guard context.visitor.session?.state == .code else { return .seeOther("/") }
            return context.response(CodePage(next: local(context.query["next"])))
        }
        site.post("/sign-in/code", may: .everyone) { request, context in try await confirm(request, context) }
        site.get("/sign-in/enrolment", may: .everyone) { _, context -> Response in
            guard let account = context.visitor.account, context.visitor.session?.state == .enrolment else {
                return .seeOther("/")
            }
            return context.response(
                EnrolmentPage(account, try await access.prepareSecondFactor(account.id), path: "/sign-in/enrolment"))
        }
        site.post("/sign-in/enrolment", may: .everyone) { request, context -> Response in
            guard context.visitor.session?.state == .enrolment else { return .seeOther("/") }
            return try await enrol(request, context, at: "/sign-in/enrolment")
        }
        site.get("/sign-in/forgotten", may: .everyone) { _, context in
            ForgottenPage(isOff: !access.sendsLetters)
        }
        site.post("/sign-in/forgotten", may: .everyone) { request, context -> Response in
            guard access.sendsLetters else { throw Failure(.refused, "letters.off") }
            let name = try await request.form()["name"] ?? ""
            do {
                try await access.forgotten(name, context.visit)
                return context.response(ForgottenPage(isDone: true))
            } catch let failure as Failure where failure.kind == .limited {
                return refused(ForgottenPage(name: name, problem: failure), failure, context)
            }
        }
        site.get("/link/:token", may: .everyone) { _, context in
            let token = try context.parameter("token")
            return LinkPage(account: try await access.account(ofLink: token), token: token)
        }
        site.post("/link/:token", may: .everyone) { request, context in try await redeem(request, context) }
    }

    private func again(_ context: WebContext, _ next: String, _ problem: Failure? = nil) async throws -> AgainPage {
        let needsCode = try await access.hasSecondFactor(context.viewer.account.id)
        return AgainPage(next: next, needsCode: needsCode, problem: problem)
    }

    private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await request.form()
        let (name, next) = (form["name"] ?? "", local(form["next"]))
        do {
            // A session that was there before belongs to whoever signed in before.
            if let session = context.visitor.session { try await access.signOut(session) }
            let signedIn = try await access.signIn(name, form["password"] ?? "", context.visit)
            return begin(signedIn, next)
        } catch let failure as Failure where failure.kind == .invalid || failure.kind == .limited {
            return refused(SignInPage(name: name, next: next, problem: failure), failure, context)
        }
    }

    private func confirm(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.visitor.session, session.state == .code else { return .seeOther("/sign-in") }
        let form = try await request.form()
        let next = local(form["next"])
        do {
            return begin(try await access.confirm(form["code"] ?? "", session, context.visit), next)
        } catch let failure as Failure where failure.kind == .invalid || failure.kind == .limited {
            return refused(CodePage(next: next, problem: failure), failure, context)
        }
    }

    /// Sets up the second factor and shows the recovery codes, once.
    func enrol(_ request: Request, _ context: WebContext, at path: String) async throws -> Response {
        guard let account = context.visitor.account, let session = context.visitor.session else {
            return .seeOther("/sign-in")
        }
        let form = try await request.form()
        do {
            let (recovery, signedIn) = try await access.enrol(form["code"] ?? "", session, context.visit)
            var response = context.response(RecoveryPage(codes: recovery))
            add(signedIn, to: &response)
            return response
        } catch let failure as Failure where failure.kind == .invalid {
            let key = try await access.prepareSecondFactor(account.id)
            return refused(EnrolmentPage(account, key, path: path, problem: failure), failure, context)
        }
    }

    private func redeem(_ request: Request, _ context: WebContext) async throws -> Response {
        let token = try context.parameter("token")
        let account = try await access.account(ofLink: token)
        let form = try await request.form()
        do {
            guard form["password"] == form["again"] else { throw Failure(.invalid, "password.differs") }
            try await access.redeem(token, password: form["password"] ?? "")
            return context.response(PasswordSetPage())
        } catch let failure as Failure where failure.kind == .invalid {
            return refused(LinkPage(account: account, token: token, problem: failure), failure, context)
        }
    }

    private func begin(_ signedIn: SignedIn, _ next: String) -> Response {
        let onward = Query([Query.Item("next", next == "/" ? "" : next)])
        var response: Response =
            switch signedIn.state {
            case .open: .seeOther(next)
            case .code: .seeOther(onward.link("/sign-in/code"))
            case .enrolment: .seeOther("/sign-in/enrolment")
            }
        add(signedIn, to: &response)
        return response
    }

    private func add(_ signedIn: SignedIn, to response: inout Response) {
        response.headers[values: .setCookie].append(SessionCookie.set(signedIn.token.text, isSecure))
        response.headers[values: .setCookie].append(SessionCookie.device(signedIn.device.text, isSecure))
        response.headers[.cacheControl] = "no-store"
    }

    /// Only an address of this site: `//elsewhere` and `/\elsewhere` would leave it.
    private func local(_ next: String?) -> String {
        guard let next, next.hasPrefix("/"), !next.hasPrefix("//"), !next.contains("\\"),
            next.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return "/" }
        return next
    }
}

/// A form's page once more with what was wrong; nothing typed but passwords is lost.
package func refused(_ page: some Page, _ failure: Failure, _ context: WebContext) -> Response {
    var response = context.response(page, status: .init(code: failure.kind == .limited ? 429 : 422))
    if failure.kind == .limited { response.headers[.retryAfter] = failure.details["seconds"] }
    return response
}
