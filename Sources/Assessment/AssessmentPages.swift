import Access
package import Kernel
import Persistence
import Records
package import Registry
package import Web

/// The pages of assessment: forms of outcomes and returns, the page of a return, and what stands on the page of a
/// cooperative.
package struct AssessmentPages: Sendable {
    let pages: RegistryPages
    /// The words of documents, whatever the reader's language is.
    let vietnamese: Texts

    package init(_ pages: RegistryPages, vietnamese: Texts) {
        self.pages = pages
        self.vietnamese = vietnamese
    }

    package func register(in site: inout Site) {
        let (pickers, database, vocabulary) = (pages.pickers, pages.database, pages.vocabulary)
        RecordForms<Outcome>(
            "cooperatives/:id/outcomes", owner: .init("cooperative", Cooperative.self), pickers: pickers,
            database: database, vocabulary: vocabulary
        ) { "/cooperatives/\($0.cooperative)" }.register(in: &site)
        RecordForms<AnnualReturn>(
            "cooperatives/:id/returns", owner: .init("cooperative", Cooperative.self, requiring: .read),
            pickers: pickers, database: database, vocabulary: vocabulary,
            page: { $0.id == 0 ? "/cooperatives/\($0.cooperative)" : "/returns/\($0.id)" },
            proposing: ReturnProposal.proposed, beside: ReturnNotes.beside
        ).register(in: &site)
        RecordForms<ReturnExtension>(
            "cooperatives/:id/extensions", owner: .init("cooperative", Cooperative.self), pickers: pickers,
            database: database, vocabulary: vocabulary
        ) { "/cooperatives/\($0.cooperative)" }.register(in: &site)
        RecordForms<ReturnRound>("return-rounds", pickers: pickers, database: database, vocabulary: vocabulary) {
            "/return-rounds/\($0.id)"
        }.register(in: &site)
        let pages = pages
        RecordForms<ReturnRule>("return-rules", pickers: pickers, database: database, vocabulary: vocabulary) {
            "/return-rules/\($0.id)"
        }.register(in: &site)
        site.get("/return-rules/:id", may: .holders(.read, "return_rule")) { _, context in
            let (viewer, id) = (try context.viewer, try context.id("id") as ReturnRule.ID)
            return try await database.read { db in
                try PlainRecordPage(id, at: "return-rules", viewer, pages, hasEnd: false, in: db)
            }
        }
        registerReturnRounds(in: &site)
        registerReturns(in: &site)
        registerLines(in: &site)
        registerViolations(in: &site)
        registerInstruments(in: &site)
        registerRounds(in: &site)
        registerCases(in: &site)
        registerDecisions(in: &site)
        RecordForms<AdvicePlan>(
            "cooperatives/:id/advice-plans", owner: .init("cooperative", Cooperative.self), pickers: pickers,
            database: database, vocabulary: vocabulary, page: { "/cooperatives/\($0.cooperative)" },
            proposing: { blank, today, _ in
                var plan = blank
                plan.year = Year(today.year - 1)
                return plan
            }
        ).register(in: &site)
        registerGrades(in: &site)
        registerDissolutions(in: &site)
    }

    /// Where the lists stand in the navigation. The lines of returns are reached from the returns.
    package static let navigation: [String: NavigationSection?] = Dictionary(
        uniqueKeysWithValues: assessmentRecords.map { type in
            (type.typeName, type is any ReturnLine.Type ? nil : .yearly)
        })

    /// What the page of a cooperative says of its returns and outcomes.
    package static let parts: [CooperativePart] = [
        CooperativePart(history: .init(AnnualReturn.self, "cooperative_id")) { id, viewer, _, db in
            guard viewer.may(.read, "annual_return") else { return nil }
            let returns = try AnnualReturn.list(where: "cooperative_id = \(id) ORDER BY year DESC", in: db)
            let mayAdd = try viewer.may(.edit, "annual_return") && viewer.allows(.read, id, in: db)
            guard mayAdd || !returns.isEmpty else { return nil }
            return { ReturnTable(cooperative: id, returns: returns, mayAdd: mayAdd).html($0) }
        },
        CooperativePart(history: .init(AssessmentCase.self, "cooperative_id")) { id, viewer, _, db in
            guard viewer.may(.read, "assessment_case") else { return nil }
            let cases = try CaseList.Line.all(of: id, in: db)
            guard !cases.isEmpty else { return nil }
            return { CaseList(lines: cases).html($0) }
        },
        CooperativePart(history: .init(Outcome.self, "cooperative_id")) { id, viewer, _, db in
            guard viewer.may(.read, "outcome") else { return nil }
            let outcomes = try Outcome.list(where: "cooperative_id = \(id) ORDER BY year DESC", in: db)
            let mayEdit = try viewer.may(.edit, "outcome") && viewer.allows(.edit, id, in: db)
            guard mayEdit || !outcomes.isEmpty else { return nil }
            return { OutcomeTable(cooperative: id, outcomes: outcomes, mayEdit: mayEdit).html($0) }
        },
        CooperativePart(history: .init(AdvicePlan.self, "cooperative_id")) { id, viewer, asOf, db in
            guard viewer.may(.read, "advice_plan") else { return nil }
            let plans = try AdvicePlan.list(where: "cooperative_id = \(id) ORDER BY year DESC, until_on DESC", in: db)
            let mayEdit = try viewer.may(.edit, "advice_plan") && viewer.allows(.edit, id, in: db)
            guard mayEdit || !plans.isEmpty else { return nil }
            return { AdviceTable(cooperative: id, plans: plans, asOf: asOf.day, mayEdit: mayEdit).html($0) }
        },
        CooperativePart(history: .init(DissolutionProposal.self, "cooperative_id")) { id, viewer, _, db in
            guard viewer.may(.read, "dissolution_proposal") else { return nil }
            let proposals = try DissolutionProposal.list(
                where: "cooperative_id = \(id) ORDER BY proposed_on DESC, id DESC", in: db)
            let isOpen = proposals.contains { $0.step.isOpen }
            let mayAdd = try !isOpen && viewer.may(.edit, "dissolution_proposal") && viewer.allows(.edit, id, in: db)
            guard mayAdd || !proposals.isEmpty else { return nil }
            return { DissolutionTable(cooperative: id, proposals: proposals, mayAdd: mayAdd).html($0) }
        },
    ]
}
