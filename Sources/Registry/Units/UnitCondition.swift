package import Kernel
package import Persistence

/// The numbers of all unit versions that lie in the subtree of `code` on `day`, for `unit_id IN (…)`; for
/// `UnitCondition.needsChoice` those that have no unit of that day until a person chooses one. Whatever a unit was called
/// when a record was written, the record belongs where the unit lies on `day`.
package func units(under code: String, on day: Day) -> SQL {
    let condition: SQL =
        switch UnitLevel(code: code) {
        case .province: "province_code = \(code)"
        case .district: "district_code = \(code)"
        case .commune: "commune_code = \(code)"
        case nil where code == UnitCondition.needsChoice: "needs_choice = 1"
        case nil: "1 = 0"
        }
    return """
        SELECT unit_id FROM registry_unit_span WHERE \(condition) AND from_day <= \(day) AND to_day > \(day)
        """
}

package enum UnitCondition {
    /// Stands for a unit where a record's commune was split and nobody has chosen yet.
    package static let needsChoice = "needs_choice"
}

/// Whether a unit is only a small part of the register.
@Sendable func isBelowProvince(_ code: String) -> Bool { UnitLevel(code: code).map { $0 != .province } ?? false }
