import ArgumentParser
import Documents
import Foundation
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
        var query = ListQuery(asOf: try Days.parse(asOf) ?? WallClock.system.today())
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
            output.begin()
            try listing.each(asked, in: db) { id, _, values in output.row(id, values) }
        }
        await database.close()
    }
}

enum ListForm: Sendable { case text, json, csv }

/// Prints the rows of a list as they come.
struct ListOutput {
    let listing: Listing
    let form: ListForm
    let t: Texts

    init(_ listing: Listing, _ form: ListForm, _ t: Texts) {
        self.listing = listing
        self.form = form
        self.t = t
    }

    private var shown: [Int] {
        listing.columns.indices.filter { form != .text || !listing.columns[$0].isHiddenOnPages }
    }

    func begin() {
        guard form != .json else { return }
        let titles = ["id"] + shown.map { t["\(listing.type).\(listing.columns[$0].name)"] }
        print(form == .csv ? CsvWriter.line(titles) : titles.joined(separator: "\t"))
    }

    func row(_ id: Int64, _ values: [SQLValue]) {
        switch form {
        case .json:
            var object = JSONText()
            object.add("id", .integer(id))
            for index in shown where listing.columns[index].name != "id" {
                object.add(listing.columns[index].name, values[index])
            }
            print(object.object)
        case .csv, .text:
            let cells = ["\(id)"] + shown.map { listing.columns[$0].kind.shown(values[$0], t) }
            print(form == .csv ? CsvWriter.line(cells) : cells.joined(separator: "\t"))
        }
    }
}
