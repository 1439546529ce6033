import ArgumentParser
import Assessment
import Foundation
import Kernel
import Persistence
import Records
import Registry

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads a workbook; shows what it would change, or with --apply changes it.")
    @OptionGroup var settings: Settings
    @Argument(help: "The workbook (.xlsx).") var file: String
    @Option(help: "What its rows are: cooperative, group, officer, union, outcome, annual_return …") var type =
        "cooperative"
    @Option(help: "Only this sheet.") var sheet: String?
    @Option(name: .customLong("as-of"), help: "The day of the figures (2024-06-30), if the file does not say it.")
    var asOf: String?
    @Flag(help: "Show what would be done. This is the default.") var preview = false
    @Flag(help: "Store what is certain.") var apply = false
    @Option(help: "Write the workbook back with bad cells marked and reasons given.") var annotated: String?
    @Flag(name: .customLong("bad-only"), help: "With --annotated: leave out the rows that were stored.") var badOnly =
        false
    @Option(help: "An answer to a question: SHEET!CELL=yes, SHEET!CELL=VALUE, SHEET!ROW=new, SHEET!ROW=RECORD.")
    var answer: [String] = []
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print every row with its fate.") var rows = false

    func validate() throws {
        if preview, apply { throw ValidationError("Either --preview or --apply.") }
    }

    func run() async throws {
        try await run(ImportForms.named(type))
    }

    private func run<Form: ImportForm>(_ form: Form.Type) async throws {
        let day = try Days.parse(asOf)
        let bytes = try Files.workbook(file)
        let database = try await settings.open()
        let texts = Language.allCases.map(Wiring.texts)
        let source = ImportRun<Form>.Source(name: URL(fileURLWithPath: file).lastPathComponent, bytes: bytes)
        var run = ImportRun(
            form, source: source, asOf: day, onlySheet: sheet, texts: texts,
            vocabulary: Vocabulary(texts, choices: Wiring.choices), clock: .system)
        let t = Wiring.texts(Settings.language)
        Message.progress(t("import.reading", ["file": source.name]))
        defer { Message.progress("") }
        run.progress = { done, all, _ in
            guard all > 0 else { return }
            Message.progress(t("import.storing", ["done": "\(done)", "all": "\(all)"]))
        }
        let act = Act(at: WallClock.system.now(), origin: "import")
        if !answer.isEmpty {
            let questions = try await run.preview(database, by: act)
            try await ImportAnswering(result: questions).store(answer, by: act, in: database)
        }
        // Nobody was shown a preview whose counts would have to hold: the one transaction is what it is.
        let command = self
        let answer: @Sendable (ImportResult) throws -> Void = { result in
            if let annotated = command.annotated {
                try Files.write(result.annotated(bytes, badOnly: command.badOnly, t), to: annotated)
            }
        }
        let result = try await apply ? run.apply(database, by: act, answer: answer) : run.preview(database, by: act)
        if !apply { try answer(result) }
        await database.close()
        Message.progress("")
        if json {
            print(ImportReport(result, t).json(isApplied: apply))
        } else {
            ImportReport(result, t).print(isApplied: apply, allRows: rows)
        }
        if result.diagnostics.contains(where: { $0.severity >= .question }) { throw ExitCode(1) }
    }
}

/// How the rows of a type are read: by a form of its own, or by its description.
enum ImportForms {
    static func named(_ type: String) throws -> any ImportForm.Type {
        switch type {
        case "cooperative", "cooperatives": CooperativeImport.self
        case "group", "groups": GroupImport.self
        case "outcome", "outcomes": OutcomeImport.self
        case "annual_return", "returns": ReturnImport.self
        default: form(of: try RecordTypes.named(type))
        }
    }

    private static func form<R: Record>(of type: R.Type) -> any ImportForm.Type { RecordImport<R>.self }
}

enum Days {
    /// A day as people or programs write it.
    static func parse(_ text: String?) throws -> Day? {
        guard let text else { return nil }
        if let day = Day(text) { return day }
        if case .date(let date, _) = DateText.parse(text), date.precision == .day { return date.earliest }
        throw Failure(.usage, "command.bad-day", ["text": text])
    }
}
