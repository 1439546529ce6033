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
        let new = rows.filter { $0.subject.flatMap { stored.cooperatives[$0] } == nil }
        var added = try db.insert(all: new.map { $0.entry.applied(to: Cooperative()) }, by: act).makeIterator()
        var facts = NewFacts()
        let moves = rows.contains { entry, subject in
            guard let unit = entry.unit, let before = subject.flatMap({ stored.cooperatives[$0] }) else { return false }
            return unit != before.unit
        }
        let choice = moves ? UnitChoice(try Gazetteer(db), on: asOf) : nil
        let outcomes = try rows.map { entry, subject -> (subject: Int64, fate: StoredFate) in
            let before = subject.flatMap { stored.cooperatives[$0] }
            var hasChanged = false
            let cooperative: Cooperative
            if let before {
                var stated = entry.applied(to: before)
                if let choice { stated.unit = try choice.kept(before.unit, stated: stated.unit, in: db) }
                cooperative = try db.update(stated, from: before, by: act)
                hasChanged = cooperative.version != before.version
            } else if let next = added.next() {
                cooperative = next
            } else {
                throw Failure(.defect, "import.counts-differ")
            }
            let id = cooperative.id
            func fact<F: CooperativeFact>(
                _ standing: F?, differs: Bool, _ list: WritableKeyPath<NewFacts, [F]>, _ change: (inout F) -> Void
            ) throws {
                guard differs else { return }
                hasChanged = true
                var fact = standing ?? F()
                change(&fact)
                if let standing, standing.validFrom == asOf {
                    try db.update(fact, from: standing, by: act)
                } else {
                    fact.cooperative = id
                    fact.validFrom = asOf
                    facts[keyPath: list].append(fact)
                }
            }
            let standing = stored.facts[id.number] ?? StoredCooperatives.Facts()
            if let status = entry.status {
                try fact(standing.status, differs: standing.status?.status != status, \.statuses) {
                    $0.status = status
                    $0.reason = nil
                    $0.document = nil
                }
            }
            let isCounted = entry.members != nil || entry.women != nil || entry.poorHouseholds != nil
            let headcount = standing.headcount
            let differs =
                (entry.members != nil && entry.members != headcount?.members)
                || (entry.women != nil && entry.women != headcount?.women)
                || (entry.poorHouseholds != nil && entry.poorHouseholds != headcount?.poorHouseholds)
            try fact(headcount, differs: isCounted && differs, \.headcounts) {
                // Another total without the women of it leaves them unknown, not as they were.
                let isOther = entry.members != nil && entry.members != $0.members
                $0.members = entry.members ?? $0.members
                $0.women = entry.women ?? (isOther ? nil : $0.women)
                $0.poorHouseholds = entry.poorHouseholds ?? (isOther ? nil : $0.poorHouseholds)
            }
            if let amount = entry.charterCapital {
                try fact(standing.capital, differs: standing.capital?.amount != amount, \.capitals) {
                    $0.amount = amount
                }
            }
            if let area = entry.landArea {
                try fact(standing.land, differs: standing.land?.area != area, \.lands) { $0.area = area }
            }
            if let director = try director(entry, standing.director, of: id, asOf: asOf, by: act, in: db) {
                facts.officers.append(director)
                hasChanged = true
            }
            return (id.number, before == nil ? .added : hasChanged ? .changed : .unchanged)
        }
        try facts.store(by: act, in: db)
        return outcomes
    }

    /// A director of another name follows the one in post. The new one, not yet stored.
    private static func director(
        _ entry: CooperativeEntry, _ inPost: Officer?, of cooperative: Cooperative.ID, asOf: Day, by act: Act,
        in db: Connection
    ) throws -> Officer? {
        guard let name = entry.director, name != inPost?.name else { return nil }
        if let inPost {
            var ended = inPost
            ended.validTo = max(asOf, inPost.validFrom ?? asOf)
            try db.update(ended, from: inPost, by: act, action: .ended)
        }
        var officer = Officer()
        officer.cooperative = cooperative
        officer.name = name
        officer.validFrom = inPost == nil ? nil : asOf
        return officer
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

/// The facts that one batch of rows adds, stored together.
private struct NewFacts {
    var statuses: [CooperativeStatus] = []
    var headcounts: [Headcount] = []
    var capitals: [CharterCapital] = []
    var lands: [LandArea] = []
    var officers: [Officer] = []

    func store(by act: Act, in db: Connection) throws {
        try db.insert(all: statuses, by: act)
        try db.insert(all: headcounts, by: act)
        try db.insert(all: capitals, by: act)
        try db.insert(all: lands, by: act)
        try db.insert(all: officers, by: act)
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
