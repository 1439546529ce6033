import ArgumentParser
import Kernel
import Persistence
import Records

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists records as of a day.")
    @OptionGroup var settings: Settings
    @OptionGroup var remote: RemoteSettings
    @Argument(help: "cooperative, group, union, officer; of a server every type that it has.") var type: String
    @Option(help: "NAME=VALUE, as in the address of the list's page: unit=726, kind=crop.") var filter: [String] = []
    @Option(help: "Words to search, with or without diacritics.") var search = ""
    @Option(name: .customLong("as-of"), help: "2024-06-30; today otherwise.") var asOf: String?
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "CSV.") var csv = false

    func run() async throws {
        if let server = try remote.remote() { return try await list(server) }
        let listing = try Wiring.listing(type)
        var query = ListQuery(asOf: try Days.parse(asOf) ?? WallClock.system.today(), .all)
        query.search = search
        query.limit = nil
        query.filters = try filters()
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

    private func filters() throws -> [(name: String, value: String)] {
        try filter.map { text in
            guard let equals = text.firstIndex(of: "=") else { throw ValidationError("--filter NAME=VALUE") }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }

    /// The records themselves, as the API gives them: by their columns.
    private func list(_ server: RemoteServer) async throws {
        guard !csv else { throw Failure(.usage, "remote.no-csv") }
        let columns = RemoteText(try RecordTypes.named(type), Wiring.texts(Settings.language))
        var query = try filters()
        if let day = try Days.parse(asOf) { query.append(("as_of", day.description)) }
        if !search.isEmpty { query.append(("q", search)) }
        if !json { print((["id"] + columns.labels).joined(separator: "\t")) }
        try await server.each(type, query) { item in
            print(try json ? RemoteServer.line(item) : columns.row(item).joined(separator: "\t"))
        }
    }
}
