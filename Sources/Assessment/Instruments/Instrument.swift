import Kernel
import Records
import Yams

/// A scoring instrument (bộ tiêu chí) as officials write it: a circular's table as data. What is not known of it stays
/// blank and is named by `gaps`; an instrument with gaps scores what is known and never grades.
package struct Instrument: Sendable, Equatable {
    package let code: String
    /// The years for which it may be used.
    let firstYear: Year?
    let lastYear: Year?
    /// Points of all criteria together; `nil`: not known.
    let maximum: Rational?
    package let criteria: [Criterion]
    /// From the best down.
    let grades: [GradeBand]
    let overrides: [Override]
    /// Who is not graded, and why.
    let exclusions: [ExclusionRule]

    package struct Criterion: Sendable, Equatable {
        package let id: String
        package let name: String
        let maximum: Rational?
        /// Whether all of its items are known.
        let isWhole: Bool
        package let items: [Item]
    }

    package struct Item: Sendable, Equatable {
        package let id: String
        package let name: String
        let maximum: Rational?
        let rule: Rule?
        /// Whether every step of the rule is known.
        let isWhole: Bool
        /// What shows that the value is true.
        let evidence: String?
        let note: String?
    }

    enum Rule: Sendable, Equatable {
        case bands(Formula, [Band])
        /// Points where a formula says yes, and where it says no.
        case condition(Formula, yes: Rational, no: Rational)
        /// The share of the maximum that a formula gives, between none and all of it.
        case share(Formula)
        /// One of several answers of a person.
        case choice([Answer])
        /// Points that a person gives, up to the maximum.
        case byPerson
    }

    struct Answer: Sendable, Equatable {
        let code: String
        let name: String
        let points: Rational
    }

    /// A step of a scale: `lower` and `upper` are open where they are `nil`.
    struct Band: Sendable, Equatable {
        let lower: Bound?
        let upper: Bound?
        let points: Rational

        func holds(_ value: Rational) -> Bool {
            (lower.map { $0.isIncluded ? value >= $0.value : value > $0.value } ?? true)
                && (upper.map { $0.isIncluded ? value <= $0.value : value < $0.value } ?? true)
        }
    }

    struct Bound: Sendable, Equatable {
        let value: Rational
        let isIncluded: Bool
    }

    struct GradeBand: Sendable, Equatable {
        let grade: Grade
        let from: Rational
    }

    /// A rule that decides the grade whatever the points are: weak after a sanction.
    struct Override: Sendable, Equatable {
        let when: Formula
        let grade: Grade
        let name: String
    }

    /// A reason not to be graded: `new` where `months_since_founding < 12`.
    struct ExclusionRule: Sendable, Equatable {
        let reason: Exclusion
        let when: Formula
        let name: String
    }

    package var items: [Item] { criteria.flatMap(\.items) }

    /// What formulas can name, with their units: the figures of a return, and what the register knows.
    package static let names: [String: FormulaType] = Dictionary(
        uniqueKeysWithValues: RegisterFacts.Name.allCases.map { ($0.rawValue, $0.type) }
    ).merging(figureNames) { first, _ in first }

    /// The figures of a return alone.
    static let figureNames: [String: FormulaType] = Dictionary(
        uniqueKeysWithValues: AnnualReturn.figures.compactMap { field in
            switch field.kind {
            case .money: (field.name, .number(.vnd))
            case .area: (field.name, .number(.squareMetre))
            case .integer: (field.name, .number(.person))
            case .flag: (field.name, .yesNo)
            default: nil
            }
        })
}
