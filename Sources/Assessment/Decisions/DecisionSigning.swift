package import Kernel
package import Persistence
package import Records
package import Registry

extension GradeDecision {
    /// Signs it: gives it number and day, decides every case of its round that is ready, writes what came of each into the
    /// outcomes of the year, and keeps the document as it is that moment.
    ///
    /// Throws `grade_decision.*`: no number or an impossible day, nothing to decide, an area that is not approved, a case
    /// that whoever signs has worked on, a cooperative that was decided in another round of the year.
    @discardableResult
    package func sign(
        number: String, on day: Day, _ gazetteer: Gazetteer, _ t: Texts, by act: Act, in db: Connection
    ) throws -> GradeDecision {
        try mayBeChanged.required()
        let round = try AssessmentRound.find(round, in: db)
        try requireNumber(number, day, round, act.at.day, in: db)
        let cases = try AssessmentCase.list(
            where: "id IN (SELECT k.id FROM assessment_case k WHERE \(ofRound))", in: db)
        guard cases.contains(where: { $0.state == .checked }) else {
            throw Failure(.refused, "grade_decision.nothing-to-decide")
        }
        try requireApproval(on: act.at.day, in: db)
        if let account = act.account,
            cases.contains(where: { [$0.submittedBy, $0.reviewedBy, $0.checkedBy].contains(account) })
        {
            throw Failure(.forbidden, "assessment_case.same-person")
        }
        var signed = self
        signed.number = number
        signed.signedOn = day
        signed.signedBy = act.account
        var document = try DecisionDocument(self, gazetteer, t, on: day, in: db)
        document = DecisionDocument(
            decision: signed, year: document.year, instrument: document.instrument, graded: document.graded,
            excluded: document.excluded, t: t)
        signed.file = Code(
            try StoredFile.keep(try document.filled(in: db), named: signed.fileName, at: act.at, in: db))
        let stored = try db.update(signed, from: self, by: act)
        try stored.decide(cases, round.year, document.instrument, by: act, in: db)
        return stored
    }

    var fileName: String {
        signedOn.map { "quyet-dinh-\(number ?? "")-\($0).docx" } ?? "du-thao-quyet-dinh-\(id).docx"
    }

    private var ofRound: SQL { "k.round_id = \(round) AND \(covers)" }

    private func requireNumber(
        _ number: String, _ day: Day, _ round: AssessmentRound, _ today: Day, in db: Connection
    ) throws {
        guard let value = Int(number), (1...99_999).contains(value), "\(value)" == number else {
            throw Failure(.invalid, "grade_decision.no-number")
        }
        guard day > round.year.lastDay, day <= today else {
            throw Failure(.invalid, "grade_decision.no-such-day", ["year": "\(round.year)"])
        }
        let year = Year(day.year)
        let taken = try GradeDecision.first(
            where: """
                number = \(number) AND symbol = \(symbol) AND signed_on BETWEEN \(year.firstDay) AND \(year.lastDay)
                """, in: db)
        if taken != nil { throw Failure(.refused, "grade_decision.number-taken", ["number": number]) }
    }

    private func requireApproval(on today: Day, in db: Connection) throws {
        let areas = try RoundAreas(round, on: today, in: db)
        let open = areas.areas.values.filter { $0.parent == nil && $0.approval == nil }
        guard open.isEmpty, areas.unplaced == 0 else {
            throw Failure(
                .refused, "grade_decision.not-approved",
                ["units": open.map(\.code).sorted().joined(separator: ", "), "unplaced": "\(areas.unplaced)"])
        }
    }

    private func decide(
        _ cases: [AssessmentCase], _ year: Year, _ instrument: String, by act: Act, in db: Connection
    ) throws {
        var outcomes: [Cooperative.ID: Outcome] = [:]
        let covered: SQL = "SELECT k.cooperative_id FROM assessment_case k WHERE k.decision_id = \(id)"
        for one in cases {
            var decided = one
            if one.state == .checked { decided.state = .decided }
            decided.decision = id
            _ = try decided.stored(over: one, by: act, in: db)
        }
        for outcome in try Outcome.list(where: "year = \(year) AND cooperative_id IN (\(covered))", in: db) {
            outcomes[outcome.cooperative] = outcome
        }
        let ours = Set(try db.all("SELECT id FROM assessment_decision WHERE round_id = \(round)") { try $0[0] as ID })
        for one in cases {
            let before = outcomes[one.cooperative]
            if let other = before?.decision, !ours.contains(other) {
                throw Failure(.refused, "grade_decision.decided-elsewhere", ["year": "\(year)", "number": "\(other)"])
            }
            var outcome = before ?? Outcome()
            outcome.cooperative = one.cooperative
            outcome.year = year
            outcome.grade = one.grade
            outcome.exclusion = one.exclusion
            outcome.points = one.points
            outcome.instrument = instrument
            outcome.decisionNumber = numberAndSymbol
            outcome.decidedOn = signedOn
            outcome.decision = id
            if let before {
                _ = try db.reopen(outcome, from: before, by: act, action: .changed)
            } else {
                _ = try db.insert(outcome, by: act)
            }
        }
    }
}
