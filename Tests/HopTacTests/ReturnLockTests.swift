import Access
import Foundation
import HTTPTypes
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Testing

@testable import Assessment
@testable import HopTac

/// Nobody writes into a closed round, by whatever way.
@Suite("The lock of a round") struct ReturnLockTests {
    private static let today = WallClock.system.today()
    private static let year = today.year - 1
    private let act = Act(at: WallClock.system.now(), origin: "cli")

    private func lock(_ year: Int = year, in db: Connection) throws {
        var round = ReturnRound()
        round.year = Year(year)
        round.dueOn = try #require(Day(year: year + 1, month: 1, day: 1))
        round.lockedOn = round.dueOn.adding(days: 1)
        try db.insert(round, by: act)
    }

    private func extend(_ cooperative: Int64, _ year: Int = year, in db: Connection) throws {
        var more = ReturnExtension()
        more.cooperative = Identifier(cooperative)
        more.year = Year(year)
        more.until = Self.today
        more.reason = "lũ lụt"
        try db.insert(more, by: act)
    }

    @Test("holds against forms, submission and restoring, lets the office answer, and opens with an extension")
    func pages() async throws {
        let site = try await WholeSite()
        let (director, department) = (
            try await site.signIn("cooperative_director"), try await site.signIn("department_officer")
        )
        let answer = try await site.ask(
            .post, "/cooperatives/\(site.own)/returns", as: director, form: "year=\(Self.year)&revenue=5")
        let path = String(try #require(answer.headers[.location]).prefix { $0 != "?" })
        func version() async throws -> Int {
            try await site.database.read { db in try db.one("SELECT version FROM assessment_return") { try $0[0] } }
        }
        func edit(_ revenue: Int) async throws -> WholeSite.Answer {
            try await site.ask(
                .post, "/cooperatives/\(site.own)\(path)", as: director,
                form: "version=\(try await version())&year=\(Self.year)&revenue=\(revenue)")
        }
        func step(_ name: String, _ token: String) async throws -> Int {
            try await site.ask(
                .post, "\(path)/\(name)", as: token, form: "version=\(try await version())&remarks=s%E1%BB%ADa"
            ).status
        }
        func restore() async throws -> WholeSite.Answer {
            let first = try await site.database.read { db in
                try #require(try Change.list(of: "annual_return", 1, in: db).last)
            }
            return try await site.ask(
                .post, "/cooperatives/\(site.own)/history/\(first.id)", as: director,
                form: "reason=nh%E1%BA%A7m&version=\(try await version())")
        }
        #expect(try await edit(6).status == 303)
        #expect(try await step("submit", director) == 303)
        try await site.database.write { try lock(in: $0) }
        // The office answers after the lock, and the cooperative cannot.
        #expect(try await step("accept", department) == 303)
        #expect(try await step("correct", department) == 303)
        let late = try await edit(7)
        #expect(late.status == 422 && late.text.contains("đã khóa sổ"))
        #expect(try await step("submit", director) == 422)
        let restored = try await restore()
        #expect(restored.status == 422 && restored.text.contains("đã khóa sổ"))
        // Nor is a return moved out of the closed year.
        let moved = try await site.ask(
            .post, "/cooperatives/\(site.own)\(path)", as: director,
            form: "version=\(try await version())&year=\(Self.year - 1)&revenue=6")
        #expect(moved.status == 422 && moved.text.contains("đã khóa sổ"))
        try await site.database.write { try extend(site.own, in: $0) }
        #expect(try await edit(7).status == 303)
        #expect(try await restore().status == 303)
        #expect(try await step("submit", director) == 303)
        #expect(try await step("send-back", department) == 303)
    }

    @Test("holds against programs, whose answers name what the rules find", arguments: TestEngine.allCases)
    func api(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let token = try await site.token("unit_officer")
            try await site.database.write { db in
                try ReturnRule.loadShipped(by: act, in: db)
                try lock(in: db)
            }
            let body = """
                {"cooperative_id":\(site.inside),"year":\(Self.year),"state":"draft","revenue_vnd":5000000,"profit_vnd":6000000}
                """
            let early = try await site.ask(.post, "/api/v1/annual_return", token, body)
            #expect(early.status == 422 && early.code == "annual_return.locked")
            try await site.database.write { try extend(site.inside, in: $0) }
            let made = try await site.ask(.post, "/api/v1/annual_return", token, body)
            #expect(made.status == 201)
            let findings = try #require(try made.object()["findings"] as? [[String: String]])
            #expect(
                findings == [
                    [
                        "rule": "profit-above-revenue", "field": "profit_vnd", "severity": "warning",
                        "detail": "Lợi nhuận 6 triệu đồng lớn hơn doanh thu 5 triệu đồng.",
                    ]
                ])
            let cookie = "session=\(try await site.session("unit_officer"))"
            for (address, isListed) in [
                ("", true), ("?after=\(site.outside)&unit=25906", true), ("?after=\(site.inside)", false),
            ] {
                let listed = try await site.ask(.get, "/return-violations\(address)", nil, nil, [.cookie: cookie])
                #expect(listed.status == 200)
                #expect(listed.text.contains(">HTX Trong</a>") == isListed, "\(address)")
            }
            let path = try #require(made.headers[.location])
            let match = { (version: Int) in [HTTPField.Name.ifMatch: "\"\(version)\""] as HTTPFields }
            let fixed = try await site.ask(.patch, path, token, "{\"profit_vnd\":4000000}", match(1))
            #expect(fixed.status == 200)
            #expect((try fixed.object()["findings"] as? [Any])?.isEmpty == true)
            #expect((try await site.get(path, token).object()["findings"] as? [Any])?.isEmpty == true)
            try await site.database.write { try $0.run("UPDATE assessment_extension SET until_on = '2020-01-01'") }
            let late = try await site.ask(.patch, path, token, "{\"profit_vnd\":3000000}", match(2))
            #expect(late.status == 422 && late.code == "annual_return.locked")
            // Its lines are closed with it.
            let number = try #require(path.split(separator: "/").last)
            let line = try await site.ask(
                .post, "/api/v1/return_product", token, "{\"return_id\":\(number),\"product\":\"Bưởi\"}")
            #expect(line.status == 422 && line.code == "annual_return.locked")
        }
    }

    @Test("refuses the rows of an import, but for cooperatives with an extension") func imported() async throws {
        try await Program.with(isFilled: true) { program in
            let database = try await Database.open(program.folder.path + "/hoptac.sqlite")
            func bring() async throws -> String {
                try await program(
                    "import", "\(Program.examples)/returns-2023.xlsx", "--type", "annual_return", "--apply"
                ).output
            }
            try await database.write { try lock(2023, in: $0) }
            let refused = try await bring()
            #expect(refused.contains("thêm mới 0") && refused.contains("không nhập 52"))
            #expect(refused.contains("annual_return.locked"))
            let code = try String(contentsOfFile: "\(Program.examples)/clean/returns_2023.csv", encoding: .utf8)
                .split(whereSeparator: \.isNewline)[1].split(separator: ",", omittingEmptySubsequences: false)[1]
            try await database.write { db in
                let id = try db.one("SELECT id FROM registry_cooperative WHERE tax_code = \(String(code))") {
                    try $0[0] as Int64
                }
                try extend(id, 2023, in: db)
            }
            #expect(try await bring().contains("thêm mới 1, cập nhật 0"))
            await database.close()
        }
    }
}
