import Kernel
import Persistence
import TestSupport
import Testing

@Suite("An address") struct AddressTests {
    /// Nobody listens on port 1; every password contains "secret".
    @Test(
        "never shows a password, however it is written",
        arguments: [
            ("//officer:secret@127.0.0.1:1/x", "//officer@127.0.0.1:1/x"),
            ("//:secret@127.0.0.1:1/x", "//@127.0.0.1:1/x"),
            ("//officer:secret@127.0.0.1:1/x?password=a%40secret", "//officer@127.0.0.1:1/x?password=***"),
            (
                "//127.0.0.1:1/x?sslmode=disable&password=secret&user=a",
                "//127.0.0.1:1/x?sslmode=disable&password=***&user=a"
            ),
            ("//127.0.0.1:1/x?sslpassword=secret", "//127.0.0.1:1/x?sslpassword=***"),
            ("//127.0.0.1:1,127.0.0.1:1/x?user=officer@server", "//127.0.0.1:1,127.0.0.1:1/x?user=officer@server"),
        ])
    func shown(address: String, shown: String) async {
        let refusal = await failure { try await Database.open("postgresql:" + address) }
        #expect(refusal?.kind == .unavailable && refusal?.code == "persistence.no-connection")
        #expect(refusal?.details["database"] == "postgresql:" + shown)
        #expect(refusal?.details["message"]?.contains("secret") == false)
    }

    @Test(
        "that cannot be read is refused, without repeating a password",
        arguments: [
            // libpq takes what follows the first @ or / or ? for something else.
            "//officer:a@secret@127.0.0.1:1/x", "//officer:a/secret@127.0.0.1:1/x", "//officer:12/secret@127.0.0.1:1/x",
            "//officer:a?secret@127.0.0.1:1/x", "//officer:secret%zz@127.0.0.1:1/x", "//officer:secret@[::1/x",
            "//officer@127.0.0.1:1/x?password=secret%zz", "//officer@127.0.0.1:1/x?password=a=secret",
            "//officer:secret@127.0.0.1:1/x?nonsense=1",
        ])
    func unreadable(address: String) async {
        let refusal = await failure { try await Database.open("postgresql:" + address) }
        #expect(refusal?.kind == .usage && refusal?.code == "persistence.address")
        #expect(refusal?.details["database"]?.contains("127.0.0.1") == true || address.contains("[::1"))
        #expect(refusal?.details.values.contains { $0.contains("secret") } == false)
    }

    @Test("with a password still leads to the database", arguments: ["?password=secret", "&password=secret"])
    func password(setting: String) async throws {
        guard TestEngine.all.contains(.postgres) else { return }
        try await TestDatabase.withAddress(.postgres) { address in
            guard address.contains("?") == setting.hasPrefix("&") else { return }
            let database = try await Database.open(address + setting)
            #expect(try await database.isEmpty())
            #expect(database.address == address + setting.replacing("secret", with: "***"))
            await database.close()
        }
    }

    @Test("of a database beside another keeps server and account, and shows no password either") func sibling() throws {
        let place = try DatabasePlace("postgresql://officer:a%40secret@first:1,second:2/register?sslmode=disable")
        let other = try place.sibling("scratch-5")
        #expect(
            other.address == "postgresql:///register%5Fscratch%5F5?host=first%2Csecond&password=a%40secret&port=1%2C2"
                + "&sslmode=disable&user=officer")
        for shown in [place.shown, other.shown] { #expect(!shown.contains("secret"), "\(shown)") }
        #expect(try DatabasePlace("/var/lib/x.sqlite").sibling("scratch-5").address == "/var/lib/x.sqlite.scratch-5")
        #expect(
            try #require(throws: Failure.self) { try DatabasePlace("postgresql://h") }.code == "persistence.address")
    }
}
