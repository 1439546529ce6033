import Documents
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("A list of officers") struct OfficerImportTests {
    private static let heading = ["STT", "Mã số thuế", "Tên HTX", "Chức vụ", "Họ và tên", "Giới tính", "Năm sinh"]

    /// A workbook with a heading and rows of text.
    private func workbook(_ rows: [[String]], heading: [String] = heading) throws -> [UInt8] {
        let folder = try TestFolder()
        defer { folder.remove() }
        let writer = try WorkbookWriter(folder.path + "/officers.xlsx", created: Sample.clock.now())
        _ = try writer.sheet("Cán bộ", columns: heading.map { WorkbookColumn($0) })
        for row in rows { try writer.row(row.map { $0.isEmpty ? .empty : .text($0) }) }
        try writer.close()
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/officers.xlsx")))
    }

    private func run<R: Record>(_ type: R.Type, _ bytes: [UInt8]) -> ImportRun<RecordImport<R>> {
        ImportRun(
            RecordImport<R>.self, source: .init(name: "officers.xlsx", bytes: bytes), asOf: "2024-06-30",
            texts: Sample.texts(), vocabulary: Vocabulary(Sample.texts(), choices: registryChoices),
            clock: Sample.clock)
    }

    private func rows() throws -> [[String: String]] { try Sample.rows("clean/officers.csv") }

    private func lines(_ rows: [[String: String]]) -> [[String]] {
        let t = Sample.texts()[0]
        return rows.enumerated().map { number, row in
            [
                "\(number + 1)", row["tax_code"] ?? "", "", t["officer_role.\(row["role"] ?? "")"],
                row["full_name"] ?? "", row["sex"] ?? "", row["birth_year"] ?? "",
            ]
        }
    }

    @Test("gives every post to the cooperative of its tax code; again it changes nothing", arguments: TestEngine.all)
    func officers(engine: TestEngine) async throws {
        let rows = try rows()
        #expect(rows.count == 436)
        let bytes = try workbook(lines(rows))
        try await Sample.with(engine) { database in
            let run = run(Officer.self, bytes)
            let preview = try await run.preview(database, by: Sample.act)
            let result = try await run.apply(database, by: Sample.act, promised: preview.counts)
            #expect(result.diagnostics.filter { $0.severity > .note } == [])
            // The directors are known from the list of cooperatives; their sex and birth year are new.
            #expect(result.count(.added) == 352)
            #expect(result.count(.changed) == 84)
            let stored = try await database.read { db in
                try db.all(
                    """
                    SELECT c.tax_code, o.role, o.name, o.sex, CAST(o.birth_year AS TEXT) FROM registry_officer o
                    JOIN registry_cooperative c ON c.id = o.cooperative_id
                    """
                ) { row in try (0..<5).map { try (row[$0] as String?) ?? "" } }
            }
            let wanted = rows.map { row in
                [
                    row["tax_code"] ?? "", row["role"] ?? "", row["full_name"] ?? "",
                    row["sex"] == "nữ" ? "female" : "male", row["birth_year"] ?? "",
                ]
            }
            #expect(stored.count == 436)
            #expect(Set(stored) == Set(wanted))
            let again = try await run.apply(database, by: Sample.act)
            #expect(again.count(.unchanged) == 436)
            #expect(again.wasAppliedBefore)
            let findings = try await database.read { try integrityFindings(of: Officer.self, in: $0) }
            #expect(findings == [])
        }
    }

    @Test("has each wrong cell refused at its place, and the other rows stored") func faults() async throws {
        let name = try #require(try Sample.rows("clean/cooperatives.csv").first?["name"])
        let code = try #require(try Sample.rows("clean/cooperatives.csv").first?["tax_code"])
        let bytes = try workbook([
            ["1", code, "", "Kế toán", "Trần Thị Bưởi", "nữ", "1980"],
            ["2", "0314409058", "", "Kế toán", "Trần Văn Ổi", "nam", "1980"],
            ["3", "", name, "Kế toán", "Trần Văn Mít", "", ""],
            ["4", "", "HTX Không Có", "Kế toán", "Trần Văn Xoài", "", ""],
            ["5", code, "", "Lái xe", "Trần Văn Chanh", "", ""],
            ["6", code, "", "", "", "nam", "1980"],
            ["7", "", "", "Kế toán", "Trần Văn Me", "nam", "1980"],
            ["8", code, "", "Kế toán", "Trần Văn Cam", "nam", "1580"],
            ["9", code, "", "Kế toán", "Trần Văn Quýt", "nam", "42 ha"],
        ])
        try await Sample.with(.sqlite) { database in
            let result = try await run(Officer.self, bytes).apply(database, by: Sample.act)
            let said = result.diagnostics.filter { $0.severity > .note }.map { "\($0.place.cell) \($0.code)" }
            #expect(
                said == [
                    "B3 reference.unknown", "C5 reference.unknown", "D6 field.unknown-choice", "E7 cell.required",
                    "C8 field.required", "G9 field.out-of-range", "G10 cell.unit-mismatch",
                ])
            #expect(result.rows.map(\.fate) == [.added, .refused, .added] + Array(repeating: .refused, count: 6))
            for t in Sample.texts() {
                for finding in result.diagnostics {
                    let message = t(finding.code, finding.details)
                    #expect(!message.contains("⟦") && !message.contains("{") && !message.contains("@"), "\(message)")
                }
            }
        }
    }

    @Test("of unions finds the commune by its columns; blank cells change nothing") func unions() async throws {
        let heading = ["Tên liên hiệp", "MST", "Xã, phường", "Huyện", "Ngày thành lập", "Điện thoại"]
        let first = try workbook(
            [
                ["Liên hiệp HTX Bưởi", "0314409058", "Xã Tân Mỹ", "Bắc Tân Uyên", "15/3/2018", "0912345678"],
                ["Liên hiệp HTX Ổi", "", "Xã Không Có", "Bắc Tân Uyên", "2019", ""],
                ["Liên hiệp HTX Mít", "", "Xã Tân Mỹ", "Bắc Tân Uyên", "1/1/2031", ""],
            ], heading: heading)
        let second = try workbook(
            [["Liên hiệp HTX Bưởi Xanh", "0314409058", "Xã Tân Mỹ", "Bắc Tân Uyên", "", ""]], heading: heading)
        try await Sample.with(.sqlite, isFilled: false) { database in
            let result = try await run(CooperativeUnion.self, first).apply(database, by: Sample.act)
            #expect(result.rows.map(\.fate) == [.added, .refused, .refused])
            #expect(result.diagnostics.filter { $0.severity == .error }.map(\.place.cell) == ["C3", "E4"])
            let again = try await run(CooperativeUnion.self, first).apply(database, by: Sample.act)
            #expect(again.rows.map(\.fate) == [.unchanged, .refused, .refused])
            let renamed = try await run(CooperativeUnion.self, second).apply(database, by: Sample.act)
            #expect(renamed.rows.map(\.fate) == [.changed])
            let union = try await database.read { try CooperativeUnion.first(where: "1 = 1", in: $0) }
            #expect(union?.name == "Liên hiệp HTX Bưởi Xanh")
            #expect(union?.established == "2018-03-15")
            #expect(union?.unit != 0)
        }
    }

    @Test("comes from the template as it is filled in", arguments: Language.allCases)
    func template(language: Language) async throws {
        let t = try #require(Sample.texts().first { $0.language == language })
        func check<Form: ImportForm>(_ form: Form.Type) async throws {
            let columns = form.template(t)
            #expect(columns.allSatisfy { !$0.title.contains("⟦") && !($0.note ?? "").contains("⟦") })
            #expect(Set(columns.map(\.title)).count == columns.count, "\(Form.name)")
            guard columns.count >= 3 else { return }
            let bytes = try workbook([columns.map { _ in "x" }], heading: columns.map(\.title))
            let result = try await Sample.with(.sqlite, isFilled: false) { database in
                try await ImportRun(
                    form, source: .init(name: "t.xlsx", bytes: bytes), asOf: "2024-06-30", texts: Sample.texts(),
                    vocabulary: Vocabulary(Sample.texts(), choices: registryChoices), clock: Sample.clock
                ).preview(database, by: Sample.act)
            }
            #expect(result.headers.count == 1, "\(Form.name)")
            let about = result.findings.map { "\($0.code) \($0.details)" }
            #expect(about == [], "\(Form.name)")
        }
        func checkRecords<R: Record>(_ type: R.Type) async throws { try await check(RecordImport<R>.self) }
        try await check(CooperativeImport.self)
        try await check(GroupImport.self)
        for type in registryRecords { try await checkRecords(type) }
    }
}
