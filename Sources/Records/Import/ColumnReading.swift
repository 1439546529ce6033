import Documents
package import Kernel

// How each type of field is read from a cell of a workbook.

extension Optional where Wrapped: Column {
    package static func parse(_ cell: inout CellReading, today: Day) -> Wrapped?? {
        Wrapped.parse(&cell, today: today).map { .some($0) }
    }
    package static var reference: (any Referenced.Type)? { Wrapped.reference }
    package static func naming(_ record: Int64) -> Wrapped?? { Wrapped.naming(record).map { .some($0) } }
}

extension String {
    package static func parse(_ cell: inout CellReading, today: Day) -> String? { cell.text() }
}

extension Int {
    package static func parse(_ cell: inout CellReading, today: Day) -> Int? { cell.count() }
}

extension Bool {
    package static func parse(_ cell: inout CellReading, today: Day) -> Bool? { cell.flag() }
}

extension Money {
    package static func parse(_ cell: inout CellReading, today: Day) -> Money? { cell.money() }
}

extension Area {
    package static func parse(_ cell: inout CellReading, today: Day) -> Area? { cell.area() }
}

extension Hundredths {
    package static func parse(_ cell: inout CellReading, today: Day) -> Hundredths? { cell.hundredths() }
}

extension Year {
    package static func parse(_ cell: inout CellReading, today: Day) -> Year? { cell.count().map { Year($0) } }
}

extension Day {
    package static func parse(_ cell: inout CellReading, today: Day) -> Day? {
        guard let date = cell.date(notAfter: .distantFuture) else { return nil }
        if date.precision == .day { return date.earliest }
        cell.find(.warning, "cell.day-needed")
        return nil
    }
}

extension PartialDay {
    /// What is known only in part has been: it is not ahead.
    package static func parse(_ cell: inout CellReading, today: Day) -> PartialDay? { cell.date(notAfter: today) }
}

extension Identifier {
    /// A record is named by several cells: see `ReferenceFinder`.
    package static func parse(_ cell: inout CellReading, today: Day) -> Identifier? { nil }
    package static var reference: (any Referenced.Type)? { Subject.self as? any Referenced.Type }
    package static func naming(_ record: Int64) -> Identifier? { Identifier(record) }
}

extension Choice {
    package static func parse(_ cell: inout CellReading, today: Day) -> Self? {
        cell.choice(Self.self, problem: "field.unknown-choice")
    }
}

extension Code {
    /// By the column's name: `phone` and `tax_code` have rules of their own.
    package static func parse(_ cell: inout CellReading, today: Day) -> Code? { cell.code().map { Code($0) } }
}

extension CellReading {
    mutating func code() -> String? {
        if column.hasSuffix("tax_code") { return taxCode() }
        if column.hasSuffix("phone") { return phone() }
        return text(limit: 40)
    }

    /// Yes or no, by the words for them or by Excel's own.
    mutating func flag() -> Bool? {
        if case .bool(let flag) = cell.value { return flag }
        guard let text = text() else { return nil }
        if let flag = vocabulary.flag(in: text) { return flag }
        find(.error, "field.not-yes-or-no")
        return nil
    }
}
