package import Kernel
package import Persistence

/// One column of a record type: how it is stored, checked, shown. `name` is the column's name without its unit
/// (`charter_capital`), which is also its text key; `column` carries the unit (`charter_capital_vnd`).
// A class, since whoever goes through the fields of a record would otherwise copy a dozen closures for each.
package final class Field<R: Record>: Sendable {
    package let name: String
    package let column: String
    package let kind: ValueKind
    package let isRequired: Bool
    package let storage: Storage
    package let isListed: Bool
    package let isSearched: Bool
    package let isPersonal: Bool
    /// Text of several lines.
    package let isParagraph: Bool
    /// Set by an action of its own: no form and no workbook asks for it.
    package let isUnasked: Bool
    /// Kept whole for the program, such as a sheet of points: a page tells what it means, and no history its text.
    package let isUnshown: Bool

    package let stored: @Sendable (R) -> SQLValue
    let read: @Sendable (inout R, Row, Int) throws -> Void
    let check: @Sendable (R) -> Verdict
    /// Reads a cell into a record; whether it stated anything.
    let parse: @Sendable (inout CellReading, inout R, _ today: Day) -> Bool
    let copy: @Sendable (_ from: R, _ to: inout R) -> Void
    /// Takes a value as it is stored; false where that is of another type.
    package let accept: @Sendable (inout R, SQLValue) -> Bool
    /// Leaves the field blank; false where it must not be.
    package let clear: @Sendable (inout R) -> Bool
    package let reference: (any Referenced.Type)?
    let refer: @Sendable (inout R, Int64) -> Void

    package init<V: Column>(
        _ name: String, _ path: any WritableKeyPath<R, V> & Sendable, _ traits: Trait<V>...
    ) {
        self.name = name
        kind = V.kind
        isRequired = V.isRequired
        storage = V.storage
        column = name + V.kind.columnSuffix(for: name)
        stored = { $0[keyPath: path].sqlValue }
        read = { record, row, index in record[keyPath: path] = try V(row, at: index) }
        reference = V.reference
        parse = { cell, record, today in
            guard let value = V.parse(&cell, today: today) else { return false }
            record[keyPath: path] = value
            return true
        }
        accept = { record, stored in
            guard let value = V.taking(stored) else { return false }
            record[keyPath: path] = value
            return true
        }
        clear = { record in
            guard let value = V.blank else { return false }
            record[keyPath: path] = value
            return true
        }
        copy = { $1[keyPath: path] = $0[keyPath: path] }
        refer = { record, number in
            if let value = V.naming(number) { record[keyPath: path] = value }
        }
        let key = "@field.\(name)"
        isListed = traits.contains { if case .listed = $0.meaning { true } else { false } }
        isSearched = traits.contains { if case .searched = $0.meaning { true } else { false } }
        isPersonal = traits.contains { if case .personal = $0.meaning { true } else { false } }
        isParagraph = traits.contains { if case .paragraph = $0.meaning { true } else { false } }
        isUnasked = traits.contains { if case .unasked = $0.meaning { true } else { false } }
        isUnshown = traits.contains { if case .unshown = $0.meaning { true } else { false } }
        let checks = traits.compactMap { trait in
            if case .check(let check) = trait.meaning { check } else { nil as (@Sendable (V) -> Verdict)? }
        }
        check = { record in
            let value = record[keyPath: path]
            if value.isUnset { return V.isRequired ? .fails("field.required", ["field": key]) : .meets }
            for check in checks {
                let verdict = check(value)
                if verdict != .meets { return verdict }
            }
            return .meets
        }
    }
}

/// What a field is besides its type. Traits are arguments, since modifiers chained after `Field(…)` lose the
/// inference of the record type.
package struct Trait<V: Column>: Sendable {
    enum Meaning: Sendable {
        case listed, searched, personal, paragraph, unasked, unshown
        case check(@Sendable (V) -> Verdict)
    }
    let meaning: Meaning

    /// Stands in the list of its type.
    package static var listed: Trait { Trait(meaning: .listed) }
    /// Found by the search box.
    package static var searched: Trait { Trait(meaning: .searched) }
    /// Says something about a person: masked where the reader does not need it.
    package static var personal: Trait { Trait(meaning: .personal) }

    /// Text of several lines.
    package static var paragraph: Trait { Trait(meaning: .paragraph) }
    /// Set by an action of its own.
    package static var unasked: Trait { Trait(meaning: .unasked) }

    /// Kept for the program; see `Field.isUnshown`.
    package static var unshown: Trait { Trait(meaning: .unshown) }

    package static func check(_ rule: @escaping @Sendable (V) -> Verdict) -> Trait {
        Trait(meaning: .check(rule))
    }
}

extension Trait where V: Comparable {
    package static func within(_ range: ClosedRange<V>) -> Trait {
        .check { value in
            range.contains(value)
                ? .meets
                : .fails("field.out-of-range", ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"])
        }
    }
}

extension Trait {
    /// A number, amount or measure within bounds, where the field may be empty.
    package static func within<W: Comparable & Column>(_ range: ClosedRange<W>) -> Trait where V == W? {
        .check { value in
            guard let value, !range.contains(value) else { return .meets }
            return .fails("field.out-of-range", ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"])
        }
    }
}
