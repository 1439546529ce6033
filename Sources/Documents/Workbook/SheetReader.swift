import Foundation
import Kernel

/// Reads one sheet from its part, row by row.
struct SheetReader: ~Copyable {
    private let workbook: Workbook
    private var xml: XMLStream
    private var outline: SheetOutline
    private var lastRow = 0
    private var hiddenColumns = 0
    private var sharedFormulas: [Int: SharedFormula] = [:]

    init(_ workbook: Workbook, sheet: Int, _ xml: consuming XMLStream) {
        self.workbook = workbook
        outline = workbook.sheets[sheet]
        self.xml = xml
    }

    /// Only the outline: rows are passed over.
    mutating func readOutline() throws -> SheetOutline { try read(onlyOutline: true) { _ in } }

    mutating func read(onlyOutline: Bool = false, _ row: (SheetRow) throws -> Void) throws -> SheetOutline {
        while true {
            switch try xml.next() {
            case .done: return outline
            case .end: continue
            case .start:
                if xml.depth == 1 {
                    guard xml.isNamed("worksheet") else { throw xml.failure("sheet") }
                } else if xml.depth > 2 {
                    if xml.isNamed("col") { try readColumn() }
                    if xml.isNamed("mergeCell") { try readMerge() }
                } else if xml.isNamed("sheetData") {
                    if onlyOutline { try xml.leapElement() } else { try readRows(row) }
                } else if !xml.isNamed("cols"), !xml.isNamed("mergeCells") {
                    try xml.skipElement()
                }
            }
        }
    }

    private mutating func readColumn() throws {
        guard xml.flag("hidden"), let first = xml.integer("min"), let last = xml.integer("max"), first >= 1,
            first <= last, last <= WorkbookLimits.lastColumn
        else { return }
        // Ranges of columns do not overlap, so a sheet cannot hide more than it has.
        hiddenColumns += last - first + 1
        guard hiddenColumns <= WorkbookLimits.lastColumn else { throw xml.failure("col") }
        outline.hiddenColumns.formUnion(first...last)
    }

    private mutating func readMerge() throws {
        guard let reference = try xml.attribute("ref"), let range = CellReference.range(reference) else { return }
        guard outline.merged.count < workbook.limits.mergedRanges else { throw xml.failure("long") }
        outline.merged.append(range)
    }

    private mutating func readRows(_ row: (SheetRow) throws -> Void) throws {
        while try xml.next() == .start {
            if xml.isNamed("row") { try readRow(row) } else { try xml.skipElement() }
        }
    }

    private mutating func readRow(_ row: (SheetRow) throws -> Void) throws {
        let given = xml.integer("r")
        var result = SheetRow(number: given ?? lastRow + 1, cells: [], isHidden: xml.flag("hidden"))
        var column = 0
        while try xml.next() == .start {
            guard xml.isNamed("c") else {
                try xml.skipElement()
                continue
            }
            if let place = xml.withAttribute("r", { CellReference($0) }) {
                guard let place, place.column <= WorkbookLimits.lastColumn else { throw xml.failure("cell") }
                column = place.column
                if given == nil, result.cells.isEmpty { result.number = place.row }
            } else {
                column += 1
            }
            let cell = try readCell(row: result.number, column: column)
            guard cell.value != .empty || cell.formula != nil else { continue }
            guard column <= workbook.limits.columns else {
                throw Failure(
                    .invalid, "workbook.too-many-columns",
                    ["sheet": outline.name, "limit": "\(workbook.limits.columns)"])
            }
            while result.cells.count < column { result.cells.append(.blank) }
            result.cells[column - 1] = cell
        }
        guard result.number > lastRow, result.number <= WorkbookLimits.lastRow else { throw xml.failure("row") }
        lastRow = result.number
        guard !result.cells.isEmpty else { return }
        guard result.number <= workbook.limits.rows else {
            throw Failure(
                .invalid, "workbook.too-many-rows", ["sheet": outline.name, "limit": "\(workbook.limits.rows)"])
        }
        try row(result)
    }

