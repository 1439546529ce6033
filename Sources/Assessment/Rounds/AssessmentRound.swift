package import Kernel
import Persistence
package import Records
import Registry

/// The assessment of a year with one instrument (đợt đánh giá): until when each level has its turn. Once it is opened, the
/// instrument stands as it was that day, whatever is changed in it later.
package struct AssessmentRound: Record, Referenced {
    package var id: Identifier<AssessmentRound> = 0
    package var version = 0
    package var year: Year = 0
    package var instrument: InstrumentDocument.ID = 0
    /// The last day for the self-assessment of the cooperatives, the review of the communes, the check of the department.
    package var selfDueOn: Day = .unset
    package var reviewDueOn: Day = .unset
    package var checkDueOn: Day = .unset
    /// The last day to appeal; `nil`: no limit.
    package var appealDueOn: Day?
    package var openedOn: Day?
    /// Of the instrument, when the round was opened: which version it was, and its text.
    package var instrumentVersion: Int?
    package var instrumentText: String?
    package init() {}

    package static let referenceName = "assessment_round"

    package static let description = Description<AssessmentRound>(
        "assessment_round", table: "assessment_grading", rules: [\.isInOrder], frozen: \AssessmentRound.mayBeChanged
    ) {
        Field("year", \.year, .listed, .within(2012...2100))
        Field("instrument", \.instrument, .listed)
        Field("self_due_on", \.selfDueOn, .listed)
        Field("review_due_on", \.reviewDueOn, .listed)
        Field("check_due_on", \.checkDueOn, .listed)
        Field("appeal_due_on", \.appealDueOn, .listed)
        Field("opened_on", \.openedOn, .listed, .unasked)
        Field("instrument_version", \.instrumentVersion, .unasked)
        Field("instrument_text", \.instrumentText, .unasked, .unshown)
    }

    var isInOrder: Verdict {
        if selfDueOn.year <= year.number { return .fails("assessment_round.due-too-early") }
        let days = [selfDueOn, reviewDueOn, checkDueOn] + [appealDueOn].compactMap(\.self)
        return zip(days, days.dropFirst()).allSatisfy { $0 < $1 } ? .meets : .fails("assessment_round.not-in-order")
    }

    var mayBeChanged: Verdict { openedOn == nil ? .meets : .fails("assessment_round.is-opened") }

    package static let listing = Listing(
        "assessment_round", path: "assessment-rounds", table: "assessment_grading", alias: "g",
        columns: [
            .init("year", "g.year", .year, order: "g.year", link: ("assessment_round", "id")),
            .init("instrument", "i.name", .text), .init("opened_on", "g.opened_on", .day),
            .init("self_due_on", "g.self_due_on", .day), .init("review_due_on", "g.review_due_on", .day),
            .init("check_due_on", "g.check_due_on", .day), .init("appeal_due_on", "g.appeal_due_on", .day),
        ], filters: [], hasNames: false,
        joins: { _ in "JOIN assessment_instrument i ON i.id = g.instrument_id" }, exists: { _ in "1 = 1" })

    /// The instrument as it was when the round was opened, or before that as it is.
    func scale(in db: Connection) throws -> Instrument {
        if let instrumentText { return try Instrument(yaml: instrumentText) }
        return try InstrumentDocument.find(instrument, in: db).instrument()
    }
}
