import Kernel

/// Changes the text of one sheet's part as its plan says.
struct SheetPatch {
    private let plan: SheetPlan
    private let legacyDrawing: String?
    private var patch = BytePatch()
    private var waiting: [Int]
    private var prefix = ""
    private var lastRow = 0
    private var sharedFormulas: [Int: (formula: SharedFormula, isRemoved: Bool)] = [:]

    init(_ plan: SheetPlan, legacyDrawing: String?) {
        self.plan = plan
        self.legacyDrawing = legacyDrawing
        waiting = plan.touched
    }

    private struct CellPlace {
        var column: Int
        var range: Range<Int>
        var nameEnd: Int
        var style: Int
        var styleRange: Range<Int>?
    }

    mutating func applied(to bytes: [UInt8], part: String, _ styles: inout StylePatch) throws -> [UInt8] {
        var xml = try XMLStream(part: part, bytes: bytes)
        var hasColumns = false
        var isDrawn = legacyDrawing == nil
        while true {
            switch try xml.next() {
            case .done: return patch.applied(to: bytes)
            case .end:
                if xml.depth == 0 {
                    draw(at: xml.range.lowerBound, &isDrawn)
                }
            case .start:
                if xml.depth == 1 {
                    prefix = xml.prefix
                } else if xml.isNamed("dimension") {
                    widenDimension(&xml, bytes)
                    try xml.skipElement()
                } else if xml.isNamed("cols") {
                    hasColumns = true
                    try readColumns(&xml)
                } else if xml.isNamed("sheetData") {
                    if !hasColumns {
                        patch.insert("<\(prefix)cols>\(widthOfReasons)</\(prefix)cols>", at: xml.range.lowerBound)
                    }
                    try readRows(&xml, &styles)
                } else {
                    if Self.behindDrawing.contains(where: { xml.isNamed($0) }) {
                        draw(at: xml.range.lowerBound, &isDrawn)
                    }
                    try xml.skipElement()
                }
            }
        }
    }

    /// Elements of a sheet that come after `legacyDrawing` (ECMA-376 part 1, 18.3.1.99).
    private static let behindDrawing: [StaticString] = [
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
        "AlternateContent",
    ]

    private mutating func draw(at offset: Int, _ isDrawn: inout Bool) {
        guard !isDrawn, let legacyDrawing else { return }
        isDrawn = true
        let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        patch.insert("<\(prefix)legacyDrawing xmlns:r=\"\(namespace)\" r:id=\"\(legacyDrawing)\"/>", at: offset)
    }

    private mutating func widenDimension(_ xml: inout XMLStream, _ bytes: [UInt8]) {
        guard let place = xml.valueRange(of: "ref"),
            let range = CellReference.range(String(decoding: bytes[place], as: UTF8.self))
        else { return }
        let first = CellReference(row: range.rows.lowerBound, column: range.columns.lowerBound)
        let last = CellReference(
            row: max(range.rows.upperBound, plan.touched.last ?? 1), column: max(range.columns.upperBound, plan.column))
        patch.replace(place, first.text + ":" + last.text)
    }

    private var widthOfReasons: String {
        "<\(prefix)col min=\"\(plan.column)\" max=\"\(plan.column)\" width=\"60\" customWidth=\"1\"/>"
    }

    /// The column of reasons gets a width of its own unless an existing `<col>` already speaks for it.
    private mutating func readColumns(_ xml: inout XMLStream) throws {
        let outside = xml.depth - 1
        var place: Int?
        var isCovered = false
        while try xml.next() != .done {
            if xml.depth == outside {
                if !isCovered { patch.insert(widthOfReasons, at: place ?? xml.range.lowerBound) }
                return
            }
            guard xml.isNamed("col"), let first = xml.integer("min"), let last = xml.integer("max") else { continue }
            if first <= plan.column, plan.column <= last { isCovered = true }
            if first > plan.column, place == nil { place = xml.range.lowerBound }
        }
    }

    private mutating func readRows(_ xml: inout XMLStream, _ styles: inout StylePatch) throws {
        let whole = xml.range
        let isEmpty = xml.hasNoContent
        while try xml.next() == .start {
            if xml.isNamed("row") { try readRow(&xml, &styles) } else { try xml.skipElement() }
        }
        var rows = ""
        while let row = waiting.first {
            waiting.removeFirst()
            rows += newRow(row, &styles)
        }
        if isEmpty {
            patch.replace(whole, "<\(prefix)sheetData>\(rows)</\(prefix)sheetData>")
        } else {
            patch.insert(rows, at: xml.range.lowerBound)
        }
    }

