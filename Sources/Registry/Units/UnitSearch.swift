package import Kernel

/// What a written name was found to mean.
package enum UnitMatch: Equatable, Sendable {
    case one(Unit, Likeness)
    /// The same name in several districts (or provinces), and nothing says which.
    case several([Unit])
    /// No such commune in the given district, but in another.
    case otherDistrict([Unit], given: Unit)
    /// It was a unit, but is none on that day any more.
    case ended([Unit])
    case unknownDistrict
    case none
}

/// How a written name and a unit's name agree.
package enum Likeness: Equatable, Sendable {
    case exact
    /// The text has no marks at all.
    case withoutDiacritics
    /// One letter differs, and no other unit there comes as near.
    case spelling
    /// The name is right; the kind is what the unit was before.
    case outdatedKind
    /// The name is right, the kind is not and never was.
    case otherKind
}

/// The names of all versions, for look-ups.
struct UnitIndex: Sendable {
    let byKey: [String: [Int]]
    let byFold: [String: [Int]]
    let kinds: [UnitLevel: [String]]

    init(_ units: [Unit]) {
        let keys = units.map { PlaceName.key($0.name) }
        byKey = Dictionary(grouping: units.indices, by: { keys[$0] })
        byFold = Dictionary(grouping: units.indices, by: { fold(keys[$0]) })
        kinds = Dictionary(grouping: units, by: \.level).mapValues { units in
            Set(units.map(\.kindWord)).sorted { ($1.count, $0) < ($0.count, $1) }
        }
    }
}

extension Gazetteer {
    /// The commune that `text` names on `day`. `district`: the text of a column or a sheet's name; where it is missing,
    /// the part of `text` after a comma counts. `province`: a code; of an ended province, what it became.
    /// Names that differ in their marks are different communes (Thanh An, Thạnh An) wherever the text has marks.
    package func find(
        commune text: String, district: String? = nil, on day: Day, within province: String? = nil
    ) -> UnitMatch {
        let question = FoundPlaces.Question(text: text, district: district, day: day, province: province)
        return found.match(question) { search(commune: text, district: district, on: day, within: province) }
    }

    private func search(commune text: String, district: String?, on day: Day, within province: String?) -> UnitMatch {
        var text = text
        var district = district.flatMap { normalised($0).isEmpty ? nil : $0 }
        if let comma = text.firstIndex(of: ",") {
            let rest = text[text.index(after: comma)...].prefix { $0 != "," }
            if district == nil, !rest.allSatisfy(\.isWhitespace) { district = String(rest) }
            text = String(text[..<comma])
        }
        let search = UnitSearch(self, level: .commune, text: text, day: day, province: province)
        guard let district else { return search.match(within: nil) }
        switch self.district(district, on: day, within: province) {
        case .one(let unit, _): return search.match(within: unit)
        case .ended(let units): return search.match(inEnded: units)
        default: return .unknownDistrict
        }
    }

    /// The district that `text` names on `day`; `.ended` where districts are no more.
    package func district(_ text: String, on day: Day, within province: String? = nil) -> UnitMatch {
        UnitSearch(self, level: .district, text: text, day: day, province: province).match(within: nil)
    }

    /// The full name of the district that a title or a sheet's name is, if it is one.
    package func district(named title: String, on day: Day, within province: String? = nil) -> String? {
        switch district(title, on: day, within: province) {
        case .one(let unit, let likeness) where likeness != .spelling: unit.fullName
        case .ended(let units): units.first?.fullName
        default: nil
        }
    }

    package func province(_ text: String, on day: Day) -> UnitMatch {
        UnitSearch(self, level: .province, text: text, day: day, province: nil).match(within: nil)
    }
}

private struct UnitSearch {
    let gazetteer: Gazetteer
    let level: UnitLevel
    let name: PlaceName
    let day: Day
    let province: String?

    private var units: [Unit] { gazetteer.lineage.units }
    private var index: UnitIndex { gazetteer.index }

    init(_ gazetteer: Gazetteer, level: UnitLevel, text: String, day: Day, province: String?) {
        self.gazetteer = gazetteer
        self.level = level
        name = PlaceName(text, kinds: gazetteer.index.kinds[level] ?? [])
        self.day = day
        let versions = province.map(gazetteer.versions(of:)) ?? []
        let version = versions.first { $0.isValid(on: day) } ?? versions.last { $0.validTo <= day } ?? versions.first
        self.province = version.flatMap { gazetteer.path(of: $0.id, on: day)?.province } ?? province
    }

