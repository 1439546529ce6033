import Kernel
import Records
import Testing

@testable import Assessment

@Suite("The grounds of the law") struct DissolutionLawTests {
    @Test("are read from the file, each of the enumeration once, and say how long they take") func file() {
        let law = DissolutionLaw.shipped
        #expect(law.basis?.from == "2024-07-01" && law.basis?.act.contains("17/2023/QH15") == true)
        #expect(law.grounds.map(\.ground).sorted() == DissolutionGround.allCases.map(\.rawValue).sorted())
        #expect(law.graceEnds(.stopped, since: "2024-02-29") == "2025-02-28")
        #expect(law.graceEnds(.belowMinimum, since: "2024-07-01") == "2025-07-01")
        // What the register cannot show is chosen by a person.
        #expect(law.graceEnds(.noMeeting, since: "2020-01-01") == nil)
        #expect(law.graceEnds(.court, since: "2020-01-01") == nil)
    }

    @Test("a dissolution has one next step until it is over") func steps() {
        #expect(
            DissolutionStep.allCases.map(\.next) == [
                .notified, .resolvedByMeeting, .debtsSettled, .filed, .dissolved, nil, nil,
            ])
    }

    @Test("a plan that is closed says what came of it") func closed() {
        var plan = AdvicePlan()
        plan.closedOn = "2024-06-30"
        #expect(plan.saysWhatCameOfIt == .fails("advice_plan.closed-without-outcome"))
        plan.outcome = "khá"
        #expect(plan.saysWhatCameOfIt == .meets)
    }
}
