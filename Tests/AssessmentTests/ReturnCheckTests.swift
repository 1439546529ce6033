import Kernel
import Testing

@testable import Assessment

@Suite("What is asked about a return") struct ReturnCheckTests {
    private func codes(
        after previous: AnnualReturn? = nil, members: Int? = nil, _ change: (inout AnnualReturn) -> Void
    ) -> [String] {
        var record = AnnualReturn()
        record.revenue = 1_000_000_000
        change(&record)
        return ReturnCheck.findings(of: record, after: previous, members: members).map { "\($0.field) \($0.code)" }
    }

    @Test("compares the figures with each other, and blank ones with nothing") func within() {
        #expect(codes { _ in }.isEmpty)
        #expect(codes { $0.profit = 1_000_000_001 } == ["profit return_check.profit-above-revenue"])
        #expect(
            codes {
                $0.cost = 900_000_000
                $0.profit = 100_000_001
            } == ["profit return_check.profit-is-not-difference"])
        #expect(
            codes {
                $0.cost = 1_100_000_000
                $0.profit = -100_000_000
            }.isEmpty)
        // Two parts of three may be less than the whole, never more.
        #expect(
            codes {
                $0.revenueServices = 400_000_000
                $0.revenueProducts = 500_000_000
            }.isEmpty)
        #expect(
            codes {
                $0.revenueServices = 400_000_000
                $0.revenueProducts = 500_000_000
                $0.revenueOther = 0
            } == ["revenue return_check.parts-differ"])
        #expect(codes { $0.exports = 1_000_000_001 } == ["exports return_check.part-above-whole"])
        #expect(
            codes {
                $0.workers = 5
                $0.womenWorkers = 6
            } == ["women_workers return_check.women-above-workers"])
    }

    @Test("compares members with the register, and each figure with the year before from ten times on") func beside() {
        #expect(codes(members: 20) { $0.membersEnd = 21 } == ["members_end return_check.members-unlike-register"])
        #expect(codes(members: nil) { $0.membersEnd = 21 }.isEmpty)
        var previous = AnnualReturn()
        previous.revenue = 100_000_000
        previous.workers = 30
        #expect(codes(after: previous) { _ in } == ["revenue return_check.ten-times"])
        previous.revenue = 100_000_001
        #expect(codes(after: previous) { $0.workers = 3 } == ["workers return_check.ten-times"])
        #expect(codes(after: previous) { $0.workers = 4 }.isEmpty)
    }
}