    func match(within district: Unit?) -> UnitMatch {
        let here: (Int) -> Bool = { district == nil || units[$0].parentCode == district?.code }
        let valid: (Int) -> Bool = { units[$0].isValid(on: day) && isInProvince($0) }
        let spelled = hits(index.byKey, \.key).filter { valid($0.unit) }
        let folded = name.hasMarks ? [] : hits(index.byFold, \.folded).filter { valid($0.unit) }
        if let match = decided(spelled.filter { here($0.unit) }, likeness) { return match }
        if let match = decided(folded.filter { here($0.unit) }, { _ in .withoutDiacritics }) { return match }
        if let district, let elsewhere = [spelled, folded].first(where: { !$0.isEmpty }) {
            return .otherDistrict(gazetteer.inOrder(distinct(elsewhere)), given: district)
        }
        if let near = misspelt(within: district) { return .one(near, .spelling) }
        let former = hits(index.byKey, \.key).map(\.unit).filter { units[$0].validTo <= day && wasInProvince($0) }
        return former.isEmpty ? .none : .ended(latest(former))
    }

    /// The district is no more. Its communes of that name come first: another commune may have taken the name.
    func match(inEnded districts: [Unit]) -> UnitMatch {
        let codes = Set(districts.map(\.code))
        let former = hits(name.hasMarks ? index.byKey : index.byFold, name.hasMarks ? \.key : \.folded).map(\.unit)
            .filter { units[$0].validTo <= day && codes.contains(units[$0].parentCode ?? "") }
        guard !former.isEmpty else { return match(within: nil) }
        let now = latest(former).compactMap { gazetteer.whereabouts(of: $0.id, on: day)?.unit }
        let matching = match(within: nil)
        if case .one(let unit, _) = matching, now == [unit] { return matching }
        return .ended(latest(former))
    }

    private typealias Hit = (unit: Int, kind: String?)

    private func hits(_ names: [String: [Int]], _ part: (PlaceName.Reading) -> String) -> [Hit] {
        for reading in name.readings {
            let found = (names[part(reading)] ?? []).filter { units[$0].level == level }
            if !found.isEmpty { return found.map { ($0, reading.kind) } }
        }
        return []
    }

    /// The word for the kind tells xã Tân Thành from thị trấn Tân Thành of the same district.
    private func decided(_ hits: [Hit], _ likeness: (Hit) -> Likeness) -> UnitMatch? {
        let ofKind = hits.filter { $0.kind == units[$0.unit].kindWord }
        let hits = ofKind.isEmpty ? hits : ofKind
        guard let first = hits.first else { return nil }
        if hits.count == 1 { return .one(units[first.unit], likeness(first)) }
        return .several(gazetteer.inOrder(distinct(hits)))
    }

    private func likeness(_ hit: Hit) -> Likeness {
        let unit = units[hit.unit]
        guard let kind = hit.kind, kind != unit.kindWord else { return .exact }
        let former = gazetteer.versions(of: unit.code).prefix { $0.validTo <= unit.validFrom }
        return former.contains { $0.kindWord == kind && $0.name == unit.name } ? .outdatedKind : .otherKind
    }

    /// Only within a district or a province: in the whole country everything has a neighbour one letter away.
    private func misspelt(within district: Unit?) -> Unit? {
        guard let area = district?.code ?? province else { return nil }
        let near = gazetteer.units(level, under: area, on: day).filter { unit in
            let key = PlaceName.key(unit.name)
            return name.readings.contains {
                name.hasMarks ? PlaceName.isOneLetterOff($0.key, key) : PlaceName.isOneLetterOff($0.folded, fold(key))
            }
        }
        return near.count == 1 ? near.first : nil
    }

    private func isInProvince(_ unit: Int) -> Bool {
        guard let province, level != .province else { return true }
        return gazetteer.lineage.path(of: unit, on: day).province == province
    }

    private func wasInProvince(_ unit: Int) -> Bool {
        guard let province, level != .province else { return true }
        return gazetteer.lineage.place(of: unit, on: day).path.province == province
    }

    private func distinct(_ hits: [Hit]) -> [Int] { Array(Set(hits.map(\.unit))) }

    /// The last version of each code.
    private func latest(_ found: [Int]) -> [Unit] {
        let last = Dictionary(grouping: found, by: { units[$0].code }).values.compactMap {
            $0.max { units[$0].validFrom < units[$1].validFrom }
        }
        return gazetteer.inOrder(last)
    }
}
