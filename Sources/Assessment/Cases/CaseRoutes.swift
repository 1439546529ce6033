import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

/// What somebody may do at a level, with whose right: the words stand for rights in roles, beside the record types.
enum CaseRight {
    /// Of the cooperative, or of an office for it.
    static let scoring: (Permission, String) = (.edit, "assessment_case")
    static let review: (Permission, String) = (.approve, "assessment_review")
    static let check: (Permission, String) = (.approve, "assessment_check")
    static let decide: (Permission, String) = (.approve, "grade_decision")
}

extension AssessmentPages {
    /// The page of a case and its steps.
    func registerCases(in site: inout Site) {
        let pages = pages
        pages.registerAttachments(
            of: AssessmentCase.self, at: AssessmentCase.listing.path,
            allows: { one in
                one.state == .selfScoring
                    ? .meets
                    : .fails(
                        "assessment_case.not-now",
                        ["step": "@attachment.add", "state": "@\(one.state.textKey)"])
            }, in: &site)
        site.get("/assessment-cases/:id", may: .holders(.read, "assessment_case")) { _, context in
            try await casePage(context)
        }
        step("self", CaseRight.scoring, in: &site) { one, form, viewer, act, db in
            let statement = try form.statement()
            guard form["complete"] != nil else { return _ = try one.keep(statement, by: act, in: db) }
            try one.submit(statement, onBehalf: !viewer.isOf(one.cooperative), by: act, in: db)
        }
        step("appeal", CaseRight.scoring, in: &site) { one, form, viewer, act, db in
            guard viewer.isOf(one.cooperative) else { throw Viewer.forbidden(.edit, "assessment_case") }
            try one.appeal(form.words("words-appeal"), by: act, in: db)
        }
        officeStep("review", CaseRight.review, in: &site) { one, form, act, db in
            try one.review(form.amendments(), isComplete: form["complete"] != nil, by: act, in: db)
        }
        officeStep("check", CaseRight.check, in: &site) { one, form, act, db in
            let answer = try form["answer"].map { _ in try form.words("answer") }
            return try one.check(
                form.amendments(), answer: answer, isComplete: form["complete"] != nil, by: act, in: db)
        }
        officeStep("return-to-cooperative", CaseRight.review, in: &site) { one, form, act, db in
            try one.sendBack(from: .submitted, form.words("words-return-to-cooperative"), by: act, in: db)
        }
        officeStep("return-to-commune", CaseRight.check, in: &site) { one, form, act, db in
            try one.sendBack(from: .reviewed, form.words("words-return-to-commune"), by: act, in: db)
        }
        officeStep("check-again", CaseRight.check, in: &site) { one, form, act, db in
            try one.sendBack(from: .checked, form.words("words-check-again"), by: act, in: db)
        }
        officeStep("refuse-appeal", CaseRight.check, in: &site) { one, form, act, db in
            try one.refuseAppeal(form.words("words-refuse-appeal"), by: act, in: db)
        }
        officeStep("exclude", CaseRight.check, in: &site) { one, form, act, db in
            guard let reason = form["exclusion"].flatMap(Exclusion.init(rawValue:)) else {
                throw Failure(.invalid, "assessment_case.no-exclusion")
            }
            return try one.exclude(reason, form.words("words-exclude"), by: act, in: db)
        }
        officeStep("include", CaseRight.check, in: &site) { one, form, act, db in
            try one.include(form.words("words-include"), by: act, in: db)
        }
        officeStep("reopen", CaseRight.decide, in: &site) { one, form, act, db in
            try one.reopen(form.words("words-reopen"), by: act, in: db)
        }
    }

    /// A step of an office, which nobody takes for their own cooperative.
    private func officeStep(
        _ name: String, _ right: (Permission, String), in site: inout Site,
        _ body: @escaping @Sendable (AssessmentCase, Query, Act, Connection) throws -> AssessmentCase
    ) {
        step(name, right, in: &site) { one, form, viewer, act, db in
            guard !viewer.isOf(one.cooperative) else { throw Viewer.forbidden(right.0, right.1) }
            _ = try body(one, form, act, db)
        }
    }

