package import Access
package import Hummingbird
package import Kernel

/// Who may use a route. Every route says so where it is registered.
package enum Audience: Sendable, Equatable {
    case everyone
    /// Whoever has signed in, whatever they may do.
    case signedIn
    /// Whoever has the permission on some records of a type; which ones, the route asks the viewer.
    case holders(Permission, String)
    /// Whoever has the permission on some records of any type.
    case anyHolders(Permission)
    /// Whoever belongs to one of these.
    case any([Audience])
    /// Of these whoever has shown within half an hour that they are who signed in; a form that was opened in time may
    /// still be sent half an hour later.
    indirect case proven(Audience)

    /// Throws `sign-in.needed`, `token.needed` or `access.forbidden`. Routes for programs open to tokens alone, pages to
    /// people alone.
    func admit(_ visitor: Visitor, isForPrograms: Bool = false, isSending: Bool = false, at now: Instant) throws {
        if self == .everyone { return }
        guard let viewer = visitor.viewer, visitor.isProgram == isForPrograms else {
            throw Failure(.anonymous, isForPrograms ? "token.needed" : "sign-in.needed")
        }
        switch self {
        case .holders(let permission, let type): try viewer.require(permission, type)
        case .anyHolders(let permission):
            guard viewer.mayAny(permission) else { throw Viewer.forbidden(permission, "any") }
        case .everyone, .signedIn: break
        case .any(let audiences):
            guard !admits(visitor) else { return }
            try audiences.first?.admit(visitor, isForPrograms: isForPrograms, at: now)
        case .proven(let audience):
            try audience.admit(visitor, isForPrograms: isForPrograms, at: now)
            let minutes: Int64 = isSending ? 60 : 30
            guard visitor.session?.isProven(within: minutes, at: now) ?? false else {
                throw Failure(.anonymous, "sign-in.again")
            }
        }
    }

    func admits(_ visitor: Visitor) -> Bool {
        switch self {
        case .everyone: true
        case .signedIn: visitor.viewer != nil
        case .holders(let permission, let type): visitor.viewer?.may(permission, type) ?? false
        case .anyHolders(let permission): visitor.viewer?.mayAny(permission) ?? false
        case .any(let audiences): audiences.contains { $0.admits(visitor) }
        case .proven(let audience): audience.admits(visitor)
        }
    }
}

/// One address that the site answers.
package struct Route: Sendable {
    package let method: HTTPRequest.Method
    /// `/cooperatives/:id`: a part after `:` stands for anything.
    package let path: String
    package let audience: Audience
    /// Bytes of a body that it takes.
    let largestBody: Int
    let answer: @Sendable (Request, WebContext) async throws -> Response

    /// What is under `/api/` is for programs: their requests bear a token, their answers are JSON.
    static func isForPrograms(_ path: String) -> Bool { path.hasPrefix("/api/") }

    func matches(_ path: String) -> Bool {
        let pattern = self.path.split(separator: "/")
        let parts = path.split(separator: "/")
        return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
    }
}

/// Where in the navigation an entry stands, by what people come to do.
package enum NavigationSection: String, CaseIterable, Sendable {
    case tasks, data, yearly, summary, administration

    var key: String { "navigation.\(rawValue)" }
}

/// A line of the navigation. `key`: its words in the text files.
package struct NavigationEntry: Sendable {
    package let section: NavigationSection
    package let key: String
    package let path: String
    /// Who is shown it: whoever may use what is there.
    package let audience: Audience

    package init(_ section: NavigationSection, _ key: String, _ path: String, may audience: Audience) {
        self.section = section
        self.key = key
        self.path = path
        self.audience = audience
    }
}

/// All that the server answers: the slices put their routes, navigation and files in, then it is served.
///
///     var site = Site(texts: [vietnamese, english], clock: .system)
///     site.get("/cooperatives/:id", may: .everyone) { request, context in
///         CooperativeShowPage(cooperative: try await find(context.id("id")))
///     }
package struct Site: Sendable {
    package private(set) var routes: [Route] = []
    package var navigation: [NavigationEntry] = []
    /// The names under which the site may be asked for, or any. On loopback without accounts they must be given: a
    /// foreign page could otherwise point a name of its own at this machine and read the register.
    package var hosts: Set<String>?
    /// Whether browsers reach it through TLS: cookies then travel through nothing else.
    package var isSecure = false
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: Set<String> = []
    /// Addresses besides this machine from which the system may be watched.
    package var monitors: Set<String> = []
    /// Whether each request leaves a line in the log.
    package var logsRequests = false
    let meter = RequestMeter()
    /// How many requests a token may send.
    package var limiter = RateLimiter()
    private var assets: [Asset]
    private let texts: [Texts]
    private let clock: WallClock
    private let access: AccessControl?

    /// `texts`: one for each language. Without `access` nobody can sign in, and only what is for everyone is open.
    package init(texts: [Texts], clock: WallClock, access: AccessControl?) {
        self.texts = texts
        self.clock = clock
        self.access = access
        assets = Embedded.files.filter { $0.path.hasPrefix("Assets/") }.map {
            Asset(String($0.path.dropFirst("Assets/".count)), $0.content, isBase64: $0.isBase64)
        }
    }

    package mutating func get<A: Answer>(
        _ path: String, may audience: Audience,
        _ answer: @escaping @Sendable (Request, WebContext) async throws -> A
    ) {
        on(.get, path, may: audience, answer)
    }

    /// `largestBody`: in bytes, where it takes more than forms send.
    package mutating func post<A: Answer>(
        _ path: String, may audience: Audience, largestBody: Int? = nil,
        _ answer: @escaping @Sendable (Request, WebContext) async throws -> A
    ) {
        on(.post, path, may: audience, largestBody: largestBody, answer)
    }

    package mutating func on<A: Answer>(
        _ method: HTTPRequest.Method, _ path: String, may audience: Audience, largestBody: Int? = nil,
        _ answer: @escaping @Sendable (Request, WebContext) async throws -> A
    ) {
        routes.append(
            Route(
                method: method, path: path, audience: audience, largestBody: largestBody ?? Entrance.largestBody
            ) { request, context in
                try await answer(request, context).response(context)
            })
    }

    /// Files of a slice, served under addresses that change with their content.
    package mutating func add(_ asset: Asset) { assets.append(asset) }

    /// What answers the requests. The site is complete by then.
    package func router() -> Router<WebContext> {
        let shell = Shell(navigation: navigation, assets: assets, texts: texts, clock: clock)
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let doorman = Doorman(access: access, isSecure: isSecure, trustedProxies: trustedProxies)
        router.add(
            middleware: Entrance(
                shell: shell, routes: routes, hosts: hosts, doorman: doorman, monitors: monitors, meter: meter,
                logsRequests: logsRequests, limiter: limiter))
        for asset in assets {
            router.on(RouterPath(asset.path), method: .get) { request, _ in asset.response(to: request) }
        }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                do {
                    try route.audience.admit(
                        context.visitor, isForPrograms: Route.isForPrograms(route.path),
                        isSending: request.method == .post, at: context.clock.now())
                } catch let failure as Failure where failure.kind == .forbidden {
                    if let viewer = context.visitor.viewer {
                        let origin = context.visitor.isProgram ? "api" : "web"
                        try await access?.noteRefusal(viewer, context.path, origin: origin)
                    }
                    throw failure
                }
                return try await route.answer(request, context)
            }
        }
        return router
    }
}