    private mutating func readRow(_ xml: inout XMLStream, _ styles: inout StylePatch) throws {
        let (start, isEmpty, spans) = (xml.range, xml.hasNoContent, xml.valueRange(of: "spans"))
        let given = xml.integer("r")
        let nameEnd = xml.nameEndOffset
        var row = given ?? lastRow + 1
        var column = 0
        var cells: [CellPlace] = []
        while try xml.next() == .start {
            guard xml.isNamed("c") else {
                try xml.skipElement()
                continue
            }
            if let place = xml.withAttribute("r", { CellReference($0) }) ?? nil {
                column = place.column
                if given == nil, cells.isEmpty { row = place.row }
            } else {
                column += 1
            }
            var cell = CellPlace(
                column: column, range: xml.range, nameEnd: xml.nameEndOffset, style: xml.integer("s") ?? 0,
                styleRange: xml.valueRange(of: "s"))
            try readCell(&xml, row: row, column: column)
            cell.range = cell.range.lowerBound..<xml.range.upperBound
            cells.append(cell)
        }
        lastRow = row
        var before = ""
        while let next = waiting.first, next < row {
            waiting.removeFirst()
            before += newRow(next, &styles)
        }
        patch.insert(before, at: start.lowerBound)
        let hasReason = waiting.first == row
        if hasReason { waiting.removeFirst() }
        if plan.removed.contains(row), row != plan.headerRow {
            patch.replace(start.lowerBound..<xml.range.upperBound, "<\(prefix)row r=\"\(row)\" hidden=\"1\"/>")
        } else if hasReason, isEmpty {
            let attributes = given == nil ? " r=\"\(row)\"" : ""
            patch.insert(attributes, at: nameEnd)
            patch.replace(
                start.upperBound - 2..<start.upperBound, ">" + newCells(row, existing: [], &styles) + "</\(prefix)row>")
        } else if hasReason {
            if let spans { patch.replace(spans, "1:\(max(plan.column, cells.last?.column ?? 1))") }
            patchCells(row, cells, end: xml.range.lowerBound, &styles)
        }
    }

    /// Reads over a cell. Where the formula that others share goes away with its row, they get it written out.
    private mutating func readCell(_ xml: inout XMLStream, row: Int, column: Int) throws {
        while try xml.next() == .start {
            let isShared = xml.isNamed("f") && (xml.withAttribute("t") { $0.elementsEqual("shared".utf8) } ?? false)
            guard !plan.removed.isEmpty, isShared, let group = xml.integer("si") else {
                try xml.skipElement()
                continue
            }
            let start = xml.range.lowerBound
            xml.beginText()
            while try xml.next() == .start { try xml.skipElement() }
            let text = String(decoding: xml.endText(), as: UTF8.self)
            if !text.isEmpty {
                let formula = SharedFormula(text: text, row: row, column: column)
                sharedFormulas[group] = (formula, plan.removed.contains(row))
            } else if let shared = sharedFormulas[group], shared.isRemoved, !plan.removed.contains(row) {
                let own = shared.formula.text(row: row, column: column)
                patch.replace(start..<xml.range.upperBound, "<\(prefix)f>\(own.asXML)</\(prefix)f>")
            }
        }
    }

    // MARK: - Cells of a changed row

    private func severity(_ row: Int, _ column: Int) -> Diagnostic.Severity? {
        [plan.cells[row]?[column], plan.rows[row]].compactMap { $0 }.max()
    }

    private mutating func patchCells(_ row: Int, _ cells: [CellPlace], end: Int, _ styles: inout StylePatch) {
        for cell in cells where cell.column != plan.column {
            guard let severity = severity(row, cell.column), styles.part != nil else { continue }
            let style = styles.style(marking: cell.style, severity)
            if let range = cell.styleRange {
                patch.replace(range, "\(style)")
            } else {
                patch.insert(" s=\"\(style)\"", at: cell.nameEnd)
            }
        }
        let header = cells.last { $0.column < plan.column }?.style
        for column in newColumns(row, existing: cells.map(\.column)) {
            let text = newCell(row, column, header: header, &styles)
            if let same = cells.first(where: { $0.column == column }) {
                patch.replace(same.range, text)
            } else {
                patch.insert(text, at: cells.first { $0.column > column }?.range.lowerBound ?? end)
            }
        }
    }

    /// Columns in which the row gets a cell: the reason's, and marked ones that have none yet.
    private func newColumns(_ row: Int, existing: [Int]) -> [Int] {
        Set(plan.cells[row]?.keys.filter { !existing.contains($0) } ?? []).union([plan.column]).sorted()
    }

    private func newCells(_ row: Int, existing: [Int], _ styles: inout StylePatch) -> String {
        var text = ""
        for column in newColumns(row, existing: existing) { text += newCell(row, column, header: nil, &styles) }
        return text
    }

    private func newRow(_ row: Int, _ styles: inout StylePatch) -> String {
        "<\(prefix)row r=\"\(row)\">" + newCells(row, existing: [], &styles) + "</\(prefix)row>"
    }

    private func newCell(_ row: Int, _ column: Int, header: Int?, _ styles: inout StylePatch) -> String {
        let place = CellReference(row: row, column: column).text
        func attribute(_ style: Int?) -> String { style.map { " s=\"\($0)\"" } ?? "" }
        guard column == plan.column else {
            let style = severity(row, column).flatMap { styles.part == nil ? nil : styles.style(marking: 0, $0) }
            return "<\(prefix)c r=\"\(place)\"\(attribute(style))/>"
        }
        let isHeader = row == plan.headerRow
        let text = [isHeader ? plan.title : nil, plan.reasons[row]].compactMap { $0 }.joined(separator: "\n")
        let style = isHeader ? header : styles.part == nil ? nil : styles.reasonStyle
        let cut = SheetName.cut(text, to: 32_000).asXML
        return "<\(prefix)c r=\"\(place)\"\(attribute(style)) t=\"inlineStr\"><\(prefix)is>"
            + "<\(prefix)t xml:space=\"preserve\">\(cut)</\(prefix)t></\(prefix)is></\(prefix)c>"
    }
}