    private func step(
        _ name: String, _ right: (Permission, String), in site: inout Site,
        _ body: @escaping @Sendable (AssessmentCase, Query, Viewer, Act, Connection) throws -> Void
    ) {
        site.post("/assessment-cases/:id/\(name)", may: .holders(right.0, right.1)) { request, context -> Response in
            let form = try await request.form()
            let (viewer, act) = (try context.viewer, try context.act())
            let id: AssessmentCase.ID = try context.id("id")
            do {
                try await pages.database.write { db in
                    try viewer.require(.read, id, in: db)
                    guard try viewer.allows(right.0, right.1, AssessmentCase.description.table, id.number, in: db)
                    else { throw Viewer.forbidden(right.0, right.1) }
                    let one = try AssessmentCase.find(id, in: db)
                    guard form["version"] == "\(one.version)" else {
                        throw Failure(
                            .conflict, "record.changed-meanwhile", ["type": "@type.assessment_case", "id": "\(id)"])
                    }
                    try body(one, form, viewer, act, db)
                }
                return .seeOther("/assessment-cases/\(id)?done=saved")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await casePage(context, typed: form, failure), failure, context)
            }
        }
    }

    private func casePage(
        _ context: WebContext, typed: Query? = nil, _ problem: Failure? = nil
    ) async throws -> CasePage {
        let (viewer, id) = (try context.viewer, try context.id("id") as AssessmentCase.ID)
        let today = context.clock.today()
        return try await pages.database.read { db in
            try CasePage(id, viewer, pages, today, typed: typed, problem, in: db)
        }
    }
}

extension AssessmentCase {
    /// Back from where it must stand.
    fileprivate func sendBack(
        from level: CaseState, _ remarks: String, by act: Act, in db: Connection
    ) throws -> AssessmentCase {
        guard state == level else {
            throw Failure(
                .refused, "assessment_case.not-now",
                ["step": "@assessment_case.step-send-back", "state": "@\(state.textKey)"])
        }
        return try sendBack(remarks, by: act, in: db)
    }
}

extension Viewer {
    /// Whether they act for the cooperative itself.
    func isOf(_ cooperative: Cooperative.ID) -> Bool {
        posts.contains { $0.organisation?.ref == OrganisationRef("cooperative", cooperative.number) }
    }
}

extension Query {
    /// Words that a step needs. Throws `assessment_case.no-words`.
    fileprivate func words(_ name: String) throws -> String {
        let text = CleanText(self[name] ?? "", lines: true).text
        guard !text.isEmpty, text.count <= 2000 else { throw Failure(.invalid, "assessment_case.no-words") }
        return text
    }

    fileprivate func statement() throws -> AssessmentCase.Statement {
        var statement = AssessmentCase.Statement()
        for item in items where item.name.hasPrefix("answer.") {
            let answer = normalised(item.value)
            statement.answers[String(item.name.dropFirst(7))] =
                Hundredths(typed: answer).map { NumberText.shown($0.decimal, .en) } ?? answer
        }
        statement.boardAgreedOn = try day("board_agreed_on")
        statement.supervisorsAgreedOn = try day("supervisors_agreed_on")
        return statement
    }

    /// The points that differ, with their reasons. Throws `assessment_case.not-in-scale`.
    fileprivate func amendments() throws -> [ScoreAmendment] {
        try items.filter { $0.name.hasPrefix("points.") }.map { item in
            let id = String(item.name.dropFirst(7))
            guard let points = Hundredths(typed: item.value) else {
                throw Failure(.invalid, "assessment_case.not-in-scale", ["id": id])
            }
            return ScoreAmendment(item: id, points: points, reason: CleanText(self["why.\(id)"] ?? "").text)
        }
    }

    /// A day as people write it. Throws `day.unreadable`.
    func day(_ name: String) throws -> Day? {
        guard let text = self[name] else { return nil }
        guard case .date(let date, _) = DateText.parse(text), date.precision == .day else {
            throw Failure(.invalid, "day.unreadable", ["text": text])
        }
        return date.earliest
    }
}

extension Hundredths {
    /// Points as people write them: `12,5` and `12.5`. No instrument has a thousand.
    fileprivate init?(typed text: String) {
        let plain = normalised(text).replacing(",", with: ".")
        guard let number = NumberText.decimal(literal: plain) else { return nil }
        self.init(number)
    }
}
