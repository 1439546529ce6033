import Kernel
import Persistence
package import Records
import Registry

extension AnnualReturn {
    /// The returns of all years that were begun by a day.
    package static let listing = Listing(
        "annual_return", path: "returns", table: "assessment_return", alias: "r",
        columns: [
            .init("cooperative", "c.name", .text, order: "r.sort_key", link: ("annual_return", "id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("unit", Cooperative.unitName, .text), .init("year", "r.year", .year, order: "r.year"),
            .init("state", "r.state", ReturnState.kind),
            .init("revenue", "r.revenue_vnd", .money, order: "r.revenue_vnd"),
            .init("profit", "r.profit_vnd", .money, order: "r.profit_vnd"),
            .init("production_value", "r.production_value_vnd", .money, hiddenOnPages: true),
            .init("revenue_contracts", "r.revenue_contracts_vnd", .money, hiddenOnPages: true),
            .init("cost", "r.cost_vnd", .money, hiddenOnPages: true),
            .init("area", "r.area_m2", .area, hiddenOnPages: true),
            .init("workers", "r.workers", .integer, hiddenOnPages: true),
            .init("worker_income", "r.worker_income_vnd", .money, hiddenOnPages: true),
            .init("debts", "r.debts_vnd", .money, hiddenOnPages: true),
            .init("members_end", "r.members_end", .integer, hiddenOnPages: true),
            .init("submitted_on", "r.submitted_on", .day),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                r.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("year", .year) { year, _ in "r.year = \(try Year(asked: year))" },
            .init("state", ReturnState.kind) { value, _ in
                "r.state = \(try known(value, ReturnState.self).rawValue)"
            },
        ],
        named: ("registry_cooperative", by: "cooperative_id"),
        joins: { day in
            """
            JOIN registry_cooperative c ON c.id = r.cooperative_id
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        }, exists: { day in "r.year <= \(day.year)" })
}