    private enum Kind { case number, shared, text, inline, bool, error, day }

    private mutating func readCell(row: Int, column: Int) throws -> Cell {
        let kind = self.kind()
        let style = workbook.styles[xml.integer("s") ?? 0]
        var cell = Cell(legacyFont: style.legacyFont)
        while try xml.next() == .start {
            if xml.isNamed("v") {
                xml.beginText(limit: workbook.limits.cellCharacters * 7)
                try expectEnd()
                cell.value = try value(kind, style, &cell.legacyFont)
            } else if xml.isNamed("is") {
                let text = try RichText(&xml, limits: workbook.limits)
                cell.legacyFont = text.legacyFont ?? cell.legacyFont
                cell.value = .text(try string(text.bytes))
            } else if xml.isNamed("f") {
                cell.formula = try formula(row: row, column: column)
            } else {
                try xml.skipElement()
            }
        }
        return cell
    }

    private func kind() -> Kind {
        xml.withAttribute("t") { type in
            switch (type.first, type.count) {
            case (UInt8(ascii: "s"), 1): .shared
            case (UInt8(ascii: "s"), _): .text
            case (UInt8(ascii: "i"), _): .inline
            case (UInt8(ascii: "b"), _): .bool
            case (UInt8(ascii: "e"), _): .error
            case (UInt8(ascii: "d"), _): .day
            default: .number
            }
        } ?? .number
    }

    /// Reads to the end of an element that holds nothing but text.
    private mutating func expectEnd() throws {
        while try xml.next() == .start { try xml.skipElement() }
    }

    private mutating func value(
        _ kind: Kind, _ style: CellStyles.Style, _ legacyFont: inout String?
    ) throws -> CellValue {
        let bytes = xml.endText()
        switch kind {
        case .number:
            guard !bytes.isEmpty else { return .empty }
            guard let number = StoredNumber.number(bytes) else { return .text(try string(bytes)) }
            if style.isDay, let day = SerialDay.value(of: number, from1904: workbook.countsFrom1904) { return day }
            return .number(number, literal: String(decoding: bytes, as: UTF8.self))
        case .shared:
            guard !bytes.isEmpty else { return .empty }
            guard let index = StoredNumber.number(bytes).flatMap({ Int(exactly: $0) }),
                let text = workbook.strings.text(index)
            else { throw xml.failure("string") }
            legacyFont = workbook.strings.legacyFont(index) ?? legacyFont
            return .text(text)
        case .text, .inline: return .text(try string(EscapedText.unescaped(bytes)))
        case .bool: return .bool(bytes.first == UInt8(ascii: "1") || bytes.first == UInt8(ascii: "t"))
        case .error: return .error(try string(bytes))
        case .day:
            let text = try string(bytes)
            return SerialDay.value(iso: text) ?? .text(text)
        }
    }

    private func string(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw xml.failure("encoding") }
        guard bytes.count <= workbook.limits.cellCharacters || bytes.utf16Count <= workbook.limits.cellCharacters else {
            throw Failure(.invalid, "workbook.cell-too-long", ["part": xml.part])
        }
        return text
    }

    private mutating func formula(row: Int, column: Int) throws -> String? {
        let isShared = xml.withAttribute("t") { $0.elementsEqual("shared".utf8) } ?? false
        let group = isShared ? xml.integer("si") : nil
        let isTable = xml.withAttribute("t") { $0.elementsEqual("dataTable".utf8) } ?? false
        xml.beginText(limit: workbook.limits.cellCharacters * 3)
        try expectEnd()
        let text = try string(xml.endText())
        guard let group else { return text.isEmpty && !isTable ? nil : text }
        if !text.isEmpty {
            guard sharedFormulas.count < 100_000 else { throw xml.failure("long") }
            sharedFormulas[group] = SharedFormula(text: text, row: row, column: column)
            return text
        }
        return sharedFormulas[group]?.text(row: row, column: column) ?? ""
    }
}
