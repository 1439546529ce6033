import Kernel

/// What `xl/styles.xml` says that matters to a reader: which formats are dates, which fonts tell an old encoding.
struct CellStyles: Sendable {
    struct Style: Equatable, Sendable {
        var isDay = false
        var legacyFont: String?
    }

    /// By the index that a cell names in its attribute `s`.
    private(set) var styles: [Style] = []

    init() {}

    init(_ stream: consuming XMLStream) throws {
        var xml = stream
        var fonts: [String?] = []
        var codes: [Int: Bool] = [:]
        var section = Section.other
        while true {
            switch try xml.next() {
            case .done: return
            case .end: continue
            case .start:
                if xml.depth == 2 {
                    section =
                        xml.isNamed("numFmts")
                        ? .formats
                        : xml.isNamed("fonts")
                            ? .fonts
                            : xml.isNamed("cellXfs") ? .cells : .other
                    if section == .other { try xml.skipElement() }
                } else if section == .formats, xml.isNamed("numFmt"), let id = xml.integer("numFmtId") {
                    codes[id] = DayFormat.isDay(code: try xml.attribute("formatCode") ?? "")
                } else if section == .fonts, xml.depth == 3, xml.isNamed("font") {
                    fonts.append(nil)
                } else if section == .fonts, xml.depth == 4, !fonts.isEmpty, xml.isNamed("name"),
                    let name = try xml.attribute("val")
                {
                    fonts[fonts.count - 1] = Self.legacyFont(name)
                } else if section == .cells, xml.depth == 3, xml.isNamed("xf") {
                    // Excel itself allows 65,490.
                    guard styles.count < 100_000 else { throw xml.failure("long") }
                    let format = xml.integer("numFmtId") ?? 0
                    let font = xml.integer("fontId") ?? 0
                    styles.append(
                        Style(
                            isDay: codes[format] ?? DayFormat.isDay(builtIn: format),
                            legacyFont: fonts.indices.contains(font) ? fonts[font] : nil))
                }
            }
        }
    }

    private enum Section { case formats, fonts, cells, other }

    subscript(index: Int) -> Style { styles.indices.contains(index) ? styles[index] : Style() }

    /// The name of a font whose letters are TCVN3 (`.VnTime`) or VNI (`VNI-Times`), nil for any other.
    static func legacyFont(_ name: String) -> String? {
        let folded = name.lowercased()
        return folded.hasPrefix(".vn") || folded.hasPrefix("vni-") ? name : nil
    }
}

/// Which number formats show a calendar day.
enum DayFormat {
    /// ECMA-376 part 1, 18.8.30: 14-17 and 22 everywhere, 27-36 and 50-58 in East Asian editions. 18-21 and 45-47 are
    /// times and durations.
    static func isDay(builtIn id: Int) -> Bool {
        (14...17).contains(id) || id == 22 || (27...31).contains(id) || id == 36 || (50...54).contains(id)
            || (57...58).contains(id)
    }

    /// Whether a format code such as `[$-42A]dd/mm/yyyy;@` or `"ngày" d "tháng" m "năm" yyyy` shows a day: its first
    /// section, without quoted text and brackets, has `d` or `y`, or `m` that are months and not minutes.
    static func isDay(code: String) -> Bool {
        var letters: [UInt8] = []
        var hasElapsedTime = false
        var bytes = Array(code.lowercased().utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): bytes = bytes.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
            case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): bytes = bytes.dropFirst()
            case UInt8(ascii: "["):
                let inside = bytes.prefix { $0 != UInt8(ascii: "]") }
                bytes = bytes.dropFirst(inside.count + 1)
                if let first = inside.first, "hms".utf8.contains(first), inside.allSatisfy({ $0 == first }) {
                    hasElapsedTime = true
                }
            case UInt8(ascii: ";"): bytes = []
            default: letters.append(byte)
            }
        }
        let has = { (letter: Character) in letter.asciiValue.map(letters.contains) ?? false }
        if hasElapsedTime || has("#") || has("?") || (has("0") && !has("s")) { return false }
        // `General` and `Standard` are names, not letters to fill in.
        if letters.starts(with: "general".utf8) || letters.starts(with: "standard".utf8) { return false }
        return has("d") || has("y") || (has("m") && !has("h") && !has("s"))
    }
}
