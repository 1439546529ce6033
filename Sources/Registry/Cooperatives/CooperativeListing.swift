package import Kernel
package import Persistence
package import Records

extension Cooperative {
    /// Cooperatives as of a day, with the facts that stand on it.
    package static let listing = Listing(
        "cooperative", path: "cooperatives", table: "registry_cooperative", alias: "c",
        columns: [
            .init("name", "c.name", .text, order: "c.sort_key", link: ("cooperative", "id")),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("registration_number", "c.registration_number", .code, hiddenOnPages: true),
            .init("unit", unitName, .text),
            .init("kind", "c.kind", CooperativeKind.kind),
            .init("status", "s.status", StatusChoice.kind),
            .init("established", "c.established", .partialDay, order: "c.established"),
            .init("members", "h.members", .integer),
            .init("women", "h.women", .integer),
            .init("charter_capital", "k.amount_vnd", .money),
            .init("land_area", "a.area_m2", .area, hiddenOnPages: true),
            .init("main_products", "c.main_products", .text, hiddenOnPages: true),
            .init("address", "c.address", .text, hiddenOnPages: true),
        ],
        filters: [
            .init("unit", .code, narrows: isBelowProvince) { code, day in
                "c.unit_id IN (\(units(under: code, on: day)))"
            },
            .init("kind", CooperativeKind.kind) { value, _ in
                value == "unknown" ? "c.kind IS NULL" : "c.kind = \(try known(value, CooperativeKind.self).rawValue)"
            },
            .init("status", StatusChoice.kind) { value, day in
                let status = standing("registry_cooperative_status", "s", of: "c.id", on: day)
                guard value != "unknown" else {
                    return "NOT EXISTS (SELECT 1 FROM registry_cooperative_status s WHERE \(status))"
                }
                return """
                    EXISTS (SELECT 1 FROM registry_cooperative_status s
                    WHERE \(status) AND s.status = \(try known(value, StatusChoice.self).rawValue))
                    """
            },
            .init("missing", .choice("missing", Missing.allCases.map(\.rawValue))) { value, day in
                guard let missing = Missing(rawValue: value) else {
                    throw Failure(
                        .usage, "list.no-such-value",
                        ["value": value, "values": Missing.allCases.map(\.rawValue).joined(separator: ", ")])
                }
                return missing.condition(day)
            },
        ],
        joins: { day in
            """
            LEFT JOIN registry_cooperative_status s ON \(standing("registry_cooperative_status", "s", of: "c.id", on: day))
            LEFT JOIN registry_headcount h ON \(standing("registry_headcount", "h", of: "c.id", on: day))
            LEFT JOIN registry_charter_capital k ON \(standing("registry_charter_capital", "k", of: "c.id", on: day))
            LEFT JOIN registry_land_area a ON \(standing("registry_land_area", "a", of: "c.id", on: day))
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        },
        exists: exists)

    /// What a cooperative's record should say and does not.
    enum Missing: String, CaseIterable {
        case taxCode = "tax_code"
        case status, members
        case capital = "charter_capital"

        func condition(_ day: Day) -> SQL {
            switch self {
            case .taxCode: "c.tax_code IS NULL"
            case .status: without("registry_cooperative_status", "x.status IS NOT NULL", day)
            case .members: without("registry_headcount", "x.members IS NOT NULL", day)
            case .capital: without("registry_charter_capital", "x.amount_vnd IS NOT NULL", day)
            }
        }

        /// Without a row that stands on the day and says something.
        private func without(_ table: String, _ says: String, _ day: Day) -> SQL {
            """
            NOT EXISTS (SELECT 1 FROM \(described: table) x
            WHERE \(standing(table, "x", of: "c.id", on: day)) AND \(described: says))
            """
        }
    }

    /// A cooperative is counted from the day of its certificate (the first day that a bare year or month allows; one
    /// without a date always) until the day it is dissolved.
    package static let exists: @Sendable (Day) -> SQL = { day in
        """
        (c.established IS NULL OR c.established <= \(day)) AND c.id NOT IN (\(dissolved(day)))
        AND c.id NOT IN (\(merged))
        """
    }

    /// The few that are dissolved on a day, looked up at once and not for each cooperative.
    static let dissolved: @Sendable (Day) -> SQL = { day in
        """
        SELECT s.cooperative_id FROM registry_cooperative_status s WHERE s.status = 'dissolved' AND
        \(standing("registry_cooperative_status", "s", of: "s.cooperative_id", on: day))
        """
    }

    /// The few that turned out to be another cooperative.
    static let merged: SQL = "SELECT x.id FROM registry_cooperative x WHERE x.merged_into_id IS NOT NULL"

    package static let unitName = "u.full_name || CASE WHEN d.name IS NULL THEN '' ELSE ', ' || d.full_name END"
}

/// The unit that a record was written with as `u`, and the unit above it as `d`: with the name of the day, or of the day
/// nearest to it on which the unit was there.
package func writtenUnit(of column: String, on day: Day) -> SQL {
    """
    LEFT JOIN registry_unit u ON u.id = \(described: column)
    LEFT JOIN registry_unit d ON d.code = u.parent_code AND CASE
        WHEN u.valid_to <= \(day) THEN d.valid_from < u.valid_to AND d.valid_to >= u.valid_to
        WHEN u.valid_from > \(day) THEN d.valid_from <= u.valid_from AND d.valid_to > u.valid_from
        ELSE d.valid_from <= \(day) AND d.valid_to > \(day) END
    """
}

/// The row of a fact table, named `alias`, that stands on a day for the subject `of`.
package func standing(_ table: String, _ alias: String, of subject: String, key: String = "cooperative_id", on day: Day)
    -> SQL
{
    """
    \(described: "\(alias).\(key) = \(subject) AND \(alias).valid_from = (SELECT max(f.valid_from) FROM \(table) f ")
    \(described: "WHERE f.\(key) = \(subject) AND f.valid_from <= ")\(day))
    """
}

package func known<C: Choice>(_ value: String, _ type: C.Type) throws -> C {
    guard let choice = C(rawValue: value) else {
        throw Failure(
            .usage, "list.no-such-value",
            ["value": value, "values": C.allCases.map(\.rawValue).joined(separator: ", ")])
    }
    return choice
}
