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
    InstrumentDocument.self,
]

/// The enumerations whose wordings imports read.
package let assessmentChoices: [(key: String, values: [String])] = [
    (Grade.key, Grade.allCases.map(\.rawValue)), (Exclusion.key, Exclusion.allCases.map(\.rawValue)),
    (ReturnState.key, ReturnState.allCases.map(\.rawValue)),
]

/// How they lie within what a post reaches: as their cooperative does.
package func addAssessmentScopes(to rules: inout ScopeRules) {
    for type in ["outcome", "annual_return", "return_extension"] { rules.add(type, ofCooperative) }
    // When returns are due, and how they are scored, is no secret.
    rules.add("return_round") { _, _, _ in "1 = 1" }
    rules.add("instrument") { _, _, _ in "1 = 1" }
}
