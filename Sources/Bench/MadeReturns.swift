import Assessment
import Kernel
import Persistence
import Records
import Registry

/// Made-up returns of two years for every cooperative of the made register, the same for the same number of them: the
/// first year's accepted, of the second a quarter still drafts.
struct MadeReturns {
    static let year: Year = 2023
    static let dueOn: Day = "2024-03-31"

    /// Writes them in bulk, several rows a statement, without history. They are due on a day of the next year.
    static func store(in db: Connection) throws {
        try db.run("INSERT INTO assessment_round (version, year, due_on) VALUES (1, \(year), \(dueOn))")
        let cooperatives = try db.all("SELECT id FROM registry_cooperative ORDER BY id") { try $0[0] as Cooperative.ID }
        var chance = Chance(seed: 2_023)
        for start in stride(from: 0, to: cooperatives.count, by: 100) {
            let rows = cooperatives[start..<min(start + 100, cooperatives.count)].flatMap { pair(of: $0, &chance) }
            try db.run("INSERT INTO assessment_return (\(columns)) VALUES \(rows.joined(separator: ", "))")
        }
    }

    private static let columns: SQL = """
        version, cooperative_id, year, state, is_on_behalf, submitted_on, accepted_on, revenue_planned_vnd, revenue_vnd,
        revenue_contracts_vnd, cost_vnd, profit_vnd, profit_after_tax_vnd, development_fund_vnd, reserve_fund_vnd,
        capital_vnd, members_end, workers, is_sanctioned
        """

    private static func pair(of cooperative: Cooperative.ID, _ chance: inout Chance) -> [SQL] {
        let revenue = Int64(chance.number(200...12_000))
        let isDraft = chance.number(1...4) == 1
        return [year.previous, year].map { year in
            let revenue = revenue + Int64(chance.number(-100...400))
            let (planned, contracts) = (
                revenue + Int64(chance.number(-300...300)), revenue / Int64(chance.number(1...9))
            )
            let profit = Int64(chance.number(-50...800))
            let (development, reserve) = (max(0, profit) / Int64(chance.number(2...9)), max(0, profit) / 15)
            let isOpen = isDraft && year == Self.year
            let day: Day? = isOpen ? nil : Day(year: year.number + 1, month: chance.number(1...6), day: 15)
            return """
                (1, \(cooperative), \(year), \(isOpen ? "draft" : "accepted"), 0, \(day), \(day), \(million(max(0, planned))),
                \(million(revenue)), \(million(contracts)), \(million(max(0, revenue - profit))), \(million(profit)),
                \(million(profit * 9 / 10)), \(million(development)), \(million(reserve)), \(million(3_000)),
                \(chance.number(7...150)), \(chance.number(0...60)), 0)
                """
        }
    }

    private static func million(_ count: Int64) -> Money { Money(vnd: count * 1_000_000) }
}
