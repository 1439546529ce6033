package import Kernel
package import Persistence
package import Records

/// A fact about a cooperative that stands from a day until the next fact of its kind.
package protocol CooperativeFact: Record {
    var cooperative: Identifier<Cooperative> { get set }
    var validFrom: Day { get set }
}

/// Whether a cooperative works. Law 17/2023/QH15, Arts. 96–103.
package struct CooperativeStatus: CooperativeFact {
    package var id: Identifier<CooperativeStatus> = 0
    package var version = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var validFrom: Day = .unset
    package var status = StatusChoice.active
    package var reason: String?
    /// Number and date of the paper that says so.
    package var document: String?
    package init() {}

    package static let description = Description<CooperativeStatus>(
        "cooperative_status", table: "registry_cooperative_status"
    ) {
        Field("cooperative", \.cooperative)
        Field("valid_from", \.validFrom)
        Field("status", \.status)
        Field("reason", \.reason)
        Field("document", \.document)
    }
}

package enum StatusChoice: String, Choice {
    case active, suspended, stopped, dissolving, dissolved
    package static let key = "status"
}

/// How many members a cooperative has, as it reports them. A number that is not reported is `nil`, never zero.
package struct Headcount: CooperativeFact {
    package var id: Identifier<Headcount> = 0
    package var version = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var validFrom: Day = .unset
    package var members: Int?
    package var women: Int?
    package var poorHouseholds: Int?
    package var officialMembers: Int?
    package var contributingAssociates: Int?
    package var otherAssociates: Int?
    package init() {}

    package static let description = Description<Headcount>(
        "headcount", table: "registry_headcount", rules: [\.partsFitTheWhole]
    ) {
        Field("cooperative", \.cooperative)
        Field("valid_from", \.validFrom)
        Field("members", \.members, .within(0...1_000_000))
        Field("women", \.women, .within(0...1_000_000))
        Field("poor_households", \.poorHouseholds, .within(0...1_000_000))
        Field("official_members", \.officialMembers, .within(0...1_000_000))
        Field("contributing_associates", \.contributingAssociates, .within(0...1_000_000))
        Field("other_associates", \.otherAssociates, .within(0...1_000_000))
    }

    var partsFitTheWhole: Verdict {
        guard let members else { return .meets }
        if let women, women > members {
            return .fails("headcount.women-exceed-members", ["women": "\(women)", "members": "\(members)"])
        }
        let kinds = [officialMembers, contributingAssociates, otherAssociates].compactMap(\.self).reduce(0, +)
        if kinds > members {
            return .fails("headcount.kinds-exceed-members", ["kinds": "\(kinds)", "members": "\(members)"])
        }
        return .meets
    }
}

/// Charter capital (vốn điều lệ): what the members have contributed or promised. Law 17/2023/QH15, Arts. 73–76.
package struct CharterCapital: CooperativeFact {
    package var id: Identifier<CharterCapital> = 0
    package var version = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var validFrom: Day = .unset
    package var amount: Money = 0
    package init() {}

    package static let description = Description<CharterCapital>(
        "charter_capital", table: "registry_charter_capital"
    ) {
        Field("cooperative", \.cooperative)
        Field("valid_from", \.validFrom)
        Field("amount", \.amount, .check { $0 < .zero ? .fails("charter_capital.negative") : .meets })
    }
}

/// The land that a cooperative and its members work together.
package struct LandArea: CooperativeFact {
    package var id: Identifier<LandArea> = 0
    package var version = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var validFrom: Day = .unset
    package var area: Area = 0
    package init() {}

    package static let description = Description<LandArea>("land_area", table: "registry_land_area") {
        Field("cooperative", \.cooperative)
        Field("valid_from", \.validFrom)
        Field("area", \.area, .check { $0 < .zero ? .fails("land_area.negative") : .meets })
    }
}

extension CooperativeFact {
    /// The fact that stands on a day.
    package static func standing(of cooperative: Identifier<Cooperative>, on day: Day, in db: Connection) throws
        -> Self?
    {
        try first(
            where: "cooperative_id = \(cooperative) AND valid_from <= \(day) ORDER BY valid_from DESC", in: db)
    }
}
