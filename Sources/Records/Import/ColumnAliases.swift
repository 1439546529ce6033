import Kernel

/// A heading as it is compared: folded, without units in brackets, numbering and years.
struct HeadingText: Hashable, Sendable {
    let parts: [String]
    let year: Int?

    /// `thanh vien / nu`: how a mapping names it. Empty for a heading without letters.
    var key: String { parts.contains { !$0.isEmpty } ? parts.joined(separator: " / ") : "" }

    init(parent: String?, child: String?) {
        let texts = [parent, child].compactMap(\.self)
        parts = texts.map(Self.plain)
        year = texts.lazy.compactMap(Self.year).first
    }

    /// `Vốn điều lệ (triệu đồng)` → `von dieu le`; `Xếp loại năm 2023` → `xep loai`; `Trong đó: nữ` → `nu`.
    static func plain(_ text: String) -> String {
        var depth = 0
        var kept = ""
        for character in fold(text) {
            switch character {
            case "(", "[": depth += 1
            case ")", "]": depth = max(0, depth - 1)
            case _ where depth > 0: continue
            case _ where character.isLetter || character.isNumber: kept.append(character)
            default: kept.append(" ")
            }
        }
        var words = kept.split(separator: " ").map(String.init)
        if let year = words.firstIndex(where: { $0.count == 4 && Int($0) != nil }) {
            words.remove(at: year)
            if year > 0, words[year - 1] == "nam" { words.remove(at: year - 1) }
        }
        if words.starts(with: ["trong", "do"]) { words.removeFirst(2) }
        return words.joined(separator: " ")
    }

    private static func year(_ text: String) -> Int? {
        text.split { !$0.isNumber }.lazy.compactMap { $0.count == 4 ? Int($0) : nil }.first {
            (1990...2100).contains($0)
        }
    }
}

/// The wordings by which a form's columns are known, in both languages. A text `NAME.COLUMN.aliases` holds
/// alternatives apart by `|`. In an alternative for a header of two rows, ` / ` stands between the rows and `,` between
/// the wordings of a row: `thành viên, số tv / nữ, trong đó nữ | thành viên nữ`.
struct ColumnAliases: Sendable {
    private var targets: [[String]: String] = [:]
    /// First rows of two-row headings: `thanh vien`.
    private(set) var parents: Set<String> = []
    private let mapping: ColumnMapping

    /// `mapping`: what a person said, before what the wordings say.
    init(form: String, columns: [String], _ texts: [Texts], mapping: ColumnMapping = ColumnMapping()) {
        self.mapping = ColumnMapping(mapping.targets.filter { $0.value.isEmpty || columns.contains($0.value) })
        for t in texts {
            for column in columns {
                let key = "\(form).\(column)"
                add(t["\(key)"], column)
                guard t.has("\(key).aliases") else { continue }
                for alternative in t["\(key).aliases"].split(separator: "|") { add(String(alternative), column) }
            }
        }
    }

    private mutating func add(_ alternative: String, _ column: String) {
        let rows = alternative.split(separator: " / ")
        let parts = rows.map { row in
            rows.count == 1
                ? [HeadingText.plain(String(row))]
                : row.split(separator: ",").map { HeadingText.plain(String($0)) }
        }
        switch parts.count {
        case 1: for wording in parts[0] { targets[[wording]] = targets[[wording]] ?? column }
        case 2:
            for parent in parts[0] {
                parents.insert(parent)
                for child in parts[1] { targets[[parent, child]] = targets[[parent, child]] ?? column }
            }
        default: break
        }
    }

    /// A heading of two rows is known as a whole, or by its second row where that says enough alone.
    func target(of heading: HeadingText) -> String? {
        if let said = mapping.targets[heading.key] { return said.isEmpty ? nil : said }
        return targets[heading.parts] ?? (heading.parts.count == 2 ? targets[[heading.parts[1]]] : nil)
    }
}
