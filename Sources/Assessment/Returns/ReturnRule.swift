package import Kernel
package import Persistence
package import Records
import Registry

/// What should hold in a return: one formula beside another. Where it does not, the cooperative is asked, or may not
/// submit at all. Officials keep the rules; each holds for the years that it names.
package struct ReturnRule: Record {
    package var id: Identifier<ReturnRule> = 0
    package var version = 0
    /// `profit-above-revenue`.
    package var code = ""
    /// Beside which figure of the form it is said.
    package var field = FigureName("")
    package var left = ""
    package var comparison = ReturnComparison.atMost
    package var right = ""
    package var importance = ReturnImportance.question
    package var whenMissing = ReturnGap.skip
    package var messageVi = ""
    package var messageEn = ""
    /// Whether a return against it is neither submitted nor accepted, whatever the explanation.
    package var blocks = false
    package var firstYear: Year?
    package var lastYear: Year?
    package init() {}

    package static let description = Description<ReturnRule>(
        "return_rule", table: "assessment_return_rule",
        rules: [\.sidesFit, \.messagesFit, \.endsAfterItBegins, \.noteBlocksNothing],
        sortKey: { vietnameseSortKey($0.code) }
    ) {
        Field("code", \.code, .listed, .searched, .check(isShort))
        Field("field", \.field, .listed)
        Field("left_side", \.left, .check(isFormula))
        Field("comparison", \.comparison, .listed)
        Field("right_side", \.right, .check(isFormula))
        Field("importance", \.importance, .listed)
        Field("when_missing", \.whenMissing)
        Field("message_vi", \.messageVi, .listed, .searched)
        Field("message_en", \.messageEn, .searched)
        Field("blocks", \.blocks, .listed)
        Field("first_year", \.firstYear, .within(2012...2100))
        Field("last_year", \.lastYear, .within(2012...2100))
    }

    package static let listing = Listing(
        "return_rule", path: "return-rules", table: "assessment_return_rule", alias: "u",
        columns: [
            .init("code", "u.code", .code, order: "u.sort_key", link: ("return_rule", "id")),
            .init("field", "u.field", FigureName.kind), .init("message_vi", "u.message_vi", .text),
            .init("importance", "u.importance", ReturnImportance.kind), .init("blocks", "u.blocks", .flag),
        ],
        filters: [
            .init("importance", ReturnImportance.kind) { value, _ in
                "u.importance = \(try known(value, ReturnImportance.self).rawValue)"
            }
        ], joins: { _ in "" }, exists: { _ in "1 = 1" })

    static func formula(_ text: String) throws(FormulaErrors) -> Formula {
        try Formula(parsing: text, names: ReturnInputs.names)
    }

    /// Both sides are of one type, and only numbers are more or less than others. What a side says wrongly by itself is
    /// said beside it.
    var sidesFit: Verdict {
        guard let left = try? Self.formula(left).type, let right = try? Self.formula(right).type else { return .meets }
        guard let type = left.common(right) else {
            return .fails("return_rule.sides-differ", ["left": left.words, "right": right.words])
        }
        return type != .yesNo || comparison == .equal || comparison == .different
            ? .meets : .fails("return_rule.no-order")
    }

    /// A message has places for values that the formulas name, and for no others.
    var messagesFit: Verdict {
        guard let left = try? Self.formula(left), let right = try? Self.formula(right) else { return .meets }
        let known = Set(["left", "right"] + (left.inputs + right.inputs).map(\.description))
        for match in (messageVi + messageEn).matches(of: /\{([^{}]*)\}/) where !known.contains(String(match.1)) {
            return .fails("return_rule.unknown-place", ["place": String(match.1)])
        }
        return .meets
    }

    var endsAfterItBegins: Verdict {
        guard let firstYear, let lastYear, lastYear < firstYear else { return .meets }
        return .fails("return_rule.ends-before-it-begins")
    }

    var noteBlocksNothing: Verdict {
        importance == .note && blocks ? .fails("return_rule.note-blocks") : .meets
    }
}

/// What should hold between the two sides.
package enum ReturnComparison: String, Choice {
    case less
    case atMost = "at_most"
    case equal, different
    case atLeast = "at_least"
    case more
    package static let key = "return_comparison"

    /// `nil` where the two cannot be compared.
    func holds(_ left: FormulaValue, _ right: FormulaValue) -> Bool? {
        switch (self, left, right) {
        case (.equal, _, _): left == right
        case (.different, _, _): left != right
        case (.less, .number(let a), .number(let b)): a < b
        case (.atMost, .number(let a), .number(let b)): a <= b
        case (.atLeast, .number(let a), .number(let b)): a >= b
        case (.more, .number(let a), .number(let b)): a > b
        default: nil
        }
    }
}

/// What becomes of a return against a rule: nothing but a word beside the figure, or an explanation that is asked for.
package enum ReturnImportance: String, Choice {
    case note, question, error
    package static let key = "return_importance"
}

/// What a rule does where a value that it needs was not reported.
package enum ReturnGap: String, Choice {
    case skip, ask
    package static let key = "return_gap"
}

/// A figure of the return, by its name.
package struct FigureName: Column, Hashable, Sendable {
    package var name: String

    package init(_ name: String) { self.name = name }
    package init(_ row: Row, at index: Int) throws { name = try row.text(index) }

    package var sqlValue: SQLValue { .text(name) }
    package var isUnset: Bool { name.isEmpty }
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .choice(AnnualReturn.description.name, AnnualReturn.figures.map(\.name)) }
    package static func taking(_ value: SQLValue) -> FigureName? {
        guard case .text(let name) = value, AnnualReturn.figures.contains(where: { $0.name == name }) else {
            return nil
        }
        return FigureName(name)
    }
    package static func parse(_ cell: inout CellReading, today: Day) -> FigureName? {
        Code.parse(&cell, today: today).flatMap { taking(.text($0.text)) }
    }
}

private func isShort(_ code: String) -> Verdict {
    code.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil && code.utf8.count <= 60
        ? .meets : .fails("return_rule.bad-code")
}

/// The first error, with its column.
private func isFormula(_ text: String) -> Verdict {
    do {
        _ = try ReturnRule.formula(text)
        return .meets
    } catch {
        let first = error.all[0]
        return .fails(
            "return_rule.formula",
            [
                "column": "\(first.column)", "problem": "@\(first.code)",
                "found": first.details["found"] ?? first.details["name"] ?? "",
            ])
    }
}

extension FormulaType {
    fileprivate var words: String {
        switch self {
        case .number(let unit): unit.description
        case .yesNo: "yes/no"
        case .bareNumber: "1"
        case .missing: "missing"
        }
    }
}
