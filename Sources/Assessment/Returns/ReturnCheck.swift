import Kernel
package import Persistence
import Records
import Registry

/// What looks wrong in a return: asked, never refused, since it may be true.
package struct ReturnCheck: Sendable {
    package struct Finding: Sendable, Equatable {
        package let code: String
        package let field: String
        package let details: [String: String]
    }

    /// Of one return, beside the year before and the register.
    package static func findings(of record: AnnualReturn, in db: Connection) throws -> [Finding] {
        let members = try db.first(
            """
            SELECT members FROM registry_headcount WHERE cooperative_id = \(record.cooperative)
            AND valid_from <= \(Day(year: record.year.number, month: 12, day: 31) ?? .distantFuture)
            ORDER BY valid_from DESC LIMIT 1
            """
        ) { try $0[0] as Int? }
        return findings(of: record, after: try record.previous(in: db), members: members ?? nil)
    }

    static func findings(of record: AnnualReturn, after previous: AnnualReturn?, members: Int?) -> [Finding] {
        var found: [Finding] = []
        func find(_ code: String, _ field: String, _ details: [String: String] = [:]) {
            found.append(
                Finding(
                    code: code, field: field,
                    details: details.merging(["field": "@annual_return.\(field)"]) { own, _ in own }))
        }
        func say(_ money: Money) -> String { NumberText.millions(money, .vi) }
        if let revenue = record.revenue {
            if let profit = record.profit, profit > revenue {
                find("return_check.profit-above-revenue", "profit", ["profit": say(profit), "revenue": say(revenue)])
            }
            if let cost = record.cost, let profit = record.profit, revenue - cost != profit {
                find(
                    "return_check.profit-is-not-difference", "profit",
                    ["profit": say(profit), "difference": say(revenue - cost)])
            }
            let parts = [record.revenueServices, record.revenueProducts, record.revenueOther].compactMap(\.self)
            let sum = parts.reduce(.zero, +)
            if sum > revenue || parts.count == 3 && sum != revenue {
                find("return_check.parts-differ", "revenue", ["sum": say(sum), "revenue": say(revenue)])
            }
            for (field, part) in [("revenue_contracts", record.revenueContracts), ("exports", record.exports)] {
                if let part, part > revenue {
                    find("return_check.part-above-whole", field, ["part": say(part), "whole": say(revenue)])
                }
            }
        }
        if let women = record.womenWorkers, let workers = record.workers, women > workers {
            find("return_check.women-above-workers", "women_workers", ["women": "\(women)", "workers": "\(workers)"])
        }
        if let reported = record.membersEnd, let members, reported != members {
            find(
                "return_check.members-unlike-register", "members_end",
                ["reported": "\(reported)", "register": "\(members)"])
        }
        for field in AnnualReturn.figures where previous != nil {
            guard let previous, case .integer(let now) = field.stored(record),
                case .integer(let then) = field.stored(previous), then != 0, now != 0
            else { continue }
            if now.magnitude / then.magnitude >= 10 || then.magnitude / now.magnitude >= 10 {
                find(
                    "return_check.ten-times", field.name,
                    [
                        "now": field.kind.shown(.integer(now), Texts(.vi, sources: [])),
                        "then": field.kind.shown(.integer(then), Texts(.vi, sources: [])),
                    ])
            }
        }
        return found
    }
}
