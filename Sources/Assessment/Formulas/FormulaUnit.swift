/// What a number counts: a product of powers of base units, such as đồng per person.
package struct FormulaUnit: Hashable, Sendable, CustomStringConvertible {
    /// None of them 0.
    private var powers: [String: Int] = [:]

    package init(_ base: String) { powers[base] = 1 }
    private init(powers: [String: Int]) { self.powers = powers.filter { $0.value != 0 } }

    /// Of a share, a rate, a number of points.
    package static let none = FormulaUnit(powers: [:])
    package static let vnd = FormulaUnit("vnd")
    package static let person = FormulaUnit("person")
    package static let squareMetre = FormulaUnit("m2")
    package static let month = FormulaUnit("month")
    package static let day = FormulaUnit("day")

    package static func * (a: Self, b: Self) -> Self { Self(powers: a.powers.merging(b.powers, uniquingKeysWith: +)) }
    package static func / (a: Self, b: Self) -> Self { a * Self(powers: b.powers.mapValues(-)) }

    /// `vnd/person`, `m2^2*vnd`, `1/person`; `1` for none.
    package var description: String {
        func written(_ sign: Int) -> [String] {
            powers.filter { $0.value.signum() == sign }.sorted { $0.key < $1.key }.map { base, power in
                abs(power) == 1 ? base : "\(base)^\(abs(power))"
            }
        }
        let above = written(1).joined(separator: "*")
        return ([above.isEmpty ? "1" : above] + written(-1)).joined(separator: "/")
    }
}

/// What a formula, or a part of it, comes to.
package enum FormulaType: Hashable, Sendable {
    case number(FormulaUnit)
    case yesNo
    /// Numbers without any name, such as `1_000_000_000`: they take the unit of what they are added to, compared with, or
    /// chosen instead of. `20 %` does not: it is a share.
    case bareNumber
    /// `missing` by itself, which stands for a value of any type.
    case missing

    /// The type of two that stand side by side; `nil` where they do not fit.
    func common(_ other: FormulaType) -> FormulaType? {
        switch (self, other) {
        case (.missing, let type), (let type, .missing): type
        case (.bareNumber, .number), (.bareNumber, .bareNumber): other
        case (.number, .bareNumber): self
        default: self == other ? self : nil
        }
    }

    /// Whether such a value can stand where `wanted` is needed.
    package func fits(_ wanted: FormulaType) -> Bool { common(wanted) == wanted }

    /// `nil` where it is no number, or where any unit would do.
    var unit: FormulaUnit? {
        switch self {
        case .number(let unit): unit
        case .bareNumber: FormulaUnit.none
        case .yesNo, .missing: nil
        }
    }
}
