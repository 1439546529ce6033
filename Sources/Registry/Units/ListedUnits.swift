import Kernel
import Records

/// The units that a list of a day may name for a record, whatever unit the record was written with: where it lies on
/// that day, or where it may lie while nobody has chosen. A list of today therefore finds the records of before a merger.
struct ListedUnits {
    private let gazetteer: Gazetteer
    private let day: Day
    private var known: [Unit.ID: [Unit.ID]] = [:]

    init(_ gazetteer: Gazetteer, on day: Day) {
        self.gazetteer = gazetteer
        self.day = day
    }

    mutating func units(of written: Unit.ID) -> [Unit.ID] {
        if let units = known[written] { return units }
        let place = gazetteer.whereabouts(of: written, on: day)
        let units = place.map { $0.unit.map { [$0] } ?? $0.choices }?.map(\.id) ?? []
        known[written] = units.isEmpty ? [written] : units
        return known[written] ?? []
    }
}

extension MatchIndex {
    /// A subject by its name in each of these units.
    mutating func add(_ subject: Int64, _ name: String, in units: [Unit.ID]) {
        for unit in units {
            add(CooperativeImport.nameKey(name, unit), subject)
            add(name, in: unit.number, subject)
        }
    }
}
