package import Access
import Kernel
import Persistence
package import Records
import Registry

extension Year {
    /// As a filter is asked for. Throws `list.no-such-value`.
    init(asked text: String) throws {
        guard text.utf8.count == 4, let number = Int(text) else {
            throw Failure(.usage, "list.no-such-value", ["value": text, "values": "2012–2100"])
        }
        self.init(number)
    }
}

/// The record types of assessment.
package let assessmentRecords: [any Record.Type] = [
    Outcome.self, AnnualReturn.self, ReturnRound.self, ReturnExtension.self,
    InstrumentDocument.self, AssessmentRound.self, AssessmentCase.self, AreaApproval.self, GradeDecision.self,
    DecisionTemplate.self,
    ReturnRule.self, ReturnProduct.self, ReturnLoan.self, AdvicePlan.self, DissolutionProposal.self,
]

/// The enumerations whose wordings imports read.
package let assessmentChoices: [(key: String, values: [String])] = [
    (Grade.key, Grade.allCases.map(\.rawValue)), (Exclusion.key, Exclusion.allCases.map(\.rawValue)),
    (ReturnState.key, ReturnState.allCases.map(\.rawValue)), (CaseState.key, CaseState.allCases.map(\.rawValue)),
    (ReturnComparison.key, ReturnComparison.allCases.map(\.rawValue)),
    (ReturnImportance.key, ReturnImportance.allCases.map(\.rawValue)),
    (ReturnGap.key, ReturnGap.allCases.map(\.rawValue)),
    (DissolutionGround.key, DissolutionGround.allCases.map(\.rawValue)),
]

/// How they lie within what a post reaches: as their cooperative does.
package func addAssessmentScopes(to rules: inout ScopeRules) {
    for type in ["outcome", "annual_return", "return_extension", "advice_plan", "dissolution_proposal"] {
        rules.add(type, ofCooperative)
    }
    // What the levels may do with a case is a right of its own, on the cases of their cooperatives.
    for type in ["assessment_case", "assessment_review", "assessment_check"] { rules.add(type, ofCooperative) }
    // When returns are due, how they are scored, and which areas are done, is no secret.
    for type in ["return_round", "return_rule", "instrument", "assessment_round", "area_approval", "decision_template"]
    {
        rules.add(type) { _, _, _ in "1 = 1" }
    }
    // A decision is for everybody once it is signed; before that for those who prepare it, at the province.
    rules.add("grade_decision") { scope, alias, _ in
        if case .unit(let code) = scope, UnitLevel(code: code) == .province { return "1 = 1" }
        return "\(described: alias).signed_on IS NOT NULL"
    }
    // The lines of a return lie where it does, and whoever may do something with it may with them.
    for type in ["return_product", "return_loan"] {
        rules.add(type, partOf: "annual_return") { scope, alias, today in
            ofCooperative(scope, "a", today).map {
                "\(described: alias).return_id IN (SELECT a.id FROM assessment_return a WHERE \($0))"
            }
        }
    }
}
