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

/// Two whole instruments that differ in two steps and in the rules, and six returns of 2023.
private enum Tried {
    static func instrument(_ code: String, middle: Int, no: Int, rules: String) -> String {
        """
        code: \(code)
        max_total: 100
        criteria:
          - id: K1
            name: Kinh doanh
            max: 60
            items:
              - id: K1.1
                name: Doanh thu
                max: 40
                formula: revenue
                bands:
                  - {below: 1_000_000_000, points: 10}
                  - {from: 1_000_000_000, below: 5_000_000_000, points: \(middle)}
                  - {from: 5_000_000_000, points: 40}
              - {id: K1.2, name: Hợp đồng, max: 20, formula: revenue_contracts / revenue, share: true}
          - id: K2
            name: Tăng trưởng
            max: 40
            items:
              - {id: K2.1, name: Có lãi và tăng, max: 40, formula: profit > 0 and revenue > revenue.previous, yes: 40, no: \(no)}
        grades:
          - {grade: good, from: 80}
          - {grade: fair, from: 65}
          - {grade: average, from: 50}
          - {grade: weak, from: 0}
        \(rules)
        """
    }

    static let first = instrument(
        "THỬ A", middle: 25, no: 0,
        rules: """
            overrides:
              - {when: is_sanctioned, grade: weak, name: Bị xử phạt}
            exclusions:
              - {reason: no_revenue, when: revenue = 0, name: Chưa có doanh thu trong năm}
            """)
    static let second = instrument("THỬ B", middle: 30, no: 10, rules: "")

    /// Million đồng: revenue, by contracts, profit, revenue of the year before; whether sanctioned.
    /// Points by hand under A and B:
    static let returns: [(Int64?, Int64?, Int64?, Int64?, Bool?)] = [
        (5_000, 1_250, 500, 4_000, false),  // 40 + 5 + 40 = 85 good; 85 good
        (2_000, 1_000, 100, 3_000, false),  // 25 + 10 + 0 = 35 weak; 30 + 10 + 10 = 50 average
        (500, 500, -5, nil, false),  // 10 + 20 + 0 = 30 weak; 10 + 20 + 10 = 40 weak
        (3_000, nil, 1, 2_000, false),  // 25 + ? + 40; 30 + ? + 40
        (0, 0, nil, nil, nil),  // excluded; 10 + ? + ?
        (6_000, 6_000, 1, 5_000, true),  // 100, weak for the sanction; 100 good
    ]

    static func store(_ text: String, _ code: String, in db: Connection) throws -> Int64 {
        var document = InstrumentDocument()
        (document.name, document.title, document.text) = (code, "Thử", text)
        return try db.insert(document, by: act).id.number
    }

    static let act = Act(at: WallClock.system.now(), origin: "cli")

    static func record(_ cooperative: Int64, _ year: Year, revenue: Int64?) -> AnnualReturn {
        var record = AnnualReturn()
        record.cooperative = Identifier(cooperative)
        record.year = year
        record.revenue = revenue.map { Money(vnd: $0 * 1_000_000) }
        return record
    }

    /// The returns of some cooperatives in the order of `returns`, the first two accepted.
    static func store(_ cooperatives: [Int64], in db: Connection) throws {
        for (place, (id, row)) in zip(cooperatives, returns).enumerated() {
            var now = record(id, 2023, revenue: row.0)
            now.revenueContracts = row.1.map { Money(vnd: $0 * 1_000_000) }
            now.profit = row.2.map { Money(vnd: $0 * 1_000_000) }
            now.isSanctioned = row.4
            if place < 2 { now.state = .accepted }
            try db.insert(now, by: act)
            if let before = row.3 { try db.insert(record(id, 2022, revenue: before), by: act) }
        }
    }
}

/// The site with the two instruments and the six returns: the first of the commune 25906, the others elsewhere.
private struct TriedSite {
    let site: WholeSite
    let first: Int64
    let second: Int64
    let names: [String]

