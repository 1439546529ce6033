extension FormulaParser {
    mutating func combined(
        _ left: FormulaPart, _ sign: FormulaOperator, _ right: FormulaPart, at column: Int
    ) -> FormulaPart {
        let type: FormulaType
        switch sign {
        case .or, .and: type = allYesNo(left, right)
        case .equal, .unequal:
            _ = alike(left, right, at: column)
            type = .yesNo
        case .less, .atMost, .more, .atLeast:
            _ = common(number(left), number(right), at: column)
            type = .yesNo
        case .plus, .minus: type = common(number(left), number(right), at: column)
        case .times: type = product(number(left), number(right), *)
        case .over: type = product(number(left), number(right), /)
        }
        return FormulaPart(tree: .joined(left.tree, sign, right.tree), type: type, column: left.column)
    }

    mutating func negated(_ part: FormulaPart, at column: Int) -> FormulaPart {
        FormulaPart(tree: .minus(part.tree), type: number(part), column: column)
    }

    mutating func denied(_ part: FormulaPart, at column: Int) -> FormulaPart {
        FormulaPart(tree: .not(part.tree), type: allYesNo(part), column: column)
    }

    mutating func called(_ function: FormulaFunction, _ parts: [FormulaPart], at column: Int) -> FormulaPart {
        let tree = FormulaTree.call(function, parts.map(\.tree))
        let count = function.argumentCount
        guard count.contains(parts.count) else {
            let expected = "\(count.lowerBound)\(count.upperBound > count.lowerBound ? "+" : "")"
            let details = ["name": function.rawValue, "expected": expected, "found": "\(parts.count)"]
            errors.append(FormulaError("formula.argument-count", at: column, details))
            return FormulaPart(tree: tree, type: .missing, column: column)
        }
        let type: FormulaType
        switch function {
        case .known: type = .yesNo
        case .absolute: type = number(parts[0])
        case .min, .max:
            type = parts.dropFirst().reduce(number(parts[0])) { common($0, number($1), at: $1.column) }
        case .choice:
            _ = allYesNo(parts[0])
            type = alike(parts[1], parts[2], at: parts[2].column)
        }
        return FormulaPart(tree: tree, type: type, column: column)
    }

    /// Two of one type: both yes or no, or both numbers of one unit.
    private mutating func alike(_ a: FormulaPart, _ b: FormulaPart, at column: Int) -> FormulaType {
        a.type == .yesNo || b.type == .yesNo ? allYesNo(a, b) : common(number(a), number(b), at: column)
    }

    private mutating func allYesNo(_ parts: FormulaPart...) -> FormulaType {
        for part in parts where !part.type.fits(.yesNo) {
            errors.append(FormulaError("formula.not-yes-or-no", at: part.column, ["found": part.tree.description]))
        }
        return .yesNo
    }

    private mutating func number(_ part: FormulaPart) -> FormulaType {
        guard part.type == .yesNo else { return part.type }
        errors.append(FormulaError("formula.not-a-number", at: part.column, ["found": part.tree.description]))
        return .missing
    }

    private mutating func common(_ left: FormulaType, _ right: FormulaType, at column: Int) -> FormulaType {
        if let type = left.common(right) { return type }
        let units = ["left": left.unit?.description ?? "", "right": right.unit?.description ?? ""]
        errors.append(FormulaError("formula.unit-mismatch", at: column, units))
        return .missing
    }

    private func product(
        _ left: FormulaType, _ right: FormulaType, _ combine: (FormulaUnit, FormulaUnit) -> FormulaUnit
    ) -> FormulaType {
        if left == .bareNumber, right == .bareNumber { return .bareNumber }
        guard let left = left.unit, let right = right.unit else { return .missing }
        return .number(combine(left, right))
    }
}
