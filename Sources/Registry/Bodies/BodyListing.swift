import Kernel
import Persistence
package import Records

extension PublicBody {
    /// Public bodies as of a day.
    package static let listing = Listing(
        "body", path: "bodies", table: "registry_body", alias: "b",
        columns: [
            .init("name", "b.name", .text, order: "b.sort_key", link: ("body", "id")),
            .init("kind", "b.kind", BodyKind.kind),
            .init("unit", Cooperative.unitName, .text),
            .init("valid_from", "b.valid_from", .day),
            .init("valid_to", "b.valid_to", .day),
        ],
        filters: [
            .init("unit", .code) { code, day in "b.unit_id IN (\(units(under: code, on: day)))" },
            .init("kind", BodyKind.kind) { value, _ in "b.kind = \(try known(value, BodyKind.self).rawValue)" },
        ],
        joins: { day in writtenUnit(of: "b.unit_id", on: day) },
        exists: { day in
            "(b.valid_from IS NULL OR b.valid_from <= \(day)) AND (b.valid_to IS NULL OR b.valid_to > \(day))"
        })
}
