import Kernel
import Persistence
import Records

/// A decree laid over the units of its day: which end, which begin, what does not fit.
struct DecreePlan: Sendable {
    /// Something that does not fit, at a line of the decree where it has one.
    struct Fault: Equatable, Sendable {
        let line: Int?
        let code: String
        let details: [String: String]
    }

    let ending: [Unit]
    let beginning: [Unit]
    let faults: [Fault]
    private let load: UnitLoadPlan
    private let day: Day

    init(_ decree: UnitDecree, in db: Connection) throws {
        try self.init(decree, Unit.all(db), UnitSuccession.all(db))
    }

    init(_ decree: UnitDecree, _ stored: [Unit], _ successions: [UnitSuccession]) throws {
        let lines = try DecreeLine.read(decree.lines)
        let day = decree.effectiveOn
        let versions = Dictionary(grouping: stored, by: \.code)
        func unit(_ code: String, on day: Day) -> Unit? { versions[code]?.first { $0.isValid(on: day) } }
        var faults: [Fault] = []
        func fault(_ code: String, _ line: DecreeLine, _ details: [String: String] = [:]) {
            var details = details
            details["line"] = "\(line.number)"
            details["date"] = DateText.short(day, .vi)
            faults.append(Fault(line: line.number, code: "unit_decree.\(code)", details: details))
        }

        var ending: [Lined<Unit>] = []
        var ended: [String: Unit] = [:]
        for line in lines where ended[line.old] == nil {
            guard let old = unit(line.old, on: day.adding(days: -1)) else {
                fault("no-such-unit", line, ["value": line.old])
                continue
            }
            guard old.validTo == .distantFuture else {
                fault(
                    "ends-already", line,
                    ["value": old.fullName, "end": DateText.short(old.validTo, .vi)])
                continue
            }
            ended[line.old] = old
            ending.append(Lined(line: line.number, value: old.ending(on: day)))
        }

        var beginning: [Lined<Unit>] = []
        for (code, lines) in Dictionary(grouping: lines.filter { $0.new != nil }, by: { $0.new ?? "" }) {
            guard let first = lines.first else { continue }
            let named = lines.first { $0.fullName != nil }
            if let level = UnitLevel(code: code), let other = lines.first(where: { UnitLevel(code: $0.old) != level }) {
                fault("other-level", other, ["value": other.old, "new": code])
                continue
            }
            if ended[code] == nil, let lasting = unit(code, on: day) {
                if let named, named.fullName != lasting.fullName {
                    fault("lasts", named, ["value": code, "unit": lasting.fullName])
                }
                continue
            }
            guard let fullName = named?.fullName ?? ended[code]?.fullName,
                let (kind, name) = UnitKind.parting(fullName), let level = UnitLevel(code: code)
            else {
                fault("no-name", first, ["value": code])
                continue
            }
            let parent =
                lines.lazy.compactMap(\.parent).first ?? ended[code]?.parentCode ?? ended[first.old]?.parentCode
            beginning.append(
                Lined(
                    line: (named ?? first).number,
                    value: Unit(
                        id: 0, code: code, name: name, fullName: fullName,
                        kind: level == .province && kind == "thành phố" ? "thành phố trực thuộc trung ương" : kind,
                        level: level, parentCode: level == .province ? nil : parent, validFrom: day,
                        validTo: .distantFuture, dateBasis: "decree")))
        }

        let times = Dictionary(lines.map { ($0.old, 1) }, uniquingKeysWith: +)
        let became = lines.map { line in
            let kind: UnitSuccession.Kind =
                line.new == nil
                ? .abolished : times[line.old] ?? 1 > 1 ? .part : line.new == line.old ? .reclassified : .whole
            return Lined(
                line: line.number,
                value: UnitSuccession(
                    oldCode: line.old, newCode: line.new, day: day, kind: kind, share: nil, decree: decree.name))
        }
        load = UnitLoadPlan(
            stored: stored, storedSuccessions: successions, units: ending + beginning, successions: became)
        // Of lines that cannot be understood, what does not fit together says nothing.
        if faults.isEmpty {
            faults = load.faults("", "").map { Fault(line: $0.place.row, code: $0.code, details: $0.details) }
        }
        self.day = day
        self.ending = ending.map(\.value)
        self.beginning = beginning.map(\.value).sorted { ($0.level, $0.code) < ($1.level, $1.code) }
        self.faults = faults.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// Throws the first fault.
    func store(_ db: Connection) throws {
        if let fault = faults.first { throw Failure(.refused, fault.code, fault.details) }
        try load.store(db)
    }

    /// What becomes of the records of a type.
    struct Effect: Equatable, Sendable {
        let type: String
        /// They go to the one unit that took the place of theirs.
        var moved = 0
        /// Their unit was split, and a person must choose.
        var toChoose = 0
    }

    /// What the decree would change on its day for the records of each type that lie in units.
    func effects(_ types: [(type: String, table: String)], in db: Connection) throws -> [Effect] {
        let parts = try UnitPart.all(db)
        let before = Lineage(try Unit.all(db), try UnitSuccession.all(db), chosen: parts)
        let (units, successions) = load.everything
        let after = Lineage(units, successions, chosen: parts)
        func place(_ id: Unit.ID, _ lineage: Lineage) -> Unit? {
            lineage.version(id, on: day).flatMap { lineage.place(of: $0, on: day).unit }.map { lineage.units[$0] }
        }
        return try types.map { type, table in
            var effect = Effect(type: type)
            try db.each(
                SQL(described: "SELECT unit_id, count(*) FROM \(table) WHERE unit_id IS NOT NULL GROUP BY unit_id")
            ) {
                let (id, count): (Unit.ID, Int) = (try $0[0], try $0[1])
                let (was, becomes) = (place(id, before), place(id, after))
                if was != nil, becomes == nil { effect.toChoose += count }
                if let becomes, becomes.code != was?.code || becomes.validFrom != was?.validFrom {
                    effect.moved += count
                }
            }
            return effect
        }
    }
}
