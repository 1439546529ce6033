import Kernel
import Records
import Testing

@testable import Assessment

@Suite("What is asked about a return") struct ReturnCheckTests {
    /// `field rule` of what the shipped rules find.
    private func found(
        after previous: AnnualReturn? = nil, members: Int? = nil, products: Money? = nil, lenders: Money? = nil,
        _ change: (inout AnnualReturn) -> Void
    ) throws -> [String] {
        try findings(
            ReturnRule.shipped, after: previous, members: members, products: products, lenders: lenders, change
        )
        .map { "\($0.field) \($0.rule)" }
    }

    private func findings(
        _ rules: [ReturnRule], after previous: AnnualReturn? = nil, members: Int? = nil, products: Money? = nil,
        lenders: Money? = nil, _ change: (inout AnnualReturn) -> Void
    ) throws -> [ReturnCheck.Finding] {
        var record = AnnualReturn()
        record.year = 2024
        record.revenue = 1_000_000_000
        change(&record)
        func inputs(_ record: AnnualReturn) -> ReturnInputs {
            ReturnInputs(
                record: record, registeredMembers: members, productsValue: products, lendersBalance: lenders)
        }
        return try ReturnRules(rules).findings(of: inputs(record), after: previous.map(inputs))
    }

    private func rule(_ left: String, _ comparison: ReturnComparison, _ right: String) -> ReturnRule {
        var rule = ReturnRule()
        rule.code = "thu"
        rule.field = FigureName("revenue")
        rule.left = left
        rule.comparison = comparison
        rule.right = right
        rule.messageVi = "{left} / {right}"
        rule.messageEn = "{left} / {right}"
        return rule
    }

