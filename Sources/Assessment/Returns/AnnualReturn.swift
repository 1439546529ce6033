package import Kernel
import Persistence
package import Records
package import Registry

/// What a cooperative reports of one year (báo cáo năm). A figure that is left blank is not reported, never zero.
///
/// The books it comes from: circular 71/2024/TT-BTC; what the grading needs of it: circular 09/2017/TT-BNNPTNT,
/// criterion 1. Funds are those of the Law of 2012 and, as `common_fund`, of Law 17/2023/QH15, Art. 84.
package struct AnnualReturn: Record {
    package var id: Identifier<AnnualReturn> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    package var year: Year = 0
    package var state = ReturnState.draft
    /// Entered by an office for the cooperative, as those that came with a workbook are.
    package var isOnBehalf = false
    package var submittedOn: Day?
    package var acceptedOn: Day?
    /// What whoever sent it back wants changed.
    package var remarks: String?
    /// Why a figure that looks wrong is right; see `ReturnCheck`.
    package var explanation: String?

    /// As the general meeting adopted it.
    package var revenuePlanned: Money?
    package var revenue: Money?
    package var revenueServices: Money?
    package var revenueProducts: Money?
    package var revenueOther: Money?
    package var revenueContracts: Money?
    package var exports: Money?
    package var productionValue: Money?
    package var cost: Money?
    package var profit: Money?
    package var taxes: Money?
    package var profitAfterTax: Money?
    package var developmentFund: Money?
    package var reserveFund: Money?
    package var welfareFund: Money?
    package var commonFund: Money?
    package var capital: Money?
    package var commonAssets: Money?
    package var debts: Money?
    package var loans: Money?
    package var investment: Money?
    package var membersEnd: Int?
    package var membersAverage: Int?
    package var membersServed: Int?
    package var workers: Int?
    package var womenWorkers: Int?
    package var insuredWorkers: Int?
    /// Of one worker in the year, on average.
    package var workerIncome: Money?
    package var trained: Int?
    package var area: Area?
    /// Whether it was administratively sanctioned in its activity within the year.
    package var isSanctioned: Bool?
    package var commendations: String?
    package init() {}

    package static let description = Description<AnnualReturn>(
        "annual_return", table: "assessment_return", frozen: \AnnualReturn.mayBeChanged,
        guarding: { try requireUnlocked($0, $1, $2, in: $3) }, doubts: ReturnCheck.doubts
    ) {
        Field("cooperative", \.cooperative, .listed)
        Field("year", \.year, .listed, .within(2012...2100))
        Field("state", \.state, .listed, .unasked)
        Field("is_on_behalf", \.isOnBehalf, .unasked)
        Field("submitted_on", \.submittedOn, .unasked)
        Field("accepted_on", \.acceptedOn, .unasked)
        Field("remarks", \.remarks, .paragraph, .unasked)
        Field("revenue_planned", \.revenuePlanned, .check(isNotNegative))
        Field("revenue", \.revenue, .listed, .check(isNotNegative))
        Field("revenue_services", \.revenueServices, .check(isNotNegative))
        Field("revenue_products", \.revenueProducts, .check(isNotNegative))
        Field("revenue_other", \.revenueOther, .check(isNotNegative))
        Field("revenue_contracts", \.revenueContracts, .check(isNotNegative))
        Field("exports", \.exports, .check(isNotNegative))
        Field("production_value", \.productionValue, .check(isNotNegative))
        Field("cost", \.cost, .check(isNotNegative))
        Field("profit", \.profit, .listed)
        Field("taxes", \.taxes, .check(isNotNegative))
        Field("profit_after_tax", \.profitAfterTax)
        Field("development_fund", \.developmentFund, .check(isNotNegative))
        Field("reserve_fund", \.reserveFund, .check(isNotNegative))
        Field("welfare_fund", \.welfareFund, .check(isNotNegative))
        Field("common_fund", \.commonFund, .check(isNotNegative))
        Field("capital", \.capital)
        Field("common_assets", \.commonAssets, .check(isNotNegative))
        Field("debts", \.debts, .check(isNotNegative))
        Field("loans", \.loans, .check(isNotNegative))
        Field("investment", \.investment, .check(isNotNegative))
        Field("members_end", \.membersEnd, .within(0...1_000_000))
        Field("members_average", \.membersAverage, .within(0...1_000_000))
        Field("members_served", \.membersServed, .within(0...1_000_000))
        Field("workers", \.workers, .within(0...1_000_000))
        Field("women_workers", \.womenWorkers, .within(0...1_000_000))
        Field("insured_workers", \.insuredWorkers, .within(0...1_000_000))
        Field("worker_income", \.workerIncome, .check(isNotNegative))
        Field("trained", \.trained, .within(0...1_000_000))
        Field("area", \.area)
        Field("is_sanctioned", \.isSanctioned)
        Field("commendations", \.commendations, .paragraph)
        Field("explanation", \.explanation, .paragraph)
    }

    var mayBeChanged: Verdict {
        state.isOpen ? .meets : .fails("annual_return.is-\(state.rawValue)")
    }

    /// The figures, in the order of the form: what a reader compares from year to year.
    static let figures: [Field<AnnualReturn>] = description.fields.filter {
        $0.kind == .money || $0.kind == .area || $0.kind == .integer || $0.name == "is_sanctioned"
    }
}

/// Where a return stands on its way from the cooperative to the province.
package enum ReturnState: String, Choice {
    case draft, submitted, returned, accepted
    package static let key = "return_state"

    /// Whether its figures may be changed.
    var isOpen: Bool { self == .draft || self == .returned }
}

private func isNotNegative(_ money: Money?) -> Verdict {
    money.map { $0 < .zero } ?? false ? .fails("annual_return.negative") : .meets
}
