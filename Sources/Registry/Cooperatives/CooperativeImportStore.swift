package import Kernel
package import Persistence
package import Records

extension CooperativeImport {
    /// Stores rows: the cooperative itself, and each fact where it is not what stands already. A blank cell changes
    /// nothing: not stated is not 'none'.
    package static func store(
        _ rows: [(entry: CooperativeEntry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] {
        let stored = try StoredCooperatives(rows.compactMap(\.subject), asOf: asOf, in: db)
        return try rows.map { entry, subject in
            let before = subject.flatMap { stored.cooperatives[$0] }
            var hasChanged = false
            let cooperative: Cooperative
            if let before {
                cooperative = try db.update(entry.applied(to: before), from: before, by: act)
                hasChanged = cooperative.version != before.version
            } else {
                cooperative = try db.insert(entry.applied(to: Cooperative()), by: act)
            }
            let id = cooperative.id
            func fact<F: CooperativeFact>(_ standing: F?, differs: Bool, _ change: (inout F) -> Void) throws {
                guard differs else { return }
                hasChanged = true
                var fact = standing ?? F()
                change(&fact)
                if let standing, standing.validFrom == asOf {
                    try db.update(fact, from: standing, by: act)
                } else {
                    fact.cooperative = id
                    fact.validFrom = asOf
                    try db.insert(fact, by: act)
                }
            }
            let facts = stored.facts[id.number] ?? StoredCooperatives.Facts()
            if let status = entry.status {
                try fact(facts.status, differs: facts.status?.status != status) {
                    $0.status = status
                    $0.reason = nil
                    $0.document = nil
                }
            }
            let isCounted = entry.members != nil || entry.women != nil || entry.poorHouseholds != nil
            let headcount = facts.headcount
            let differs =
                (entry.members != nil && entry.members != headcount?.members)
                || (entry.women != nil && entry.women != headcount?.women)
                || (entry.poorHouseholds != nil && entry.poorHouseholds != headcount?.poorHouseholds)
            try fact(headcount, differs: isCounted && differs) {
                // Another total without the women of it leaves them unknown, not as they were.
                let isOther = entry.members != nil && entry.members != $0.members
                $0.members = entry.members ?? $0.members
                $0.women = entry.women ?? (isOther ? nil : $0.women)
                $0.poorHouseholds = entry.poorHouseholds ?? (isOther ? nil : $0.poorHouseholds)
            }
            if let amount = entry.charterCapital {
                try fact(facts.capital, differs: facts.capital?.amount != amount) { $0.amount = amount }
            }
            if let area = entry.landArea {
                try fact(facts.land, differs: facts.land?.area != area) { $0.area = area }
            }
            if try director(entry, facts.director, of: id, asOf: asOf, by: act, in: db) { hasChanged = true }
            return (id.number, before == nil ? .added : hasChanged ? .changed : .unchanged)
        }
    }

    /// A director of another name follows the one in post.
    private static func director(
        _ entry: CooperativeEntry, _ inPost: Officer?, of cooperative: Cooperative.ID, asOf: Day, by act: Act,
        in db: Connection
    ) throws -> Bool {
        guard let name = entry.director, name != inPost?.name else { return false }
        if let inPost {
            var ended = inPost
            ended.validTo = max(asOf, inPost.validFrom ?? asOf)
            try db.update(ended, from: inPost, by: act, action: .ended)
        }
        var officer = Officer()
        officer.cooperative = cooperative
        officer.name = name
        officer.validFrom = inPost == nil ? nil : asOf
        try db.insert(officer, by: act)
        return true
    }
}

extension CooperativeEntry {
    func applied(to before: Cooperative) -> Cooperative {
        var cooperative = before
        if !name.isEmpty, name != before.name {
            if !before.name.isEmpty {
                cooperative.earlierNames = [before.name, before.earlierNames].compactMap(\.self).joined(separator: "; ")
            }
            cooperative.name = name
        }
        if let taxCode { cooperative.taxCode = Code(taxCode) }
        if let registrationNumber { cooperative.registrationNumber = Code(registrationNumber) }
        if let established { cooperative.established = established }
        if let unit { cooperative.unit = unit }
        if let address { cooperative.address = address }
        if let kind { cooperative.kind = kind }
        if let phone { cooperative.phone = Code(phone) }
        if let mainProducts { cooperative.mainProducts = mainProducts }
        return cooperative
    }
}

/// What is stored about the cooperatives of one batch of rows, read with one query a table.
private struct StoredCooperatives {
    struct Facts {
        var status: CooperativeStatus?
        var headcount: Headcount?
        var capital: CharterCapital?
        var land: LandArea?
        var director: Officer?
    }

    private(set) var cooperatives: [Int64: Cooperative] = [:]
    private(set) var facts: [Int64: Facts] = [:]

    init(_ ids: [Int64], asOf: Day, in db: Connection) throws {
        guard !ids.isEmpty else { return }
        for cooperative in try Cooperative.list(where: "id IN (\(list: ids))", in: db) {
            cooperatives[cooperative.id.number] = cooperative
        }
        func each<F: CooperativeFact>(_ type: F.Type, _ path: WritableKeyPath<Facts, F?>) throws {
            // In date order, so that the last one stands.
            let condition: SQL = "cooperative_id IN (\(list: ids)) AND valid_from <= \(asOf) ORDER BY valid_from"
            for fact in try F.list(where: condition, in: db) {
                facts[fact.cooperative.number, default: Facts()][keyPath: path] = fact
            }
        }
        try each(CooperativeStatus.self, \.status)
        try each(Headcount.self, \.headcount)
        try each(CharterCapital.self, \.capital)
        try each(LandArea.self, \.land)
        let inPost: SQL = """
            cooperative_id IN (\(list: ids)) AND role = 'director'
            AND (valid_from IS NULL OR valid_from <= \(asOf)) AND (valid_to IS NULL OR valid_to > \(asOf)) ORDER BY id
            """
        for officer in try Officer.list(where: inPost, in: db) {
            facts[officer.cooperative.number, default: Facts()].director = officer
        }
    }
}
