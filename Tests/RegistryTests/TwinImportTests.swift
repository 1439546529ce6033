import Documents
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("Rows of one file") struct TwinImportTests {
    private func run(_ rows: [[String]]) throws -> ImportRun<CooperativeImport> {
        let folder = try TestFolder()
        defer { folder.remove() }
        let writer = try WorkbookWriter(folder.path + "/list.xlsx", created: Sample.clock.now())
        let heading = ["Tên HTX", "Mã số thuế", "Xã, phường", "Huyện", "Số thành viên"]
        _ = try writer.sheet("HTX", columns: heading.map { WorkbookColumn($0) })
        for row in rows { try writer.row(row.map { $0.isEmpty ? .empty : .text($0) }) }
        try writer.close()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/list.xlsx")))
        return ImportRun(
            CooperativeImport.self, source: .init(name: "list.xlsx", bytes: bytes), asOf: "2024-06-30",
            texts: Sample.texts(), vocabulary: Vocabulary(Sample.texts(), choices: registryChoices),
            clock: Sample.clock)
    }

    @Test("that mean the same stored cooperative, one by its tax code and one by its former name, are not both taken")
    func twoKeys() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let place = ["Tân Mỹ", "Bắc Tân Uyên"]
            let first = try run([["HTX Cũ", "3709415320"] + place + ["20"]])
            #expect(try await first.apply(database, by: Sample.act).count(.added) == 1)
            let second = try run([["HTX Mới", "3709415320"] + place + ["21"], ["HTX Cũ", ""] + place + ["22"]])
            let result = try await second.apply(database, by: Sample.act)
            #expect(result.rows.map(\.fate) == [.changed, .refused])
            #expect(result.diagnostics.map(\.code) == ["row.contradicts-earlier"])
            #expect(result.diagnostics.first?.place.cell == "A3")
            let members: [Int] = try await database.read { db in
                try db.all("SELECT members FROM registry_headcount ORDER BY id") { try $0[0] }
            }
            #expect(members == [21])
        }
    }
}
