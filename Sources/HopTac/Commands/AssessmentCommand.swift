import ArgumentParser
import Assessment
import Kernel
import Persistence
import Records
import Registry

/// Rounds of assessment, for scripts. The steps of single cases are taken on the page, by people with accounts.
struct AssessmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assessment", abstract: "Rounds of assessment and their decisions.",
        subcommands: [Open.self, AddCases.self, Status.self, Approve.self, Withdraw.self, Document.self])

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens a round: keeps its instrument as it is and makes a case for every cooperative.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the round.") var round: Int64

        func run() async throws {
            try await AssessmentCommand.changing(settings) { [round] act, t, db in
                let opened = try AssessmentRound.find(Identifier(round), in: db).open(by: act, in: db)
                let count: Int = try db.one("SELECT count(*) FROM assessment_case WHERE round_id = \(round)") {
                    try $0[0]
                }
                return t("assessment.opened", ["round": "\(round)", "year": "\(opened.year)", "count": "\(count)"])
            }
        }
    }

    struct AddCases: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-cases", abstract: "Makes the cases that a round lacks, such as those of new records.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the round.") var round: Int64

        func run() async throws {
            try await AssessmentCommand.changing(settings) { [round] act, t, db in
                let count = try AssessmentRound.find(Identifier(round), in: db).addCases(by: act, in: db)
                return t("assessment.cases-added", ["round": "\(round)", "count": "\(count)"])
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How many cases of a round stand where, by area, and how many are late.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the round.") var round: Int64
        @Flag(help: "A JSON object.") var json = false

        func run() async throws {
            let database = try await settings.open()
            let today = WallClock.system.today()
            let status = try await database.read { db in
                try RoundStatus(Identifier(round), Gazetteer(db), on: today, in: db)
            }
            for line in json ? [status.json] : status.lines(Wiring.texts(Settings.language)) { print(line) }
            await database.close()
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stands by the results of an area. Those below it come first.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the round.") var round: Int64
        @Argument(help: "The code of the commune, district or province.") var unit: String

        func run() async throws {
            try await AssessmentCommand.changing(settings) { [round, unit] act, t, db in
                _ = try AssessmentRound.find(Identifier(round), in: db)
                try AreaApproval.approve(unit, Identifier(round), by: act, in: db)
                return t("assessment.area-approved", ["round": "\(round)", "unit": unit])
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes the approval of an area back. Those above it come first.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the round.") var round: Int64
        @Argument(help: "The code of the commune, district or province.") var unit: String

        func run() async throws {
            try await AssessmentCommand.changing(settings) { [round, unit] act, t, db in
                _ = try AssessmentRound.find(Identifier(round), in: db)
                try AreaApproval.withdraw(unit, Identifier(round), by: act, in: db)
                return t("assessment.area-withdrawn", ["round": "\(round)", "unit": unit])
            }
        }
    }

    struct Document: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a decision as a Word document: as it was signed, or the draft as it stands.")
        @OptionGroup var settings: Settings
        @Argument(help: "The number of the decision.") var decision: Int64
        @Option(help: "The file: .docx.") var output: String

        func run() async throws {
            let database = try await settings.open()
            let (vietnamese, today) = (Wiring.texts(.vi), WallClock.system.today())
            let document = try await database.read { db in
                try GradeDecision.find(Identifier(decision), in: db).document(
                    Gazetteer(db), vietnamese, on: today, in: db)
            }
            try Files.write(document.bytes, to: output)
            print(
                Wiring.texts(Settings.language)(
                    "assessment.document-written", ["decision": "\(decision)", "file": output]))
            await database.close()
        }
    }

    /// Changes something in one transaction, and prints what was done.
    fileprivate static func changing(
        _ settings: Settings, _ body: @escaping @Sendable (Act, Texts, Connection) throws -> String
    ) async throws {
        let database = try await settings.open()
        let (act, t) = (AccountCommand.act(), Wiring.texts(Settings.language))
        print(try await database.write { try body(act, t, $0) })
        await database.close()
    }
}