    init() async throws {
        let site = try await WholeSite()
        self.site = site
        let today = WallClock.system.today()
        (first, second, names) = try await site.database.write { db in
            let elsewhere = try db.all(
                """
                SELECT id FROM registry_cooperative WHERE unit_id NOT IN (\(units(under: "25906", on: today)))
                ORDER BY id LIMIT 5
                """
            ) { try $0[0] as Int64 }
            let cooperatives = [site.own] + elsewhere
            try Tried.store(cooperatives, in: db)
            return (
                try Tried.store(Tried.first, "THỬ A", in: db), try Tried.store(Tried.second, "THỬ B", in: db),
                try cooperatives.map { try Cooperative.find(Identifier($0), in: db).name }
            )
        }
    }

    func page(_ role: String, _ query: String = "", of instrument: Int64? = nil) async throws -> WholeSite.Answer {
        try await site.get(
            "/instruments/\(instrument ?? first)/trial?year=2023\(query)", as: try await site.signIn(role))
    }

    /// The words of each row of a table, without its labels.
    static func rows(_ page: String, under caption: String) -> [[String]] {
        guard let start = page.firstRange(of: "<caption>\(caption)</caption>") else { return [] }
        let table = page[start.upperBound...].prefix(
            upTo: page[start.upperBound...].firstRange(of: "</table>")?.lowerBound ?? page.endIndex)
        return table.components(separatedBy: "<tr>").dropFirst(2).map { row in
            row.components(separatedBy: "</td>").dropLast().map { cell in
                cell.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
    }
}

@Suite("An instrument tried on the returns of a year") struct TrialTests {
    @Test("says who is scored, what each item comes to and for want of which figure it is undetermined, as by hand")
    func counts() async throws {
        let tried = try await TriedSite()
        let stored = "SELECT (SELECT count(*) FROM records_change) + (SELECT count(*) FROM assessment_case)" as SQL
        let token = try await tried.site.signIn("department_officer")
        let before = try await tried.site.database.read { try $0.one(stored) { try $0[0] as Int } }
        let page = try await tried.site.get("/instruments/\(tried.first)/trial?year=2023", as: token).text
        let after = try await tried.site.database.read { try $0.one(stored) { try $0[0] as Int } }
        #expect(before == after, "nothing is stored")
        #expect(
            TriedSite.rows(page, under: "Báo cáo được chấm") == [
                ["Báo cáo năm 2023", "6"], ["Đã duyệt", "2/6, 33,33 %"],
                ["Chưa có doanh thu: Chưa có doanh thu trong năm", "1/6, 16,67 %"], ["Được chấm", "5/6, 83,33 %"],
                ["Đủ điểm các mục tính được", "4/5, 80 %"], ["Đủ điểm mọi mục", "4/5, 80 %"],
                ["Còn mục chưa xác định", "1/5, 20 %"],
            ])
        #expect(
            TriedSite.rows(page, under: "Từng mục") == [
                [
                    "K1.1 Doanh thu",
                    "dưới 1.000 tr. đồng (10 điểm): 1/5, 20 % từ 1.000 tr. đồng dưới 5.000 tr. đồng (25 điểm): 2/5, 40 % "
                        + "từ 5.000 tr. đồng (40 điểm): 2/5, 40 %", "–",
                ],
                [
                    "K1.2 Hợp đồng", "0 điểm: 0/5, 0 % một phần: 2/5, 40 % 20 điểm: 2/5, 40 %",
                    "1/5, 20 % thiếu Doanh thu theo hợp đồng liên kết: 1",
                ],
                ["K2.1 Có lãi và tăng", "có (40 điểm): 3/5, 60 % không (0 điểm): 2/5, 40 %", "–"],
            ])
        #expect(
            TriedSite.rows(page, under: "Xếp loại") == [
                ["Tốt", "1/5, 20 %"], ["Khá", "0/5, 0 %"], ["Trung bình", "0/5, 0 %"], ["Yếu", "3/5, 60 %"],
                ["chưa xác định", "1/5, 20 %"],
            ])
        let points = TriedSite.rows(page, under: "Điểm các mục tính được (tối đa 100)")
        #expect(points.first == ["từ 30 đến dưới 40", "2/5, 40 %", "0/5, 0 %"])
        #expect(points.contains(["từ 60 đến dưới 70", "0/5, 0 %", "1/5, 20 %"]))
        #expect(points.last == ["từ 90 đến 100", "1/5, 20 %", "0/5, 0 %"] && points.count == 7)
        let english = try await tried.page("department_officer", "&other=\(tried.second)&lang=en").text
        #expect(english.contains("Points of the computed items (at most 100)") && !english.contains("⟦"))
        let none = try await tried.site.get(
            "/instruments/\(tried.first)/trial?year=2015", as: token)
        #expect(try await tried.site.get("/instruments/\(tried.first)/trial?year=abc", as: token).status == 400)
        #expect(none.status == 200 && none.text.contains("Không có báo cáo năm 2015 nào để thử."))
    }

    @Test("beside another shows grade against grade and who differs, the largest difference first") func comparison()
        async throws
    {
        let tried = try await TriedSite()
        let page = try await tried.page("department_officer", "&other=\(tried.second)").text
        // Under B: good, average, weak, undetermined, as nobody is fair and nothing excludes.
        #expect(
            TriedSite.rows(page, under: "Xếp loại theo hai bộ tiêu chí") == [
                ["THỬ A: Tốt", "1", "0", "0", "0", "0", "1"], ["THỬ A: Khá", "0", "0", "0", "0", "0", "0"],
                ["THỬ A: Trung bình", "0", "0", "0", "0", "0", "0"], ["THỬ A: Yếu", "1", "0", "1", "1", "0", "3"],
                ["THỬ A: chưa xác định", "0", "0", "0", "0", "1", "1"],
                ["THỬ A: Không xếp loại", "0", "0", "0", "0", "1", "1"], ["Toàn bộ", "2", "0", "1", "1", "2", "6"],
            ])
        #expect(
            page.contains("Khác nhau: 5/6, 83,33 % báo cáo. Trong đó chưa chắc, vì còn mục chưa xác định: 2/5, 40 %."))
        let list = page[(page.firstRange(of: "Khác nhau: 5/6")?.upperBound ?? page.endIndex)...]
            .components(separatedBy: "<tr><td>").dropFirst().map { row in
                row.prefix { $0 != "\n" }.replacing(/<[^>]*>/, with: "|").split(separator: "|").map(String.init)
            }
        let expected: [[String]] = [
            [tried.names[4], "Chưa có doanh thu", "10/100 (chưa đủ)", "–"],
            [tried.names[1], "35/100 · Yếu", "50/100 · Trung bình", "+15"],
            [tried.names[2], "30/100 · Yếu", "40/100 · Yếu", "+10"],
            [tried.names[5], "100/100 · Yếu", "100/100 · Tốt", "0"],
            [tried.names[3], "65/100 (chưa đủ)", "70/100 (chưa đủ)", "+5"],
        ]
        #expect(list.map { Array($0.prefix(4)) } == expected)
        for other in ["\(tried.first)", "x"] {
            let answer = try await tried.page("department_officer", "&other=\(other)")
            #expect(answer.status == 400, "\(other)")
        }
        #expect(try await tried.page("department_officer", "&other=999999").status == 404)
    }

    @Test("that is not whole or that persons answer says so and shows known points with their maximum")
    func incomplete()
        async throws
    {
        let tried = try await TriedSite()
        let (shipped, training) = try await tried.site.database.read { db in
            (
                try db.one("SELECT id FROM assessment_instrument WHERE name = '09/2017/TT-BNNPTNT'") {
                    try $0[0] as Int64
                },
                try db.one("SELECT id FROM assessment_instrument WHERE name = 'BÀI TẬP'") { try $0[0] as Int64 }
            )
        }
        let page = try await tried.page("department_officer", "&other=\(tried.first)", of: shipped).text
        #expect(page.contains("Không xếp loại: bộ tiêu chí 09/2017/TT-BNNPTNT còn 11 chỗ chưa biết"))
        #expect(page.contains("C6: chưa biết hết các mục.") && page.contains("(tối đa 38)"))
        #expect(page.contains("Điểm các mục tính được theo hai bộ tiêu chí"))
        #expect(page.contains("thiếu Doanh thu kế hoạch"))
        // 85, 35, 30 and 100 of those six are certain under A; under the circular nobody has planned revenue.
        #expect(TriedSite.rows(page, under: "Xếp loại").count == 5)
        let person = try await tried.page("department_officer", of: training).text
        #expect(person.contains("Người chấm các mục T2.2, T2.3, nên khi thử các mục này chưa xác định"))
        #expect(person.contains("(tối đa 70)") && TriedSite.rows(person, under: "Xếp loại").isEmpty)
    }

    @Test("takes the returns of one's own reach or of a unit, and none of whoever may not read returns") func reach()
        async throws
    {
        let tried = try await TriedSite()
        for page in [
            try await tried.page("unit_officer", "&other=\(tried.second)"),
            try await tried.page("cooperative_director", "&other=\(tried.second)"),
            try await tried.page("department_officer", "&unit=25906&other=\(tried.second)"),
        ] {
            #expect(page.status == 200 && page.text.contains("1/1, 100 %"))
            for name in tried.names.dropFirst() { #expect(!page.text.contains(">\(name)<")) }
        }
        #expect(try await tried.page("department_officer", "&unit=99999").status == 400)
        for role in ["member", "association_officer"] { #expect(try await tried.page(role).status == 403) }
        // Somebody who may read instruments and no returns.
        try await tried.site.database.write {
            try $0.run("UPDATE access_role SET permissions = 'read instrument' WHERE code = 'member'")
        }
        let token = try await tried.site.signIn("member")
        let instrument = try await tried.site.get("/instruments/\(tried.first)", as: token)
        #expect(instrument.status == 200 && !instrument.text.contains("/trial"))
        #expect(try await tried.site.get("/instruments/\(tried.first)/trial?year=2023", as: token).status == 403)
        let linked = try await tried.site.get("/instruments/\(tried.first)", as: tried.site.signIn("auditor"))
        #expect(linked.text.contains("href=\"/instruments/\(tried.first)/trial\""))
    }

    @Test("takes at most so many returns at once") func bound() async throws {
        let tried = try await TriedSite()
        await #expect(throws: Failure(.refused, "trial.too-many", ["count": "6", "most": "5"])) {
            try await tried.site.database.read { db in
                _ = try TrialReturns(
                    2023, under: nil, on: WallClock.system.today(), for: .system(today: WallClock.system.today()),
                    most: 5, in: db)
            }
        }
        #expect(try await tried.page("auditor").text.contains("Mỗi lần nhiều nhất 25.000 báo cáo."))
    }

    @Test("names two hundred of those that differ and counts the rest, on both engines", arguments: TestEngine.all)
    func many(engine: TestEngine) async throws {
        try await ApiSite.with(engine) { site in
            let (first, second) = try await site.database.write { db in
                let new = (1...203).map { number in
                    var cooperative = Cooperative()
                    cooperative.name = "HTX số \(number)"
                    cooperative.unit = Identifier(site.unit)
                    return cooperative
                }
                let ids = [site.inside, site.outside] + (try db.insert(all: new, by: Tried.act).map(\.id.number))
                // 2,000 million: 25 points under A, 30 under B, and nothing else is known.
                try db.insert(all: ids.map { Tried.record($0, 2023, revenue: 2_000) }, by: Tried.act)
                return (
                    try Tried.store(Tried.first, "THỬ A", in: db), try Tried.store(Tried.second, "THỬ B", in: db)
                )
            }
            let session = try await site.session("auditor")
            let page = try await site.ask(
                .get, "/instruments/\(first)/trial?year=2023&other=\(second)", nil, nil, [.cookie: "session=\(session)"]
            )
            #expect(page.status == 200)
            #expect(page.text.contains("Khác nhau: 205/205, 100 % báo cáo."))
            #expect(page.text.components(separatedBy: "30/100 (chưa đủ)").count == 201)
            #expect(page.text.contains("và 5 báo cáo nữa."))
            #expect(page.text.contains("thiếu Doanh thu theo hợp đồng liên kết: 205"))
        }
    }
}
