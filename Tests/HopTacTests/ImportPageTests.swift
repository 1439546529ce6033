import Access
import Documents
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import HopTac

@Suite("The import pages") struct ImportPageTests {
    @Test(
        "bring a workbook from its file to stored records and back",
        arguments: TestEngine.all,
        [("cooperative", "htx-2024-06.xlsx", 84), ("group", "tht-2024-06.xlsx", 180)])
    func flow(engine: TestEngine, list: (type: String, file: String, count: Int)) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let file = try ImportSite.example(list.file)
            let form = try await site.get("/imports/new", as: token).text
            #expect(form.contains("action=\"/imports\" enctype=\"multipart/form-data\""))
            #expect(form.contains("<option value=\"\(list.type)\">"))
            let sent = try await site.upload(file, list.type, name: "C:\\hồ sơ\\\(list.file)", as: token)
            #expect(sent.status == 303)
            let path = sent.location
            #expect(path == "/imports/1")
            let waiting = try await site.get(path, as: token)
            #expect(waiting.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"))
            #expect(waiting.text.contains("data-progress=\"/imports/1/progress\""))
            #expect(waiting.text.contains("<h1>\(list.file)</h1>"))
            let progress = try await site.get("\(path)/progress", as: token)
            #expect(progress.text.hasPrefix("{\"over\":false,"))
            // Nothing may be decided before it has been read.
            #expect(try await site.post("\(path)/apply", as: token).status == 409)

            #expect(try await site.jobs.runNext() == true)
            let preview = try await site.get(path, as: token)
            #expect(!preview.text.contains("http-equiv"))
            #expect(try preview.count(.added) == list.count)
            #expect(try preview.count(.refused) == 0)
            #expect(try await site.count("registry_\(list.type)") == 0)

            for _ in 0..<2 {
                #expect(try await site.post("\(path)/apply", as: token).location == path)
            }
            #expect(try await site.jobs.runNext() == true)
            #expect(try await site.jobs.runNext() == false)
            #expect(try await site.post("\(path)/apply", as: token).location == path)
            #expect(try await site.jobs.runNext() == false)
            #expect(try await site.count("registry_\(list.type)") == list.count)
            #expect(try await site.count("records_import") == 1)
            let account = try #require(try await site.access.visitor(token).account?.id.number)
            // PostgreSQL does not give the numbers of a preview again.
            let (batch, first) = try await site.database.read { db in
                (
                    try db.one("SELECT id FROM records_import") { try $0[0] as Int64 },
                    try db.one("SELECT min(id) FROM registry_\(described: list.type)") { try $0[0] as Int64 }
                )
            }
            let named: SQL =
                "account_id = \(account) AND batch_id = \(batch) AND action = 'added' AND body_id IS NOT NULL"
            #expect(try await site.count("records_change", "\(named) AND type = \(list.type)") == list.count)
            let stored = try await site.get("\(path)?fate=added", as: token)
            #expect(try stored.count(.added) == list.count)
            #expect(stored.text.contains("href=\"/\(list.type)s/\(first)\""))
            let annotated = try await site.get("\(path)/annotated.xlsx", as: token)
            #expect(try Workbook.open(bytes: annotated.bytes).sheets.isEmpty == false)
            #expect(try await site.get("\(path)/original.xlsx", as: token).bytes == file)

            // The same file again would change nothing.
            let again = try await site.read(file, list.type, as: token)
            let repeated = try await site.get(again, as: token)
            #expect(try repeated.count(.unchanged) == list.count)
            #expect(!repeated.text.contains("\(again)/apply"))

