import Kernel
import Persistence
package import Records
import Registry

extension Outcome {
    /// The outcomes of all years that are known on a day.
    package static let listing = Listing(
        "outcome", path: "outcomes", table: "assessment_outcome", alias: "o",
        columns: [
            .init("cooperative", "c.name", .text, order: "o.sort_key", link: ("cooperative", "cooperative_id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("unit", Cooperative.unitName, .text), .init("year", "o.year", .year, order: "o.year"),
            .init("grade", "o.grade", Grade.kind), .init("exclusion", "o.exclusion", Exclusion.kind),
            .init("points", "o.points_hundredths", .hundredths),
            .init("instrument", "o.instrument", .text, hiddenOnPages: true),
            .init("decision_number", "o.decision_number", .text), .init("decided_on", "o.decided_on", .day),
            .init(
                "origin", "CASE WHEN o.decision_id IS NULL THEN 'recorded' ELSE 'decided' END", Outcome.origin,
                hiddenOnPages: true),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                o.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("year", .year) { year, _ in "o.year = \(try Year(asked: year))" },
            .init("grade", Grade.kind) { value, _ in
                value == "unknown" ? "o.grade IS NULL" : "o.grade = \(try known(value, Grade.self).rawValue)"
            },
            .init("exclusion", Exclusion.kind) { value, _ in
                value == "unknown"
                    ? "o.exclusion IS NULL" : "o.exclusion = \(try known(value, Exclusion.self).rawValue)"
            },
            .init("kind", CooperativeKind.kind) { value, _ in
                let kind: SQL =
                    value == "unknown"
                    ? "c.kind IS NULL" : "c.kind = \(try known(value, CooperativeKind.self).rawValue)"
                return "o.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE \(kind))"
            },
            .init("registered", Registered.kind) { value, day in
                _ = try known(value, Registered.self)
                return """
                    o.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE \(Cooperative.exists(day)))
                    """
            },
        ],
        named: ("registry_cooperative", by: "cooperative_id"),
        joins: { day in
            """
            JOIN registry_cooperative c ON c.id = o.cooperative_id
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        }, exists: isKnown)

    /// Whether it was decided here, or recorded as it was told.
    static let origin = ValueKind.choice("outcome_origin", ["recorded", "decided"])

    /// Of `assessment_outcome o`: told by then. Without the day of a decision, from the year after the assessed one on.
    static let isKnown: @Sendable (Day) -> SQL = { day in
        "(o.decided_on <= \(day) OR (o.decided_on IS NULL AND o.year < \(day.year)))"
    }
}

/// Whether the cooperative is in the register of the asked day: figures are of those alone.
enum Registered: String, Choice {
    case yes
    static let key = "registered"
}
