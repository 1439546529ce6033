import Assessment
import Kernel
import Persistence
import Records
import Testing

@testable import HopTac

@Suite("The filters of lists") struct FilterTests {
    @Test("are understood by the page of every list, each with each of its values") func all() async throws {
        let site = try await WholeSite.sample.value
        let token = try await site.signIn("administrator")
        for listing in Wiring.listings {
            for filter in listing.filters {
                for value in values(of: filter) {
                    let address = "/\(listing.path)?\(filter.name)=\(value)"
                    #expect(try await site.get(address, as: token).status == 200, "\(address)")
                }
            }
        }
    }

    @Test("find the cases and decisions of a year, and whoever is late") func rounds() async throws {
        let site = try await WholeSite()
        let token = try await site.signIn("department_officer")
        let counts = try await site.database.write { db in
            let act = Act(at: WallClock.system.now(), origin: "cli")
            let round = try AssessmentRound.openedOf2023(by: act, in: db)
            return try Dictionary(
                uniqueKeysWithValues: db.all(
                    "SELECT state, count(*) FROM assessment_case WHERE round_id = \(round.id) GROUP BY state"
                ) { (try $0[0] as String, try $0[1] as Int) })
        }
        func listed(_ address: String) async throws -> Int? {
            let page = try await site.get(address, as: token).text
            return page.firstMatch(of: /<h1>[^<]*<span class="muted">([0-9]+)<\/span>/).flatMap { Int($0.1) }
        }
        let (waiting, all) = (try #require(counts["self"]), counts.values.reduce(0, +))
        #expect(waiting > 0 && waiting < all)
        #expect(try await listed("/assessment-cases?year=2023") == all)
        #expect(try await listed("/assessment-cases?year=2022") == 0)
        #expect(try await listed("/assessment-cases?late=self") == waiting)
        #expect(try await listed("/assessment-cases?late=self&year=2023&state=self") == waiting)
        #expect(try await listed("/assessment-cases?late=review") == 0)
        #expect(try await listed("/grade-decisions?year=2023") == 0)
    }

    private func values(of filter: Listing.Filter) -> [String] {
        switch filter.kind {
        case .choice(_, let values): values
        case .year: ["1000", "2023"]
        case .day: ["2024-06-30"]
        case .code: ["25906"]
        default: ["1"]
        }
    }
}
