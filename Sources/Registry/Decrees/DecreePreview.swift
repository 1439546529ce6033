package import Kernel
package import Persistence
import Records

/// What a decree would change, in lines for a terminal or a program.
package struct DecreePreview: Sendable {
    private let plan: DecreePlan
    private let effects: [DecreePlan.Effect]

    package init(_ decree: UnitDecree, in db: Connection) throws {
        plan = try DecreePlan(decree, in: db)
        effects = plan.faults.isEmpty ? try plan.effects(locatedRecords, in: db) : []
    }

    /// The codes of what does not fit.
    package var faults: [String] { plan.faults.map(\.code) }

    package func lines(_ t: Texts, json: Bool) -> [String] {
        let faults = plan.faults.map { fault in
            let place = fault.line.map { t("unit_decree.line", ["line": "\($0)"]) + ": " } ?? ""
            return line("fault", fault.code, "\(place)\(t(fault.code, fault.details))", json)
        }
        let units =
            plan.ending.map { line("ending", $0.code, "\(t["unit_decree.ending"]): \($0.code) \($0.fullName)", json) }
            + plan.beginning.map {
                line("beginning", $0.code, "\(t["unit_decree.beginning"]): \($0.code) \($0.fullName)", json)
            }
        let counts = effects.map { effect in
            guard json else {
                return "\(t["\(effect.type).plural"]): \(t["unit_decree.moved"]) \(effect.moved), "
                    + "\(t["unit_decree.to-choose"]) \(effect.toChoose)"
            }
            var object = JSONText()
            object.add("type", .text(effect.type))
            object.add("moved", .integer(Int64(effect.moved)))
            object.add("to_choose", .integer(Int64(effect.toChoose)))
            return object.object
        }
        return faults.isEmpty ? units + counts : faults
    }

    private func line(_ kind: String, _ code: String, _ sentence: String, _ json: Bool) -> String {
        guard json else { return sentence }
        var object = JSONText()
        object.add(kind, .text(code))
        object.add("text", .text(sentence))
        return object.object
    }
}
