import Documents
import Kernel
import Persistence
import Records
import Web

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
        write(["id"] + shown.map { ListExport.label(listing.columns[$0], of: listing, t, isExact: form == .csv) })
    }

    func row(_ id: Int64, _ values: [SQLValue]) {
        guard form == .json else {
            guard form == .csv else {
                return write(["\(id)"] + shown.map { listing.columns[$0].kind.shown(values[$0], t) })
            }
            return write([.number("\(id)")] + shown.map { listing.columns[$0].kind.csvField(values[$0], t) })
        }
        var object = JSONText()
        object.add("id", .integer(id))
        for index in shown { object.add(listing.columns[index].name, values[index]) }
        print(object.object)
    }

    private func write(_ cells: [String]) {
        guard form != .csv else { return write(cells.map { CsvField.text($0) }) }
        print(cells.joined(separator: "\t"))
    }

    private func write(_ fields: [CsvField]) {
        var writer = CsvWriter(byteOrderMark: false)
        writer.add(fields)
        // Not through a FileHandle, which traps when nobody reads any more.
        print(String(decoding: writer.bytes, as: UTF8.self), terminator: "")
    }
}
