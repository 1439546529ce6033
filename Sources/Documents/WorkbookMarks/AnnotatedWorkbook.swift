import Kernel

extension Workbook {
    /// The officer's own workbook with the marked cells coloured by severity and commented, and a column of reasons
    /// behind the last used one. Rows in `removed` (by sheet; the good ones, when only the bad ones are to be sent
    /// again) lose their content and are hidden, so that nothing else moves and no formula changes.
    ///
    /// Works on the text of the parts: everything that is not changed stays as it was to the byte. Where a sheet
    /// already has comments they are left alone and ours stand in the reasons only.
    package static func annotated(
        workbook bytes: [UInt8], marks: [WorkbookMark], reasonColumn: ReasonColumn,
        removing removed: [Int: Set<Int>] = [:],
        limits: WorkbookLimits = .standard
    ) throws -> [UInt8] {
        let workbook = try Workbook.open(bytes: bytes, limits: limits)
        let zip = try ZipReader(.bytes(bytes), limits: limits.archive)
        var styles = try StylePatch(of: workbook, in: zip)
        var package = try PackagePatch(zip)
        var parts: [(name: String, bytes: [UInt8])] = []
        let sheets = Set(marks.map(\.sheet)).union(removed.keys).filter(workbook.sheets.indices.contains).sorted()
        for sheet in sheets {
            let part = workbook.parts[sheet]
            let own = marks.filter { $0.sheet == sheet && (1...WorkbookLimits.lastRow).contains($0.row) }
            let plan = try SheetPlan(own, on: sheet, of: workbook, reasonColumn, removing: removed[sheet] ?? [])
            let comments = try own.isEmpty ? nil : CommentParts(own, for: part, in: zip, number: sheet + 1)
            var patch = SheetPatch(plan, legacyDrawing: comments?.relationship)
            let original = try zip.bytes(of: part, limit: limits.archive.expanded)
            parts.append((part, try patch.applied(to: original, part: part, &styles)))
            if let comments {
                parts += comments.parts
                package.add(comments)
            }
        }
        if let part = styles.part { parts.append((part, styles.applied())) }
        var taken: [String] = []
        if !removed.isEmpty, let chain = try package.dropCalculationChain() {
            taken.append(chain)
        }
        parts += try package.parts
        return try ZipWriter.patched(bytes, parts: parts, without: taken)
    }
}

/// What is to be done on one sheet.
struct SheetPlan {
    /// By row and column, the worst severity of the marks there.
    var cells: [Int: [Int: Diagnostic.Severity]] = [:]
    /// Rows that are marked as a whole.
    var rows: [Int: Diagnostic.Severity] = [:]
    var reasons: [Int: String] = [:]
    var column: Int
    var headerRow: Int?
    var title: String
    var removed: Set<Int>

    init(
        _ marks: [WorkbookMark], on sheet: Int, of workbook: Workbook, _ reason: ReasonColumn, removing: Set<Int>
    ) throws {
        headerRow = reason.headerRows[sheet]
        title = reason.title
        let header = headerRow ?? 1
        var last = 0
        var existing: Int?
        let outline = try workbook.read(sheet: sheet) { row in
            if row.number >= header { last = max(last, row.cells.count) }
            if row.number == header { existing = row.cells.firstIndex { $0.value == .text(reason.title) } }
        }
        for range in outline.merged where range.rows.upperBound >= header { last = max(last, range.columns.upperBound) }
        let free = (last + 1...last + 100).first { !outline.hiddenColumns.contains($0) } ?? last + 1
        column = existing.map { $0 + 1 } ?? min(free, WorkbookLimits.lastColumn)
        removed = removing.subtracting(marks.map(\.row))
        for mark in marks {
            if let column = mark.column, (1...WorkbookLimits.lastColumn).contains(column) {
                cells[mark.row, default: [:]][column] = max(cells[mark.row]?[column] ?? .note, mark.severity)
            } else {
                rows[mark.row] = max(rows[mark.row] ?? .note, mark.severity)
            }
            let text = [mark.column.map(Place.letters), mark.message].compactMap { $0 }.joined(separator: ": ")
            reasons[mark.row] = reasons[mark.row].map { $0 + "\n" + text } ?? text
        }
    }

    /// Rows that change otherwise than by losing their content, in order.
    var touched: [Int] { Set(reasons.keys).union(headerRow.map { [$0] } ?? []).sorted() }
}
