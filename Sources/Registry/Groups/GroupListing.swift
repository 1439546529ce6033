package import Kernel
package import Persistence
package import Records

extension Group {
    /// Cooperative groups as of a day.
    package static let listing = Listing(
        "group", path: "groups", table: "registry_group", alias: "g",
        columns: [
            .init("name", "g.name", .text, order: "g.sort_key", link: ("group", "id")),
            .init("unit", Cooperative.unitName, .text),
            .init("field", "g.field", GroupField.kind),
            .init("founder", "g.founder", Founder.kind),
            .init("established", "g.established", .partialDay, order: "g.established"),
            .init("leader", "g.leader", .text),
            .init("members", "h.members", .integer),
            .init("women", "h.women", .integer),
        ],
        filters: [
            .init("unit", .code, narrows: isBelowProvince) { code, day in
                "g.unit_id IN (\(units(under: code, on: day)))"
            },
            .init("field", GroupField.kind) { value, _ in
                value == "unknown" ? "g.field IS NULL" : "g.field = \(try known(value, GroupField.self).rawValue)"
            },
            .init("founder", Founder.kind) { value, _ in
                value == "unknown" ? "g.founder IS NULL" : "g.founder = \(try known(value, Founder.self).rawValue)"
            },
        ],
        joins: { day in
            """
            LEFT JOIN registry_group_headcount h ON \(standing("registry_group_headcount", "h", of: "g.id", key: "group_id", on: day))
            \(writtenUnit(of: "g.unit_id", on: day))
            """
        },
        exists: exists)

    package static let exists: @Sendable (Day) -> SQL = { day in
        """
        (g.established IS NULL OR g.established <= \(day)) AND (g.ended_on IS NULL OR g.ended_on > \(day))
        AND g.id NOT IN (SELECT x.id FROM registry_group x WHERE x.merged_into_id IS NOT NULL)
        """
    }
}
