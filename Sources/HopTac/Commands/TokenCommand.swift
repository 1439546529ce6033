import Access
import ArgumentParser
import Kernel
import Persistence

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens with which programs use the API.",
        subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token of an account and prints it, once.",
            discussion: "The token may do what --allow says and the account may as well, whichever is less.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String
        @Option(help: "What the token is for.") var name: String
        @Option(help: "What it may do: 'read *', 'edit cooperative officer'. May be given several times.")
        var allow = ["read *"]
        @Option(
            help: "Whose records it reaches: body:12, cooperative:3, group:5. Without it: what its account reaches.")
        var organisation: String?
        @Option(help: "How many days it lives, at most \(AccessToken.longestLife).") var days = 90

        func run() async throws {
            let database = try await settings.open()
            let address = account
            let found = try await database.read { try UserAccount.find(signInName: address, in: $0) }
            let new = NewToken(
                name: name, permissions: allow.joined(separator: "\n"),
                organisation: try AccountCommand.organisation(organisation), days: days)
            let token = try await Wiring.access(database).makeToken(new, of: found.id, by: AccountCommand.act())
            Message.write(Wiring.texts(Settings.language)("token.made-for", ["name": found.name]))
            print(token.text)
            await database.close()
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tokens of an account, the newest first.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String

        func run() async throws {
            let database = try await settings.open()
            let t = Wiring.texts(Settings.language)
            let now = WallClock.system.now()
            let address = account
            let found = try await database.read { try UserAccount.find(signInName: address, in: $0) }
            for token in try await Wiring.access(database).tokens(of: found.id) {
                let state = token.endedAt != nil ? "has-ended" : token.lives(at: now) ? "lives" : "has-run-out"
                print(
                    [
                        "\(token.id)", token.name, token.permissions.replacing("\n", with: "; "),
                        token.organisation?.text ?? "", DateText.short(token.madeAt, t.language),
                        DateText.short(token.expiresAt, t.language),
                        token.lastUsedAt.map { DateText.short($0, t.language) } ?? t["token.never-used"],
                        t["token.\(state)"],
                    ].joined(separator: "\t"))
            }
            await database.close()
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "From now on the token opens nothing.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String
        @Argument(help: "The token's number.") var id: Int64

        func run() async throws {
            let database = try await settings.open()
            let address = account
            let found = try await database.read { try UserAccount.find(signInName: address, in: $0) }
            try await Wiring.access(database).end(token: Identifier(id), of: found.id, by: AccountCommand.act())
            print(Wiring.texts(Settings.language)("token.is-ended", ["id": "\(id)"]))
            await database.close()
        }
    }
}
