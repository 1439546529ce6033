package import Kernel
import Persistence
package import Records

/// That a level stands by the results of its area: from then on nothing in it changes, until the level above takes the
/// approval back.
package struct AreaApproval: Record {
    package var id: Identifier<AreaApproval> = 0
    package var version = 0
    package var round: AssessmentRound.ID = 0
    /// Of the admin unit, as of the day.
    package var unitCode: Code = ""
    package var approvedOn: Day = .unset
    package var approvedBy: Identifier<Account>?
    package var withdrawnOn: Day?
    package init() {}

    package static let description = Description<AreaApproval>(
        "area_approval", table: "assessment_approval", frozen: \AreaApproval.changesBySteps
    ) {
        Field("round", \.round, .listed, .unasked)
        Field("unit_code", \.unitCode, .listed, .unasked)
        Field("approved_on", \.approvedOn, .listed, .unasked)
        Field("approved_by", \.approvedBy, .unasked, .unshown)
        Field("withdrawn_on", \.withdrawnOn, .listed, .unasked)
    }

    var changesBySteps: Verdict { .fails("area_approval.by-steps") }
}
