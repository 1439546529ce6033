import ArgumentParser
import Documents
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
        write(["id"] + shown.map { t["\(listing.type).\(listing.columns[$0].name)"] }, numbers: [])
    }

    func row(_ id: Int64, _ values: [SQLValue]) {
        guard form == .json else {
            let cells = shown.map { index -> String in
                // Programs read CSV: amounts in đồng and m², as stored.
                if form == .csv, case .integer(let number) = values[index] { return String(number) }
                return listing.columns[index].kind.shown(values[index], t)
            }
            let numbers = shown.indices.filter { listing.columns[shown[$0]].kind.isNumber }.map { $0 + 1 }
            return write(["\(id)"] + cells, numbers: Set(numbers + [0]))
        }
        var object = JSONText()
        object.add("id", .integer(id))
        for index in shown { object.add(listing.columns[index].name, values[index]) }
        print(object.object)
    }

    private func write(_ cells: [String], numbers: Set<Int>) {
        guard form == .csv else { return print(cells.joined(separator: "\t")) }
        var writer = CsvWriter(byteOrderMark: false)
        writer.add(
            cells.enumerated().map { index, cell in
                cell.isEmpty ? .empty : numbers.contains(index) ? .number(cell) : .text(cell)
            })
        // Not through a FileHandle, which traps when nobody reads any more.
        print(String(decoding: writer.bytes, as: UTF8.self), terminator: "")
    }
}
