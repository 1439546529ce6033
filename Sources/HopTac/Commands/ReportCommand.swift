import Access
import ArgumentParser
import Foundation
import Kernel
import Persistence
import Registry

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Reports, computed from the records.", subcommands: [Situation.self])

    struct Situation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The situation of cooperatives as of a day.")
        @OptionGroup var settings: Settings
        @Option(name: .customLong("as-of"), help: "The day of the figures: 2024-06-30.") var asOf: String
        @Option(help: "The file: .docx, .xlsx, .json or .html.") var output: String

        func run() async throws {
            guard let day = try Days.parse(asOf) else { return }
            guard let form = ReportForm(rawValue: URL(fileURLWithPath: output).pathExtension.lowercased()) else {
                throw Failure(.usage, "report.no-such-form", ["file": output])
            }
            let database = try await settings.open()
            let t = Wiring.texts(Settings.language)
            let bytes = try await database.read { db in
                try Wiring.situation(day, form, t, for: .system(today: WallClock.system.today()), in: db)
            }
            try Files.write(bytes, to: output)
            print(t("report.written", ["file": output, "date": DateText.short(PartialDay(day), t.language)]))
            await database.close()
        }
    }
}

enum ReportForm: String, Sendable { case docx, xlsx, json, html }
