package import Kernel

/// What stands in one cell of a workbook, before anybody decides what it means.
package enum CellValue: Equatable, Sendable {
    case empty
    case text(String)
    /// A number as the file keeps it. `literal` is its text in the file, so that no digit is lost in a Double.
    case number(Double, literal: String)
    /// A number whose format says that it is a date, at its calendar day. `seconds` is the time of day.
    case day(Day, seconds: Int)
    case bool(Bool)
    /// An Excel error such as `#REF!`.
    case error(String)
}

/// A cell with what a reader must know about it.
package struct Cell: Equatable, Sendable {
    package var value: CellValue
    /// The formula, when the value is a stored result of one. A formula without a stored result has `.empty` as value.
    package var formula: String?
    /// The font's name when it tells an old encoding (`.VnTime`, `VNI-Times`); nil otherwise.
    package var legacyFont: String?

    package init(_ value: CellValue = .empty, formula: String? = nil, legacyFont: String? = nil) {
        self.value = value
        self.formula = formula
        self.legacyFont = legacyFont
    }

    package static let blank = Cell()
    package var isBlank: Bool {
        if formula != nil { return false }
        switch value {
        case .empty: return true
        case .text(let text): return text.allSatisfy(\.isWhitespace)
        default: return false
        }
    }
}

/// A row of a sheet. Rows and columns count from 1. Cells beyond `cells` are blank.
package struct SheetRow: Equatable, Sendable {
    package var number: Int
    /// Index 0 is column A.
    package var cells: [Cell]
    package var isHidden: Bool

    package init(number: Int, cells: [Cell], isHidden: Bool = false) {
        self.number = number
        self.cells = cells
        self.isHidden = isHidden
    }

    /// The cell of column `column`, counted from 1.
    package subscript(column column: Int) -> Cell {
        column >= 1 && column <= cells.count ? cells[column - 1] : .blank
    }
}

/// A block of merged cells, all bounds included and counted from 1. Its value stands in its first cell.
package struct MergedRange: Equatable, Sendable {
    package var rows: ClosedRange<Int>
    package var columns: ClosedRange<Int>

    package init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
        self.rows = rows
        self.columns = columns
    }
}

/// What is known of a sheet besides its rows.
package struct SheetOutline: Equatable, Sendable {
    package var name: String
    package var isHidden: Bool
    /// Hidden columns, counted from 1.
    package var hiddenColumns: Set<Int>
    package var merged: [MergedRange]

    package init(name: String, isHidden: Bool = false, hiddenColumns: Set<Int> = [], merged: [MergedRange] = []) {
        self.name = name
        self.isHidden = isHidden
        self.hiddenColumns = hiddenColumns
        self.merged = merged
    }
}
