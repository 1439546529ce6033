package import Kernel
package import Records

/// That an account holds a role in an organisation during a period. Without an organisation: for the whole system.
package struct Holding: Record {
    package var id: Identifier<Holding> = 0
    package var version = 0
    package var account: Identifier<UserAccount> = 0
    package var role: Identifier<Role> = 0
    package var organisation: OrganisationRef?
    package var validFrom: Day?
    /// The first day on which it is no more.
    package var validTo: Day?
    package init() {}

    package static let description = Description<Holding>(
        "holding", table: "access_holding", rules: [\.endsAfterItBegins]
    ) {
        Field("account", \.account)
        Field("role", \.role)
        Field("organisation", \.organisation)
        Field("valid_from", \.validFrom)
        Field("valid_to", \.validTo)
    }

    var endsAfterItBegins: Verdict {
        guard let validFrom, let validTo, validTo < validFrom else { return .meets }
        return .fails("holding.ends-before-it-begins")
    }
}
