/// How an item of a scoring instrument is computed from a yearly return, as officials write it:
/// `if(members_average > 0, profit_after_tax / members_average, missing)`.
///
/// Numbers `1_000_000`, `12.5`, `20 %` · values of the return by name, of the year before as `revenue.previous` ·
/// `+ - * /` · `< <= > >= = <>` · `and or not` · `min max if abs known` · `yes no missing`. Money does not add to people:
/// see `FormulaType`.
package struct Formula: Equatable, Sendable, CustomStringConvertible {
    let tree: FormulaTree
    package let type: FormulaType
    /// The values that it names, in the order of the text.
    package let inputs: [FormulaInput]

    /// `names` are the values that there are, each with its type. The words of the language cannot be names.
    package init(parsing text: String, names: [String: FormulaType]) throws(FormulaErrors) {
        var parser = FormulaParser(text, names: names)
        let whole = try parser.formula()
        tree = whole.tree
        type = whole.type
        inputs = parser.inputs
    }

    /// The canonical text. Reading it gives an equal formula.
    package var description: String { tree.description }
}

/// A value of the yearly return that a formula names.
package struct FormulaInput: Hashable, Sendable, CustomStringConvertible {
    package var name: String
    /// Of the year before the one that is computed: `revenue.previous`.
    package var isPrevious: Bool

    package init(_ name: String, isPrevious: Bool = false) {
        self.name = name
        self.isPrevious = isPrevious
    }

    package var description: String { isPrevious ? "\(name).previous" : name }
}

package enum FormulaValue: Hashable, Sendable {
    case number(Rational)
    case yesNo(Bool)

    var number: Rational? { if case .number(let number) = self { number } else { nil } }
    var isYesNo: Bool { number == nil }
}
