package import Kernel
import Persistence
package import Records

/// A decree on admin units (nghị quyết về sắp xếp đơn vị hành chính) as it is being entered: what becomes of which unit
/// from a day on. It changes nothing until it is applied; then it stands.
package struct UnitDecree: Record {
    package var id: Identifier<UnitDecree> = 0
    package var version = 0
    /// Its number: `1685/NQ-UBTVQH15`.
    package var name = ""
    package var issuer: String?
    package var effectiveOn: Day = .unset
    /// One line for each unit and what it became; see `DecreeLine`.
    package var lines = ""
    package var note: String?
    package var appliedOn: Day?
    package init() {}

    package static let description = Description<UnitDecree>(
        "unit_decree", table: "registry_unit_decree", sortKey: { vietnameseSortKey($0.name) },
        frozen: \UnitDecree.mayBeChanged
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("issuer", \.issuer, .listed, .searched)
        Field("effective_on", \.effectiveOn, .listed)
        Field("lines", \.lines, .paragraph, .check(DecreeLine.check))
        Field("note", \.note, .paragraph)
        Field("applied_on", \.appliedOn, .listed, .unasked)
    }

    var mayBeChanged: Verdict { appliedOn == nil ? .meets : .fails("unit_decree.applied") }

    package static let listing = Listing(
        "unit_decree", path: "unit-decrees", table: "registry_unit_decree", alias: "e",
        columns: [
            .init("name", "e.name", .text, order: "e.sort_key", link: ("unit_decree", "id")),
            .init("issuer", "e.issuer", .text),
            .init("effective_on", "e.effective_on", .day, order: "e.effective_on"),
            .init("applied_on", "e.applied_on", .day),
        ],
        filters: [], joins: { _ in "" }, exists: { _ in "1 = 1" })
}
