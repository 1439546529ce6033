import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("The program") struct ProgramTests {
    @Test("goes from nothing to the province's figures, and a second time changes nothing") func situation()
        async throws
    {
        try await Program.with { hoptac in
            let examples = Program.examples
            #expect(try await hoptac("init").output.contains("hoptac.sqlite"))
            let again = try await hoptac("init")
            #expect(again.status == 0)
            #expect(again.output.contains("không thay đổi gì"))
            #expect(try await hoptac("units", "load").output.contains("228"))
            #expect(try await hoptac("units", "load").output.contains("không thay đổi gì"))

            let list = "\(examples)/htx-2024-06.xlsx"
            let preview = try await hoptac("import", list, "--json").object()
            #expect(preview["added"] as? Int == 84)
            #expect(preview["applied"] as? Bool == false)
            #expect(try await hoptac("list", "cooperative", "--as-of", "2024-06-30", "--json").output == "")
            let applied = try await hoptac("import", list, "--apply", "--json").object()
            #expect(applied["added"] as? Int == 84)
            #expect(applied["applied"] as? Bool == true)
            #expect(applied["as_of"] as? String == "2024-06-30")
            let repeated = try await hoptac("import", list, "--apply", "--json").object()
            #expect(repeated["added"] as? Int == 0)
            #expect(repeated["changed"] as? Int == 0)
            #expect(repeated["unchanged"] as? Int == 84)
            let groups = try await hoptac(
                "import", "\(examples)/tht-2024-06.xlsx", "--type", "group", "--apply", "--json")
            #expect(groups.status == 0)
            #expect(try groups.object()["added"] as? Int == 180)

            let report = try await hoptac("report", "situation", "--as-of", "2024-06-30", "--output", "r.json")
            #expect(report.status == 0)
            let data = try Data(contentsOf: URL(fileURLWithPath: hoptac.folder.path + "/r.json"))
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(object["as_of"] as? String == "2024-06-30")
            let figures = try #require(object["figures"] as? [[String: Any]])
            let values = Dictionary(
                figures.map { ($0["id"] as? String ?? "", $0["value"] as? Int) },
                uniquingKeysWith: { first, _ in first })
            // Plan 5346/KH-UBND, part 1.I.
            for (id, value) in [
                "cooperatives": 84, "cooperatives.crop": 18, "cooperatives.livestock": 10, "cooperatives.general": 56,
                "members": 1131, "charter_capital": 247_646_000_000, "groups": 180, "group_members": 1511,
            ] {
                #expect(values[id] == value, "\(id)")
            }
            for form in ["docx", "xlsx", "html"] {
                let file = "r.\(form)"
                #expect(try await hoptac("report", "situation", "--as-of", "2024-06-30", "--output", file).status == 0)
                #expect(FileManager.default.fileExists(atPath: "\(hoptac.folder.path)/\(file)"))
            }
            let page = try String(contentsOfFile: "\(hoptac.folder.path)/r.html", encoding: .utf8)
            #expect(page.contains("tại ngày 30/06/2024 chưa áp dụng"))
        }
    }

    @Test("lists, shows, tells the history of records, checks them, has nothing to upgrade") func records() async throws
    {
        try await Program.with(isFilled: true) { hoptac in
            let crop = try await hoptac(
                "list", "cooperative", "--filter", "kind=crop", "--as-of", "2024-06-30", "--json")
            #expect(try crop.objects().count == 18)
            #expect(try crop.objects().allSatisfy { $0["kind"] as? String == "crop" })
            let csv = try await hoptac("list", "groups", "--as-of", "2024-06-30", "--csv")
            #expect(csv.output.split(whereSeparator: \.isNewline).count == 181)
            let found = try await hoptac("list", "cooperative", "--search", "rau sach", "--json").objects()
            let first = try #require(found.first)
            #expect((first["name"] as? String)?.contains("Rau Sạch") == true)
            let id = try #require(first["id"] as? Int)

            let shown = try await hoptac("show", "cooperative", "\(id)", "--json").object()
            #expect(shown["name"] as? String == first["name"] as? String)
            #expect(shown["version"] as? Int == 1)
            #expect(try await hoptac("show", "cooperative", "\(id)").output.contains("Mã số thuế: "))
            let history = try await hoptac("history", "cooperative", "\(id)", "--json").objects()
            #expect(history.map { $0["action"] as? String } == ["added"])
            #expect((history.first?["after"] as? [String: Any])?["name"] as? String == first["name"] as? String)
            let told = try await hoptac("history", "cooperative", "\(id)").output
            #expect(told.contains("  Tên HTX: HTX Rau Sạch gia đình\n"))
            #expect(told.contains("  Lĩnh vực: Trồng trọt\n"))

            let groups = try await hoptac("history", "group", "--limit", "3", "--json").objects()
            #expect(groups.map { $0["type"] as? String } == ["group", "group", "group"])
            let whole = try await hoptac(
                "history", "--unit", "25906", "--from", "2020-01-01", "--limit", "1000", "--json")
            #expect(try whole.objects().contains { $0["type"] as? String == "charter_capital" })
            #expect(try await hoptac("history", "--to", "2020-01-01").output == "")
            #expect(try await hoptac("history", "--action", "x").error.hasSuffix("[list.no-such-value]\n"))

            let check = try await hoptac("check")
            #expect(check.status == 0)
            #expect(check.output.contains(" 0 "))
            let upgrade = try await hoptac("upgrade")
            #expect(upgrade.status == 0)
            #expect(upgrade.output.contains("đã ở phiên bản này"))
        }
    }

    @Test("says with its exit status that a file has faults, and gives it back marked") func faults() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            _ = try await hoptac("units", "load")
            let broken = "\(Program.examples)/htx-2024-06-broken.xlsx"
            let ending = try await hoptac(
                "import", broken, "--as-of", "2024-06-30", "--apply", "--annotated", "back.xlsx", "--json")
            #expect(ending.status == 1)
            let result = try ending.object()
            #expect((result["refused"] as? Int ?? 0) > 0)
            let findings = try #require(result["findings"] as? [[String: Any]])
            #expect(findings.contains { $0["code"] as? String == "headcount.women-exceed-members" })
            #expect(FileManager.default.fileExists(atPath: hoptac.folder.path + "/back.xlsx"))
            let stored = try await hoptac("list", "cooperative", "--as-of", "2024-06-30", "--json").objects()
            #expect(stored.count == result["added"] as? Int)
        }
    }

    @Test("stores nothing when the marked workbook cannot be written") func unwritableAnswer() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            _ = try await hoptac("units", "load")
            let list = "\(Program.examples)/tht-2024-06.xlsx"
            let ending = try await hoptac(
                "import", list, "--type", "group", "--apply", "--annotated", "none/back.xlsx")
            #expect(ending.status == 3)
            #expect(ending.error.hasSuffix("[file.unwritable]\n"), "\(ending.error)")
            #expect(try await hoptac("list", "group", "--as-of", "2024-06-30", "--json").output == "")
        }
    }

    @Test("reads what is filled into its own template", arguments: ["officer", "union", "cooperative", "group"])
    func template(type: String) async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            #expect(try await hoptac("template", type, "--output", "t.xlsx").status == 0)
            let read = try await hoptac("import", "t.xlsx", "--type", type, "--as-of", "2024-06-30", "--json")
            #expect(read.status == 0)
            let findings = try #require(try read.object()["findings"] as? [[String: Any]])
            #expect(findings.allSatisfy { $0["code"] as? String == "sheet.hidden-unread" })
        }
    }

    // MARK: What goes wrong

    private static let refusals: [(arguments: [String], status: Int32, code: String)] = [
        (["import", "."], 3, "file.unreadable"),
        (["import", "\(Program.examples)/htx-2024-06.xlsx", "--as-of", "2999-01-01"], 3, "import.future-day"),
        (["import", "none.xlsx"], 3, "file.unreadable"), (["import", "text.xlsx"], 3, "workbook.not-a-workbook"),
        (["import", "text.xlsx", "--type", "nonsense"], 2, "command.no-such-type"),
        (["import", "text.xlsx", "--as-of", "31/02/2024"], 2, "command.bad-day"),
        (["list", "nonsense"], 2, "command.no-such-type"),
        (["list", "cooperative", "--filter", "a=b"], 2, "list.no-such-filter"),
        (["list", "cooperative", "--filter", "kind=b"], 2, "list.no-such-value"),
        (["show", "cooperative", "99"], 3, "record.missing"), (["history", "cooperative", "99"], 3, "record.missing"),
        (["show", "nonsense", "1"], 2, "command.no-such-type"),
        (["report", "situation", "--as-of", "hôm qua", "--output", "r.json"], 2, "command.bad-day"),
        (["report", "situation", "--as-of", "2024-06-30", "--output", "r.pdf"], 2, "report.no-such-form"),
        (["report", "situation", "--as-of", "2024-06-30", "--output", "none/r.json"], 3, "file.unwritable"),
        (["list", "cooperative", "--database", "none.sqlite"], 3, "database.missing"),
        (["list", "cooperative", "--database", "text.xlsx"], 3, "persistence.unreadable"),
        (["init", "--database", "none/new.sqlite"], 3, "persistence.unreadable"),
        (["template", "nonsense", "--output", "t.xlsx"], 2, "command.no-such-type"),
        (["template", "officer", "--output", "none/t.xlsx"], 3, "file.unwritable"),
    ]

    @Test("refuses with a message on standard error in the language asked for, and a status")
    func refusals() async throws {
        try await Program.with { program in
            var hoptac = program
            _ = try await hoptac("init")
            try "không phải bảng tính".write(
                toFile: hoptac.folder.path + "/text.xlsx", atomically: true, encoding: .utf8)
            for (arguments, status, code) in Self.refusals {
                hoptac.language = nil
                let vietnamese = try await hoptac(arguments)
                hoptac.language = "en"
                let english = try await hoptac(arguments)
                for ending in [vietnamese, english] {
                    #expect(ending.status == status, "\(arguments) \(ending.error)")
                    #expect(ending.error.hasPrefix("hoptac: "), "\(arguments)")
                    #expect(ending.error.hasSuffix("[\(code)]\n"), "\(arguments) \(ending.error)")
                    #expect(!ending.error.contains("⟦") && !ending.error.contains("{"), "\(ending.error)")
                    #expect(ending.output == "", "\(arguments)")
                }
                #expect(vietnamese.error != english.error, "\(arguments)")
                #expect(
                    vietnamese.error.contains { "àáảãạăâđêôơưèéẻẽẹìíòóọùúýốồộệếềạậấầợ".contains($0) },
                    "\(vietnamese.error)")
            }
        }
    }

    @Test(
        "does not know what was not said to it",
        arguments: [
            ["bogus"], ["import"], ["list"], ["show", "cooperative", "x"],
            ["import", "a.xlsx", "--preview", "--apply"], ["units", "load", "one.csv"],
        ])
    func usage(arguments: [String]) async throws {
        try await Program.with { hoptac in
            let ending = try await hoptac(arguments)
            #expect(ending.status == 2)
            #expect(!ending.error.isEmpty)
            #expect(ending.output == "")
        }
    }

    @Test("leaves a database of a newer version alone") func newer() async throws {
        try await Program.with { hoptac in
            _ = try await hoptac("init")
            let path = hoptac.folder.path + "/hoptac.sqlite"
            let database = try await Database.open(path)
            try await database.write { db in
                _ = try db.run(
                    """
                    INSERT INTO persistence_migration (part, number, title, fingerprint, applied_at)
                    VALUES ('future', 1, 'x', 'x', 1)
                    """)
            }
            await database.close()
            for arguments in [["list", "cooperative"], ["upgrade"], ["init"], ["check"], ["units", "load"]] {
                let ending = try await hoptac(arguments)
                #expect(ending.status == 3, "\(arguments)")
                #expect(ending.error.contains("[persistence.newer-database]"), "\(arguments) \(ending.error)")
            }
        }
    }

    @Test("ends quietly when nobody reads its output any more", arguments: ["--csv", "--json", ""])
    func closedOutput(form: String) async throws {
        try await Program.with(isFilled: true) { hoptac in
            let ending = try await hoptac.piped("list cooperative --as-of 2024-06-30 \(form)", into: "head -1")
            #expect(ending.status == 0)
            #expect(ending.error == "")
        }
    }
}
