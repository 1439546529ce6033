import Access
import HTTPTypes
import Hummingbird
import Kernel

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

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.shell = shell
        context.language = rememberedLanguage(request) ?? .vi
        var response: Response
        do {
            let asked = try admit(request, &context)
            context.visit = doorman.visit(request, context)
            if !Asset.isAsset(context.path) {
                context.visitor = try await doorman.visitor(request)
                if asked == nil, let language = context.visitor.account?.language.flatMap(Language.init(rawValue:)) {
                    context.language = language
                }
                try doorman.refuseForeign(request)
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
        SecurityHeaders.complete(&response.headers)
        return response
    }

    /// Reads the address into the context, or throws why it cannot be read. Returns the language that it asks for.
    private func admit(_ request: Request, _ context: inout WebContext) throws -> Language? {
        let address = request.uri
        guard address.string.utf8.count <= Entrance.longestAddress else {
            throw Refusal(.uriTooLong, Failure(.usage, "request.address-too-long"))
        }
        if let hosts, !hosts.contains(host(request)) {
            throw Refusal(.misdirectedRequest, Failure(.usage, "request.host", ["host": host(request)]))
        }
        let path = address.path
        guard PercentCoding.decoded(path, plusIsSpace: false) != nil else {
            throw Failure(.usage, "request.address-unreadable")
        }
        context.path = path
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
