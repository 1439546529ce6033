package import Kernel

/// A column of a sheet to be written.
package struct WorkbookColumn: Sendable {
    package enum Kind: Equatable, Sendable {
        /// Words, and all that looks like a number and is none: tax codes, phones, identity numbers.
        case text
        case integer
        case decimal(places: Int)
        /// Whole đồng.
        case money
        case day
        case yesNo
    }

    package var title: String
    package var kind: Kind
    /// In characters of the normal font, as Excel counts; nil takes one that suits the kind.
    package var width: Double?
    /// A comment at the title: what is expected here.
    package var note: String?
    /// What may be chosen in the cells, as a list that opens in the cell. Empty: anything.
    package var choices: [String]

    package init(
        _ title: String, _ kind: Kind = .text, width: Double? = nil, note: String? = nil, choices: [String] = []
    ) {
        (self.title, self.kind, self.width, self.note, self.choices) = (title, kind, width, note, choices)
    }
}

/// What is written into one cell.
package enum WorkbookValue: Equatable, Sendable {
    case empty
    /// Always stays text: it becomes no formula, no link, no number.
    case text(String)
    /// More than 15 digits are written as text, for Excel would round them.
    case integer(Int64)
    case decimal(Double)
    case money(Money)
    /// A real date. Before 1900 Excel has none, so it is written as text.
    case day(Day)
    /// `15/03/2018` as a date, `03/2018` as text, `2018` as a number.
    case partialDay(PartialDay)
    case yesNo(Bool)
}
