import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("A password") struct PasswordTests {
    @Test(
        "is refused when it is short, plain, well known or a name",
        arguments: [
            ("ngắn", "password.too-short"), (String(repeating: "ab", count: 101), "password.too-long"),
            ("aaaaaaaaaaaa", "password.too-plain"), ("password123", "password.common"),
            ("Mật khẩu 123", "password.common"), ("qwertyuiop", "password.common"),
            ("nguyenthilan", "password.holds-name"), ("lan@tinh.gov.vn", "password.holds-name"),
        ])
    func refused(plain: String, code: String) {
        guard case .fails(let reason, _) = PasswordRules.check(plain, names: ["Nguyễn Thị Lan", "lan@tinh.gov.vn"])
        else {
            Issue.record("\(plain) is taken")
            return
        }
        #expect(reason == code)
    }

    @Test("may be any longer text", arguments: ["con trâu đi trước", "xe đạp 7 giờ sáng", "kP9#mm2vLq"])
    func accepted(plain: String) {
        #expect(PasswordRules.check(plain, names: ["Nguyễn Thị Lan"]) == .meets)
    }

    @Test("is the same however its letters are composed") func composition() throws {
        let password = try Password("sầu riêng tháng sáu", .init(rounds: 2, blockSize: 1, parallelism: 1))
        #expect(try password.matches("sầu riêng tháng sáu".decomposedStringWithCanonicalMapping))
        #expect(try !password.matches("sau rieng thang sau"))
        #expect(try Password(stored: password.stored)?.matches("sầu riêng tháng sáu") == true)
        #expect(Password(stored: "scrypt$2$1$1$x") == nil)
    }

    @Test("is set once by a link, within three days", arguments: TestEngine.all)
    func link(engine: TestEngine) async throws {
        try await Front.with(engine) { front in
            let lan = try await front.account("lan")
            let open = try await front.signIn("lan").token.text
            let first = try await front.access.makeLink(lan.id, by: front.act)
            let second = try await front.access.makeLink(lan.id, by: front.act)
            #expect(await front.failure { _ = try await front.access.account(ofLink: first.text) } == "link.spent")
            #expect(try await front.access.account(ofLink: second.text).id == lan.id)
            #expect(
                await front.failure { try await front.access.redeem(second.text, password: "short") }
                    == "password.too-short")
            try await front.access.redeem(second.text, password: "con trâu đi trước")
            #expect(try await front.access.visitor(open).viewer == nil)
            #expect(
                await front.failure { try await front.access.redeem(second.text, password: "cái cày đi sau") }
                    == "link.spent")
            #expect(try await front.signIn("lan", "con trâu đi trước").state == .open)
            let late = try await front.access.makeLink(lan.id, by: front.act)
            front.time.pass(seconds: 3 * 86_400)
            #expect(await front.failure { _ = try await front.access.account(ofLink: late.text) } == "link.spent")
        }
    }

    @Test("is changed by who knows the present one; other sessions end") func change() async throws {
        try await Front.with { front in
            let lan = try await front.account("lan")
            let here = try #require(try await front.access.visitor(front.signIn("lan").token.text).session)
            let elsewhere = try await front.signIn("lan").token.text
            #expect(
                await front.failure {
                    try await front.access.changePassword(
                        of: lan, from: "wrong", to: "con trâu đi trước", keeping: here.id)
                } == "password.old-is-wrong")
            try await front.access.changePassword(
                of: lan, from: Front.password, to: "con trâu đi trước", keeping: here.id)
            #expect(try await front.access.visitor(elsewhere).viewer == nil)
            #expect(try await front.access.sessions(of: lan.id).map(\.id) == [here.id])
        }
    }
}
