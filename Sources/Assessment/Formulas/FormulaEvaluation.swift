/// What a formula comes to for one cooperative and year.
package enum FormulaOutcome: Hashable, Sendable {
    case value(FormulaValue)
    /// Something needed is unknown. Never zero, never assumed.
    case undetermined(FormulaCauses)

    var isValue: Bool { if case .value = self { true } else { false } }

    static func computed(_ number: Rational?) -> FormulaOutcome {
        number.map { .value(.number($0)) } ?? .undetermined(FormulaCauses(faults: [.overflow]))
    }
}

/// Why there is no value. Nothing in it: the formula itself says `missing`.
package struct FormulaCauses: Hashable, Sendable {
    /// What the return does not tell.
    package var missing: Set<FormulaInput>
    package var faults: Set<FormulaFault>

    package init(missing: Set<FormulaInput> = [], faults: Set<FormulaFault> = []) {
        self.missing = missing
        self.faults = faults
    }
}

/// Why known values give no result. The raw value is the text key.
package enum FormulaFault: String, Sendable {
    case divisionByZero = "formula.division-by-zero"
    /// More digits than are held exactly.
    case overflow = "formula.overflow"
    /// A defect of the caller: yes or no for a number, or the other way round.
    case wrongType = "formula.wrong-type"
}

/// An outcome and what it came from.
package struct FormulaEvaluation: Equatable, Sendable {
    package struct Use: Equatable, Sendable {
        package let input: FormulaInput
        /// `nil` where it is missing.
        package let value: FormulaValue?
    }

    package let outcome: FormulaOutcome
    /// Each once, in the order of first use. What was not needed, such as the other branch of an `if`, is left out.
    package let used: [Use]
}

extension Formula {
    /// Asks for every value once, in the order of `inputs`; `nil` is missing.
    package func evaluate(_ value: (FormulaInput) -> FormulaValue?) -> FormulaEvaluation {
        var run = FormulaRun(values: Dictionary(uniqueKeysWithValues: inputs.map { ($0, value($0)) }))
        let outcome = run.outcome(of: tree)
        return FormulaEvaluation(outcome: outcome, used: run.used)
    }
}

private struct FormulaRun {
    let values: [FormulaInput: FormulaValue?]
    var used: [FormulaEvaluation.Use] = []

    mutating func outcome(of tree: FormulaTree) -> FormulaOutcome {
        switch tree {
        case .number(let decimal, let isPercent):
            return .computed(Rational(decimal)?.divided(by: isPercent ? 100 : 1))
        case .truth(let isYes): return .value(.yesNo(isYes))
        case .missing: return .undetermined(FormulaCauses())
        case .input(let input, let isYesNo): return read(input, isYesNo)
        case .minus(let operand): return all([outcome(of: operand)]) { .computed($0[0].number.map(-)) }
        case .not(let operand): return all([outcome(of: operand)]) { .value(.yesNo($0[0] == .yesNo(false))) }
        case .chain(let first, let steps): return chain(first, steps)
        case .call(let function, let arguments): return call(function, arguments)
        }
    }

    private mutating func read(_ input: FormulaInput, _ isYesNo: Bool) -> FormulaOutcome {
        let value = values[input] ?? nil
        if !used.contains(where: { $0.input == input }) {
            used.append(FormulaEvaluation.Use(input: input, value: value))
        }
        guard let value else { return .undetermined(FormulaCauses(missing: [input])) }
        return value.isYesNo == isYesNo
            ? .value(value) : .undetermined(FormulaCauses(missing: [input], faults: [.wrongType]))
    }

    private mutating func chain(_ first: FormulaTree, _ steps: [FormulaTree.Step]) -> FormulaOutcome {
        if steps[0].sign.level <= .and {
            return decided(by: steps[0].sign == .or, [first] + steps.map(\.operand))
        }
        return steps.reduce(outcome(of: first)) { left, step in
            all([left, outcome(of: step.operand)]) { step.sign.applied($0[0], $0[1]) }
        }
    }

    private mutating func call(_ function: FormulaFunction, _ arguments: [FormulaTree]) -> FormulaOutcome {
        if function == .choice { return choice(outcome(of: arguments[0]), arguments[1], arguments[2]) }
        let outcomes = arguments.map { outcome(of: $0) }
        if function == .known { return .value(.yesNo(outcomes[0].isValue)) }
        return all(outcomes) { values in
            let numbers = values.compactMap(\.number)
            return .computed(
                function == .min ? numbers.min() : function == .max ? numbers.max() : numbers.first?.magnitude)
        }
    }

    /// Where the condition is undetermined, a value only if both ways come to the same.
    private mutating func choice(_ condition: FormulaOutcome, _ yes: FormulaTree, _ no: FormulaTree) -> FormulaOutcome {
        if condition.isValue { return outcome(of: condition == .value(.yesNo(true)) ? yes : no) }
        let (left, right) = (outcome(of: yes), outcome(of: no))
        return left.isValue && left == right ? left : all([condition, left, right]) { _ in condition }
    }

    /// `or` is decided by the first yes, `and` by the first no, whatever is missing beside it.
    private mutating func decided(by deciding: Bool, _ operands: [FormulaTree]) -> FormulaOutcome {
        var outcomes: [FormulaOutcome] = []
        for operand in operands {
            outcomes.append(outcome(of: operand))
            if outcomes.last == .value(.yesNo(deciding)) { return .value(.yesNo(deciding)) }
        }
        return all(outcomes) { _ in .value(.yesNo(!deciding)) }
    }
}

/// The result of values that are all there, or else everything that keeps one of them from being there.
private func all(_ outcomes: [FormulaOutcome], _ result: ([FormulaValue]) -> FormulaOutcome) -> FormulaOutcome {
    var values: [FormulaValue] = []
    var causes = FormulaCauses()
    for outcome in outcomes {
        switch outcome {
        case .value(let value): values.append(value)
        case .undetermined(let more):
            causes.missing.formUnion(more.missing)
            causes.faults.formUnion(more.faults)
        }
    }
    return values.count == outcomes.count ? result(values) : .undetermined(causes)
}

extension FormulaOperator {
    fileprivate func applied(_ left: FormulaValue, _ right: FormulaValue) -> FormulaOutcome {
        switch (self, left, right) {
        case (.equal, _, _): .value(.yesNo(left == right))
        case (.unequal, _, _): .value(.yesNo(left != right))
        case (.less, .number(let a), .number(let b)): .value(.yesNo(a < b))
        case (.atMost, .number(let a), .number(let b)): .value(.yesNo(a <= b))
        case (.more, .number(let a), .number(let b)): .value(.yesNo(a > b))
        case (.atLeast, .number(let a), .number(let b)): .value(.yesNo(a >= b))
        case (.plus, .number(let a), .number(let b)): .computed(a.plus(b))
        case (.minus, .number(let a), .number(let b)): .computed(a.minus(b))
        case (.times, .number(let a), .number(let b)): .computed(a.times(b))
        case (.over, .number, .number(0)): .undetermined(FormulaCauses(faults: [.divisionByZero]))
        case (.over, .number(let a), .number(let b)): .computed(a.divided(by: b))
        case (.or, _, _), (.and, _, _), (_, .yesNo, _), (_, _, .yesNo):
            .undetermined(FormulaCauses(faults: [.wrongType]))
        }
    }
}
