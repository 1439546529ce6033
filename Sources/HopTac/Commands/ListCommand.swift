import ArgumentParser
import Kernel
import Persistence
import Records

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists records as of a day.")
    @OptionGroup var settings: Settings
    @Argument(help: "cooperative, group, union, officer.") var type: String
    @Option(help: "NAME=VALUE, as in the address of the list's page: unit=726, kind=crop.") var filter: [String] = []
    @Option(help: "Words to search, with or without diacritics.") var search = ""
    @Option(name: .customLong("as-of"), help: "2024-06-30; today otherwise.") var asOf: String?
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "CSV.") var csv = false

    func run() async throws {
        let listing = try Wiring.listing(type)
        var query = ListQuery(asOf: try Days.parse(asOf) ?? WallClock.system.today(), .all)
        query.search = search
        query.limit = nil
        for text in filter {
            guard let equals = text.firstIndex(of: "=") else { throw ValidationError("--filter NAME=VALUE") }
            query.filters.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        let database = try await settings.open()
        let t = Wiring.texts(Settings.language)
        let asked = query
        let form: ListForm = json ? .json : csv ? .csv : .text
        try await database.read { db in
            let output = ListOutput(listing, form, t)
            // What is wrong with the question is said before anything is printed.
            _ = try listing.statement(asked, db.engine)
            output.begin()
            try listing.each(asked, in: db) { id, _, values in output.row(id, values) }
        }
        await database.close()
    }
}
