package import Kernel
package import Persistence
package import Records

/// A cooperative group (tổ hợp tác): persons who work together under a contract, without legal personality.
/// Law 17/2023/QH15, Art. 4; Decree 77/2019/NĐ-CP.
package struct Group: Record, Referenced {
    package var id: Identifier<Group> = 0
    package var version = 0
    package var name = ""
    package var established: PartialDay?
    package var unit: Identifier<Unit> = 0
    package var field: GroupField?
    package var founder: Founder?
    package var leader: String?
    package var phone: Code?
    /// The day of the certificate of registration, which Art. 107 asks of some groups.
    package var certifiedOn: Day?
    package var endedOn: Day?
    /// The group that this one turned out to be; it then counts no more.
    package var mergedInto: Identifier<Group>?
    package init() {}

    package static let referenceName = "group"

    package static let description = Description<Group>(
        "group", table: "registry_group", sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("established", \.established, .listed)
        Field("unit", \.unit, .listed)
        Field("field", \.field, .listed)
        Field("founder", \.founder, .listed)
        Field("leader", \.leader, .searched)
        Field("phone", \.phone, .personal)
        Field("certified_on", \.certifiedOn)
        Field("ended_on", \.endedOn)
        Field("merged_into", \.mergedInto, .unasked)
    }
}

package enum GroupField: String, Choice {
    case crop, livestock, service, general
    package static let key = "group_field"
}

/// The association that called a group into being, at commune level.
package enum Founder: String, Choice {
    case farmersUnion = "farmers_union"
    case womensUnion = "womens_union"
    case veteransAssociation = "veterans_association"
    case youthUnion = "youth_union"
    case other
    package static let key = "founder"
}

/// How many members a group has from a day on.
package struct GroupHeadcount: Record {
    package var id: Identifier<GroupHeadcount> = 0
    package var version = 0
    package var group: Identifier<Group> = 0
    package var validFrom: Day = .unset
    package var members: Int?
    package var women: Int?
    package init() {}

    package static let description = Description<GroupHeadcount>(
        "group_headcount", table: "registry_group_headcount", rules: [\.womenAreMembers]
    ) {
        Field("group", \.group)
        Field("valid_from", \.validFrom)
        Field("members", \.members, .within(0...100_000))
        Field("women", \.women, .within(0...100_000))
    }

    var womenAreMembers: Verdict {
        guard let members, let women, women > members else { return .meets }
        return .fails("headcount.women-exceed-members", ["women": "\(women)", "members": "\(members)"])
    }

    package static func standing(of group: Identifier<Group>, on day: Day, in db: Connection) throws -> Self? {
        try first(where: "group_id = \(group) AND valid_from <= \(day) ORDER BY valid_from DESC", in: db)
    }
}
