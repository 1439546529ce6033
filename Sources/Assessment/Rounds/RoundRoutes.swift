import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// Rounds: preparing, opening, who stands where, and which areas stand by their results.
    func registerRounds(in site: inout Site) {
        RecordForms<AssessmentRound>(
            "assessment-rounds", pickers: pages.pickers, database: pages.database, vocabulary: pages.vocabulary
        ) { "/assessment-rounds/\($0.id)" }.register(in: &site)
        site.get("/assessment-rounds/:id", may: .holders(.read, "assessment_round")) { _, context in
            try await roundPage(context)
        }
        step("open", in: &site) { round, _, act, db in try round.open(by: act, in: db) }
        step("add-cases", in: &site) { round, _, act, db in try round.addCases(by: act, in: db) }
        step("days", in: &site) { round, form, act, db in
            guard let own = try form.day("self_due_on"), let review = try form.day("review_due_on"),
                let check = try form.day("check_due_on")
            else { throw Failure(.invalid, "assessment_round.not-in-order") }
            try round.reschedule(
                RoundDays(
                    selfDueOn: own, reviewDueOn: review, checkDueOn: check, appealDueOn: try form.day("appeal_due_on")),
                by: act, in: db)
        }
        area("approve", by: [CaseRight.review, CaseRight.check], in: &site) { code, round, act, db in
            try AreaApproval.approve(code, round, by: act, in: db)
        }
        area("withdraw", by: [CaseRight.check, CaseRight.decide], in: &site) { code, round, act, db in
            try AreaApproval.withdraw(code, round, by: act, in: db)
        }
    }

    private func step(
        _ name: String, in site: inout Site,
        _ body: @escaping @Sendable (AssessmentRound, Query, Act, Connection) throws -> Void
    ) {
        site.post("/assessment-rounds/:id/\(name)", may: .holders(.edit, "assessment_round")) {
            request, context -> Response in
            let form = try await request.form()
            let (viewer, act) = (try context.viewer, try context.act())
            let id: AssessmentRound.ID = try context.id("id")
            return try await answering(context) { db in
                try viewer.require(.edit, id, in: db)
                let round = try AssessmentRound.find(id, in: db)
                guard form["version"] == "\(round.version)" else {
                    throw Failure(
                        .conflict, "record.changed-meanwhile", ["type": "@type.assessment_round", "id": "\(id)"])
                }
                try body(round, form, act, db)
            }
        }
    }

    /// An area's level stands by it with its own right, the level above takes that back with its own.
    private func area(
        _ name: String, by rights: [(Permission, String)], in site: inout Site,
        _ body: @escaping @Sendable (String, AssessmentRound.ID, Act, Connection) throws -> Void
    ) {
        let audience = Audience.any(rights.map { .holders($0.0, $0.1) })
        site.post("/assessment-rounds/:id/areas/:code/\(name)", may: audience) { _, context -> Response in
            let (viewer, act) = (try context.viewer, try context.act())
            let (id, code) = (try context.id("id") as AssessmentRound.ID, try context.parameter("code"))
            return try await answering(context) { db in
                let right = AreaRight(code, isWithdrawal: name == "withdraw")
                let areas = try RoundAreas(id, on: act.at.day, within: right.rows(viewer), in: db)
                guard let area = areas.areas[code] else { throw Failure(.missing, "page.missing") }
                guard area.isReached else { throw Viewer.forbidden(right.right.0, right.right.1) }
                try body(code, id, act, db)
            }
        }
    }

    private func answering(
        _ context: WebContext, _ body: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> Response {
        let id: AssessmentRound.ID = try context.id("id")
        do {
            try await pages.database.write { try body($0) }
            return .seeOther("/assessment-rounds/\(id)?done=saved")
        } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
            return refused(try await roundPage(context, failure), failure, context)
        }
    }

    private func roundPage(_ context: WebContext, _ problem: Failure? = nil) async throws -> RoundPage {
        let (viewer, id) = (try context.viewer, try context.id("id") as AssessmentRound.ID)
        let today = context.clock.today()
        return try await pages.database.read { db in
            try RoundPage(id, viewer, pages, today, problem, in: db)
        }
    }
}

/// Whose right it is to stand by an area, or to take that back.
struct AreaRight {
    let right: (Permission, String)

    init(_ code: String, isWithdrawal: Bool) {
        switch (UnitLevel(code: code), isWithdrawal) {
        case (.province, true): right = CaseRight.decide
        case (.commune, false): right = CaseRight.review
        case (.province, false), (.district, _), (.commune, true), (nil, _): right = CaseRight.check
        }
    }

    /// The cases that the viewer reaches with it. A decision has no area of its own: there it is what they may read.
    func rows(_ viewer: Viewer) -> RowScope {
        guard right == CaseRight.decide else { return viewer.rows(right.0, right.1) }
        return viewer.may(right.0, right.1)
            ? viewer.rows(.read, "assessment_case") : RowScope(isNarrow: true) { _ in "1 = 0" }
    }
}
