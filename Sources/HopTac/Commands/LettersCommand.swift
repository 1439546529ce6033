import Access
import ArgumentParser
import Kernel

struct LettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "letters", abstract: "Letters that the server sends.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sends a letter to prove the configuration.")
        @OptionGroup var settings: Settings
        @OptionGroup var letters: LetterSettings
        @Argument(help: "To whom.") var address: String

        func run() async throws {
            let t = Wiring.texts(Settings.language)
            guard let server = try letters.server(settings.configuration()) else {
                throw Failure(.usage, "letters.off")
            }
            try await server.send(
                Letter(to: address, subject: t["letter.test-subject"], text: t["letter.test"]),
                at: WallClock.system.now())
        }
    }
}
