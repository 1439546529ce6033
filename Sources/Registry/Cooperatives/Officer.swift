package import Kernel
import Persistence
package import Records

/// A person in a post of a cooperative. One person in two posts stands twice.
package struct Officer: Record {
    package var id: Identifier<Officer> = 0
    package var version = 0
    package var cooperative: Identifier<Cooperative> = 0
    package var role = OfficerRole.director
    package var name = ""
    package var sex: Sex?
    package var birthYear: Int?
    package var phone: Code?
    package var validFrom: Day?
    /// The first day that the person no longer holds the post.
    package var validTo: Day?
    package init() {}

    package static let description = Description<Officer>(
        "officer", table: "registry_officer", rules: [\.endsAfterItBegins], sortKey: { personSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("cooperative", \.cooperative, .listed)
        Field("role", \.role, .listed)
        Field("sex", \.sex, .listed)
        Field("birth_year", \.birthYear, .personal, .within(1900...2100))
        Field("phone", \.phone, .personal)
        Field("valid_from", \.validFrom, .listed)
        Field("valid_to", \.validTo)
    }

    var endsAfterItBegins: Verdict {
        guard let validFrom, let validTo, validTo < validFrom else { return .meets }
        return .fails("officer.ends-before-it-begins")
    }
}

/// Posts of Law 17/2023/QH15, Arts. 56–72.
package enum OfficerRole: String, Choice {
    case chair
    case boardMember = "board_member"
    case director
    case deputyDirector = "deputy_director"
    case supervisorHead = "supervisor_head"
    case supervisor
    case accountant
    package static let key = "officer_role"
}

package enum Sex: String, Choice {
    case female, male
    package static let key = "sex"
}
