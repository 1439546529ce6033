import Kernel

/// The table of texts that cells refer to by number. Kept as one run of bytes, so that two million short texts cost
/// their letters and four bytes each instead of an object each.
struct SharedStrings: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// Fonts of old encodings that a run of a text names itself.
    private var legacyFonts: [Int: String] = [:]

    init() {}

    init(_ entry: ZipEntryReader, limits: WorkbookLimits) throws {
        guard entry.size <= limits.sharedText else {
            throw Failure(.invalid, "archive.expands", ["part": entry.name])
        }
        var xml = try XMLStream(entry)
        while true {
            switch try xml.next() {
            case .done: return
            case .end: continue
            case .start:
                guard xml.depth == 2, xml.isNamed("si") else { continue }
                let text = try RichText(&xml, limits: limits)
                bytes.append(contentsOf: text.bytes)
                legacyFonts[ends.count] = text.legacyFont
                ends.append(UInt32(bytes.count))
            }
        }
    }

    var count: Int { ends.count }

    /// Nil when there is no such text, or it is not UTF-8.
    func text(_ index: Int) -> String? {
        guard ends.indices.contains(index) else { return nil }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return bytes[start..<Int(ends[index])].withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
    }

    func legacyFont(_ index: Int) -> String? { legacyFonts.isEmpty ? nil : legacyFonts[index] }
}

/// The text of `<si>` or `<is>`: its `<t>` and those of its runs, one after another. Phonetic runs (`<rPh>`) are
/// pronunciation, not text. Spaces are kept with or without `xml:space`.
struct RichText {
    var bytes: [UInt8] = []
    var legacyFont: String?

    /// Reads from the element just begun to its end.
    init(_ xml: inout XMLStream, limits: WorkbookLimits) throws {
        let outside = xml.depth - 1
        // A text of UTF-16 units has at most three bytes for each; an escape `_x0041_` seven for one.
        let limit = limits.cellCharacters * 7
        while true {
            switch try xml.next() {
            case .done: return
            case .start:
                if xml.isNamed("t") {
                    xml.beginText(limit: limit)
                } else if xml.isNamed("rPh") {
                    try xml.skipElement()
                } else if xml.isNamed("rFont"), let name = try xml.attribute("val") {
                    legacyFont = legacyFont ?? CellStyles.legacyFont(name)
                }
            case .end:
                if xml.isNamed("t") {
                    bytes.append(contentsOf: EscapedText.unescaped(xml.endText()))
                    guard bytes.count <= limit else {
                        throw Failure(.invalid, "workbook.cell-too-long", ["part": xml.part])
                    }
                }
                if xml.depth == outside {
                    if bytes.count > limits.cellCharacters, bytes.utf16Count > limits.cellCharacters {
                        throw Failure(.invalid, "workbook.cell-too-long", ["part": xml.part])
                    }
                    return
                }
            }
        }
    }
}

extension [UInt8] {
    /// UTF-16 units of these bytes as UTF-8: one per leading byte, two per leading byte of four.
    var utf16Count: Int { reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) } }
}

/// `_x000D_` in a text stands for the character U+000D (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
enum EscapedText {
    static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(where: { $0 == 95 }), bytes.count >= 7 else { return bytes }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if let unit = unit(at: index, in: bytes) {
                if let scalar = Unicode.Scalar(unit), unit != 0 {
                    result.append(contentsOf: String(scalar).utf8)
                    index += 7
                    continue
                }
                if UTF16.isLeadSurrogate(unit), let low = self.unit(at: index + 7, in: bytes),
                    UTF16.isTrailSurrogate(low),
                    let scalar = Unicode.Scalar(0x10000 + ((UInt32(unit) - 0xD800) << 10) + (UInt32(low) - 0xDC00))
                {
                    result.append(contentsOf: String(scalar).utf8)
                    index += 14
                    continue
                }
            }
            result.append(bytes[index])
            index += 1
        }
        return result
    }

    /// The unit of `_xHHHH_` at `index`, nil when no escape stands there.
    private static func unit(at index: Int, in bytes: [UInt8]) -> UInt16? {
        guard index + 7 <= bytes.count, bytes[index] == 95, bytes[index + 1] == 120, bytes[index + 6] == 95 else {
            return nil
        }
        let digits = String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self)
        return digits.allSatisfy(\.isHexDigit) ? UInt16(digits, radix: 16) : nil
    }

    /// A text as it must stand in a part: an underscore that would begin an escape is escaped itself, and characters
    /// that XML cannot hold are left out.
    static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 32 && $0 != 95 && $0 != 0xEF }
        if isPlain { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if byte < 32, byte != 9, byte != 10, byte != 13 { continue }
            if byte == 95, unit(at: index, in: bytes) != nil { result.append(contentsOf: "_x005F".utf8) }
            result.append(byte)
        }
        let scalars = String(decoding: result, as: UTF8.self).unicodeScalars
        return String(String.UnicodeScalarView(scalars.filter { $0.value != 0xFFFE && $0.value != 0xFFFF }))
    }
}
