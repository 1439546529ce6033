import Kernel
package import Persistence
package import Records
import Registry

// The steps of a case, each a change with its row of history. Who may take them is asked by the routes; whose turn it is,
// and what must be there, here.

extension AssessmentCase {
    /// What a cooperative says of itself.
    package struct Statement: Sendable {
        /// Of the items that no formula scores.
        var answers: [String: String] = [:]
        var boardAgreedOn: Day?
        var supervisorsAgreedOn: Day?
    }

    /// Keeps what is there so far.
    @discardableResult
    package func keep(_ statement: Statement, by act: Act, in db: Connection) throws -> AssessmentCase {
        try requireTurn(.selfScoring, "save", in: db)
        return try stated(statement, by: act, in: db).stored(over: self, by: act, in: db)
    }

    /// Hands the self-assessment over to the commune. Throws `assessment_case.no-return`, `assessment_case.not-agreed`,
    /// `assessment_case.unanswered` with the items.
    @discardableResult
    package func submit(
        _ statement: Statement, onBehalf: Bool, by act: Act, in db: Connection
    ) throws -> AssessmentCase {
        try requireTurn(.selfScoring, "submit", in: db)
        let round = try AssessmentRound.find(round, in: db)
        let record = try AnnualReturn.first(where: "cooperative_id = \(cooperative) AND year = \(round.year)", in: db)
        guard let record, !record.state.isOpen else {
            throw Failure(.refused, "assessment_case.no-return", ["year": "\(round.year)"])
        }
        var submitted = try stated(statement, by: act, in: db)
        guard let board = statement.boardAgreedOn, let supervisors = statement.supervisorsAgreedOn,
            max(board, supervisors) <= act.at.day, min(board, supervisors) > round.year.lastDay
        else { throw Failure(.invalid, "assessment_case.not-agreed", ["year": "\(round.year)"]) }
        let asked = try round.scale(in: db).items.filter { $0.rule?.isAnswered ?? false }
        let open = asked.filter { submitted.selfSheet?[$0.id]?.points == nil }
        guard open.isEmpty else {
            throw Failure(
                .invalid, "assessment_case.unanswered", ["ids": open.map(\.id).joined(separator: ", ")])
        }
        submitted.state = .submitted
        submitted.isOnBehalf = onBehalf
        submitted.submittedOn = act.at.day
        submitted.submittedBy = act.account
        submitted.remarks = nil
        return try submitted.stored(over: self, by: act, in: db)
    }

    private func stated(_ statement: Statement, by act: Act, in db: Connection) throws -> AssessmentCase {
        let round = try AssessmentRound.find(round, in: db)
        let inputs = try ScoringInputs.of(cooperative, round.year, in: db)
        let scoring = Scoring(try round.scale(in: db), round.year, inputs, answers: statement.answers)
        let refused = statement.answers.keys.filter { id in scoring.lines.first { $0.item.id == id }?.points == nil }
        guard refused.isEmpty else {
            throw Failure(.invalid, "assessment_case.no-answer", ["ids": refused.sorted().joined(separator: ", ")])
        }
        var stated = self
        stated.selfSheet = ScoreSheet(scoring, inputs, answers: statement.answers, by: act.account?.number)
        stated.boardAgreedOn = statement.boardAgreedOn
        stated.supervisorsAgreedOn = statement.supervisorsAgreedOn
        return stated
    }

    /// The commune's points so far: those of the cooperative, but where it says otherwise and why.
    /// Throws `assessment_case.not-in-scale` and `assessment_case.no-reason`.
    @discardableResult
    package func review(
        _ amendments: [ScoreAmendment], isComplete: Bool, by act: Act, in db: Connection
    ) throws -> AssessmentCase {
        try requireTurn(.submitted, "review", in: db)
        var reviewed = self
        let sheet = try (selfSheet ?? reviewed.emptySheet()).amended(
            amendments, at: .review, by: act, try scale(in: db))
        reviewed.reviewSheet = sheet
        guard isComplete else { return try reviewed.stored(over: self, by: act, in: db) }
        if submittedBy == act.account, act.account != nil, !isOnBehalf {
            throw Failure(.forbidden, "assessment_case.same-person")
        }
        try sheet.requireWhole()
        reviewed.state = .reviewed
        reviewed.reviewedOn = act.at.day
        reviewed.reviewedBy = act.account
        reviewed.remarks = nil
        return try reviewed.stored(over: self, by: act, in: db)
    }

