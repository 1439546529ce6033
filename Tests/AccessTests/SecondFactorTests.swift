import Kernel
import TestSupport
import Testing

@testable import Access

@Suite("A second factor") struct SecondFactorTests {
    /// RFC 6238, Appendix B, SHA-1.
    @Test(
        "has the codes of RFC 6238",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func vectors(second: Int64, code: String) {
        let key = OneTimeCode(key: Array("12345678901234567890".utf8))
        #expect(key.code(step: OneTimeCode.step(at: Instant(milliseconds: second * 1000)), digits: 8) == code)
    }

    @Test("is asked of whose role needs it before anything is shown, then at each sign-in", arguments: TestEngine.all)
    func enrolment(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            let lan = try await front.account("lan", role: .guarded)
            let begun = try await front.signIn("lan")
            #expect(begun.state == .enrolment)
            let visitor = try await front.access.visitor(begun.token.text)
            #expect(visitor.viewer == nil)
            let session = try #require(visitor.session)
            let key = try await front.access.prepareSecondFactor(lan.id)
            #expect(try await front.access.prepareSecondFactor(lan.id).key == key.key)
            #expect(
                await front.failure { _ = try await front.access.enrol("000000", session, Front.visit) }
                    == "second-factor.wrong")
            let step = OneTimeCode.step(at: front.time.now)
            let (recovery, open) = try await front.access.enrol(key.code(step: step), session, Front.visit)
            #expect(Set(recovery).count == 10)
            #expect(try await front.access.visitor(open.token.text).viewer != nil)
            #expect(try await front.access.visitor(begun.token.text).session == nil)

            let second = try await front.signIn("lan")
            #expect(second.state == .code)
            let halfway = try await front.access.visitor(second.token.text)
            #expect(halfway.viewer == nil)
            let waiting = try #require(halfway.session)
            // The code of the enrolment was used; the next step's is good, and once.
            #expect(
                await front.failure { _ = try await front.access.confirm(key.code(step: step), waiting, Front.visit) }
                    == "second-factor.wrong")
            let signedIn = try await front.access.confirm(key.code(step: step + 1), waiting, Front.visit)
            #expect(try await front.access.visitor(signedIn.token.text).viewer != nil)
            #expect(try await front.access.visitor(second.token.text).session == nil)

            let third = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            let spaced = recovery[0].prefix(8).uppercased() + "-" + recovery[0].dropFirst(8)
            _ = try await front.access.confirm(spaced, third, Front.visit)
            let fourth = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            #expect(
                await front.failure { _ = try await front.access.confirm(recovery[0], fourth, Front.visit) }
                    == "second-factor.wrong")
        }
    }

    @Test("cannot be guessed at will") func guesses() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan", role: .guarded)
            let session = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            let key = try await front.access.prepareSecondFactor(lan.id)
            _ = try await front.access.enrol(
                key.code(step: OneTimeCode.step(at: front.time.now)), session, Front.visit)
            let waiting = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            var codes: [String?] = []
            for _ in 0..<7 {
                codes.append(
                    await front.failure { _ = try await front.access.confirm("123", waiting, Front.visit) })
            }
            #expect(
                codes == Array(repeating: "second-factor.wrong", count: 5) + ["sign-in.too-many", "sign-in.too-many"])
        }
    }

    @Test("that is lost is taken away by an administrator, and with it every session") func lost() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan", role: .guarded)
            let session = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            let key = try await front.access.prepareSecondFactor(lan.id)
            let (_, open) = try await front.access.enrol(
                key.code(step: OneTimeCode.step(at: front.time.now)), session, Front.visit)
            #expect(try await front.access.hasSecondFactor(lan.id))
            try await front.access.removeSecondFactor(lan.id, by: front.act)
            #expect(try await front.access.visitor(open.token.text).viewer == nil)
            #expect(try await front.signIn("lan").state == .enrolment)
        }
    }
}
