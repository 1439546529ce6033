import Kernel
import Records
package import Registry

extension AssessmentPages {
    /// What comes along when a cooperative turns out to be another. Of each there is one a year; of proposals to dissolve
    /// there is one that is not over. A case that is left out of its round gives way, so that who finds two cases of what
    /// is one cooperative leaves one of them out and merges then.
    package static let belongings: [Belonging<Cooperative>] = [
        .init(AnnualReturn.self, \.cooperative, "cooperative_id", year: { record, _ in record.year }),
        .init(ReturnExtension.self, \.cooperative, "cooperative_id", year: { record, _ in record.year }),
        .init(Outcome.self, \.cooperative, "cooperative_id", year: { record, _ in record.year }),
        .init(
            AssessmentCase.self, \.cooperative, "cooperative_id",
            year: { one, db in try AssessmentRound.find(one.round, in: db).year },
            yields: { $0.state == .excluded && $0.decision == nil }),
        .init(AdvicePlan.self, \.cooperative, "cooperative_id", year: { record, _ in record.year }),
        .init(
            DissolutionProposal.self, \.cooperative, "cooperative_id",
            year: { proposal, _ in Year(proposal.proposedOn.year) }, only: { $0.step.isOpen ? "open" : nil }),
    ]
}
