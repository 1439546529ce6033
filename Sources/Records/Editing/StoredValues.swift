package import Kernel
package import Persistence

// Each type of field from a value as it is stored: what programs send and what the history holds.

extension Optional where Wrapped: Column {
    package static func taking(_ value: SQLValue) -> Wrapped?? {
        value == .null ? .some(nil) : Wrapped.taking(value).map { .some($0) }
    }
    package static var blank: Wrapped?? { .some(nil) }
}

extension String {
    package static func taking(_ value: SQLValue) -> String? { if case .text(let text) = value { text } else { nil } }
    package static var blank: String? { "" }
}

extension Int {
    package static func taking(_ value: SQLValue) -> Int? {
        if case .integer(let number) = value { Int(number) } else { nil }
    }
}

extension Bool {
    package static func taking(_ value: SQLValue) -> Bool? {
        switch value {
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }
    package static var blank: Bool? { false }
}

extension Money {
    package static func taking(_ value: SQLValue) -> Money? {
        if case .integer(let vnd) = value { Money(vnd: vnd) } else { nil }
    }
}

extension Year {
    package static func taking(_ value: SQLValue) -> Year? { Int.taking(value).map { Year($0) } }
}

extension Hundredths {
    package static func taking(_ value: SQLValue) -> Hundredths? {
        if case .integer(let count) = value { Hundredths(count) } else { nil }
    }
}

extension Area {
    package static func taking(_ value: SQLValue) -> Area? {
        if case .integer(let squareMetres) = value { Area(squareMetres: squareMetres) } else { nil }
    }
}

extension Day {
    package static func taking(_ value: SQLValue) -> Day? { if case .text(let text) = value { Day(text) } else { nil } }
    package static var blank: Day? { .unset }
}

extension PartialDay {
    package static func taking(_ value: SQLValue) -> PartialDay? {
        if case .text(let text) = value { PartialDay(text) } else { nil }
    }
}

extension Identifier {
    package static func taking(_ value: SQLValue) -> Identifier? {
        if case .integer(let number) = value, number > 0 { Identifier(number) } else { nil }
    }
    package static var blank: Identifier? { Identifier(0) }
}

extension Choice {
    package static func taking(_ value: SQLValue) -> Self? {
        if case .text(let text) = value { Self(rawValue: text) } else { nil }
    }
}

extension Code {
    package static func taking(_ value: SQLValue) -> Code? { String.taking(value).map { Code($0) } }
    package static var blank: Code? { Code("") }
}
