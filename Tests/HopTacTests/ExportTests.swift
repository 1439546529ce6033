import Access
import Documents
import Foundation
import HTTPTypes
import Kernel
import NIOCore
import Persistence
import Records
import Registry
import TestSupport
import Testing
import Web

@testable import HopTac

@Suite("An export of everything") struct ExportTests {
    /// The rows of each file, below its head.
    private func export(_ role: String, reason: String? = nil) async throws -> (
        files: [String: [[String]]], viewer: Viewer
    ) {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn(role)
        let viewer = try #require(try await site.access.visitor(token).viewer)
        let folder = try TestFolder()
        defer { folder.remove() }
        let export = WholeExport(viewer: viewer, t: Wiring.texts(.en), reason: reason)
        let files = try await site.database.read { try export.write(to: folder.path, in: $0) }
        var read: [String: [[String]]] = [:]
        for file in files {
            #expect(try sha256Hex(ofFile: file.path) == file.sha256)
            var reader = CsvReader(try Files.bytes(file.path))
            var rows: [[String]] = []
            while let row = try reader.next() { rows.append(row) }
            #expect(rows.count == file.rows + 1, "\(file.name)")
            read[file.name] = Array(rows.dropFirst())
        }
        return (read, viewer)
    }

    private func count(_ sql: SQL) async throws -> Int {
        try await WholeSite.sample.value.database.read { try $0.one(sql) { try $0[0] as Int } }
    }

    @Test("gives an auditor every record of every type with its history, and nothing personal") func auditor()
        async throws
    {
        let (files, _) = try await export("auditor")
        #expect(
            Set(files.keys)
                == Set(
                    ExportTable.all.map { "\($0.type).csv" } + [
                        "unit.csv", "history.csv", "columns.csv", "contents.csv",
                    ]))
        #expect(files["cooperative.csv"]?.count == 84)
        #expect(files["group.csv"]?.count == 180)
        #expect(files["unit.csv"]?.count == 228)
        #expect(files["contents.csv"]?.count == files.count - 1)
        #expect(files["history.csv"]?.filter { $0[5] == "cooperative" && $0[7] == "added" }.count == 84)
        let phones = try await WholeSite.sample.value.database.read { db in
            try db.all("SELECT phone FROM registry_cooperative WHERE phone IS NOT NULL") { try $0[0] as String }
        }
        #expect(phones.count > 10)
        let text = files.values.flatMap { $0 }.flatMap { $0 }.joined(separator: "\n")
        for phone in phones { #expect(!text.contains(phone), "\(phone)") }
        #expect(!text.contains("@example.vn"))
        #expect(text.contains(masked(phones[0])))
        // A reason opens nothing to who may not read it.
        let (reasoned, viewer) = try await export("auditor", reason: "curious")
        #expect(!reasoned.values.flatMap { $0 }.flatMap { $0 }.contains(phones[0]))
        #expect(!WholeExport(viewer: viewer, t: Wiring.texts(.en), reason: "curious").opens)
    }

