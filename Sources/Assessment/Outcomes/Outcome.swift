package import Kernel
import Persistence
package import Records
package import Registry

/// What the assessment of a cooperative for a year came to: a grade, or why there is none. One that was decided outside
/// HopTac is recorded as it was told.
package struct Outcome: Record {
    package var id: Identifier<Outcome> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    /// The year that was assessed.
    package var year: Year = 0
    package var grade: Grade?
    package var exclusion: Exclusion?
    /// Of 100, as decided.
    package var points: Hundredths?
    /// The number of the circular: `09/2017/TT-BNNPTNT`.
    package var instrument: String?
    package var decisionNumber: String?
    package var decidedOn: Day?
    /// That was signed here; `nil`: recorded as it was told.
    package var decision: GradeDecision.ID?
    package init() {}

    package static let description = Description<Outcome>(
        "outcome", table: "assessment_outcome", rules: [\.isGradedOrNot, \.isDecidedAfterwards],
        frozen: \Outcome.mayBeChanged
    ) {
        Field("cooperative", \.cooperative, .listed)
        Field("year", \.year, .listed, .within(2012...2100))
        Field("grade", \.grade, .listed)
        Field("exclusion", \.exclusion, .listed)
        Field("points", \.points, .listed, .check(isOfAHundred))
        Field("instrument", \.instrument)
        Field("decision_number", \.decisionNumber)
        Field("decided_on", \.decidedOn)
        Field("decision", \.decision, .unasked)
    }

    var mayBeChanged: Verdict { decision == nil ? .meets : .fails("outcome.is-decided") }

    /// Exactly one of the two is said: who is graded has no reason not to be.
    var isGradedOrNot: Verdict {
        if grade == nil, exclusion == nil { return .fails("outcome.says-nothing") }
        if grade != nil, exclusion != nil { return .fails("outcome.says-both") }
        return exclusion != nil && points != nil ? .fails("outcome.points-without-grade") : .meets
    }

    /// A year is assessed once it has begun to be over: decisions of earlier years are slips.
    var isDecidedAfterwards: Verdict {
        guard let decidedOn, decidedOn.year < year.number else { return .meets }
        return .fails("outcome.decided-before", ["year": "\(year)", "date": DateText.short(decidedOn, .vi)])
    }
}

private func isOfAHundred(_ points: Hundredths?) -> Verdict {
    guard let points, points < .zero || points > Hundredths(10_000) else { return .meets }
    return .fails("outcome.points-out-of-range")
}

/// The four grades of circulars 09/2017/TT-BNNPTNT and 01/2020/TT-BKHĐT.
package enum Grade: String, Choice {
    case good, fair, average, weak
    package static let key = "grade"
}

/// Why a cooperative is not assessed for a year. New: less than 12 months in production (circular 09/2017); stopped or
/// suspended, and no revenue yet: practice of plan 5346/KH-UBND.
package enum Exclusion: String, Choice {
    case new, stopped
    case noRevenue = "no_revenue"
    case other
    package static let key = "exclusion"
}
