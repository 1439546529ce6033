import Kernel

/// Adds to a workbook's styles the looks of marked cells: each a copy of the cell's own look with another fill.
struct StylePatch {
    /// Nil for a workbook without styles, whose cells are then not coloured.
    let part: String?
    private var bytes: [UInt8] = []
    private var prefix = ""
    private var formats: [Format] = []
    private var fills = 0
    private var fillsCount: Range<Int>?
    private var fillsEnd: Int?
    private var formatsCount: Range<Int>?
    private var formatsEnd: Int?
    private var added: [String] = []
    private var known: [String: Int] = [:]

    private struct Format {
        var range: Range<Int>
        var nameEnd: Int
        var fill: Range<Int>?
        var applies: Range<Int>?
    }

    /// Excel's own colours for bad, neutral and the like.
    private static let colours: [(Diagnostic.Severity, String)] = [
        (.note, "FFDDEBF7"), (.warning, "FFFCE4D6"), (.question, "FFFFEB9C"), (.error, "FFFFC7CE"),
    ]

    init(of workbook: Workbook, in zip: ZipReader) throws {
        let main = try WorkbookPart(in: zip, limits: workbook.limits)
        guard let part = main.stylesPart else {
            self.part = nil
            return
        }
        bytes = try zip.bytes(of: part)
        var xml = try XMLStream(part: part, bytes: bytes)
        var isFills = false
        var isFormats = false
        reading: while true {
            switch try xml.next() {
            case .done: break reading
            case .start:
                if xml.depth == 1 {
                    prefix = xml.prefix
                } else if xml.depth == 2 {
                    isFills = xml.isNamed("fills") && !xml.hasNoContent
                    isFormats = xml.isNamed("cellXfs") && !xml.hasNoContent
                    if isFills { fillsCount = xml.valueRange(of: "count") }
                    if isFormats { formatsCount = xml.valueRange(of: "count") }
                    if !isFills, !isFormats { try xml.skipElement() }
                } else if xml.depth == 3, isFills {
                    fills += 1
                } else if xml.depth == 3, isFormats {
                    formats.append(
                        Format(
                            range: xml.range, nameEnd: xml.nameEndOffset, fill: xml.valueRange(of: "fillId"),
                            applies: xml.valueRange(of: "applyFill")))
                }
            case .end:
                if xml.depth == 2, isFormats, !formats.isEmpty {
                    let first = formats[formats.count - 1].range.lowerBound
                    formats[formats.count - 1].range = first..<xml.range.upperBound
                } else if xml.depth == 1, isFills {
                    fillsEnd = xml.range.lowerBound
                } else if xml.depth == 1, isFormats {
                    formatsEnd = xml.range.lowerBound
                }
            }
        }
        self.part = fillsEnd == nil || formatsEnd == nil ? nil : part
    }

    /// The index of the look `style` with the fill of a severity.
    mutating func style(marking style: Int, _ severity: Diagnostic.Severity) -> Int {
        index("\(style) \(severity.rawValue)") { $0.copy(of: style, fill: $0.fill(severity)) }
    }

    var reasonStyle: Int {
        mutating get {
            index("reason") {
                "<\($0.prefix)xf numFmtId=\"49\" fontId=\"0\" fillId=\"\($0.fill(.warning))\" borderId=\"0\" xfId=\"0\""
                    + " applyNumberFormat=\"1\" applyFill=\"1\" applyAlignment=\"1\">"
                    + "<\($0.prefix)alignment vertical=\"top\" wrapText=\"1\"/></\($0.prefix)xf>"
            }
        }
    }

    private mutating func index(_ key: String, _ made: (StylePatch) -> String) -> Int {
        if let index = known[key] { return index }
        let index = formats.count + added.count
        added.append(made(self))
        known[key] = index
        return index
    }

    private func fill(_ severity: Diagnostic.Severity) -> Int {
        fills + (Self.colours.firstIndex { $0.0 == severity } ?? 0)
    }

    private func copy(of style: Int, fill: Int) -> String {
        guard formats.indices.contains(style) else {
            return
                "<\(prefix)xf numFmtId=\"0\" fontId=\"0\" fillId=\"\(fill)\" borderId=\"0\" xfId=\"0\" applyFill=\"1\"/>"
        }
        let format = formats[style]
        let start = format.range.lowerBound
        func local(_ range: Range<Int>) -> Range<Int> { range.lowerBound - start..<range.upperBound - start }
        var patch = BytePatch()
        if let place = format.fill {
            patch.replace(local(place), "\(fill)")
        } else {
            patch.insert(" fillId=\"\(fill)\"", at: format.nameEnd - start)
        }
        if let place = format.applies {
            patch.replace(local(place), "1")
        } else {
            patch.insert(" applyFill=\"1\"", at: format.nameEnd - start)
        }
        return String(decoding: patch.applied(to: Array(bytes[format.range])), as: UTF8.self)
    }

    func applied() -> [UInt8] {
        guard let fillsEnd, let formatsEnd else { return bytes }
        var patch = BytePatch()
        let fillTexts = Self.colours.map {
            "<\(prefix)fill><\(prefix)patternFill patternType=\"solid\"><\(prefix)fgColor rgb=\"\($0.1)\"/>"
                + "<\(prefix)bgColor indexed=\"64\"/></\(prefix)patternFill></\(prefix)fill>"
        }
        if let fillsCount { patch.replace(fillsCount, "\(fills + fillTexts.count)") }
        patch.insert(fillTexts.joined(), at: fillsEnd)
        if let formatsCount { patch.replace(formatsCount, "\(formats.count + added.count)") }
        patch.insert(added.joined(), at: formatsEnd)
        return patch.applied(to: bytes)
    }
}
