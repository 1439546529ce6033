import Access
import HTTPTypes
import Hummingbird
import Kernel
import Logging

/// What every request passes on its way in and every answer on its way out: limits, language, failures turned into
/// pages, security headers.
struct Entrance: RouterMiddleware {
    /// Bytes of an address, path and query together.
    static let longestAddress = 8 * 1024
    /// Bytes of a body that a route reads whole, where it does not say otherwise.
    static let largestBody = 2 * 1024 * 1024

    let shell: Shell
    let routes: [Route]
    let hosts: Set<String>?
    let doorman: Doorman
    let monitors: Set<String>
    let meter: RequestMeter
    let logsRequests: Bool
    let limiter: RateLimiter

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.shell = shell
        context.language = rememberedLanguage(request) ?? .vi
        let began = ContinuousClock.now
        meter.begin()
        var response: Response
        do {
            let asked = try admit(request, &context)
            context.visit = doorman.visit(request, context)
            context.isMonitor = doorman.isNear(request, context, besides: monitors)
            if !Asset.isAsset(context.path) {
                context.visitor = try await doorman.visitor(request, at: context.path)
                if Route.isForPrograms(context.path) { try count(&context) }
                if asked == nil, let language = context.visitor.account?.language.flatMap(Language.init(rawValue:)) {
                    context.language = language
                }
                if !Route.isForPrograms(context.path) { try doorman.refuseForeign(request) }
            }
            if let path = canonical(context.path) {
                response = Response(status: .permanentRedirect, headers: [.location: context.query.link(path)])
            } else {
                response = try await next(request, context)
            }
            if asked != nil { response.headers[values: .setCookie].append(cookie(context.language)) }
        } catch {
            let refusal = Refusal(error, request, allowed: methods(at: context.path))
            response = refusal.response(to: request, context)
        }
        context.allowance?.add(to: &response.headers)
        SecurityHeaders.complete(&response.headers)
        // A browser that has been here once through TLS never again tries without.
        if doorman.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        note(request, context, response.status, began.duration(to: .now))
        return response
    }

    /// Counts the request and writes its line: the pattern of its route and the number of the account, never an
    /// address, which may hold a token, or a name.
    private func note(_ request: Request, _ context: WebContext, _ status: HTTPResponse.Status, _ time: Duration) {
        meter.end(request.method, context.endpointPath, status.code, time)
        guard logsRequests else { return }
        var fields: Logger.Metadata = [
            "method": "\(request.method.rawValue)", "route": "\(context.endpointPath ?? "none")",
            "status": "\(status.code)", "ms": "\((time / .microseconds(100)).rounded() / 10)",
        ]
        if let account = context.visitor.account { fields["account"] = "\(account.id)" }
        context.logger.info("request", metadata: fields)
    }

    /// Counts a program's request. Throws `api.too-many`. Without a token the address counts.
    private func count(_ context: inout WebContext) throws {
        let key = if case .token(_, let token) = context.visitor { "\(token.id)" } else { context.visit.address }
        let allowance = limiter.take(key, at: context.clock.now())
        context.allowance = allowance
        if allowance.isSpent { throw Failure(.limited, "api.too-many", ["seconds": "\(allowance.wait)"]) }
    }

    /// Reads the address into the context, or throws why it cannot be read. Returns the language that it asks for.
    private func admit(_ request: Request, _ context: inout WebContext) throws -> Language? {
        let address = request.uri
        // Also what is refused here is answered as its part of the site answers.
        context.path = address.path
        guard address.string.utf8.count <= Entrance.longestAddress else {
            throw Refusal(.uriTooLong, Failure(.usage, "request.address-too-long"))
        }
        if let hosts, !hosts.contains(host(request)), !Monitoring.paths.contains(address.path) {
            throw Refusal(.misdirectedRequest, Failure(.usage, "request.host", ["host": host(request)]))
        }
        let path = address.path
        guard PercentCoding.decoded(path, plusIsSpace: false) != nil else {
            throw Failure(.usage, "request.address-unreadable")
        }
        if let query = address.query { context.query = try Query(parsing: query) }
        let asked = context.query["lang"].flatMap(Language.init(rawValue:))
        if let asked { context.language = asked }
        if context.query["lang"] != nil { context.query = context.query.without("lang") }
        if let length = request.headers[.contentLength], Int(length).map({ $0 > largestBody(request) }) ?? true {
            throw Refusal(.contentTooLarge, Failure(.usage, "request.too-large"))
        }
        // The router would read `//a` as `/a`, and a redirect to `//a` would leave the site.
        if path.contains("//") { throw Failure(.missing, "page.missing") }
        return asked
    }

    private func largestBody(_ request: Request) -> Int {
        let route = routes.first { $0.method == request.method && $0.matches(request.uri.path) }
        return route?.largestBody ?? Entrance.largestBody
    }

    /// The one address of a page that was asked for with `/` at its end.
    private func canonical(_ path: String) -> String? {
        path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") ? String(path.dropLast()) : nil
    }

    private func rememberedLanguage(_ request: Request) -> Language? {
        request.cookie("lang").flatMap(Language.init(rawValue:))
    }

    private func cookie(_ language: Language) -> String {
        "lang=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
    }

    /// The name in `Host`, without its port.
    private func host(_ request: Request) -> String {
        let authority = request.head.authority ?? ""
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        return String(authority[..<(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)]).lowercased()
    }

    private func methods(at path: String) -> [HTTPRequest.Method] { routes.filter { $0.matches(path) }.map(\.method) }
}
