import Records
import Testing

@testable import HopTac

@Suite("The filters of lists") struct FilterTests {
    @Test("narrow the page and the count of every list, each with each of its values") func all() async throws {
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
