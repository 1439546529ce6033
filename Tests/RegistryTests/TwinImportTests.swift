import Documents
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("Rows of one file") struct TwinImportTests {
    private func run(_ rows: [[String]], asOf day: Day = "2024-06-30") throws -> ImportRun<CooperativeImport> {
        let folder = try TestFolder()
        defer { folder.remove() }
        let writer = try WorkbookWriter(folder.path + "/list.xlsx", created: Sample.clock.now())
        let heading = ["Tên HTX", "Mã số thuế", "Xã, phường", "Huyện", "Số thành viên"]
        _ = try writer.sheet("HTX", columns: heading.map { WorkbookColumn($0) })
        for row in rows { try writer.row(row.map { $0.isEmpty ? .empty : .text($0) }) }
        try writer.close()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/list.xlsx")))
        return ImportRun(
            CooperativeImport.self, source: .init(name: "list.xlsx", bytes: bytes), asOf: day,
            texts: Sample.texts(), vocabulary: Vocabulary(Sample.texts(), choices: registryChoices),
            clock: .standing(at: day))
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

    @Test("find the records of before a merger by name and today's commune, also where it was split")
    func afterMerger() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let then = [
                ["HTX Bưởi Bình Mỹ", "", "Bình Mỹ", "Bắc Tân Uyên", "20"],
                ["HTX Xa", "", "Minh Thạnh", "Dầu Tiếng", "30"],
            ]
            #expect(try await run(then).apply(database, by: Sample.act).count(.added) == 2)
            // Bình Mỹ became part of Bình Cơ; a part of Minh Thạnh went to Long Hòa. No list has districts any more.
            let now = [["HTX Bưởi Bình Mỹ", "", "Phường Bình Cơ", "", "21"], ["HTX Xa", "", "Xã Long Hòa", "", "31"]]
            let result = try await run(now, asOf: "2025-12-10").apply(database, by: Sample.act)
            #expect(result.rows.map(\.fate) == [.changed, .changed])
            let again = try await run(now, asOf: "2025-12-10").apply(database, by: Sample.act)
            #expect(again.rows.map(\.fate) == [.unchanged, .unchanged])
            // A name that is nearly it is proposed, whichever commune the record was written with.
            let near = try await run([["HTX Bưởi Bình Mĩ", "", "Phường Bình Cơ", "", "22"]], asOf: "2025-12-10")
                .preview(database, by: Sample.act)
            #expect(near.diagnostics.map(\.code) == ["row.near-match"])
        }
    }
}
