import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Testing

@testable import HopTac

@Suite("Files of a record") struct AttachmentTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [1, 2, 3]

    private func send(
        _ site: WholeSite, _ content: [UInt8], named name: String, to address: String, as token: String
    ) async throws -> WholeSite.Answer {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        return try await site.send(
            address, Array(head.utf8) + content + Array("\r\n--b--\r\n".utf8),
            type: "multipart/form-data; boundary=b", as: token)
    }

    private func files(_ site: WholeSite, of id: Int64) async throws -> [Records.Attachment] {
        try await site.database.read { try Records.Attachment.list(of: "cooperative", id, in: $0) }
    }

    @Test("are attached once, shown on its page, served safely, and taken off with their history") func whole()
        async throws
    {
        let site = try await WholeSite()
        let token = try await site.signIn("cooperative_director")
        let path = "/cooperatives/\(site.own)"
        for _ in 1...2 {
            let sent = try await send(site, Self.png, named: "giấy <1>.html", to: "\(path)/files", as: token)
            #expect(sent.status == 303)
            #expect(sent.headers[.location] == path)
        }
        let attached = try await files(site, of: site.own)
        let file = try #require(attached.first)
        #expect(attached.count == 1)
        #expect(file.name == "giấy 1.html.png")
        #expect(file.size == Self.png.count)
        #expect(try await site.get(path, as: token).text.contains("href=\"/files/\(file.id)\">giấy 1.html.png</a>"))

        let served = try await site.get("/files/\(file.id)", as: token)
        #expect(served.status == 200)
        #expect(served.headers[.contentType] == "image/png")
        #expect(served.headers[.xContentTypeOptions] == "nosniff")
        #expect(served.headers[.contentSecurityPolicy]?.contains("sandbox") == true)
        #expect(served.headers[.cacheControl]?.contains("private") == true)
        #expect(
            served.headers[.contentDisposition]
                == "inline; filename=\"gi_y 1.html.png\"; filename*=UTF-8''gi%E1%BA%A5y%201.html.png")

        let ended = try await site.ask(.post, "\(path)/files/\(file.id)/end", as: token, form: "")
        #expect(ended.status == 303)
        #expect(try await site.get("/files/\(file.id)", as: token).status == 404)
        #expect(try await files(site, of: site.own).isEmpty)
        let history = try await site.database.read { try Change.list(of: "attachment", file.id.number, in: $0) }
        #expect(history.map(\.action) == [.ended, .added])
        #expect(try await site.get(path, as: token).text.contains("Kết thúc · Tệp đính kèm"))
        let whole = try await site.get("/history?type=attachment", as: try await site.signIn("auditor"))
        #expect(whole.text.contains("<a href=\"\(path)\">giấy 1.html.png</a>"))
        // What was attached stays kept.
        #expect(try await site.database.read { try file.content(in: $0) } == Self.png)
    }

    @Test("are for those who may read the record, and added by those who may edit it") func access() async throws {
        let site = try await WholeSite()
        let director = try await site.signIn("cooperative_director")
        let department = try await site.signIn("department_officer")
        _ = try await send(
            site, Self.png, named: "a.png", to: "/cooperatives/\(site.foreign)/files", as: department)
        let file = try #require(try await files(site, of: site.foreign).first)
        #expect(try await site.get("/files/\(file.id)", as: department).status == 200)
        #expect(try await site.get("/files/\(file.id)", as: try await site.signIn("auditor")).status == 200)
        #expect(try await site.get("/files/\(file.id)", as: director).status == 404)
        #expect(try await site.get("/files/\(file.id)", as: try await site.signIn("association_officer")).status == 404)
        #expect(try await site.get("/files/\(file.id)", as: nil).status == 303)
        #expect(try await site.get("/files/999", as: director).status == 404)
        for (role, status) in [("cooperative_director", 404), ("auditor", 403), ("member", 403)] {
            let token = try await site.signIn(role)
            let sent = try await send(
                site, Self.png, named: "a.png", to: "/cooperatives/\(site.foreign)/files", as: token)
            #expect(sent.status == status, "\(role)")
            let ended = try await site.ask(
                .post, "/cooperatives/\(site.foreign)/files/\(file.id)/end", as: token, form: "")
            #expect(ended.status == status, "\(role)")
        }
        // Under the address of a record of one's own.
        let crossed = try await site.ask(
            .post, "/cooperatives/\(site.own)/files/\(file.id)/end", as: director, form: "")
        #expect(crossed.status == 303)
        #expect(try await files(site, of: site.foreign).count == 1)
    }

    @Test(
        "are of the few kinds that are allowed, by what is in them",
        arguments: [
            (Array("<html>".utf8), "a.pdf", "attachment.unknown-kind"),
            (Array("PK\u{3}\u{4}rubbish".utf8), "a.docx", "attachment.unknown-kind"),
            (Array("GIF89a".utf8), "a.png", "attachment.unknown-kind"), ([], "a.pdf", "attachment.empty"),
        ] as [([UInt8], String, String)])
    func kinds(content: [UInt8], name: String, code: String) async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("unit_officer")
        let sent = try await send(site, content, named: name, to: "/cooperatives/\(site.own)/files", as: token)
        #expect(sent.status == 422)
        #expect(sent.text.contains(code))
        #expect(try await files(site, of: site.own).isEmpty)
    }

    @Test("may be office documents, and not larger than ten megabytes") func office() async throws {
        let workbook = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Program.examples)/htx-2024-06.xlsx")))
        #expect(MediaKind(of: workbook) == .xlsx)
        #expect(MediaKind(of: Array("%PDF-1.7".utf8)) == .pdf)
        #expect(MediaKind(of: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(MediaKind(of: Array("RIFF1234WEBPVP8 ".utf8)) == .webp)
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("unit_officer")
        for size in [Records.Attachment.largest + 1, Records.Attachment.largest + 100_000] {
            let large = Array("%PDF-".utf8) + [UInt8](repeating: 0, count: size - 5)
            let sent = try await send(
                site, large, named: "a.pdf", to: "/cooperatives/\(site.own)/files", as: token)
            #expect(sent.status == 422 || sent.status == 413, "\(size): \(sent.status)")
        }
    }
}
