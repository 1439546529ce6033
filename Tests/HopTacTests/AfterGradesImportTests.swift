import Foundation
import TestSupport
import Testing

@Suite("Lists of what follows grades") struct AfterGradesImportTests {
    @Test(
        "come in from a workbook by the cooperative's tax code, and again change nothing",
        arguments: [
            (
                "advice_plan", ["Mã số thuế", "Năm", "Nội dung tư vấn", "Đơn vị tư vấn", "Thời hạn"],
                ["3709786999", "2023", "Lập phương án sản xuất", "Liên minh HTX", "31/12/2024"]
            ),
            (
                "dissolution_proposal", ["Mã số thuế", "Căn cứ", "Lý do", "Ngày đề nghị"],
                ["3709786999", "Không đủ số thành viên tối thiểu", "Còn ba thành viên", "01/06/2024"]
            ),
        ] as [(String, [String], [String])]
    )
    func imported(type: String, headings: [String], row: [String]) async throws {
        try await Program.with(isFilled: true) { program in
            let path = program.folder.path + "/list.xlsx"
            try Data(ImportSite.workbook(headings, [row])).write(to: URL(fileURLWithPath: path))
            let first = try await program("import", path, "--type", type, "--as-of", "2024-06-30", "--apply")
            #expect(first.output.contains("thêm mới 1, cập nhật 0"), "\(first.output) \(first.error)")
            let again = try await program("import", path, "--type", type, "--as-of", "2024-06-30", "--apply")
            #expect(again.output.contains("thêm mới 0, cập nhật 0, không đổi 1"), "\(again.output)")
            let listed = try await program("list", type, "--as-of", "2024-06-30")
            #expect(listed.output.contains("HTX Cây ăn quả Tân Mỹ"), "\(listed.output) \(listed.error)")
        }
    }
}
