import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// A file that somebody gave us, for those who may see it. Nothing in it can run: the browser takes it for nothing
    /// but what we say it is, and what it shows itself it shows in a sandbox. `isShown`: in the browser, not as a
    /// download.
    package static func kept(_ bytes: [UInt8], type: String, name: String, isShown: Bool) -> Response {
        var headers = SecurityHeaders.everywhere
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        headers[.contentType] = type
        headers[.contentLength] = String(bytes.count)
        headers[.cacheControl] = "private, no-cache"
        headers[.vary] = "Cookie"
        headers[.contentDisposition] = "\(isShown ? "inline" : "attachment"); \(fileName(name))"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The name for old programs and for those that read RFC 8187.
    private static func fileName(_ name: String) -> String {
        let plain = name.unicodeScalars.map { scalar -> Character in
            scalar.isASCII && scalar.value >= 0x20 && !"\"\\%;".unicodeScalars.contains(scalar) && scalar.value != 0x7F
                ? Character(scalar) : "_"
        }
        return "filename=\"\(String(plain))\"; filename*=UTF-8''\(PercentCoding.encoded(name))"
    }
}
