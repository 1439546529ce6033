import Kernel
import Persistence
package import Records

extension Officer {
    /// Officers in post on a day.
    package static let listing = Listing(
        "officer", path: "officers", table: "registry_officer", alias: "o",
        columns: [
            .init("name", "o.name", .text, order: "o.sort_key"),
            .init("role", "o.role", OfficerRole.kind),
            .init("cooperative", "c.name", .text, link: ("cooperative", "cooperative_id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("sex", "o.sex", Sex.kind),
            .init("valid_from", "o.valid_from", .day),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                o.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("role", OfficerRole.kind) { value, _ in "o.role = \(try known(value, OfficerRole.self).rawValue)" },
            .init("sex", Sex.kind) { value, _ in
                value == "unknown" ? "o.sex IS NULL" : "o.sex = \(try known(value, Sex.self).rawValue)"
            },
        ],
        joins: { _ in "LEFT JOIN registry_cooperative c ON c.id = o.cooperative_id" },
        exists: { day in
            "(o.valid_from IS NULL OR o.valid_from <= \(day)) AND (o.valid_to IS NULL OR o.valid_to > \(day))"
        })
}
