import Kernel
import Persistence
package import Records

extension CooperativeUnion {
    /// Unions as of a day, with the number of cooperatives that belong to each.
    package static let listing = Listing(
        "union", path: "unions", table: "registry_union", alias: "n",
        columns: [
            .init("name", "n.name", .text, order: "n.sort_key", link: ("union", "id")),
            .init("tax_code", "n.tax_code", .code),
            .init("unit", Cooperative.unitName, .text),
            .init("established", "n.established", .partialDay, order: "n.established"),
            .init(
                "cooperatives", "(SELECT count(*) FROM registry_union_membership m WHERE m.union_id = n.id)", .integer),
        ],
        filters: [
            .init("unit", .code) { code, day in "n.unit_id IN (\(units(under: code, on: day)))" }
        ],
        joins: { day in writtenUnit(of: "n.unit_id", on: day) },
        exists: { day in
            "(n.established IS NULL OR n.established <= \(day)) AND (n.ended_on IS NULL OR n.ended_on > \(day))"
        })
}
