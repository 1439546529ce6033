import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Testing

@testable import Web

@Suite("An upload") struct UploadTests {
    private static let type = "multipart/form-data; boundary=----b1"

    private func body(_ parts: String...) -> String {
        parts.map { "------b1\r\n\($0)\r\n" }.joined() + "------b1--\r\n"
    }

    private let field = "Content-Disposition: form-data; name=\"type\"\r\n\r\ncooperative"
    private let file =
        "Content-Disposition: form-data; name=\"file\"; filename=\"danh sách.xlsx\"\r\nContent-Type: x\r\n\r\nPK\r\n--\r\n"

    private func read(
        _ body: some Collection<UInt8>, type: String? = type, pieces: Int = .max,
        _ limits: UploadLimits = UploadLimits()
    ) throws -> [MultipartReader.Part] {
        var reader = try MultipartReader(contentType: type, limits)
        var rest = body[...]
        while !rest.isEmpty {
            try reader.read(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return try reader.finish()
    }

    /// The code with which a body is refused.
    private func refusal(
        _ body: String, type: String? = type, _ limits: UploadLimits = UploadLimits()
    ) -> String? {
        do {
            _ = try read(body.utf8, type: type, limits)
            return nil
        } catch let failure as Failure {
            return failure.code
        } catch let refusal as Refusal {
            return refusal.failure.code
        } catch { return "\(error)" }
    }

    @Test("is read whole, however it is cut into pieces", arguments: [1, 2, 3, 7, 16, 1000])
    func pieces(size: Int) throws {
        let parts = try read(body(field, file).utf8, pieces: size)
        #expect(parts.map(\.name) == ["type", "file"])
        #expect(parts.map(\.fileName) == [nil, "danh sách.xlsx"])
        #expect(String(decoding: parts[0].content, as: UTF8.self) == "cooperative")
        // Line ends and dashes within a file are the file's.
        #expect(String(decoding: parts[1].content, as: UTF8.self) == "PK\r\n--\r\n")
    }

    @Test("may have empty files, a preamble and something after its end") func edges() throws {
        let empty = "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n"
        #expect(try read(("preamble\r\n" + body(empty) + "after").utf8).map(\.content) == [[]])
        #expect(try read("------b1--\r\n".utf8).isEmpty)
    }

    @Test("of another type or without a boundary is refused") func type() {
        let whole = body(field)
        #expect(refusal(whole, type: nil) == "request.media-type")
        #expect(refusal(whole, type: "application/x-www-form-urlencoded") == "request.media-type")
        #expect(refusal(whole, type: "multipart/mixed; boundary=----b1") == "request.media-type")
        #expect(refusal(whole, type: "multipart/form-data") == "upload.unreadable")
        #expect(refusal(whole, type: "multipart/form-data; boundary=") == "upload.unreadable")
        let long = String(repeating: "b", count: 71)
        #expect(refusal(whole, type: "multipart/form-data; boundary=\(long)") == "upload.unreadable")
        #expect(refusal(whole, type: "multipart/form-data; boundary=other") == "upload.cut-short")
    }

    @Test("that ends too early is refused, wherever it ends") func cutShort() {
        let whole = body(field, file)
        for length in stride(from: 0, to: whole.utf8.count - 4, by: 5) {
            #expect(refusal(String(decoding: whole.utf8.prefix(length), as: UTF8.self)) == "upload.cut-short")
        }
    }

    @Test("with a broken or endless header is refused") func headers() {
        #expect(refusal(body("no colon here\r\n\r\nx")) == "upload.unreadable")
        #expect(refusal(body("Content-Disposition: form-data\r\n\r\nx")) == "upload.unreadable")
        #expect(refusal(body("Content-Disposition: attachment; name=\"a\"\r\n\r\nx")) == "upload.unreadable")
        #expect(refusal("------b1 and more\r\n") == "upload.unreadable")
        let endless = "Content-Disposition: form-data; name=\"" + String(repeating: "a", count: 5000)
        #expect(refusal(body(endless)) == "upload.header-too-large")
        #expect(refusal(body(endless + "\"\r\n\r\nx")) == "upload.header-too-large")
    }

    @Test("of thousands of parts, of a huge field or too large as a whole is refused") func bounds() {
        let many = String(repeating: "------b1\r\n\(field)\r\n", count: 5000) + "------b1--\r\n"
        #expect(refusal(many) == "upload.too-many-parts")
        let head = "Content-Disposition: form-data; name=\"a\"\r\n\r\n"
        #expect(refusal(body(head + String(repeating: "x", count: 64 * 1024 + 1))) == "request.too-large")
        var limits = UploadLimits()
        limits.total = 200
        #expect(refusal(body(file, file, file), limits) == "request.too-large")
        #expect(refusal(body(field), limits) == nil)
    }

    @Test(
        "keeps the name of a file and nothing that is more than a name",
        arguments: [
            ("danh sách.xlsx", "danh sách.xlsx"), ("C:\\Users\\lan\\htx.xlsx", "htx.xlsx"),
            ("../../etc/passwd", "passwd"), ("..", ""), (".htaccess", "htaccess"), ("a\u{202E}xslx.exe", "axslx.exe"),
            ("a\u{0}b\nc.xlsx", "abc.xlsx"), ("<b>\"x\".xlsx", "bx.xlsx"), ("", ""),
        ])
    func names(given: String, kept: String) { #expect(Upload.plainName(given) == kept) }

    @Test("passes the gate only where the route takes files, and gives fields and files") func route() async throws {
        var site = Site(texts: [], clock: .system, access: nil)
        site.post("/upload", may: .everyone, largestBody: 3 * 1024 * 1024) { request, _ -> Response in
            var limits = UploadLimits()
            limits.total = 3 * 1024 * 1024
            let upload = try await request.upload(limits)
            let file = try upload.file("file")
            return Response(
                status: .ok,
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: "\(upload.fields["type"] ?? "-") \(file.name) \(file.content.count)")
                ))
        }
        site.post("/form", may: .everyone) { _, _ -> Response in Response(status: .ok) }
        let headers: HTTPFields = [.contentType: Self.type]
        let big = file + String(repeating: "x", count: 2_500_000)
        try await Application(router: site.router()).test(.router) { client in
            func post(_ path: String, _ body: String) async throws -> (Int, String) {
                try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body)) {
                    ($0.status.code, String(buffer: $0.body))
                }
            }
            let answer = try await post("/upload", body(field, big))
            #expect(answer.0 == 200)
            #expect(answer.1 == "cooperative danh sách.xlsx 2500008")
            #expect(try await post("/upload", body(field)).0 == 422)
            #expect(try await post("/upload", body(field, big, big)).0 == 413)
        }
    }
}
