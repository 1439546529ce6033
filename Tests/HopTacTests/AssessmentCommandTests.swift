import Assessment
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import HopTac

@Suite("The commands of assessment") struct AssessmentCommandTests {
    private let act = Act(at: WallClock.system.now(), origin: "cli")

    @Test("open rounds, say where cases stand and what is late, stand by areas, and write decisions") func commands()
        async throws
    {
        try await Program.with(isFilled: true) { program in
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            func run(_ arguments: String...) async throws -> Program.Ending {
                try await program(["assessment"] + arguments)
            }
            func expect(_ ending: Program.Ending, refused code: String) {
                #expect(ending.status == 3 && ending.error.hasSuffix("[\(code)]\n"), "\(ending.error)")
            }
            let act = act
            try await database.write { db in
                var round = AssessmentRound()
                round.year = 2024
                round.instrument = try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") {
                    try $0[0]
                }
                (round.selfDueOn, round.reviewDueOn, round.checkDueOn) = ("2025-02-28", "2025-03-31", "2025-04-30")
                try db.insert(round, by: act)
            }
            expect(try await run("add-cases", "1"), refused: "assessment_round.not-opened")
            expect(try await run("open", "9"), refused: "record.missing")
            #expect(try await run("open", "eins").status == 2)
            #expect(try await run("open", "1").output == "Đã mở đợt đánh giá 1, năm 2024: 84 hồ sơ.\n")
            expect(try await run("open", "1"), refused: "assessment_round.is-opened")
            #expect(try await run("add-cases", "1").output == "Đã thêm 0 hồ sơ vào đợt đánh giá 1.\n")

            let status = try await run("status", "1", "--json").object()
            let cases = try #require(status["cases"] as? [String: Int])
            let late = try #require(status["late"] as? [String: Int])
            #expect(status["year"] as? Int == 2024 && status["instrument"] as? String == "BÀI TẬP")
            #expect(cases.values.reduce(0, +) == 84)
            #expect(late == ["self": cases["self"] ?? 0, "review": 0, "check": 0])
            let areas = try #require(status["areas"] as? [[String: Any]])
            let first = try #require(areas.first)
            #expect(first["code"] as? String == "79" && first["approved_on"] is NSNull)
            // The communes, and those that need a new one, add up to the province and the whole.
            func count(_ area: [String: Any]) -> Int { (area["cases"] as? [String: Int])?.values.reduce(0, +) ?? 0 }
            #expect(areas.dropFirst().map(count).reduce(0, +) == count(first))
            let text = try await run("status", "1").output
            #expect(text.contains("Hợp tác xã trễ hạn tự chấm\t\(cases["self"] ?? 0)\n") && text.contains("\n25906\t"))
            expect(try await run("status", "9", "--json"), refused: "record.missing")

            expect(try await run("approve", "1", "79"), refused: "area_approval.below-open")
            expect(try await run("approve", "1", "25906"), refused: "area_approval.cases-open")
            expect(try await run("approve", "1", "99999"), refused: "area_approval.no-cases")
            expect(try await run("approve", "9", "79"), refused: "record.missing")
            try await database.write { db in
                for one in try AssessmentCase.list(where: "state <> 'excluded'", in: db) {
                    try one.exclude(.other, "thử", by: act, in: db)
                }
            }
            #expect(try await run("approve", "1", "25906").output == "Đã duyệt địa bàn 25906 của đợt đánh giá 1.\n")
            let approved = try await run("status", "1", "--json").object()["areas"] as? [[String: Any]]
            #expect(approved?.filter { $0["approved_on"] is String }.map { $0["code"] as? String } == ["25906"])
            expect(try await run("approve", "1", "25906"), refused: "area_approval.is-approved")
            #expect(try await run("withdraw", "1", "25906").status == 0)
            expect(try await run("withdraw", "1", "25906"), refused: "area_approval.is-not-approved")
            let history = try await database.read { try Change.list(of: "area_approval", 1, in: $0) }
            #expect(history.map(\.action) == [.ended, .added] && history.allSatisfy { $0.origin == "cli" })

            try await database.write { db in
                var decision = GradeDecision()
                decision.round = 1
                (decision.title, decision.issuer, decision.authority) = ("Về việc công nhận", "ỦY BAN", "CHỦ TỊCH")
                (decision.symbol, decision.place, decision.grounds) = ("QĐ-UBND", "Bình Dương", "Căn cứ A.")
                (decision.recipients, decision.signerTitle, decision.signer) = ("Như Điều 3;", "CHỦ TỊCH", "Nguyễn A")
                try db.insert(decision, by: act)
            }
            #expect(try await run("document", "1", "--output", "d.docx").output == "Đã ghi quyết định 1 vào d.docx.\n")
            let file = try Data(contentsOf: URL(fileURLWithPath: program.folder.path + "/d.docx"))
            #expect(file.starts(with: Data("PK".utf8)) && file.count > 3000)
            expect(try await run("document", "9", "--output", "e.docx"), refused: "record.missing")
            #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/e.docx"))
            #expect(try await run("document", "1").status == 2)
            await database.close()
        }
    }
}
