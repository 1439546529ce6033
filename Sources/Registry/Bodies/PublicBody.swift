package import Kernel
import Persistence
package import Records

/// A department, committee, association or bank branch (cơ quan) that keeps, founds, supports or reports. Bodies come
/// and go with the units they serve, so each has the days of its life and, where one took over, its successor.
package struct PublicBody: Record, Referenced {
    package var id: Identifier<PublicBody> = 0
    package var version = 0
    package var name = ""
    package var kind = BodyKind.department
    package var unit: Identifier<Unit>?
    /// Of an association: as which it founds cooperative groups.
    package var founder: Founder?
    package var superior: Identifier<PublicBody>?
    package var validFrom: Day?
    package var validTo: Day?
    package var successor: Identifier<PublicBody>?
    package init() {}

    package static let referenceName = "body"

    package static let description = Description<PublicBody>(
        "body", table: "registry_body", rules: [\.endsAfterItBegins], sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched, .check(isShortAndPlain))
        Field("kind", \.kind, .listed)
        Field("unit", \.unit, .listed)
        Field("founder", \.founder)
        Field("superior", \.superior)
        Field("valid_from", \.validFrom, .listed)
        Field("valid_to", \.validTo, .listed)
        Field("successor", \.successor)
    }

    var endsAfterItBegins: Verdict {
        guard let validFrom, let validTo, validTo < validFrom else { return .meets }
        return .fails("body.ends-before-it-begins")
    }
}

package enum BodyKind: String, Choice {
    case committee, department, association, alliance, bank, front, other
    package static let key = "body_kind"
}
