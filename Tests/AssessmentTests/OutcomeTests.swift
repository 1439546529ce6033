import Kernel
import Records
import Testing

@testable import Assessment

@Suite("An outcome") struct OutcomeTests {
    private func outcome(_ change: (inout Outcome) -> Void) -> [String] {
        var outcome = Outcome()
        outcome.cooperative = 1
        outcome.year = 2023
        change(&outcome)
        return Outcome.description.problems(of: outcome).compactMap {
            if case .fails(let code, _) = $0.verdict { code } else { nil }
        }
    }

    @Test("says a grade or why there is none, and points only with a grade") func rules() {
        #expect(outcome { _ in } == ["outcome.says-nothing"])
        #expect(outcome { $0.grade = .good }.isEmpty)
        #expect(outcome { $0.exclusion = .new }.isEmpty)
        #expect(
            outcome {
                $0.grade = .good
                $0.exclusion = .new
            } == ["outcome.says-both"])
        #expect(
            outcome {
                $0.exclusion = .new
                $0.points = Hundredths(5000)
            } == ["outcome.points-without-grade"])
        #expect(
            outcome {
                $0.grade = .good
                $0.points = Hundredths(10_001)
            } == ["outcome.points-out-of-range"])
    }

    @Test("is not decided before the year that it is of") func decided() {
        #expect(
            outcome {
                $0.grade = .good
                $0.decidedOn = "2022-12-31"
            } == ["outcome.decided-before"])
        #expect(
            outcome {
                $0.grade = .good
                $0.decidedOn = "2023-12-31"
            }.isEmpty)
    }
}
