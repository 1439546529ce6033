import Access
import ArgumentParser
import Assessment
import Kernel
import Persistence
import Records

struct RemindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remind", abstract: "Reminds of what is due, by letters; to be run every day.",
        subcommands: [Returns.self])

    struct Returns: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes to those whose cooperative has not submitted its annual return.")
        @OptionGroup var settings: Settings
        @OptionGroup var letters: LetterSettings
        @Option(name: .customLong("as-of"), help: "2026-03-21; today otherwise.") var asOf: String?

        func run() async throws {
            let t = Wiring.texts(Settings.language)
            guard try letters.server(settings.configuration()) != nil else { throw Failure(.usage, "letters.off") }
            let act = AccountCommand.act()
            let day = try Days.parse(asOf) ?? act.at.day
            let database = try await settings.open()
            // Those without a language of their own are written to in Vietnamese.
            let texts = Language.allCases.map(Wiring.texts)
            let count = try await database.write { db in
                try ReturnReminder.queue(on: day, texts, by: act, in: db)
            }
            print(t("remind.queued", ["count": "\(count)"]))
            await database.close()
        }
    }
}
