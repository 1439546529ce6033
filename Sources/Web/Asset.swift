import Foundation
import HTTPTypes
import Hummingbird

/// A file that goes out as it is, under an address that holds a hash of its content: browsers keep it for ever, and a
/// new release is a new address.
package struct Asset: Sendable {
    package let name: String
    /// `/assets/9c1f…/site.css`.
    package let path: String
    private let content: ByteBuffer
    private let entityTag: String
    private let headers: HTTPFields

    static func isAsset(_ path: String) -> Bool { path.hasPrefix("/assets/") }

    /// `content` as `Embedded.files` has it.
    package init(_ name: String, _ content: StaticString, isBase64: Bool) {
        let bytes = content.withUTF8Buffer { Array($0) }
        self.init(name, isBase64 ? Data(base64Encoded: Data(bytes)).map(Array.init) ?? [] : bytes)
    }

    init(_ name: String, _ bytes: [UInt8]) {
        let hash = Asset.hash(bytes)
        self.name = name
        path = "/assets/\(hash)/\(name)"
        content = ByteBuffer(bytes: bytes)
        entityTag = "\"\(hash)\""
        var headers = SecurityHeaders.everywhere
        headers[.cacheControl] = "public, max-age=31536000, immutable"
        headers[.eTag] = entityTag
        headers[.contentType] = Asset.mediaType(of: name)
        self.headers = headers
    }

    func response(to request: Request) -> Response {
        let known = request.headers[.ifNoneMatch] ?? ""
        guard !known.contains(entityTag), known != "*" else { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: content))
    }

    /// FNV-1a, 64 bits: tells releases apart, guards nothing.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "webp": "image/webp"
        case "woff2": "font/woff2"
        case "json": "application/json"
        case "webmanifest": "application/manifest+json"
        default: "application/octet-stream"
        }
    }
}
