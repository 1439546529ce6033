import HTTPTypes
import Hummingbird

/// What every answer tells the browser. Nothing runs, styles or frames a page but what this site itself serves as a
/// file, so text that slipped through as markup could still not act.
enum SecurityHeaders {
    static let policy = [
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static let everywhere: HTTPFields = [
        .contentSecurityPolicy: policy,
        .xContentTypeOptions: "nosniff",
        .referrerPolicy: "same-origin",
        .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        .crossOriginOpenerPolicy: "same-origin",
        .crossOriginResourcePolicy: "same-origin",
    ]

    /// `everywhere`, with what a page adds, as one value that each page copies.
    static let page: HTTPFields = {
        var fields = everywhere
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.cacheControl] = "private, no-cache"
        fields[.vary] = "Cookie, Accept"
        return fields
    }()

    static func complete(_ headers: inout HTTPFields) {
        guard !headers.contains(.contentSecurityPolicy) else { return }
        headers.append(contentsOf: everywhere)
    }
}

extension HTTPField.Name {
    static let forwarded = HTTPField.Name("Forwarded")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}
