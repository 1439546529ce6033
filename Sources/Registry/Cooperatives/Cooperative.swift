package import Kernel
import Persistence
package import Records

/// An agricultural cooperative (hợp tác xã nông nghiệp): what identifies it and does not change from year to year.
/// What does change (status, members, capital, land, officers) stands in dated facts beside it.
package struct Cooperative: Record, Referenced {
    package var id: Identifier<Cooperative> = 0
    package var version = 0
    /// As written on its papers, abbreviations kept.
    package var name = ""
    /// Names it had before, newest first, separated by `; `.
    package var earlierNames: String?
    /// Mã số thuế. Kept as text even when its check digit is wrong: old registers hold such codes.
    package var taxCode: Code?
    /// Older cooperatives hold a registration number that differs from the tax code.
    package var registrationNumber: Code?
    package var established: PartialDay?
    /// The commune of the day of writing; the unit of another day is resolved through successors.
    package var unit: Identifier<Unit> = 0
    package var address: String?
    package var kind: CooperativeKind?
    package var phone: Code?
    package var email: String?
    package var mainProducts: String?
    /// The cooperative that this one turned out to be; it then counts no more.
    package var mergedInto: Identifier<Cooperative>?
    package init() {}

    package static let referenceName = "cooperative"

    package static let description = Description<Cooperative>(
        "cooperative", table: "registry_cooperative", sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("earlier_names", \.earlierNames, .searched)
        Field("tax_code", \.taxCode, .listed, .searched)
        Field("registration_number", \.registrationNumber, .searched)
        Field("established", \.established, .listed)
        Field("unit", \.unit, .listed)
        Field("address", \.address)
        Field("kind", \.kind, .listed)
        Field("phone", \.phone, .personal)
        Field("email", \.email, .personal)
        Field("main_products", \.mainProducts, .searched)
        Field("merged_into", \.mergedInto, .unasked)
    }
}

/// The field of activity that the province records. `general` (tổng hợp) is also what two or more of circular
/// 09/2017's six kinds together make.
package enum CooperativeKind: String, Choice {
    case crop, livestock, general
    package static let key = "cooperative_kind"
}

/// A name is one line of at most 255 characters without markup.
func isShortAndPlain(_ name: String) -> Verdict {
    if name.count > 255 { return .fails("text.too-long", ["length": "\(name.count)", "limit": "255"]) }
    if name.contains("<") || name.contains(">") { return .fails("text.markup") }
    return .meets
}
