package import Kernel
import Persistence
package import Records

/// A union of cooperatives (liên hiệp hợp tác xã): at least three cooperatives as official members.
/// Law 17/2023/QH15, Art. 4.
package struct CooperativeUnion: Record, Referenced {
    package var id: Identifier<CooperativeUnion> = 0
    package var version = 0
    package var name = ""
    package var taxCode: Code?
    package var registrationNumber: Code?
    package var established: PartialDay?
    package var unit: Identifier<Unit> = 0
    package var address: String?
    package var phone: Code?
    package var endedOn: Day?
    package init() {}

    package static let referenceName = "union"

    package static let description = Description<CooperativeUnion>(
        "union", table: "registry_union", sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("tax_code", \.taxCode, .listed, .searched)
        Field("registration_number", \.registrationNumber, .searched)
        Field("established", \.established, .listed)
        Field("unit", \.unit, .listed)
        Field("address", \.address)
        Field("phone", \.phone, .personal)
        Field("ended_on", \.endedOn)
    }
}

/// That a cooperative belongs to a union, from a day to a day.
package struct UnionMembership: Record {
    package var id: Identifier<UnionMembership> = 0
    package var version = 0
    package var union: Identifier<CooperativeUnion> = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var validFrom: Day?
    /// The first day that it no longer belongs.
    package var validTo: Day?
    package init() {}

    package static let description = Description<UnionMembership>(
        "union_membership", table: "registry_union_membership", rules: [\.endsAfterItBegins]
    ) {
        Field("union", \.union)
        Field("cooperative", \.cooperative)
        Field("valid_from", \.validFrom)
        Field("valid_to", \.validTo)
    }

    var endsAfterItBegins: Verdict {
        guard let validFrom, let validTo, validTo < validFrom else { return .meets }
        return .fails("union_membership.ends-before-it-begins")
    }
}