    /// The department's points, and with them the grade. Answers an appeal where there is one.
    /// Throws also `scoring.incomplete`, `scoring.undetermined`, `assessment_case.same-person`.
    @discardableResult
    package func check(
        _ amendments: [ScoreAmendment], answer: String?, isComplete: Bool, by act: Act, in db: Connection
    ) throws -> AssessmentCase {
        try requireTurn(state == .appealed ? .appealed : .reviewed, "check", in: db)
        var checked = self
        let scale = try scale(in: db)
        let sheet = try (reviewSheet ?? emptySheet()).amended(amendments, at: .check, by: act, scale)
        checked.checkSheet = sheet
        if let answer { checked.appealAnswer = answer }
        guard isComplete else { return try checked.stored(over: self, by: act, in: db) }
        if reviewedBy == act.account, act.account != nil {
            throw Failure(.forbidden, "assessment_case.same-person")
        }
        if state == .appealed, answer == nil { throw Failure(.invalid, "assessment_case.no-answer-to-appeal") }
        checked.grade = try sheet.grade(by: scale)
        checked.points = sheet.total
        checked.state = .checked
        checked.checkedOn = act.at.day
        checked.checkedBy = act.account
        checked.remarks = nil
        return try checked.stored(over: self, by: act, in: db)
    }

    /// One level down again, with what is to be changed: from the commune to the cooperative, from the department to the
    /// commune, from whoever decides to the department.
    @discardableResult
    package func sendBack(_ remarks: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        var back = self
        switch state {
        case .submitted: back.state = .selfScoring
        case .reviewed: back.state = .submitted
        case .checked:
            back.state = appeal != nil && appealAnswer == nil ? .appealed : .reviewed
            back.grade = nil
            back.points = nil
        case .excluded, .selfScoring, .decided, .appealed: throw notNow("send-back")
        }
        // What goes down to a level must not be closed there.
        try requireUnlocked(for: back.state, in: db)
        back.remarks = remarks
        return try back.stored(over: self, by: act, in: db, action: .corrected)
    }

    /// The cooperative does not agree with what was decided. Throws `assessment_case.appeal-too-late`.
    @discardableResult
    package func appeal(_ text: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        guard state == .decided else { throw notNow("appeal") }
        if let last = try AssessmentRound.find(round, in: db).appealDueOn, last < act.at.day {
            throw Failure(.refused, "assessment_case.appeal-too-late", ["date": DateText.short(last, .vi)])
        }
        var appealed = self
        appealed.state = .appealed
        appealed.appeal = text
        appealed.appealAnswer = nil
        return try appealed.stored(over: self, by: act, in: db)
    }

    /// The decision stands, and why.
    @discardableResult
    package func refuseAppeal(_ answer: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        guard state == .appealed else { throw notNow("refuse-appeal") }
        var refused = self
        refused.state = .decided
        refused.appealAnswer = answer
        return try refused.stored(over: self, by: act, in: db)
    }

    /// Whoever decides takes up a case again that was decided; the decision stands until another is signed.
    @discardableResult
    package func reopen(_ reason: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        guard state == .decided else { throw notNow("reopen") }
        var open = self
        open.state = .reviewed
        open.remarks = reason
        return try open.stored(over: self, by: act, in: db, action: .corrected)
    }

    /// The department leaves a cooperative out for a reason that the register does not show.
    @discardableResult
    package func exclude(_ reason: Exclusion, _ why: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        guard state != .excluded, state != .decided, state != .appealed else { throw notNow("exclude") }
        try requireUnlocked(for: state, in: db)
        var out = self
        out.state = .excluded
        out.exclusion = reason
        out.exclusionReason = why
        out.decision = nil
        out.points = nil
        out.grade = nil
        return try out.stored(over: self, by: act, in: db)
    }

    /// The department takes in a cooperative that was left out.
    @discardableResult
    package func include(_ why: String, by act: Act, in db: Connection) throws -> AssessmentCase {
        guard state == .excluded else { throw notNow("include") }
        try requireUnlocked(for: .selfScoring, in: db)
        let round = try AssessmentRound.find(round, in: db)
        let inputs = try ScoringInputs.of(cooperative, round.year, in: db)
        var again = self
        again.state = .selfScoring
        again.exclusion = nil
        again.exclusionReason = nil
        again.decision = nil
        again.selfSheet = ScoreSheet(Scoring(try round.scale(in: db), round.year, inputs), inputs)
        again.remarks = why
        return try again.stored(over: self, by: act, in: db)
    }

    // MARK: What all steps share

    func stored(
        over before: AssessmentCase, by act: Act, in db: Connection, action: Change.Action = .changed
    ) throws -> AssessmentCase {
        try db.reopen(self, from: before, by: act, action: action)
    }

    func scale(in db: Connection) throws -> Instrument { try AssessmentRound.find(round, in: db).scale(in: db) }

    private func emptySheet() throws -> ScoreSheet { throw notNow("review") }

    private func requireTurn(_ turn: CaseState, _ step: String, in db: Connection) throws {
        guard state == turn else { throw notNow(step) }
        try requireUnlocked(for: state, in: db)
    }

    private func notNow(_ step: String) -> Failure {
        Failure(
            .refused, "assessment_case.not-now",
            ["step": "@assessment_case.step-\(step)", "state": "@\(state.textKey)"])
    }
}
