import Kernel

/// One line of a decree: `25879; 25906; Xã Bắc Tân Uyên; 79` – the code of a unit that was, the code of what it (or, over
/// several lines, a part of it) becomes, and where that is new its full name and the code above it. `-` instead of the
/// second code: nothing of its level takes its place. Semicolons, tabs and `|` part the columns, as a sheet pastes them.
struct DecreeLine: Equatable, Sendable {
    let number: Int
    let old: String
    let new: String?
    let fullName: String?
    let parent: String?

    /// More lines than the largest decree so far has.
    private static let most = 2_000

    static func read(_ text: String) throws(Failure) -> [DecreeLine] {
        let rows = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard rows.count <= most else {
            throw Failure(.invalid, "unit_decree.too-many-lines", ["limit": "\(most)"])
        }
        var lines: [DecreeLine] = []
        for (index, row) in rows.enumerated() where !normalised(String(row)).isEmpty {
            lines.append(try DecreeLine(String(row), number: index + 1))
        }
        guard !lines.isEmpty else { throw Failure(.invalid, "unit_decree.no-lines") }
        return lines
    }

    private init(_ row: String, number: Int) throws(Failure) {
        let cells = Self.cells(of: row)
        func fault(_ code: String, _ value: String) -> Failure {
            Failure(.invalid, "unit_decree.\(code)", ["line": "\(number)", "value": value])
        }
        guard (2...4).contains(cells.count) else { throw fault("line-columns", normalised(row)) }
        func code(_ text: String) throws(Failure) -> String {
            guard text.utf8.allSatisfy({ (48...57).contains($0) }), UnitLevel(code: text) != nil else {
                throw fault("line-code", text)
            }
            return text
        }
        func cell(_ index: Int) -> String? { cells.count > index && !cells[index].isEmpty ? cells[index] : nil }
        self.number = number
        old = try code(cells[0])
        new = cells[1] == "-" || cells[1] == "–" ? nil : try code(cells[1])
        if let name = cell(2), UnitKind.parting(name) == nil { throw fault("line-kind", name) }
        fullName = cell(2)
        parent = try cell(3).map(code)
    }

    /// A form may have turned the tabs of a sheet into spaces: then the codes stand first and last, the name between.
    private static func cells(of row: String) -> [String] {
        let cells = row.split(omittingEmptySubsequences: false) { ";\t|".contains($0) }.map { normalised(String($0)) }
        guard cells.count == 1 else { return cells }
        var words = normalised(row).split(separator: " ").map(String.init)
        guard words.count > 2 else { return words }
        let parent = words.last.flatMap { $0.allSatisfy(\.isNumber) ? $0 : nil }
        if parent != nil { words.removeLast() }
        let name = words.dropFirst(2).joined(separator: " ")
        return Array(words.prefix(2)) + [name] + (parent.map { [$0] } ?? [])
    }

    /// Whether the lines can be read; whether they fit the units is said by the preview.
    @Sendable static func check(_ text: String) -> Verdict {
        do {
            _ = try read(text)
            return .meets
        } catch { return .fails(error.code, error.details) }
    }
}

/// The words with which the names of units begin.
enum UnitKind {
    private static let words = [
        "thị trấn", "đặc khu", "thị xã", "thành phố", "phường", "quận", "huyện", "tỉnh", "xã",
    ]

    /// `Phường Tân Uyên` as `phường` and `Tân Uyên`; nothing where no such word stands first.
    static func parting(_ fullName: String) -> (kind: String, name: String)? {
        let lower = fullName.lowercased()
        guard let kind = words.first(where: { lower.hasPrefix($0 + " ") }) else { return nil }
        let name = normalised(String(fullName.dropFirst(kind.count)))
        return name.isEmpty ? nil : (kind, name)
    }
}