    @Test("compares the figures with each other, and blank ones with nothing") func within() throws {
        #expect(try found { _ in }.isEmpty)
        #expect(try found { $0.profit = 1_000_000_001 } == ["profit profit-above-revenue"])
        #expect(
            try found {
                $0.cost = 900_000_000
                $0.profit = 100_000_001
            } == ["profit profit-is-difference"])
        #expect(
            try found {
                $0.cost = 1_100_000_000
                $0.profit = -100_000_000
            }.isEmpty)
        // Two parts of three may be less than the whole, never more.
        #expect(
            try found {
                $0.revenueServices = 400_000_000
                $0.revenueProducts = 500_000_000
            }.isEmpty)
        #expect(
            try found {
                $0.revenueServices = 500_000_000
                $0.revenueProducts = 500_000_001
            } == ["revenue revenue-parts-above"])
        for other in [0, 200_000_000] as [Money] {
            #expect(
                try found {
                    $0.revenueServices = 400_000_000
                    $0.revenueProducts = 500_000_000
                    $0.revenueOther = other
                } == ["revenue revenue-parts-equal"])
        }
        #expect(try found { $0.exports = 1_000_000_001 } == ["exports exports-above-revenue"])
        #expect(try found { $0.revenueContracts = 1_000_000_001 } == ["revenue_contracts contracts-above-revenue"])
        #expect(
            try found {
                $0.workers = 5
                $0.womenWorkers = 6
            } == ["women_workers women-above-workers"])
    }

    @Test(
        "compares members with the register, the sums of lines with the figures, and each figure with the year before")
    func beside() throws {
        #expect(try found(members: 20) { $0.membersEnd = 21 } == ["members_end members-unlike-register"])
        #expect(try found(members: nil) { $0.membersEnd = 21 }.isEmpty)
        #expect(try found(products: 5) { $0.productionValue = 6 } == ["production_value products-unlike-value"])
        #expect(try found(products: 6) { $0.productionValue = 6 }.isEmpty)
        #expect(try found(products: nil) { $0.productionValue = 6 }.isEmpty)
        #expect(try found(lenders: 7) { $0.loans = 6 } == ["loans lenders-unlike-loans"])
        var previous = AnnualReturn()
        previous.revenue = 100_000_000
        previous.workers = 30
        previous.profit = -5
        #expect(try found(after: previous) { _ in } == ["revenue revenue-tenfold"])
        previous.revenue = 100_000_001
        #expect(try found(after: previous) { $0.workers = 3 } == ["workers workers-tenth"])
        #expect(try found(after: previous) { $0.workers = 4 }.isEmpty)
        // A loss is as large as a profit, and nothing is compared with nothing.
        #expect(try found(after: previous) { $0.profit = 50 } == ["profit profit-tenfold"])
        #expect(try found(after: previous) { $0.profit = 0 }.isEmpty)
        previous.revenue = 0
        #expect(try found(after: previous) { _ in }.isEmpty)
    }

    @Test("says the values in each language's own form") func words() throws {
        let finding = try #require(
            findings(ReturnRule.shipped) {
                $0.cost = 900_000_000
                $0.profit = 1_234_500_000_000
            }.first { $0.rule == "profit-is-difference" })
        #expect(
            finding.details["message.vi"]
                == "Lợi nhuận 1.234.500 triệu đồng khác doanh thu trừ chi phí (100 triệu đồng).")
        #expect(finding.details["message.en"]?.contains("1,234,500 million đồng") == true)
        #expect(Texts(.en, sources: ["a: \"{message}\""])("a", finding.details) == finding.details["message.en"])
    }

    @Test("holds in the years of a rule only, and asks for what is missing where the rule says so") func dated() throws
    {
        var rule = rule("revenue", .atLeast, "cost")
        #expect(try findings([rule]) { _ in }.isEmpty)
        rule.whenMissing = .ask
        let asked = try findings([rule]) { _ in }
        #expect(asked.map(\.code) == ["return_check.not-known"])
        #expect(asked.first?.details["message.vi"] == "1.000 / –")
        // What the formula itself leaves out is not asked for.
        rule.right = "if(revenue > 0, missing, cost)"
        #expect(try findings([rule]) { _ in }.isEmpty)
        rule.right = "2_000_000_000"
        rule.whenMissing = .skip
        #expect(try findings([rule]) { _ in }.count == 1)
        rule.lastYear = 2023
        #expect(try findings([rule]) { _ in }.isEmpty)
        rule.lastYear = 2024
        rule.firstYear = 2024
        #expect(try findings([rule]) { _ in }.count == 1)
        rule.firstYear = 2025
        #expect(try findings([rule]) { _ in }.isEmpty)
    }

    @Test(
        "is compared in each of six ways",
        arguments: [
            (.less, [true, false, false]), (.atMost, [true, true, false]), (.equal, [false, true, false]),
            (.different, [true, false, true]), (.atLeast, [false, true, true]), (.more, [false, false, true]),
        ] as [(ReturnComparison, [Bool])])
    func comparisons(comparison: ReturnComparison, holds: [Bool]) throws {
        let sides = ["999_999_999", "1_000_000_000", "1_000_000_001"]
        let found = try sides.map { try findings([rule($0, comparison, "revenue")]) { _ in }.isEmpty }
        #expect(found == holds)
    }

    @Test("by a rule that is refused where it cannot be meant") func refused() throws {
        #expect(try ReturnRule.shipped.allSatisfy { ReturnRule.description.problems(of: $0).isEmpty })
        func codes(_ change: (inout ReturnRule) -> Void) -> [String] {
            var rule = rule("revenue", .atMost, "cost")
            change(&rule)
            return ReturnRule.description.problems(of: rule).compactMap {
                if case .fails(let code, let details) = $0.verdict {
                    "\($0.field?.name ?? "-") \(code) \(details["column"] ?? "")"
                } else {
                    nil
                }
            }
        }
        #expect(codes { _ in }.isEmpty)
        #expect(codes { $0.left = "revenue + costs" } == ["left_side return_rule.formula 11"])
        #expect(codes { $0.right = "cost + members_end" } == ["right_side return_rule.formula 6"])
        #expect(codes { $0.right = "members_end" } == ["- return_rule.sides-differ "])
        #expect(codes { $0.right = "registered_members" } == ["- return_rule.sides-differ "])
        #expect(codes { $0.right = "is_sanctioned" } == ["- return_rule.sides-differ "])
        #expect(
            codes {
                $0.left = "is_sanctioned"
                $0.right = "no"
            } == ["- return_rule.no-order "])
        #expect(codes { $0.messageEn = "{profit}" } == ["- return_rule.unknown-place "])
        #expect(codes { $0.messageEn = "{cost}" }.isEmpty)
        #expect(codes { $0.code = "Lợi nhuận" } == ["code return_rule.bad-code "])
        #expect(
            codes {
                $0.importance = .note
                $0.blocks = true
            } == ["- return_rule.note-blocks "])
        #expect(
            codes {
                $0.firstYear = 2024
                $0.lastYear = 2023
            } == ["- return_rule.ends-before-it-begins "])
    }
}
