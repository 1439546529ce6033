import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("The numbers of the law") struct LawTests {
    @Test("are read from the file in the executable, each from its day on") func shipped() {
        let law = LawNumbers.shipped
        #expect(law.minimumMembers(on: "2013-06-30") == nil)
        #expect(law.minimumMembers(on: "2024-06-30")?.members == 7)
        #expect(law.minimumMembers(on: "2024-07-01")?.members == 5)
        #expect(law.nextMinimum(after: "2024-06-30")?.members == 5)
        #expect(law.minimumOfUnion(on: "2024-07-01")?.members == 3)
        #expect(law.scaleBounds(on: "2024-11-01").map(\.members) == [300, 200, 50])
    }

    @Test(
        "give a scale class only when no missing input could change it",
        arguments: [
            (49, nil, nil, .micro), (50, nil, nil, nil), (50, 2_000_000_000, nil, .small),
            (50, nil, 1_000_000_000, .small), (50, 1_999_999_999, 999_999_999, .micro),
            (50, 1_999_999_999, nil, nil), (200, nil, 5_000_000_000, .medium), (199, nil, 5_000_000_000, .small),
            (300, 50_000_000_000, nil, .large), (300, nil, 9_999_999_999, nil), (nil, 50_000_000_000, 1, nil),
        ] as [(Int?, Int64?, Int64?, ScaleClass?)])
    func scale(members: Int?, revenue: Int64?, capital: Int64?, expected: ScaleClass?) {
        let inputs = ScaleClass.Inputs(
            officialMembers: members, revenue: revenue.map { Money(vnd: $0) },
            totalCapital: capital.map { Money(vnd: $0) })
        #expect(ScaleClass.of(inputs, by: LawNumbers.shipped.scaleBounds(on: "2024-11-01")) == expected)
    }

    @Test(
        "warn of a supervisor who is a director, and of too few members, and name the article",
        arguments: TestEngine.all)
    func findings(engine: TestEngine) async throws {
        try await Sample.with(engine) { database in
            let findings = try await database.write { db -> [Diagnostic] in
                let coop = try #require(try Cooperative.first(where: "tax_code = '3709786999'", in: db))
                let director = try #require(try Officer.first(where: "cooperative_id = \(coop.id)", in: db))
                var officer = Officer()
                officer.cooperative = coop.id
                officer.name = director.name
                officer.role = .supervisor
                try db.insert(officer, by: Sample.act)
                var count = Headcount()
                count.cooperative = coop.id
                count.validFrom = "2024-08-01"
                count.members = 4
                try db.insert(count, by: Sample.act)
                return try Cooperative.lawFindings(of: coop.id, on: "2024-08-01", in: db)
            }
            #expect(findings.map(\.code) == ["cooperative.below-minimum", "law.incompatible-posts"])
            for finding in findings {
                #expect(finding.severity == .warning)
                #expect(finding.details["act"]?.contains("Điều") == true)
            }
        }
    }
}
