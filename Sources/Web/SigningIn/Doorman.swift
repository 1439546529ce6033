import Access
import HTTPTypes
import Hummingbird
import Kernel

/// Who a request comes from: the session's cookie or, under `/api/`, the token, the address, and whether this site's own
/// pages sent it.
struct Doorman: Sendable {
    let access: AccessControl?
    let isSecure: Bool
    let trustedProxies: Set<String>

    /// Programs show tokens and never cookies, so that no foreign page can borrow what they may; tokens open no pages.
    func visitor(_ request: Request, at path: String) async throws -> Visitor {
        guard !Route.isForPrograms(path) else {
            guard let access, let token = request.bearerToken else { return .nobody }
            return try await access.visitor(bearing: token)
        }
        guard let access, let token = request.cookie(SessionCookie.name(isSecure)) else { return .nobody }
        return try await access.visitor(token)
    }

    func visit(_ request: Request, _ context: WebContext) -> Visit {
        Visit(
            address: address(request, context.peer), agent: request.headers[.userAgent] ?? "",
            device: request.cookie("device"))
    }

    /// Behind a proxy the last address that it was told; those before it anybody may have written.
    private func address(_ request: Request, _ peer: String) -> String {
        guard trustedProxies.contains(peer),
            let last = request.headers[values: .forwardedFor].last?.split(separator: ",").last
        else { return peer }
        return String(last).trimmingPrefix { $0 == " " }.prefix(64).description
    }

    /// Whether a request comes from this machine, or from an address named. One that was passed on by a proxy we do not
    /// know comes from anywhere.
    func isNear(_ request: Request, _ context: WebContext, besides others: Set<String>) -> Bool {
        let isForwarded = request.headers.contains(.forwardedFor) || request.headers.contains(.forwarded)
        guard !isForwarded || trustedProxies.contains(context.peer) else { return false }
        let mapped = "::ffff:"
        let full = context.visit.address
        let address = full.hasPrefix(mapped) ? String(full.dropFirst(mapped.count)) : full
        return address.hasPrefix("127.") || address == "::1" || others.contains(address)
    }

    /// A request that changes something must come from a page of this site. Every browser of today says where a request
    /// comes from (`Sec-Fetch-Site`), older ones say `Origin`; one that says neither is no browser with our cookie.
    /// The cookie's `SameSite=Lax` is the second lock.
    func refuseForeign(_ request: Request) throws {
        guard ![.get, .head, .options].contains(request.method) else { return }
        let foreign = Failure(.forbidden, "request.foreign")
        if let site = request.headers[.secFetchSite] {
            guard site == "same-origin" || site == "none" else { throw foreign }
            return
        }
        guard let origin = request.headers[.origin] else {
            // A program without cookies has nothing that a foreign page could borrow.
            if request.headers[.cookie] == nil { return }
            throw foreign
        }
        let host = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).last.map(String.init)
        guard host == request.head.authority else { throw foreign }
    }
}

/// The cookies of a sign-in.
enum SessionCookie {
    /// With the prefix a browser takes it from this very host over TLS only.
    static func name(_ isSecure: Bool) -> String { isSecure ? "__Host-session" : "session" }

    static func set(_ token: String, _ isSecure: Bool) -> String {
        "\(name(isSecure))=\(token); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    static func clear(_ isSecure: Bool) -> String {
        "\(name(isSecure))=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    /// Says that this browser has signed in before; it opens nothing.
    static func device(_ token: String, _ isSecure: Bool) -> String {
        "device=\(token); Path=/sign-in; Max-Age=15552000; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }
}

extension Request {
    /// `Authorization: Bearer …`.
    var bearerToken: String? {
        guard let parts = headers[.authorization]?.split(separator: " "), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return String(parts[1])
    }

    func cookie(_ name: String) -> String? {
        guard let cookies = headers[.cookie] else { return nil }
        for cookie in cookies.split(separator: ";") {
            let cookie = cookie.drop { $0 == " " }
            if cookie.hasPrefix("\(name)=") { return String(cookie.dropFirst(name.utf8.count + 1)) }
        }
        return nil
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}
