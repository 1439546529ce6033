package import Kernel
import Persistence
package import Records
package import Registry

/// How a weak or average cooperative is to be helped up: plan 5346/KH-UBND, Part 3, asks for advice to these.
package struct AdvicePlan: Record {
    package var id: Identifier<AdvicePlan> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    /// The year of the grade that it answers to.
    package var year: Year = 0
    package var actions = ""
    /// Who advises.
    package var adviser = ""
    /// The last day.
    package var until: Day = .unset
    /// What came of it.
    package var outcome: String?
    package var closedOn: Day?
    package init() {}

    package static let description = Description<AdvicePlan>(
        "advice_plan", table: "assessment_advice", rules: [\.saysWhatCameOfIt]
    ) {
        Field("cooperative", \.cooperative, .listed)
        Field("year", \.year, .listed, .within(2012...2100))
        Field("actions", \.actions, .paragraph)
        Field("adviser", \.adviser, .listed, .check(isAName))
        Field("until_on", \.until, .listed)
        Field("outcome", \.outcome, .paragraph)
        Field("closed_on", \.closedOn, .listed)
    }

    var saysWhatCameOfIt: Verdict {
        closedOn != nil && outcome == nil ? .fails("advice_plan.closed-without-outcome") : .meets
    }
}

private func isAName(_ text: String) -> Verdict {
    text.count > 200 ? .fails("text.too-long", ["length": "\(text.count)", "limit": "200"]) : .meets
}

/// Where a plan stands on a day. Overdue ones are open too.
enum AdviceState: String, Choice {
    case open, overdue, closed
    static let key = "advice_state"

    /// Over `assessment_advice a`.
    func condition(_ day: Day) -> SQL {
        let isOpen: SQL = "(a.closed_on IS NULL OR a.closed_on > \(day))"
        return switch self {
        case .open: isOpen
        case .overdue: "\(isOpen) AND a.until_on < \(day)"
        case .closed: "a.closed_on <= \(day)"
        }
    }
}

extension AdvicePlan {
    func isOverdue(on day: Day) -> Bool { until < day && (closedOn ?? .distantFuture) > day }

    /// The plans that answer to grades of years before the day's end.
    package static let listing = Listing(
        "advice_plan", path: "advice-plans", table: "assessment_advice", alias: "a",
        columns: [
            .init("cooperative", "c.name", .text, order: "a.sort_key", link: ("cooperative", "cooperative_id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("unit", Cooperative.unitName, .text), .init("year", "a.year", .year, order: "a.year"),
            .init("actions", "a.actions", .text), .init("adviser", "a.adviser", .text),
            .init("until_on", "a.until_on", .day, order: "a.until_on"), .init("closed_on", "a.closed_on", .day),
            .init("outcome", "a.outcome", .text, hiddenOnPages: true),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                a.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("year", .year) { year, _ in "a.year = \(try Year(asked: year))" },
            .init("state", AdviceState.kind) { value, day in try known(value, AdviceState.self).condition(day) },
        ],
        named: ("registry_cooperative", by: "cooperative_id"),
        joins: { day in
            """
            JOIN registry_cooperative c ON c.id = a.cooperative_id
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        }, exists: { day in "a.year <= \(day.year)" })
}