    @Test("gives an officer of a commune the records of the commune and their history alone") func scope() async throws
    {
        let site = try await WholeSite.sample.value
        let (files, viewer) = try await export("unit_officer")
        #expect(files["account.csv"] == nil && files["role.csv"] == nil && files["holding.csv"] == nil)
        let day = WallClock.system.today()
        let inside: SQL = "unit_id IN (\(units(under: "25906", on: day)))"
        let cooperatives = try #require(files["cooperative.csv"])
        #expect(cooperatives.count == (try await count("SELECT count(*) FROM registry_cooperative WHERE \(inside)")))
        #expect(cooperatives.contains { $0[0] == "\(site.own)" })
        #expect(!cooperatives.contains { $0[0] == "\(site.foreign)" })
        let ids = Set(cooperatives.map { $0[0] })
        let history = try #require(files["history.csv"])
        #expect(Set(history.filter { $0[5] == "cooperative" }.map { $0[6] }) == ids)
        #expect(!history.contains { $0[5] == "account" || $0[5] == "backup" })
        let parts = try #require(files["headcount.csv"])
        let parents = try await count(
            "SELECT count(*) FROM registry_headcount h WHERE h.cooperative_id IN (SELECT id FROM registry_cooperative WHERE \(inside))"
        )
        #expect(parts.count == parents && parents > 0)
        // With a reason the phones of these, which the officer may read.
        let (open, _) = try await export("unit_officer", reason: "checking phone numbers")
        let phones = try await site.database.read { db in
            try db.all("SELECT phone FROM registry_cooperative WHERE phone IS NOT NULL AND \(inside)") {
                try $0[0] as String
            }
        }
        let text = open.values.flatMap { $0 }.flatMap { $0 }.joined(separator: "\n")
        for phone in phones { #expect(text.contains(phone)) }
        #expect(WholeExport(viewer: viewer, t: Wiring.texts(.en), reason: "x").opens)
        #expect(!WholeExport(viewer: viewer, t: Wiring.texts(.en), reason: nil).opens)
    }

    @Test("of an association has the groups that it founded and no cooperative") func association() async throws {
        let (files, _) = try await export("association_officer")
        #expect(files["group.csv"]?.count == 97)
        #expect(files["cooperative.csv"] == nil && files["officer.csv"] == nil)
        #expect(Set(files["history.csv"]?.map { $0[5] } ?? []) == ["group", "group_headcount"])
    }

    @Test("comes from the page as a zip, with a row of history where it shows personal data") func page() async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("department_officer")
        let account = try #require(try await site.access.visitor(token).account)
        func unmaskings() async throws -> [String?] {
            try await site.database.read { db in
                try db.all("SELECT reason FROM records_change WHERE action = 'unmasked' AND record_id = \(account.id)")
                { try $0[0] as String? }
            }
        }
        #expect(try await site.get("/export", as: token).text.contains("name=\"reason\""))
        for (form, notes) in [("reason=%20", []), ("reason=Thanh%20tra", ["Thanh tra"])] as [(String, [String?])] {
            let answer = try await site.ask(.post, "/export", as: token, form: form)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/zip")
            #expect(answer.headers[.contentDisposition]?.contains(".zip\"") == true)
            #expect(answer.text.hasPrefix("PK"))
            for name in ["cooperative.csv", "history.csv", "contents.csv"] { #expect(answer.text.contains(name)) }
            #expect(!answer.text.contains("account.csv"))
            #expect(try await unmaskings() == notes)
        }
        let auditor = try await site.signIn("auditor")
        #expect(!(try await site.get("/export", as: auditor).text.contains("name=\"reason\"")))
        let member = try await site.signIn("member")
        #expect(try await site.ask(.post, "/export", as: member, form: "").status == 403)
        #expect(!(try await site.get("/", as: member).text.contains("href=\"/export\"")))
    }

    @Test("goes into a new folder by the program, for an account that is named") func program() async throws {
        try await Program.with(isFilled: true) { hoptac in
            _ = try await hoptac("account", "add", "Tuấn", "--email", "tuan@example.vn", "--role", "auditor")
            _ = try await hoptac("account", "add", "Không", "--email", "khong@example.vn")
            let ending = try await hoptac("export-all", "out", "--account", "tuan@example.vn")
            #expect(ending.status == 0, "\(ending.error)")
            #expect(ending.output.contains("cooperative.csv\t84\n"))
            let lines = try String(contentsOfFile: hoptac.folder.path + "/out/cooperative.csv", encoding: .utf8)
            #expect(lines.split(separator: "\r\n").count == 85)
            for (arguments, code) in [
                (["out", "--account", "tuan@example.vn"], "export.folder-taken"),
                (["new", "--account", "none@example.vn"], "account.missing"),
                (["new", "--account", "khong@example.vn"], "access.forbidden"),
            ] {
                let ending = try await hoptac(["export-all"] + arguments)
                #expect(ending.status == 3 && ending.error.contains("[\(code)]"), "\(ending.error)")
            }
            #expect(!FileManager.default.fileExists(atPath: hoptac.folder.path + "/new"))
            _ = try await hoptac("account", "end", "tuan@example.vn")
            #expect(
                try await hoptac("export-all", "new", "--account", "tuan@example.vn").error.contains("[account.ended]"))
        }
    }

    @Test("writes the same on both engines, and the page of operation reads the same", arguments: TestEngine.all)
    func engines(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Wiring.migrations) { database in
            let folder = try TestFolder()
            defer { folder.remove() }
            let now = WallClock.standing(at: "2026-11-27").now()
            let act = Act(at: now, origin: "cli", reason: "=1+1")
            try await database.write { db in
                var account = UserAccount()
                account.name = "Lan \"Một\", xã"
                account.phone = "0912345678"
                try db.insert(account, by: act)
                let manifest = try JSONDecoder().decode(
                    BackupManifest.self,
                    from: Data(
                        """
                        {"format": 1, "program": "x", "engine": "x", "takenAt": 5, "bytes": 6, "sha256": "ab",
                        "inventory": {"tables": {"registry_group": 1}, "lastChange": 1, "history": ""}}
                        """.utf8))
                try ProvenBackup.record("/b", manifest, by: act, in: db)
            }
            let backup = try #require(try await database.read { try ProvenBackup.list(1, in: $0).first })
            #expect(backup.file == "/b" && backup.bytes == 6 && backup.counts == ["registry_group": 1])
            #expect(backup.provenAt == now && backup.takenAt == Instant(milliseconds: 5))
            for (reason, phone) in [(nil, masked("0912345678")), ("why", "0912345678")] {
                let export = WholeExport(
                    viewer: .system(today: "2026-11-27"), t: Wiring.texts(.vi), reason: reason)
                let path = folder.path + "/\(reason ?? "masked")"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let files = try await database.read { try export.write(to: path, in: $0) }
                #expect(files.count == ExportTable.all.count + 4)
                let accounts = try Files.text(path + "/account.csv")
                #expect(accounts.contains("\r\n1,1,\"Lan \"\"Một\"\", xã\",,\(phone),,\r\n"))
                let history = try Files.text(path + "/history.csv")
                #expect(history.contains("1,2026-11-27T05:00:00.000Z,,,cli,account,1,added,,"))
                // What a spreadsheet would run as a formula stays words.
                #expect(history.contains(",'=1+1,"))
                #expect(history.contains(",backup,1,added,"))
                #expect(history.contains("\"\"phone\"\":\"\"\(phone)\"\""))
            }
        }
    }
}
