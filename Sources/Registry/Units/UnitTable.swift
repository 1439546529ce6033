import Kernel

/// A value read from a file, with its line.
struct Lined<Value: Sendable>: Sendable {
    var line: Int
    var value: Value
}

/// One of the two files, cell by cell.
struct UnitTable {
    let file: String
    private let header: [String]
    private let rows: [(line: Int, cells: [String])]

    init(text: String, file: String) {
        self.file = file
        let rows = csvRows(text)
        header = rows.first?.cells.map(normalised) ?? []
        self.rows = Array(rows.dropFirst())
    }

    func units() -> ([Lined<Unit>], [Diagnostic]) {
        let columns = ["code", "name", "full_name", "kind", "level", "parent_code", "valid_from", "valid_to"]
        return read(columns) { row in
            let code = row.text("code")
            let level = UnitLevel(rawValue: Int(row.text("level")) ?? 0)
            if level == nil { row.fault("units.level", "level") }
            let parent = row.optional("parent_code")
            if let level, (level == .province) != (parent == nil) { row.fault("units.parent-missing", "parent_code") }
            let from = row.day("valid_from", or: .distantPast)
            let to = row.day("valid_to", or: .distantFuture)
            if to <= from { row.fault("units.period", "valid_to") }
            let isNumber = code.utf8.allSatisfy { (48...57).contains($0) }
            if !isNumber || UnitLevel(code: code) != level { row.fault("units.code", "code") }
            return Unit(
                id: 0, code: code, name: row.text("name"), fullName: row.text("full_name"), kind: row.text("kind"),
                level: level ?? .commune, parentCode: parent, validFrom: from, validTo: to,
                dateBasis: row.optional("date_basis") ?? "decree")
        }
    }

    func successions() -> ([Lined<UnitSuccession>], [Diagnostic]) {
        read(["old_code", "new_code", "date", "kind", "share", "decree"]) { row in
            let kind = UnitSuccession.Kind(rawValue: row.text("kind"))
            if kind == nil { row.fault("units.succession-kind", "kind") }
            let new = row.optional("new_code")
            if let kind, (kind == .abolished) != (new == nil) { row.fault("units.successor-missing", "new_code") }
            let share = row.optional("share").map { Double($0) ?? -1 }
            if let share, !(0...1).contains(share) { row.fault("units.share", "share") }
            return UnitSuccession(
                oldCode: row.text("old_code"), newCode: new, day: row.day("date", or: nil), kind: kind ?? .part,
                share: share, decree: row.optional("decree"))
        }
    }

    /// The rows without a fault, and the faults of the others.
    private func read<Value: Sendable>(
        _ columns: [String], _ value: (inout Row) -> Value
    ) -> ([Lined<Value>], [Diagnostic]) {
        let missing = columns.filter { !header.contains($0) }
        guard missing.isEmpty else {
            return ([], missing.map { Diagnostic(.error, "units.header", at: Place(file: file, row: 1), ["name": $0]) })
        }
        let places = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var values: [Lined<Value>] = []
        var faults: [Diagnostic] = []
        for (line, cells) in rows where cells.contains(where: { !normalised($0).isEmpty }) {
            var row = Row(file: file, line: line, cells: cells, places: places)
            if cells.count != header.count { row.fault("units.cells", nil, ["wanted": "\(header.count)"]) }
            let value = value(&row)
            if row.faults.isEmpty { values.append(Lined(line: line, value: value)) }
            faults += row.faults
        }
        return (values, faults)
    }

    struct Row {
        let file: String
        let line: Int
        let cells: [String]
        let places: [String: Int]
        var faults: [Diagnostic] = []

        func cell(_ column: String) -> String {
            guard let place = places[column], cells.indices.contains(place) else { return "" }
            return normalised(cells[place])
        }

        /// A cell that must not be empty.
        mutating func text(_ column: String) -> String {
            let text = cell(column)
            if text.isEmpty { fault("units.blank", column) }
            return text
        }

        func optional(_ column: String) -> String? {
            let text = cell(column)
            return text.isEmpty ? nil : text
        }

        /// `empty`: what an empty cell means; none where it must not be empty.
        mutating func day(_ column: String, or empty: Day?) -> Day {
            let text = cell(column)
            if text.isEmpty, let empty { return empty }
            if let day = Day(text) { return day }
            fault("units.day", column)
            return empty ?? .distantPast
        }

        mutating func fault(_ code: String, _ column: String?, _ details: [String: String] = [:]) {
            let column = column.flatMap { places[$0] }
            var details = details
            details["value"] = column.flatMap { cells.indices.contains($0) ? cells[$0] : nil } ?? ""
            let place = Place(file: file, row: line, column: column.map { $0 + 1 })
            if !faults.contains(where: { $0.place == place }) {
                faults.append(Diagnostic(.error, code, at: place, details))
            }
        }
    }
}
