import Access
import Documents
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// Decisions: prepared by the department, signed by whoever decides; and the template they are made from.
    func registerDecisions(in site: inout Site) {
        let (pages, vietnamese) = (pages, vietnamese)
        RecordForms<GradeDecision>(
            "assessment-rounds/:id/decisions", owner: .init("round", AssessmentRound.self, requiring: .read),
            pickers: pages.pickers, database: pages.database, vocabulary: pages.vocabulary,
            page: { $0.id == 0 ? "/assessment-rounds/\($0.round)" : "/grade-decisions/\($0.id)" },
            proposing: { blank, today, db in
                try blank.proposed(try pages.gazetteer.gazetteer(db), vietnamese, on: today, in: db)
            }
        ).register(in: &site)
        // A decision belongs to a round, and is begun there.
        site.get("/grade-decisions/new", may: .holders(.edit, "grade_decision")) { _, _ in
            Response.seeOther("/assessment-rounds")
        }
        site.get("/grade-decisions/:id", may: .holders(.read, "grade_decision")) { _, context in
            try await decisionPage(context)
        }
        site.get("/grade-decisions/:id/document.docx", may: .holders(.read, "grade_decision")) {
            _, context -> Response in
            let (viewer, id) = (try context.viewer, try context.id("id") as GradeDecision.ID)
            let today = context.clock.today()
            let (name, bytes) = try await pages.database.read { db in
                try viewer.require(.read, id, in: db)
                return try GradeDecision.find(id, in: db).document(
                    pages.gazetteer.gazetteer(db), vietnamese, on: today, in: db)
            }
            return .kept(bytes, type: MediaKind.docx.mediaType, name: name, isShown: false)
        }
        site.post(
            "/grade-decisions/:id/sign", may: .holders(CaseRight.decide.0, CaseRight.decide.1)
        ) { request, context -> Response in
            let form = try await request.form()
            let (viewer, act) = (try context.viewer, try context.act())
            let id: GradeDecision.ID = try context.id("id")
            do {
                try await pages.database.write { db in
                    try viewer.require(.approve, id, in: db)
                    let decision = try GradeDecision.find(id, in: db)
                    guard form["version"] == "\(decision.version)" else {
                        throw Failure(
                            .conflict, "record.changed-meanwhile", ["type": "@type.grade_decision", "id": "\(id)"])
                    }
                    try decision.requireReach(of: viewer, in: db)
                    guard let day = try form.day("signed_on") else {
                        throw Failure(.invalid, "grade_decision.no-such-day", ["year": ""])
                    }
                    try decision.sign(
                        number: normalised(form["number"] ?? ""), on: day, pages.gazetteer.gazetteer(db), vietnamese,
                        by: act, in: db)
                }
                return .seeOther("/grade-decisions/\(id)?done=saved")
            } catch let failure as Failure where failure.kind == .invalid || failure.kind == .refused {
                return refused(try await decisionPage(context, typed: form, failure), failure, context)
            }
        }
        registerTemplate(in: &site)
    }

    private func decisionPage(
        _ context: WebContext, typed: Query? = nil, _ problem: Failure? = nil
    ) async throws -> DecisionPage {
        let (viewer, id) = (try context.viewer, try context.id("id") as GradeDecision.ID)
        let (today, vietnamese) = (context.clock.today(), vietnamese)
        return try await pages.database.read { db in
            try DecisionPage(id, viewer, pages, vietnamese, today, typed: typed, problem, in: db)
        }
    }

    private func registerTemplate(in site: inout Site) {
        let pages = pages
        site.get("/decision-template", may: .holders(.read, "decision_template")) { _, context in
            try await templatePage(context)
        }
        site.get("/decision-template.docx", may: .holders(.read, "decision_template")) { _, _ -> Response in
            let (name, bytes) = try await pages.database.read { try DecisionTemplate.file(in: $0) }
            return .kept(bytes, type: MediaKind.docx.mediaType, name: name, isShown: false)
        }
        site.post(
            "/decision-template", may: .holders(.edit, "decision_template"),
            largestBody: DecisionTemplate.largest + 64 * 1024
        ) { request, context -> Response in
            let act = try context.act()
            do {
                var limits = UploadLimits()
                limits.total = DecisionTemplate.largest + 64 * 1024
                let file = try await request.upload(limits).file("file")
                try await pages.database.write { db in
                    _ = try DecisionTemplate.give(file.content, named: file.name, by: act, in: db)
                }
                return .seeOther("/decision-template?done=saved")
            } catch let failure as Failure where failure.kind == .invalid {
                return refused(try await templatePage(context, failure), failure, context)
            }
        }
        site.post("/decision-template/withdraw", may: .holders(.edit, "decision_template")) { _, context -> Response in
            let act = try context.act()
            try await pages.database.write { db in try DecisionTemplate.current(in: db)?.withdraw(by: act, in: db) }
            return .seeOther("/decision-template?done=saved")
        }
    }

    private func templatePage(_ context: WebContext, _ problem: Failure? = nil) async throws -> DecisionTemplatePage {
        let viewer = try context.viewer
        return try await pages.database.read { db in
            DecisionTemplatePage(
                current: try DecisionTemplate.current(in: db), mayEdit: viewer.may(.edit, "decision_template"),
                problem: problem)
        }
    }
}

extension GradeDecision {
    /// Nobody decides on cooperatives out of their reach, or on their own.
    fileprivate func requireReach(of viewer: Viewer, in db: Connection) throws {
        let rows = viewer.rows(.read, "assessment_case").condition("k") ?? "1 = 1"
        let outside = try db.one(
            """
            SELECT count(*) FROM assessment_case k
            WHERE k.round_id = \(round) AND \(covers) AND NOT (\(rows))
            """
        ) { try $0[0] as Int }
        guard outside == 0 else { throw Viewer.forbidden(.approve, "grade_decision") }
        let covered = try db.all(
            "SELECT k.cooperative_id FROM assessment_case k WHERE k.round_id = \(round) AND \(covers)"
        ) { try $0[0] as Cooperative.ID }
        guard !covered.contains(where: viewer.isOf) else { throw Viewer.forbidden(.approve, "grade_decision") }
    }

    /// The usual words, to be changed.
    fileprivate func proposed(
        _ gazetteer: Gazetteer, _ t: Texts, on day: Day, in db: Connection
    ) throws -> GradeDecision {
        var proposed = self
        let round = try AssessmentRound.find(round, in: db)
        let roots = try RoundAreas(round.id, on: day, in: db).areas.values.filter { $0.level == .province }
        let province = roots.count == 1 ? gazetteer.unit(roots[0].code, on: day) : nil
        let details = [
            "year": "\(round.year)", "instrument": DecisionDocument.named(try round.scale(in: db).code, t),
            "place": province?.fullName.uppercased() ?? "………",
            "body": province.map { t.inSentence($0.fullName) } ?? "………",
        ]
        proposed.title = t("grade_decision.proposed-title", details)
        proposed.issuer = t("grade_decision.proposed-issuer", details)
        proposed.authority = t("grade_decision.proposed-authority", details)
        proposed.symbol = "QĐ-UBND"
        proposed.place = province?.name ?? ""
        proposed.grounds = t("grade_decision.proposed-grounds", details)
        proposed.recipients = t("grade_decision.proposed-recipients", details)
        proposed.signerTitle = t["grade_decision.proposed-signer-title"]
        return proposed
    }
}
