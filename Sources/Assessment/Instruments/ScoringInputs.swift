import Kernel
import Persistence
import Records
import Registry

/// What the items of one cooperative and year are computed from.
package struct ScoringInputs: Sendable {
    /// `nil`: no return.
    var record: AnnualReturn?
    var previous: AnnualReturn?
    var register = RegisterFacts()
    var registerBefore = RegisterFacts()

    func value(_ input: FormulaInput) -> FormulaValue? {
        guard let name = RegisterFacts.Name(rawValue: input.name) else {
            return (input.isPrevious ? previous : record)?.formulaValue(input.name)
        }
        return (input.isPrevious ? registerBefore : register).value(name)
    }
}

extension ScoringInputs {
    /// Of all cooperatives that meet a condition on `registry_cooperative c`, in a fixed number of questions.
    /// `instrument`: what they are for; `nil`: not known.
    static func all(
        _ year: Year, for instrument: Instrument? = nil, where within: SQL, in db: Connection
    ) throws -> [Cooperative.ID: ScoringInputs] {
        let before =
            instrument?.readsEarlierRegister ?? true
            ? try RegisterFacts.all(year.previous, where: within, in: db) : [:]
        var all = try RegisterFacts.all(year, where: within, in: db).mapValues { ScoringInputs(register: $0) }
        for (id, facts) in before { all[id]?.registerBefore = facts }
        try AnnualReturn.each(
            where: """
                year IN (\(year), \(year.previous))
                AND cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE \(within))
                """, in: db
        ) { record in
            if record.year == year {
                all[record.cooperative]?.record = record
            } else {
                all[record.cooperative]?.previous = record
            }
        }
        return all
    }

    static func of(_ cooperative: Cooperative.ID, _ year: Year, in db: Connection) throws -> ScoringInputs {
        try all(year, where: "c.id = \(cooperative)", in: db)[cooperative] ?? ScoringInputs()
    }
}

extension Instrument {
    /// Whether one of its formulas names what the register knew a year earlier.
    fileprivate var readsEarlierRegister: Bool {
        let scored = items.compactMap { item -> Formula? in
            switch item.rule {
            case .bands(let formula, _), .condition(let formula, _, _), .share(let formula): formula
            case .choice, .byPerson, nil: nil
            }
        }
        return (scored + overrides.map(\.when) + exclusions.map(\.when)).flatMap(\.inputs).contains {
            $0.isPrevious && RegisterFacts.Name(rawValue: $0.name) != nil
        }
    }
}
