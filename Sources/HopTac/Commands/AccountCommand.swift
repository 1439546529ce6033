import Access
import ArgumentParser
import Foundation
import Kernel
import Persistence
import Records

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Accounts and what they hold.",
        subcommands: [Add.self, List.self, Hold.self, Link.self, Password.self, SecondFactor.self, End.self])

    static func act() -> Act { Act(at: WallClock.system.now(), origin: "cli") }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds an account, and prints a link with which its owner sets a password.")
        @OptionGroup var settings: Settings
        @Argument(help: "The person's name.") var name: String
        @Option(help: "E-mail address to sign in with.") var email: String?
        @Option(help: "Phone number to sign in with.") var phone: String?
        @Option(help: "The code of a role: administrator, department_officer, unit_officer …") var role: String?
        @Option(help: "Whom the role is for: body:12, cooperative:3, group:5. Without it: the whole system.")
        var organisation: String?
        @Option(help: "The address under which the site is reached, for the link.") var site = "http://localhost:8080"

        func run() async throws {
            let database = try await settings.open()
            let access = Wiring.access(database)
            let t = Wiring.texts(Settings.language)
            var account = UserAccount()
            account.name = normalised(name)
            account.email = email.map { SignInName($0).text }
            account.phone = phone.map { Code(SignInName($0).text) }
            let (new, code, act) = (account, role, AccountCommand.act())
            let reference = try AccountCommand.organisation(organisation)
            let (stored, held) = try await database.write { db in
                (try db.insert(new, by: act), try code.map { try Role.find(code: $0, in: db) })
            }
            if let held { try await AccountCommand.hold(stored.id, held, reference, access, act) }
            let link = try await access.makeLink(stored.id, by: act)
            print(t("account.added", ["id": "\(stored.id)", "name": stored.name]))
            print(t("account.link", ["link": "\(site)/link/\(link.text)"]))
            await database.close()
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists accounts with their posts.")
        @OptionGroup var settings: Settings

        func run() async throws {
            let database = try await settings.open()
            let access = Wiring.access(database)
            let t = Wiring.texts(Settings.language)
            let today = WallClock.system.today()
            let lines = try await database.read { db in
                try UserAccount.list(where: "1 = 1 ORDER BY sort_key, id", in: db).map { account in
                    let posts = try access.viewer(account, on: today, in: db).posts.map { post in
                        post.name(t) + (post.organisation.map { " · \($0.name)" } ?? "")
                    }
                    return [
                        "\(account.id)", account.name, account.email ?? "", account.phone?.text ?? "",
                        account.endedOn.map { DateText.short($0, t.language) } ?? "", posts.joined(separator: "; "),
                    ].joined(separator: "\t")
                }
            }
            for line in lines { print(line) }
            await database.close()
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Gives an account a role in an organisation.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String
        @Option(help: "The role's code.") var role: String
        @Option(help: "body:12, cooperative:3, group:5; the whole system without it.") var organisation: String?

        func run() async throws {
            let database = try await settings.open()
            let access = Wiring.access(database)
            let (name, code) = (account, role)
            let (found, held) = try await database.read { db in
                (try UserAccount.find(signInName: name, in: db), try Role.find(code: code, in: db))
            }
            try await AccountCommand.hold(
                found.id, held, AccountCommand.organisation(organisation), access, AccountCommand.act())
            print(Wiring.texts(Settings.language)("account.holds", ["name": found.name, "role": code]))
            await database.close()
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a link with which the account's owner sets a password, once, within three days.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String
        @Option(help: "The address under which the site is reached.") var site = "http://localhost:8080"

        func run() async throws {
            try await AccountCommand.about(account, settings) { access, found, t in
                let link = try await access.makeLink(found.id, by: AccountCommand.act())
                return t("account.link", ["link": "\(site)/link/\(link.text)"])
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets the password that standard input gives in its first line, and ends the account's sessions.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String

        func run() async throws {
            try await AccountCommand.about(account, settings) { access, found, t in
                try await access.setPassword(of: found, to: readLine() ?? "", by: AccountCommand.act())
                return t("account.password-set", ["name": found.name])
            }
        }
    }

    struct SecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-second-factor",
            abstract: "For an owner who has lost the second factor: it can then be set up anew.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String

        func run() async throws {
            try await AccountCommand.about(account, settings) { access, found, t in
                try await access.removeSecondFactor(found.id, by: AccountCommand.act())
                return t("account.second-factor-removed", ["name": found.name])
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "From today on the account cannot sign in. Its name stays in the history.")
        @OptionGroup var settings: Settings
        @Argument(help: "E-mail or phone number of the account.") var account: String

        func run() async throws {
            try await AccountCommand.about(account, settings) { access, found, t in
                let act = AccountCommand.act()
                var ended = found
                ended.endedOn = act.at.day
                _ = try await access.change(ended, from: found, by: act)
                return t("account.is-ended", ["name": found.name])
            }
        }
    }

    static func organisation(_ text: String?) throws -> OrganisationRef? {
        guard let text else { return nil }
        guard let ref = OrganisationRef(text) else {
            throw Failure(.usage, "holding.no-such-organisation", ["organisation": text])
        }
        return ref
    }

    /// Does something with the account of a sign-in name, and prints what was done.
    private static func about(
        _ name: String, _ settings: Settings, _ body: (AccessControl, UserAccount, Texts) async throws -> String
    ) async throws {
        let database = try await settings.open()
        let found = try await database.read { try UserAccount.find(signInName: name, in: $0) }
        print(try await body(Wiring.access(database), found, Wiring.texts(Settings.language)))
        await database.close()
    }

    private static func hold(
        _ account: UserAccount.ID, _ role: Role, _ organisation: OrganisationRef?, _ access: AccessControl, _ act: Act
    ) async throws {
        var holding = Holding()
        holding.account = account
        holding.role = role.id
        holding.organisation = organisation
        _ = try await access.add(holding, by: act)
    }
}