            #expect(try await site.post("\(path)/undo", as: token).status == 422)
            #expect(try await site.post("\(path)/undo", as: token, ["reason": "nhập nhầm tệp"]).status == 303)
            #expect(try await site.post("\(path)/undo", as: token, ["reason": "nhập nhầm tệp"]).status == 303)
            #expect(try await site.jobs.runNext() == true)
            #expect(try await site.jobs.runNext() == false)
            #expect(try await site.count("registry_\(list.type)") == 0)
            let reasoned: SQL = "action = 'withdrawn' AND reason = 'nhập nhầm tệp' AND account_id = \(account)"
            #expect(try await site.count("records_change", "\(reasoned) AND type = \(list.type)") == list.count)
            #expect(try await site.get(path, as: token).text.contains("nhập nhầm tệp"))
            #expect(try await site.get("/\(list.type)s/\(first)", as: token).status == 404)

            // New records do not get the numbers, and with them the history, of those that are gone.
            let third = try await site.read(file, list.type, as: token)
            _ = try await site.post("\(third)/apply", as: token)
            #expect(try await site.jobs.runNext() == true)
            #expect(try await site.count("registry_\(list.type)", "id >= \(first + Int64(list.count))") == list.count)
            let findings = try await site.database.read { db in
                try integrityFindings(of: Cooperative.self, in: db) + integrityFindings(of: Group.self, in: db)
            }
            #expect(findings == [])
        }
    }

    @Test("set changed fields back to what they were", arguments: TestEngine.all)
    func restored(engine: TestEngine) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let headings = ["Tên HTX", "Xã", "Huyện", "Họ tên giám đốc", "Tổng số thành viên", "Số điện thoại"]
            let first = try ImportSite.workbook(
                headings, [["HTX Kim Long", "Bạch Đằng", "Tân Uyên", "Nguyễn Văn An", "40", "0912345678"]])
            let second = try ImportSite.workbook(
                headings, [["HTX Kim Long", "Bạch Đằng", "Tân Uyên", "Trần Thị Bình", "41", "0987654321"]])
            for file in [first, second] {
                let path = try await site.read(file, as: token)
                _ = try await site.post("\(path)/apply", as: token)
                try await site.jobs.runNext()
            }
            #expect(try await site.count("registry_officer") == 2)
            _ = try await site.post("/imports/2/undo", as: token, ["reason": "sai kỳ"])
            try await site.jobs.runNext()
            let (cooperative, officers, members) = try await site.database.read { db in
                (
                    try Cooperative.list(where: "1 = 1", in: db), try Officer.list(where: "1 = 1", in: db),
                    try db.all("SELECT members FROM registry_headcount") { try $0[0] as Int }
                )
            }
            #expect(cooperative.map(\.phone?.text) == ["0912345678"])
            #expect(officers.map(\.name) == ["Nguyễn Văn An"])
            #expect(officers.map(\.validTo) == [nil])
            #expect(members == [40])
            let path = try await site.get("/imports/2", as: token).text
            #expect(path.contains("sai kỳ"))
            let findings = try await site.database.read { db in
                try integrityFindings(of: Cooperative.self, in: db) + integrityFindings(of: Officer.self, in: db)
            }
            #expect(findings == [])
        }
    }

    @Test("do not undo what something was built upon since, and say what", arguments: TestEngine.all)
    func hindered(engine: TestEngine) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let path = try await site.read(ImportSite.example("htx-2024-06.xlsx"), as: token)
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            let act = Act(at: WallClock.system.now(), origin: "web")
            let ids = try await site.database.write { db in
                let ids = try db.all("SELECT id FROM registry_cooperative ORDER BY id") { try $0[0] as Cooperative.ID }
                let cooperative = try Cooperative.find(ids[4], in: db)
                var changed = cooperative
                changed.address = "Ấp 3"
                try db.update(changed, from: cooperative, by: act)
                // A record of another kind that names one of the import.
                var officer = Officer()
                officer.cooperative = ids[8]
                officer.name = "Lê Văn Soát"
                officer.role = .supervisor
                try db.insert(officer, by: act)
                return ids
            }
            _ = try await site.post("\(path)/undo", as: token, ["reason": "nhập nhầm"])
            try await site.jobs.runNext()
            #expect(try await site.count("registry_cooperative") == 84)
            #expect(try await site.count("records_change", "action = 'withdrawn'") == 0)
            let page = try await site.get(path, as: token).text
            #expect(page.contains("href=\"/cooperatives/\(ids[4])\">Hợp tác xã"))
            #expect(page.contains("href=\"/cooperatives/\(ids[8])\">Cán bộ quản lý"))
            #expect(!page.contains("href=\"/cooperatives/\(ids[6])\">Hợp tác xã"))
        }
    }

    @Test("store exactly what was previewed, or nothing", arguments: TestEngine.all)
    func promise(engine: TestEngine) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let file = try ImportSite.workbook(
                ["Tên HTX", "Xã", "Huyện"],
                [["HTX Kim Long", "Bạch Đằng", "Tân Uyên"], ["HTX Tân Mỹ", "Tân Mỹ", "Bắc Tân Uyên"]])
            let (one, two) = (try await site.read(file, as: token), try await site.read(file, as: token))
            for path in [one, two] { _ = try await site.post("\(path)/apply", as: token) }
            while try await site.jobs.runNext() {}
            // The first added what the second had promised to add.
            #expect(try await site.count("registry_cooperative") == 2)
            let late = try await site.get(two, as: token).text
            #expect(late.contains("role=\"alert\""))
            #expect(late.contains("action=\"\(two)/read\""))
            _ = try await site.post("\(two)/read", as: token)
            try await site.jobs.runNext()
            #expect(try await site.get(two, as: token).count(.unchanged) == 2)
        }
    }

    @Test("are nobody's but those of whoever brought the file in, and of who reads everything") func foreign()
        async throws
    {
        try await ImportSite.with { site in
            let own = try await site.signIn("department_officer", unit: "79")
            let path = try await site.read(ImportSite.example("tht-2024-06.xlsx"), "group", as: own)
            let pages = [path, "\(path)/progress", "\(path)/annotated.xlsx", "\(path)/original.xlsx"]
            for role in ["department_officer", "unit_officer", "association_officer", "approving_leader"] {
                let token = try await site.signIn(role, unit: "79")
                for page in pages { #expect(try await site.get(page, as: token).status == 404, "\(role) \(page)") }
                #expect(try await !site.get("/imports", as: token).text.contains(path))
                for step in ["apply", "undo", "read", "columns", "answers"] {
                    let answer = try await site.post("\(path)/\(step)", as: token, ["reason": "x"])
                    #expect(answer.status == (role == "approving_leader" ? 403 : 404), "\(role) \(step)")
                }
            }
            let auditor = try await site.signIn("auditor")
            for page in pages[..<2] { #expect(try await site.get(page, as: auditor).status == 200, "\(page)") }
            #expect(try await site.get("/imports", as: auditor).text.contains("href=\"\(path)\""))
            #expect(try await site.post("\(path)/apply", as: auditor).status == 403)
            #expect(try await !site.get(path, as: auditor).text.contains("\(path)/apply"))
            #expect(try await site.jobs.runNext() == false)
            #expect(try await site.get("/imports", as: own).text.contains("href=\"\(path)\""))
            #expect(try await site.get("/imports/99", as: own).status == 404)
            #expect(try await site.get("/imports/x", as: own).status == 404)
        }
    }

    @Test("refuse what is no workbook, of no type, or too large, and keep what was chosen") func hostile()
        async throws
    {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let file = try ImportSite.example("tht-2024-06.xlsx")
            for (content, reason) in [
                (Array("%PDF-1.7".utf8), "workbook.not-a-workbook"), ([], "workbook.empty-file"),
                (Array(file.prefix(9000)), "archive"), (Array("PK\u{3}\u{4}".utf8), "archive"),
            ] as [([UInt8], String)] {
                let answer = try await site.upload(content, "group", asOf: "30/06/2024", as: token)
                #expect(answer.status == 422, "\(reason)")
                #expect(answer.text.contains("<option value=\"group\" selected>"))
                #expect(answer.text.contains("value=\"30/06/2024\""))
                #expect(answer.text.contains("role=\"alert\""))
            }
            #expect(try await site.upload(file, "unit", as: token).status == 422)
            #expect(try await site.upload(file, "", as: token).status == 422)
            #expect(try await site.upload(file, "group", asOf: "30/02/2024", as: token).status == 422)
            #expect(try await site.upload([], "group", name: "", as: token).status == 422)
            let huge = [UInt8](repeating: 65, count: 32 * 1024 * 1024)
            #expect(try await site.upload(huge, as: token).status == 413)
            #expect(try await site.post("/imports", as: token, ["type": "group"]).status == 415)
            #expect(try await site.upload(file, "group", as: nil).location == "/sign-in")
            // An association brings groups in and nothing else.
            let association = try await site.signIn("association_officer", unit: "79", founder: .farmersUnion)
            #expect(try await site.upload(file, "cooperative", as: association).status == 403)
            #expect(try await site.count("records_upload") == 0)
            #expect(try await site.count("records_file") == 0)
        }
    }

    @Test("show every finding of a broken file, page by page, and store the rest") func broken() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let path = try await site.read(
                ImportSite.example("htx-2024-06-broken.xlsx"), asOf: "30/06/2024", as: token)
            let (kept, codes) = try await site.database.read { db in
                (
                    try db.one("SELECT count(*) FROM records_upload_finding") { try $0[0] as Int },
                    try db.all("SELECT DISTINCT code FROM records_upload_finding") { try $0[0] as String }
                )
            }
            #expect(kept > 30)
            #expect(codes.count > 20)
            var (page, seen, next) = (try await site.get(path, as: token), 0, true)
            while next {
                let after = try #require(page.text.components(separatedBy: "id=\"findings\"").dropFirst().first)
                let part = after.components(separatedBy: "</section>")[0]
                seen += part.components(separatedBy: "<tr><td data-label").count - 1
                #expect(!part.contains("⟦"))
                let link = part.firstMatch(of: /rel="next" href="([^"#]+)#findings"/)
                next = link != nil
                if let link { page = try await site.get(String(link.1).replacing("&amp;", with: "&"), as: token) }
            }
            #expect(seen == kept)
            let page1 = try await site.get("\(path)?severity=error&fate=refused", as: token)
            #expect(page1.status == 200)
            let (added, refused) = (try #require(try page1.count(.added)), try #require(try page1.count(.refused)))
            #expect(added > 0)
            #expect(refused > 0)
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            #expect(try await site.count("registry_cooperative") == added)
            let bad = try await site.get("\(path)/annotated.xlsx?bad=1", as: token)
            #expect(try Workbook.open(bytes: bad.bytes).sheets.isEmpty == false)
            #expect(bad.headers[.contentDisposition]?.contains("import-1-bad.xlsx") == true)
        }
    }

    @Test("read a column as a person says, and remember it for the organisation's next file") func mapping()
        async throws
    {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let headings = ["Tên HTX", "Xã", "Huyện", "Người cầm trịch", "Địa chỉ"]
            let row = ["HTX Kim Long", "Bạch Đằng", "Tân Uyên", "Nguyễn Văn An", "Ấp 3"]
            let path = try await site.read(ImportSite.workbook(headings, [row]), as: token)
            let page = try await site.get(path, as: token).text
            #expect(page.contains("name=\"column:nguoi cam trich\""))
            let said = ["column:nguoi cam trich": "director", "column:dia chi": "-"]
            #expect(try await site.post("\(path)/columns", as: token, ["column:dia chi": "no_such"]).status == 400)
            #expect(try await site.post("\(path)/columns", as: token, said).status == 303)
            // While it is being read it cannot be stored.
            #expect(try await site.post("\(path)/apply", as: token).status == 409)
            try await site.jobs.runNext()
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            let stored = try await site.database.read { db in
                (try Officer.list(where: "1 = 1", in: db).map(\.name), try Cooperative.find(1, in: db).address)
            }
            #expect(stored.0 == ["Nguyễn Văn An"])
            #expect(stored.1 == nil)

            let next = try await site.read(
                ImportSite.workbook(headings, [["HTX Tân Mỹ", "Tân Mỹ", "Bắc Tân Uyên", "Lê Thị Hoa", "Ấp 1"]]),
                as: token)
            let proposed = try await site.get(next, as: token).text
            #expect(proposed.contains("<option value=\"director\" selected>"))
            #expect(proposed.contains("<option value=\"-\" selected>"))
            // Another organisation has its own.
            let other = try await site.signIn("department_officer", unit: "79")
            let fresh = try await site.read(ImportSite.workbook(headings, [row]), as: other)
            #expect(try await !site.get(fresh, as: other).text.contains("<option value=\"director\" selected>"))
        }
    }

    @Test("find a table whose headings only a person knows") func unknownHeadings() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let file = try ImportSite.workbook(
                ["Danh xưng", "Nơi chốn", "Vùng"], [["HTX Kim Long", "Bạch Đằng", "Tân Uyên"]])
            let path = try await site.read(file, as: token)
            #expect(try await site.get(path, as: token).count(.added) == 0)
            let said = ["column:danh xung": "name", "column:noi chon": "commune", "column:vung": "district"]
            _ = try await site.post("\(path)/columns", as: token, said)
            try await site.jobs.runNext()
            #expect(try await site.get(path, as: token).count(.added) == 1)
        }
    }

    @Test("ask for the day where the file does not say it") func day() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let folder = try TestFolder()
            defer { folder.remove() }
            let writer = try WorkbookWriter(folder.path + "/a.xlsx", created: Instant(milliseconds: 0))
            try writer.sheet("A", columns: ["Tên HTX", "Xã", "Huyện"].map { WorkbookColumn($0) })
            try writer.row(["HTX Kim Long", "Bạch Đằng", "Tân Uyên"].map { .text($0) })
            try writer.close()
            let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.xlsx")))
            let path = try await site.read(file, as: token)
            let page = try await site.get(path, as: token).text
            #expect(page.contains("role=\"alert\""))
            #expect(page.contains("name=\"as_of\""))
            _ = try await site.post("\(path)/columns", as: token, ["as_of": "30/06/2024"])
            try await site.jobs.runNext()
            let read = try await site.get(path, as: token)
            #expect(try read.count(.added) == 1)
            #expect(read.text.contains("30/06/2024"))
        }
    }

    @Test("ask which record a row means, and remember the answer") func answers() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let act = Act(at: WallClock.system.now(), origin: "cli")
            try await site.database.write { db in
                let unit = try #require(
                    try Gazetteer(db).units(.commune, on: "2024-06-30").first { $0.name == "Bạch Đằng" })
                for code in ["1", "2"] {
                    var cooperative = Cooperative()
                    cooperative.name = "HTX Kim Long"
                    cooperative.unit = unit.id
                    cooperative.registrationNumber = Code("46.07.00000\(code)")
                    try db.insert(cooperative, by: act)
                }
            }
            let file = try ImportSite.workbook(
                ["Tên HTX", "Xã", "Huyện", "Địa chỉ"], [["HTX Kim Long", "Bạch Đằng", "Tân Uyên", "Ấp 3"]])
            let path = try await site.read(file, as: token)
            let page = try await site.get(path, as: token)
            #expect(try page.count(.asked) == 1)
            let place = try #require(page.text.firstMatch(of: /name="answer:([^"]+)"/)).1
            #expect(page.text.contains("<option value=\"2\">"))
            #expect(try await site.post("\(path)/answers", as: token, ["answer:Danh sách!999": "new"]).status == 400)
            #expect(try await site.post("\(path)/answers", as: token, ["answer:\(place)": "2"]).status == 303)
            try await site.jobs.runNext()
            #expect(try await site.get(path, as: token).count(.changed) == 1)
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            #expect(try await site.database.read { try Cooperative.find(2, in: $0).address } == "Ấp 3")
            #expect(try await site.count("registry_cooperative") == 2)
        }
    }

    @Test("propose a record with nearly the name, and take it only when told") func near() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let headings = ["Tên HTX", "Xã", "Huyện", "Địa chỉ"]
            let first = try await site.read(
                ImportSite.workbook(headings, [["HTX Kim Long", "Bạch Đằng", "Tân Uyên", "Ấp 3"]]), as: token)
            _ = try await site.post("\(first)/apply", as: token)
            try await site.jobs.runNext()
            let path = try await site.read(
                ImportSite.workbook(headings, [["HTX Kim Lonng", "Bạch Đằng", "Tân Uyên", "Ấp 4"]]), as: token)
            let page = try await site.get(path, as: token)
            #expect(try page.count(.added) == 1)
            let place = try #require(page.text.firstMatch(of: /name="answer:([^"]+)"/)).1
            // What is not proposed is not taken.
            _ = try await site.post("\(path)/answers", as: token, ["answer:\(place)": "77"])
            try await site.jobs.runNext()
            #expect(try await site.get(path, as: token).count(.added) == 1)
            _ = try await site.post("\(path)/answers", as: token, ["answer:\(place)": "1"])
            try await site.jobs.runNext()
            #expect(try await site.get(path, as: token).count(.changed) == 1)
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            let stored = try await site.database.read { try Cooperative.list(where: "1 = 1", in: $0) }
            #expect(stored.map(\.name) == ["HTX Kim Lonng"])
            #expect(stored.map(\.earlierNames) == ["HTX Kim Long"])
        }
    }

    @Test("let a unit officer add and change records of the unit only", arguments: TestEngine.all)
    func scope(engine: TestEngine) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("unit_officer", unit: "25906")
            let file = try ImportSite.example("htx-2024-06.xlsx")
            let path = try await site.read(file, as: token)
            let page = try await site.get("\(path)?severity=error", as: token)
            let today = WallClock.system.today()
            let own = try #require(try page.count(.added))
            #expect(own > 0)
            #expect(try page.count(.refused) == 84 - own)
            #expect(page.text.contains("nằm ngoài phạm vi phụ trách"))
            _ = try await site.post("\(path)/apply", as: token)
            try await site.jobs.runNext()
            let inside: SQL = "unit_id IN (\(units(under: "25906", on: today)))"
            #expect(try await site.count("registry_cooperative") == own)
            #expect(try await site.count("registry_cooperative", inside) == own)

            // The whole list comes in; then the officer may not touch the others, nor give one of their own away.
            let head = try await site.signIn("department_officer", unit: "79")
            let whole = try await site.read(file, as: head)
            _ = try await site.post("\(whole)/apply", as: head)
            try await site.jobs.runNext()
            #expect(try await site.count("registry_cooperative") == 84)
            let (mine, other) = try await site.database.read { db in
                (
                    try Cooperative.list(where: "\(inside) AND tax_code IS NOT NULL ORDER BY id", in: db)[0],
                    try Cooperative.list(where: "NOT (\(inside)) AND tax_code IS NOT NULL ORDER BY id", in: db)[0]
                )
            }
            let rows = [
                [other.name, "Bạch Đằng", "Tân Uyên", other.taxCode?.text ?? "", "Ấp thử 1"],
                [mine.name, "Bạch Đằng", "Tân Uyên", mine.taxCode?.text ?? "", "Ấp thử 2"],
            ]
            let attempt = try await site.read(
                ImportSite.workbook(["Tên HTX", "Xã", "Huyện", "Mã số thuế", "Địa chỉ"], rows), as: token)
            #expect(try await site.get(attempt, as: token).count(.refused) == 2)
            #expect(try await site.count("registry_cooperative", "address IN ('Ấp thử 1', 'Ấp thử 2')") == 0)
        }
    }

    @Test("use the rights that the account has when the work is done") func rightsLost() async throws {
        try await ImportSite.with { site in
            let token = try await site.signIn("unit_officer", unit: "25906")
            let path = try await site.read(ImportSite.example("tht-2024-06.xlsx"), "group", as: token)
            _ = try await site.post("\(path)/apply", as: token)
            let account = try #require(try await site.access.visitor(token).account?.id.number)
            try await site.database.write { try $0.run("DELETE FROM access_holding WHERE account_id = \(account)") }
            try await site.jobs.runNext()
            #expect(try await site.count("registry_group") == 0)
            #expect(try await site.count("persistence_job", "state = 'failed' AND failure = 'access.forbidden'") == 1)
        }
    }

    @Test("stop what is being done, of which nothing is stored", arguments: TestEngine.all)
    func cancelled(engine: TestEngine) async throws {
        try await ImportSite.with(engine) { site in
            let token = try await site.signIn("department_officer", unit: "79")
            let file = try ImportSite.example("htx-2024-06.xlsx")
            let path = try await site.upload(file, "cooperative", name: "a.xlsx", as: token).location
            #expect(try await site.get(path, as: token).text.contains("action=\"\(path)/cancel\""))
            let other = try await site.signIn("unit_officer", unit: "25906")
            #expect(try await site.post("\(path)/cancel", as: other).status == 404)
            #expect(try await site.post("\(path)/cancel", as: token).location == path)
            #expect(try await site.jobs.runNext() == false)
            let stopped = try await site.get(path, as: token).text
            #expect(stopped.contains("Việc đọc tệp đã được dừng lại."))
            #expect(stopped.contains("action=\"\(path)/read\""))
            _ = try await site.post("\(path)/read", as: token)
            #expect(try await site.jobs.runNext() == true)
            _ = try await site.post("\(path)/apply", as: token)
            #expect(try await site.post("\(path)/cancel", as: token).status == 303)
            #expect(try await site.jobs.runNext() == false)
            #expect(try await site.count("registry_cooperative") == 0)
            // It can be stored after all, and then there is nothing to stop.
            _ = try await site.post("\(path)/apply", as: token)
            #expect(try await site.jobs.runNext() == true)
            _ = try await site.post("\(path)/cancel", as: token)
            #expect(try await site.count("registry_cooperative") == 84)
            #expect(!(try await site.get(path, as: token).text.contains("\(path)/cancel")))
        }
    }

    @Test("give the file to whoever brought it in, and to others for a reason or not at all") func original()
        async throws
    {
        try await ImportSite.with(.sqlite) { site in
            let token = try await site.signIn("unit_officer", unit: "25906")
            let file = try ImportSite.example("htx-2024-06.xlsx")
            let path = try await site.read(file, "cooperative", as: token)
            let auditor = try await site.signIn("auditor")
            let department = try await site.signIn("department_officer")
            for other in [auditor, department] {
                #expect(try await site.get(path, as: other).status == 200)
                for name in ["original.xlsx", "annotated.xlsx"] {
                    #expect(try await site.get("\(path)/\(name)", as: other).status == 403)
                }
            }
            #expect(!(try await site.get(path, as: auditor).text.contains("original.xlsx")))
            #expect(try await site.post("\(path)/original.xlsx", as: auditor, ["reason": "kiểm tra"]).status == 403)
            #expect(try await site.post("\(path)/original.xlsx", as: department, ["reason": " "]).status == 422)
            let opened = try await site.post("\(path)/original.xlsx", as: department, ["reason": "kiểm tra"])
            #expect(opened.bytes == file)
            let noted = try await site.database.read { try Change.list(of: "import", 1, in: $0) }
            #expect(noted.map(\.action) == [.unmasked] && noted.map(\.reason) == ["kiểm tra"])
        }
    }
}
