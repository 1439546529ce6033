import Kernel
import Persistence
package import Records
import Registry

extension AssessmentCase {
    /// Also the list that one level hands over to the next: what is submitted in a commune, what it has reviewed.
    package static let listing = Listing(
        "assessment_case", path: "assessment-cases", table: "assessment_case", alias: "k",
        columns: [
            .init("cooperative", "c.name", .text, order: "k.sort_key", link: ("assessment_case", "id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("unit", Cooperative.unitName, .text), .init("year", "g.year", .year),
            .init("instrument", "i.name", .text), .init("state", "k.state", CaseState.kind),
            .init("exclusion", "k.exclusion", Exclusion.kind),
            .init("points", "k.points_hundredths", .hundredths, order: "k.points_hundredths"),
            .init("grade", "k.grade", Grade.kind),
            .init("submitted_on", "k.submitted_on", .day, hiddenOnPages: true),
            .init("reviewed_on", "k.reviewed_on", .day, hiddenOnPages: true),
            .init("checked_on", "k.checked_on", .day, hiddenOnPages: true),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                k.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("round", .integer) { round, _ in
                guard let id = AssessmentRound.ID(round) else {
                    throw Failure(.usage, "list.no-such-value", ["value": round, "values": "1, 2, 3 …"])
                }
                return "k.round_id = \(id)"
            },
            .init("year", .year) { year, _ in inRounds("g.year = \(try Year(asked: year))") },
            .init("state", CaseState.kind) { value, _ in "k.state = \(try known(value, CaseState.self).rawValue)" },
            .init("grade", Grade.kind) { value, _ in
                value == "unknown" ? "k.grade IS NULL" : "k.grade = \(try known(value, Grade.self).rawValue)"
            },
            .init("exclusion", Exclusion.kind) { value, _ in
                value == "unknown"
                    ? "k.exclusion IS NULL" : "k.exclusion = \(try known(value, Exclusion.self).rawValue)"
            },
            .init("late", .choice("late", Late.allCases.map(\.rawValue))) { value, day in
                guard let late = Late(rawValue: value) else {
                    throw Failure(
                        .usage, "list.no-such-value",
                        ["value": value, "values": Late.allCases.map(\.rawValue).joined(separator: ", ")])
                }
                return late.condition(day)
            },
        ],
        named: ("registry_cooperative", by: "cooperative_id"),
        joins: { day in
            """
            JOIN registry_cooperative c ON c.id = k.cooperative_id
            JOIN assessment_grading g ON g.id = k.round_id
            JOIN assessment_instrument i ON i.id = g.instrument_id
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        }, exists: { _ in "1 = 1" })

    /// Whose turn it is although the day for it has passed.
    enum Late: String, CaseIterable {
        case selfScoring = "self"
        case review, check

        func condition(_ day: Day) -> SQL {
            switch self {
            case .selfScoring: "k.state = 'self' AND \(inRounds("g.self_due_on < \(day)"))"
            case .review: "k.state = 'submitted' AND \(inRounds("g.review_due_on < \(day)"))"
            case .check: "k.state = 'reviewed' AND \(inRounds("g.check_due_on < \(day)"))"
            }
        }
    }

    /// Filters see the case alone, before it is joined with anything.
    private static func inRounds(_ condition: SQL) -> SQL {
        "k.round_id IN (SELECT g.id FROM assessment_grading g WHERE \(condition))"
    }
}
