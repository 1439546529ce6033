import Kernel
import Persistence
import Records

extension ScoreSheet.Input {
    /// `Doanh thu (năm trước): 4.000 triệu đồng`
    func words(_ t: Texts) -> String { "\(input.label(t)): \(shown(t))" }

    private var input: FormulaInput {
        let suffix = ".previous"
        return name.hasSuffix(suffix)
            ? FormulaInput(String(name.dropLast(suffix.count)), isPrevious: true) : FormulaInput(name)
    }

    private func shown(_ t: Texts) -> String {
        guard let value else { return t["value.unknown"] }
        if value == "yes" || value == "no" { return t["value.\(value)"] }
        guard let number = Int64(value) else { return value }
        let kind = RegisterFacts.Name(rawValue: input.name)?.kind ?? AnnualReturn.figure[input.name]?.kind ?? .integer
        let unit = kind == .money ? " \(t["unit.million-short"])" : kind == .area ? " ha" : ""
        return kind.shown(.integer(number), t) + unit
    }
}

extension FormulaInput {
    /// `Doanh thu (năm trước)`
    func label(_ t: Texts) -> String {
        let key = RegisterFacts.Name(rawValue: name) == nil ? "annual_return" : "register_fact"
        return t["\(key).\(name)"] + (isPrevious ? " (\(t["scoring.previous"]))" : "")
    }
}

extension RegisterFacts.Name {
    fileprivate var kind: ValueKind {
        switch self {
        case .charterCapital: .money
        case .registeredArea: .area
        case .registeredMembers, .monthsSinceFounding, .daysStopped: .integer
        case .isStopped: .flag
        }
    }
}
