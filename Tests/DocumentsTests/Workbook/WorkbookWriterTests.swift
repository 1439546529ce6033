import Documents
import Foundation
import Kernel
import Testing

@Suite("A written workbook") struct WorkbookWriterTests {
    static func written(_ content: (WorkbookWriter) throws -> Void) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).xlsx")
        defer { try? FileManager.default.removeItem(at: file) }
        let writer = try WorkbookWriter(file.path, created: Instant(milliseconds: 1_719_700_000_000))
        try content(writer)
        try writer.close()
        return [UInt8](try Data(contentsOf: file))
    }

    static func sample(_ writer: WorkbookWriter) throws {
        try writer.sheet(
            "HTX/2024",
            columns: [
                WorkbookColumn("Tên", note: "Tên đầy đủ"), WorkbookColumn("Mã số thuế"), WorkbookColumn("Ngày", .day),
                WorkbookColumn("Vốn", .money), WorkbookColumn("Diện tích", .decimal(places: 1)),
                WorkbookColumn("Loại", choices: ["Trồng trọt", "Chăn nuôi"]),
            ], lines: ["DANH SÁCH"])
        try writer.row(
            [
                .text("=cmd()|'x'!A1\u{1}_x0041_"), .text("0371234567"), .day("2018-03-15"), .money(247_646_000_000),
                .decimal(4.5), .text("http://a.vn"),
            ], notes: [3: "Xem lại"])
        try writer.row([.text("Cộng"), .empty, .day("1890-01-02"), .integer(1_234_567_890_123_456_789)], isTotal: true)
    }

    @Test("is read again as it was meant: text as text, days as days") func roundTrip() throws {
        let workbook = try Workbook.open(bytes: Self.written(Self.sample))
        #expect(workbook.sheets.map(\.name) == ["HTX 2024"])
        let rows = try workbook.rows(sheet: 0)
        #expect(rows.map(\.number) == [1, 3, 4, 5])
        #expect(
            rows[2].cells.map(\.value) == [
                .text("=cmd()|'x'!A1_x0041_"), .text("0371234567"), .day("2018-03-15", seconds: 0),
                .number(247_646_000_000, literal: "247646000000"), .number(4.5, literal: "4.5"), .text("http://a.vn"),
            ])
        #expect(rows[2].cells.allSatisfy { $0.formula == nil })
        #expect(
            rows[3].cells.map(\.value) == [.text("Cộng"), .empty, .text("02/01/1890"), .text("1234567890123456789")])
    }

    @Test("is the same to the byte when it is written again") func deterministic() throws {
        let first = try Self.written(Self.sample)
        #expect(try Self.written(Self.sample) == first)
    }

    @Test("has its titles frozen and filtered, comments and lists to choose from") func furniture() throws {
        let zip = try ZipReader.open(bytes: Self.written(Self.sample))
        let sheet = String(decoding: try zip.bytes(of: "xl/worksheets/sheet1.xml"), as: UTF8.self)
        #expect(sheet.contains("<autoFilter ref=\"A3:F4\"/>"))
        #expect(sheet.contains("ySplit=\"3\""))
        #expect(sheet.contains("<formula1>\"Trồng trọt,Chăn nuôi\"</formula1>"))
        #expect(try zip.bytes(of: "xl/comments1.xml").count > 100)
    }

    @Test("cuts text that a cell cannot hold") func longText() throws {
        let bytes = try Self.written {
            try $0.sheet("A", columns: [WorkbookColumn("A")])
            try $0.row([.text(String(repeating: "ơ", count: 40_000))])
        }
        let rows = try Workbook.open(bytes: bytes).rows(sheet: 0)
        guard case .text(let text) = rows[1][column: 1].value else { throw Failure(.defect, "test") }
        #expect(text.utf16.count == 32_767)
        #expect(text.hasSuffix("ơ…"))
    }

    @Test("has names of sheets that Excel accepts") func names() throws {
        var names: [String] = []
        _ = try Self.written { writer in
            for name in [
                "a[b]:*?/\\c", "A B C", "'x'", "", "History", String(repeating: "Hợp tác xã ", count: 9),
                String(repeating: "Hợp tác xã ", count: 8),
            ] {
                names.append(try writer.sheet(name, columns: [WorkbookColumn("A")]))
            }
        }
        #expect(
            names == [
                "a b c", "A B C (2)", "x", "Sheet", "History_", "Hợp tác xã Hợp tác xã Hợp tác x",
                "Hợp tác xã Hợp tác xã Hợp t (2)",
            ])
    }

    @Test("leaves nothing behind when it is given up or cannot be written") func givenUp() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let writer = try WorkbookWriter(folder.appending(path: "a.xlsx").path, created: Instant(milliseconds: 0))
            try Self.sample(writer)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let nowhere = try WorkbookWriter("/nowhere/a.xlsx", created: Instant(milliseconds: 0))
        try Self.sample(nowhere)
        #expect(throws: Failure(.unavailable, "workbook.unwritable", ["path": "/nowhere/a.xlsx"])) {
            try nowhere.close()
        }
    }
}
