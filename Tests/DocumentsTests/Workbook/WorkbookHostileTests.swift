import Documents
import Foundation
import Kernel
import Testing

@Suite("A workbook that is none, or is meant to harm,") struct WorkbookHostileTests {
    /// The code that reading everything ends in; nil when nothing is refused.
    static func code(_ bytes: [UInt8], limits: WorkbookLimits = .standard) -> String? {
        do {
            let workbook = try Workbook.open(bytes: bytes, limits: limits)
            for sheet in workbook.sheets.indices { try workbook.read(sheet: sheet) { _ in } }
            return nil
        } catch let failure as Failure {
            return failure.kind == .invalid ? failure.code : "\(failure.kind) \(failure.code)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "is named for what it is",
        arguments: [
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "workbook.old-format"),
            (
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + "EncryptedPackage".utf8.flatMap { [$0, 0] },
                "workbook.password"
            ),
            (Array("%PDF-1.7".utf8), "workbook.not-a-workbook"), (Array("a;b\n1;2".utf8), "workbook.not-a-workbook"),
            ([], "workbook.empty-file"), ([0x50, 0x4B, 3, 4, 1, 2], "archive.damaged"),
        ] as [([UInt8], String)])
    func kinds(bytes: [UInt8], code: String) { #expect(Self.code(bytes) == code) }

    @Test("is a Word document") func word() throws {
        let office = WorkbookFixture.office
        let root =
            "<Relationships><Relationship Id=\"r\" Type=\"\(office)/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
        let bytes = try WorkbookFixture.workbook(parts: [("_rels/.rels", root), ("word/document.xml", "<document/>")])
        #expect(Self.code(bytes) == "workbook.not-a-workbook")
    }

    @Test(
        "is refused for its XML",
        arguments: [
            ("<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet><sheetData/></worksheet>", "workbook.doctype"),
            (
                "<worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>",
                "workbook.damaged-part"
            ),
            ("<worksheet><sheetData><row></sheetData></worksheet>", "workbook.damaged-part"),
            ("<worksheet><sheetData>", "workbook.damaged-part"), ("", "workbook.missing-part"),
            (" ", "workbook.damaged-part"), ("<worksheet/><worksheet/>", "workbook.damaged-part"),
            ("<html/>", "workbook.damaged-part"),
            (
                "<worksheet><sheetData><row><c r=\"XFE1\"><v>1</v></c></row></sheetData></worksheet>",
                "workbook.damaged-part"
            ),
            (
                "<worksheet><sheetData><row><c r=\"AAAAAAAAAAAAAAAAAAAAAAAA1\"/></row></sheetData></worksheet>",
                "workbook.damaged-part"
            ),
            (
                "<worksheet><sheetData><row><c r=\"ALM1\"><v>1</v></c></row></sheetData></worksheet>",
                "workbook.too-many-columns"
            ),
            (
                "<worksheet><sheetData><row r=\"200001\"><c><v>1</v></c></row></sheetData></worksheet>",
                "workbook.too-many-rows"
            ),
            ("<worksheet><sheetData><row r=\"9\"/><row r=\"8\"/></sheetData></worksheet>", "workbook.damaged-part"),
            (
                "<worksheet><sheetData><row><c t=\"s\"><v>5</v></c></row></sheetData></worksheet>",
                "workbook.damaged-part"
            ),
            ("<worksheet>" + String(repeating: "<a>", count: 200) + "</worksheet>", "workbook.nesting"),
            ("<?xml version='1.0' encoding='utf-16'?><worksheet/>", "workbook.damaged-part"),
            ("<worksheet a=\"" + String(repeating: "x", count: 2_000_000) + "\"/>", "workbook.damaged-part"),
            (
                "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>" + String(repeating: "x", count: 32_768)
                    + "</t></is></c></row></sheetData></worksheet>", "workbook.cell-too-long"
            ),
            (
                "<worksheet><cols>" + String(repeating: "<col hidden='1' min='1' max='16384'/>", count: 50_000)
                    + "</cols></worksheet>", "workbook.damaged-part"
            ),
        ])
    func xml(sheet: String, code: String) throws {
        let bytes = try WorkbookFixture.workbook(parts: [("xl/worksheets/sheet1.xml", sheet)])
        #expect(Self.code(bytes) == code)
    }

    @Test("names the part in which it is damaged") func partName() throws {
        let bytes = try WorkbookFixture.workbook("<row><c></row>")
        let failure = #expect(throws: Failure.self) { try Workbook.open(bytes: bytes).rows(sheet: 0) }
        #expect(failure?.details["part"] == "xl/worksheets/sheet1.xml")
    }

    @Test("may carry formatting far outside, which is passed over") func formattingOutside() throws {
        let bytes = try WorkbookFixture.workbook("<row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>")
        #expect(Self.code(bytes) == nil)
    }

    @Test("is refused for what it would expand to") func bomb() throws {
        var zip = ZipWriter()
        zip.add("xl/workbook.xml", [UInt8](repeating: 32, count: 20_000_000))
        let bytes = try zip.finish()
        #expect(bytes.count < 100_000)
        #expect(Self.code(bytes) == "archive.expands")
        var limits = WorkbookLimits.standard
        limits.archive.ratio = 10_000
        limits.archive.expanded = 19_000_000
        #expect(Self.code(bytes, limits: limits) == "archive.expands")
    }

    @Test("is refused for a size that it denies") func liar() throws {
        var bytes = try WorkbookFixture.workbook("<row><c><v>1</v></c></row>")
        // The expanded size of each entry, in the central directory and in the local headers, becomes 10.
        for (mark, offset) in [([0x50, 0x4B, 1, 2], 24), ([0x50, 0x4B, 3, 4], 22)] as [([UInt8], Int)] {
            for index in bytes.indices.dropLast(50) where Array(bytes[index..<index + 4]) == mark {
                bytes.replaceSubrange(index + offset..<index + offset + 4, with: [10, 0, 0, 0])
            }
        }
        #expect(Self.code(bytes)?.hasPrefix("archive.") == true)
    }

    @Test("is refused for its size, its count of parts and their names") func archive() throws {
        var limits = WorkbookLimits.standard
        limits.archive.archive = 100
        #expect(Self.code(try WorkbookFixture.workbook(), limits: limits) == "workbook.too-big")
        limits = .standard
        limits.archive.entries = 3
        #expect(Self.code(try WorkbookFixture.workbook(), limits: limits) == "archive.too-many-parts")
        for name in ["../../etc/passwd", "/etc/passwd", "xl/../../x", "C:\\x", "xl\\..\\..\\x", "XL/WORKBOOK.XML"] {
            // libzip itself refuses to add a second entry whose name differs in nothing but case over our writer, so
            // the name is put into the bytes afterwards.
            let plain = "x" + String(repeating: "y", count: name.utf8.count - 1)
            let bytes = try WorkbookFixture.workbook(parts: [(plain, "<x/>")])
            #expect(Self.code(bytes.replacing(Array(plain.utf8), with: Array(name.utf8))) == "archive.name", "\(name)")
        }
    }

    @Test("is refused where an entry is encrypted") func encrypted() throws {
        var bytes = try WorkbookFixture.workbook()
        for (mark, offset) in [([0x50, 0x4B, 1, 2], 8), ([0x50, 0x4B, 3, 4], 6)] as [([UInt8], Int)] {
            for index in bytes.indices.dropLast(30) where Array(bytes[index..<index + 4]) == mark {
                bytes[index + offset] |= 1
            }
        }
        #expect(Self.code(bytes) == "archive.encrypted")
    }

    @Test("is refused when it is cut anywhere") func truncated() throws {
        let bytes = try WorkbookFixture.bytes("returns-2023.xlsx")
        for length in stride(from: 8, to: bytes.count, by: 97) {
            #expect(Self.code(Array(bytes[..<length])) != nil, "\(length)")
        }
    }

    @Test("is refused by its path as by its bytes") func path() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).xlsx")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("ngày;số".utf8).write(to: file)
        #expect(throws: Failure(.invalid, "workbook.not-a-workbook", ["format": "CSV, TXT"])) {
            try Workbook.open(file.path)
        }
        #expect(throws: Failure(.missing, "workbook.no-file", ["path": "/none"])) { try Workbook.open("/none") }
    }
}
