package import Kernel
import Persistence
package import Records
package import Registry

/// One cooperative in a round (hồ sơ đánh giá): what it scored itself, what the commune made of it, what the department
/// found, and where it stands. It changes by its steps alone; see `CaseSteps`.
package struct AssessmentCase: Record, Referenced {
    package var id: Identifier<AssessmentCase> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    package var round: AssessmentRound.ID = 0
    package var state = CaseState.selfScoring
    package var exclusion: Exclusion?
    /// Why, where a person excluded it; where the instrument did, the sheet says.
    package var exclusionReason: String?
    package var selfSheet: ScoreSheet?
    package var reviewSheet: ScoreSheet?
    package var checkSheet: ScoreSheet?
    /// When the board and the supervisors agreed to the self-assessment (circular 01/2020/TT-BKHĐT).
    package var boardAgreedOn: Day?
    package var supervisorsAgreedOn: Day?
    /// Scored by an office for the cooperative.
    package var isOnBehalf = false
    package var submittedOn: Day?
    package var submittedBy: Identifier<Account>?
    package var reviewedOn: Day?
    package var reviewedBy: Identifier<Account>?
    package var checkedOn: Day?
    package var checkedBy: Identifier<Account>?
    /// What whoever sent it back wants changed.
    package var remarks: String?
    package var appeal: String?
    package var appealAnswer: String?
    /// As the department found.
    package var points: Hundredths?
    package var grade: Grade?
    package var decision: Identifier<GradeDecision>?
    package init() {}

    package static let referenceName = "assessment_case"

    package static let description = Description<AssessmentCase>(
        "assessment_case", table: "assessment_case", frozen: \AssessmentCase.changesBySteps,
        guarding: { before, after, _, db in
            // Taken out: not from an area by which somebody stands.
            if let before, after == nil { try before.requireUnlocked(for: before.state, in: db) }
        }
    ) {
        Field("cooperative", \.cooperative, .listed, .unasked)
        Field("round", \.round, .listed, .unasked)
        Field("state", \.state, .listed, .unasked)
        Field("exclusion", \.exclusion, .listed, .unasked)
        Field("exclusion_reason", \.exclusionReason, .unasked)
        Field("self_sheet", \.selfSheet, .unasked, .unshown)
        Field("review_sheet", \.reviewSheet, .unasked, .unshown)
        Field("check_sheet", \.checkSheet, .unasked, .unshown)
        Field("board_agreed_on", \.boardAgreedOn, .unasked)
        Field("supervisors_agreed_on", \.supervisorsAgreedOn, .unasked)
        Field("is_on_behalf", \.isOnBehalf, .unasked)
        Field("submitted_on", \.submittedOn, .unasked)
        Field("submitted_by", \.submittedBy, .unasked, .unshown)
        Field("reviewed_on", \.reviewedOn, .unasked)
        Field("reviewed_by", \.reviewedBy, .unasked, .unshown)
        Field("checked_on", \.checkedOn, .unasked)
        Field("checked_by", \.checkedBy, .unasked, .unshown)
        Field("remarks", \.remarks, .paragraph, .unasked)
        Field("appeal", \.appeal, .paragraph, .unasked)
        Field("appeal_answer", \.appealAnswer, .paragraph, .unasked)
        Field("points", \.points, .listed, .unasked)
        Field("grade", \.grade, .listed, .unasked)
        Field("decision", \.decision, .listed, .unasked)
    }

    var changesBySteps: Verdict { .fails("assessment_case.by-steps") }

    /// As the round finds it when it is opened.
    init(
        of cooperative: Cooperative.ID, in round: AssessmentRound, _ instrument: Instrument, _ inputs: ScoringInputs
    ) {
        self.init()
        self.cooperative = cooperative
        self.round = round.id
        if let (reason, sheet) = ScoreSheet.excluding(instrument, inputs) {
            state = .excluded
            exclusion = reason
            selfSheet = sheet
        } else {
            selfSheet = ScoreSheet(Scoring(instrument, round.year, inputs), inputs)
        }
    }

    /// What the last level that has spoken says.
    var lastSheet: ScoreSheet? { checkSheet ?? reviewSheet ?? selfSheet }
}

/// Where a case stands: with the cooperative, the commune, the department, whoever decides; decided, or appealed against.
package enum CaseState: String, Choice {
    case excluded
    case selfScoring = "self"
    case submitted, reviewed, checked, decided, appealed
    package static let key = "case_state"
}
