import CXlsxWriter
import Foundation
package import Kernel

/// Writes an `.xlsx` file row by row, in constant memory whatever its length.
///
/// ```swift
/// let writer = try WorkbookWriter("list.xlsx", created: clock.now())
/// try writer.sheet("Hợp tác xã", columns: [WorkbookColumn("Tên"), WorkbookColumn("Vốn", .money)])
/// try writer.row([.text("HTX Kim Long"), .money(2_350_000_000)])
/// try writer.close()
/// ```
/// Sheets are written one after another. The file appears at its path only when `close` succeeds; the same calls give
/// the same bytes.
package final class WorkbookWriter {
    private let path: String
    private let unfinished: String
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var formats: CellFormats
    private var names: [String] = []
    private var lists: [[String]] = []
    private var present: Sheet?

    private struct Sheet {
        var handle: UnsafeMutablePointer<lxw_worksheet>
        var columns: [WorkbookColumn]
        var header: UInt32
        var next: UInt32
        var isFiltered = false
    }

    /// Rows below the header in which an empty template offers its choices.
    private static let rowsOfTemplate: UInt32 = 1_000

    package init(_ path: String, created: Instant) throws {
        self.path = path
        unfinished = path + ".unfinished"
        var options = lxw_workbook_options()
        options.constant_memory = 1
        guard let workbook = workbook_new_opt(unfinished, &options) else {
            throw Failure(.unavailable, "workbook.unwritable", ["path": path])
        }
        self.workbook = workbook
        formats = CellFormats(workbook)
        var properties = lxw_doc_properties()
        properties.created = Int(created.milliseconds / 1000)
        workbook_set_properties(workbook, &properties)
    }

    deinit {
        guard let workbook else { return }
        lxw_workbook_free(workbook)
        unlink(unfinished)
    }

    /// Begins a sheet: `lines` above the table, the first of them bold and large, then the titles of the columns,
    /// bold, filtered and frozen. Answers the sheet's name, which may differ from `name` as Excel's rules ask.
    @discardableResult
    package func sheet(_ name: String, columns: [WorkbookColumn], lines: [String] = []) throws -> String {
        try finishSheet()
        let acceptable = SheetName.acceptable(name, taken: names)
        let sheet = try add(acceptable)
        for (row, line) in lines.enumerated() {
            try write(
                line, sheet, UInt32(row), 0, row == 0 ? formats.line(isFirst: true) : formats.line(isFirst: false))
        }
        let header = UInt32(lines.isEmpty ? 0 : lines.count + 1)
        for (index, column) in columns.enumerated() {
            let at = UInt16(index)
            worksheet_set_column(sheet, at, at, column.width ?? column.usualWidth, formats.data(column.kind, false))
            try write(column.title, sheet, header, at, formats.header)
            if let note = column.note { try comment(note, sheet, header, at) }
        }
        worksheet_freeze_panes(sheet, header + 1, 0)
        worksheet_repeat_rows(sheet, header, header)
        worksheet_set_landscape(sheet)
        worksheet_set_paper(sheet, 9)  // A4
        worksheet_fit_to_pages(sheet, 1, 0)
        present = Sheet(handle: sheet, columns: columns, header: header, next: header + 1)
        return acceptable
    }

    /// The next row of the sheet begun last. `notes` are comments by column, counted from 0; a row of totals is bold.
    package func row(_ values: [WorkbookValue], notes: [Int: String] = [:], isTotal: Bool = false) throws {
        guard let sheet = present else { throw Failure(.defect, "workbook.no-sheet", ["sheet": ""]) }
        if isTotal { try filter() }
        for (index, value) in values.enumerated() where value != .empty {
            let kind = index < sheet.columns.count ? sheet.columns[index].kind : .text
            try write(value, kind, isTotal, sheet.handle, sheet.next, UInt16(index))
        }
        for (index, note) in notes.sorted(by: { $0.key < $1.key }) {
            try comment(note, sheet.handle, sheet.next, UInt16(index))
        }
        present?.next += 1
    }

    /// Writes the file. No call may follow.
    package func close() throws {
        guard let workbook else { return }
        try finishSheet()
        if names.isEmpty { _ = try add("Sheet1") }
        try writeLists()
        self.workbook = nil
        let status = workbook_close(workbook)
        guard status == LXW_NO_ERROR, rename(unfinished, path) == 0 else {
            unlink(unfinished)
            throw Failure(.unavailable, "workbook.unwritable", ["path": path])
        }
    }

    // MARK: - Cells

    private func write(
        _ value: WorkbookValue, _ kind: WorkbookColumn.Kind, _ isTotal: Bool,
        _ sheet: UnsafeMutablePointer<lxw_worksheet>, _ row: UInt32, _ column: UInt16
    ) throws {
        let format = { (own: WorkbookColumn.Kind, fits: Bool) in self.formats.data(fits ? kind : own, isTotal) }
        func number(_ number: Double, _ format: UnsafeMutablePointer<lxw_format>?) throws {
            try check(worksheet_write_number(sheet, row, column, number, format))
        }
        let isNumeric = kind != .text && kind != .day && kind != .yesNo
        switch value {
        case .empty: return
        case .text(let text): try write(text, sheet, row, column, format(.text, false))
        case .integer(let integer):
            if abs(Double(integer)) >= 1e15 {
                try write(String(integer), sheet, row, column, format(.text, false))
            } else {
                try number(Double(integer), format(.integer, isNumeric))
            }
        case .decimal(let decimal) where decimal.isFinite: try number(decimal, format(.decimal(places: 2), isNumeric))
        case .decimal: return
        case .money(let money): try number(Double(money.vnd), format(.money, isNumeric))
        case .day(let day):
            guard day != .unset else { return }
            if let serial = SerialDay.serial(of: day) {
                try number(Double(serial), format(.day, true))
            } else {
                try write(Self.text(of: day), sheet, row, column, format(.text, false))
            }
        case .partialDay(let day):
            switch day.precision {
            case .day: try write(.day(day.earliest), kind, isTotal, sheet, row, column)
            case .month:
                try write(String(Self.text(of: day.earliest).dropFirst(3)), sheet, row, column, format(.text, false))
            case .year: try number(Double(day.earliest.year), formats.plain)
            }
        case .yesNo(let flag):
            try check(worksheet_write_boolean(sheet, row, column, flag ? 1 : 0, format(.yesNo, false)))
        }
    }

    private static func text(of day: Day) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(day.day))/\(two(day.month))/\(day.year)"
    }

    /// Longer text than a cell can hold is cut and ends in `…`.
    private func write(
        _ text: String, _ sheet: UnsafeMutablePointer<lxw_worksheet>, _ row: UInt32, _ column: UInt16,
        _ format: UnsafeMutablePointer<lxw_format>?
    ) throws {
        var text = text
        if text.utf8.count > 32_767, text.utf16.count > 32_767 { text = SheetName.cut(text, to: 32_766) + "…" }
        try check(worksheet_write_string(sheet, row, column, EscapedText.escaped(text), format))
    }

    private func comment(
        _ text: String, _ sheet: UnsafeMutablePointer<lxw_worksheet>, _ row: UInt32, _ column: UInt16
    ) throws {
        var options = lxw_comment_options()
        options.x_scale = 2
        options.y_scale = 1.5
        let text = EscapedText.escaped(SheetName.cut(text, to: 32_000))
        guard !text.isEmpty else { return }
        try check(worksheet_write_comment_opt(sheet, row, column, text, &options))
    }

    private func check(_ status: lxw_error) throws {
        guard status == LXW_NO_ERROR else {
            throw Failure(.unavailable, "workbook.unwritable", ["path": path])
        }
    }

    // MARK: - Sheets

    private func add(_ name: String) throws -> UnsafeMutablePointer<lxw_worksheet> {
        guard let sheet = workbook_add_worksheet(workbook, name) else {
            throw Failure(.unavailable, "workbook.unwritable", ["path": path])
        }
        names.append(name)
        return sheet
    }

    private func finishSheet() throws {
        try filter()
        guard let sheet = present else { return }
        present = nil
        let last = max(sheet.next - 1, sheet.header + Self.rowsOfTemplate)
        for (index, column) in sheet.columns.enumerated() where !column.choices.isEmpty {
            try offer(column.choices, in: sheet, at: UInt16(index), last: last)
        }
    }

    /// The filter ends above the first row of totals. It must be set before that row is begun: in constant memory
    /// libxlsxwriter 1.1 refuses ranges that end above the row being written.
    private func filter() throws {
        guard let sheet = present, !sheet.isFiltered, !sheet.columns.isEmpty else { return }
        present?.isFiltered = true
        let last = max(sheet.next - 1, sheet.header + 1)
        try check(worksheet_autofilter(sheet.handle, sheet.header, 0, last, UInt16(sheet.columns.count - 1)))
    }

    /// A list of up to 255 characters stands in the cell's own rule; a longer one on a hidden sheet.
    private func offer(_ choices: [String], in sheet: Sheet, at column: UInt16, last: UInt32) throws {
        var validation = lxw_data_validation()
        let isShort =
            choices.reduce(choices.count) { $0 + $1.utf16.count } <= 255
            && choices.allSatisfy { !$0.contains(",") && !$0.contains("\"") && !$0.isEmpty }
        if isShort {
            validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST.rawValue)
            var texts = choices.map { strdup(EscapedText.escaped($0)) }
            defer { texts.forEach { free($0) } }
            texts.append(nil)
            try texts.withUnsafeMutableBufferPointer { texts in
                validation.value_list = texts.baseAddress
                try check(
                    worksheet_data_validation_range(sheet.handle, sheet.header + 1, column, last, column, &validation))
            }
        } else {
            validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST_FORMULA.rawValue)
            let index = lists.firstIndex(of: choices) ?? lists.count
            if index == lists.count { lists.append(choices) }
            let letters = Place.letters(index + 1)
            let formula = strdup("='\(Self.listSheet)'!$\(letters)$1:$\(letters)$\(choices.count)")
            defer { free(formula) }
            validation.value_formula = formula
            try check(
                worksheet_data_validation_range(sheet.handle, sheet.header + 1, column, last, column, &validation))
        }
    }

    private static let listSheet = "_choices"

    private func writeLists() throws {
        guard !lists.isEmpty else { return }
        let sheet = try add(Self.listSheet)
        worksheet_hide(sheet)
        for row in 0..<(lists.map(\.count).max() ?? 0) {
            for (column, list) in lists.enumerated() where row < list.count {
                try write(list[row], sheet, UInt32(row), UInt16(column), nil)
            }
        }
    }
}

extension WorkbookColumn {
    fileprivate var usualWidth: Double {
        switch kind {
        case .text: 24
        case .integer, .decimal: 12
        case .money: 18
        case .day: 13
        case .yesNo: 9
        }
    }
}
