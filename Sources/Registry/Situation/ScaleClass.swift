package import Kernel
import Persistence
package import Records

/// The scale class of an agricultural cooperative: Decree 113/2024/NĐ-CP, Arts. 4–5. A class is reached by official
/// members together with yearly revenue or total capital; what reaches none is micro.
///
/// Total capital is not charter capital, and revenue comes with the annual returns: both are unknown to the register.
/// A cooperative with fewer members than the smallest class asks is micro whatever they are; any other is unknown.
package enum ScaleClass: String, Choice {
    case large, medium, small, micro
    package static let key = "scale_class"

    /// What is known of a cooperative. `nil`: not reported.
    package struct Inputs: Sendable {
        package var officialMembers: Int?
        package var revenue: Money?
        package var totalCapital: Money?

        package init(officialMembers: Int?, revenue: Money? = nil, totalCapital: Money? = nil) {
            self.officialMembers = officialMembers
            self.revenue = revenue
            self.totalCapital = totalCapital
        }
    }

    /// `nil` while an input that decides is missing.
    package static func of(_ inputs: Inputs, by bounds: [LawNumbers.ScaleBound]) -> ScaleClass? {
        var isCertain = true
        for bound in bounds {
            switch bound.isReached(by: inputs) {
            case true?: return isCertain ? ScaleClass(rawValue: bound.name) : nil
            case false?: continue
            case nil: isCertain = false
            }
        }
        return isCertain ? .micro : nil
    }

    /// The act whose bounds serve for a day. It may come into force only later: see `LawNumbers.scaleRule`.
    package static let basis: @Sendable (Day) -> LegalBasis? = { LawNumbers.shipped.scaleRule(on: $0)?.basis }

    /// The same rule as SQL over the headcount `h`, with revenue and total capital unknown. All members are at least as
    /// many as the official ones: where only they are known and are too few for any class, so are the official.
    static func expression(on day: Day) -> SQL {
        guard let least = LawNumbers.shipped.scaleRule(on: day)?.leastMembers else { return "NULL" }
        return "CASE WHEN coalesce(h.official_members, h.members) < \(least) THEN 'micro' END"
    }
}
