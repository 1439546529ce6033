package import Access
import Kernel
import Persistence

/// How the records of the register lie within what a post reaches (docs/architecture.md, Access).
package var registryScopes: ScopeRules {
    var rules = ScopeRules()
    rules.add("cooperative") { scope, alias, today in
        switch scope {
        case .unit(let code): inUnit(code, alias, today)
        case .cooperative(let id): "\(described: alias).id = \(id)"
        case .everything, .group, .founder: nil
        }
    }
    for type in ["officer", "cooperative_status", "headcount", "charter_capital", "land_area"] {
        rules.add(type, partOf: type == "officer" ? nil : "cooperative", ofCooperative)
    }
    rules.add("group", groups)
    rules.add("group_headcount", partOf: "group") { scope, alias, today in
        groups(scope, "g", today).map {
            "\(described: alias).group_id IN (SELECT g.id FROM registry_group g WHERE \($0))"
        }
    }
    rules.add("union", unions)
    rules.add("union_membership", partOf: "union") { scope, alias, today in
        unions(scope, "n", today).map {
            "\(described: alias).union_id IN (SELECT n.id FROM registry_union n WHERE \($0))"
        }
    }
    rules.add("body") { scope, alias, today in
        if case .unit(let code) = scope { inUnit(code, alias, today) } else { nil }
    }
    // The division of the country is public.
    rules.add("unit") { _, _, _ in "1 = 1" }
    rules.add("unit_decree", partOf: "unit") { _, _, _ in "1 = 1" }
    return rules
}

/// What belongs to a cooperative, by its column `cooperative_id`, lies where the cooperative does.
package let ofCooperative: ScopeRules.Rule = { scope, alias, today in
    switch scope {
    case .unit(let code):
        """
        \(described: alias).cooperative_id IN
        (SELECT c.id FROM registry_cooperative c WHERE \(inUnit(code, "c", today)))
        """
    case .cooperative(let id): "\(described: alias).cooperative_id = \(id)"
    case .everything, .group, .founder: nil
    }
}

private let groups: ScopeRules.Rule = { scope, alias, today in
    switch scope {
    case .unit(let code): inUnit(code, alias, today)
    case .group(let id): "\(described: alias).id = \(id)"
    case .founder(let founder, let code?): "\(described: alias).founder = \(founder) AND \(inUnit(code, alias, today))"
    case .founder(let founder, nil): "\(described: alias).founder = \(founder)"
    case .everything, .cooperative: nil
    }
}

private let unions: ScopeRules.Rule = { scope, alias, today in
    switch scope {
    case .unit(let code): inUnit(code, alias, today)
    case .cooperative(let id):
        """
        \(described: alias).id IN (SELECT m.union_id FROM registry_union_membership m WHERE m.cooperative_id = \(id))
        """
    case .everything, .group, .founder: nil
    }
}

private func inUnit(_ code: String, _ alias: String, _ today: Day) -> SQL {
    "\(described: alias).unit_id IN (\(units(under: code, on: today)))"
}
