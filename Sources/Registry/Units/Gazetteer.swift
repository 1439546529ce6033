package import Kernel
package import Persistence
import Synchronization

/// Where a version of a unit lies on a day.
package struct Whereabouts: Equatable, Sendable {
    /// The unit of that day. None where the version was split, or nobody says what became of it: never guessed.
    package let unit: Unit?
    /// What a person can choose from where there is no `unit`; may be empty.
    package let choices: [Unit]
    /// The codes down to the unit, or as far as all choices agree.
    package let path: UnitPath

    package var needsChoice: Bool { unit == nil }
}

/// All units of all times, in memory. Lists are in Vietnamese order.
package struct Gazetteer: Sendable {
    let lineage: Lineage
    private let rank: [Int]
    let index: UnitIndex
    let found = FoundPlaces()

    package init(_ db: Connection) throws { self.init(try Lineage(db)) }

    init(_ units: [Unit], _ successions: [UnitSuccession]) { self.init(Lineage(units, successions)) }

    private init(_ lineage: Lineage) {
        self.lineage = lineage
        let keys = lineage.units.map { Array(vietnameseSortKey($0.name).utf8) }
        var rank = Array(repeating: 0, count: keys.count)
        let order = keys.indices.sorted {
            keys[$0] == keys[$1] ? $0 < $1 : keys[$0].lexicographicallyPrecedes(keys[$1])
        }
        for (place, unit) in order.enumerated() { rank[unit] = place }
        self.rank = rank
        index = UnitIndex(lineage.units)
    }

    /// Every version of every unit.
    package var all: [Unit] { lineage.units }

    /// What a record was written with; of a part the unit that was split.
    package func unit(_ id: Unit.ID) -> Unit? { written(id).map { lineage.units[$0] } }

    private func written(_ id: Unit.ID) -> Int? { lineage.version(id, on: .distantPast) }

    package func unit(_ code: String, on day: Day) -> Unit? { lineage.version(code, on: day).map { lineage.units[$0] } }

    /// All versions of a code, oldest first.
    package func versions(of code: String) -> [Unit] { lineage.versions(of: code) }

    /// What is directly below a unit on a day; the provinces for `nil`.
    package func children(of code: String?, on day: Day) -> [Unit] {
        guard let code else { return units(.province, on: day) }
        return inOrder(lineage.parts(of: code, on: day))
    }

    /// The units of a level on a day, anywhere below `code` or in the whole country.
    package func units(_ level: UnitLevel, under code: String? = nil, on day: Day) -> [Unit] {
        guard let code else {
            return inOrder(
                lineage.units.indices.filter { lineage.units[$0].level == level && lineage.units[$0].isValid(on: day) })
        }
        var found: [Int] = []
        var open = lineage.parts(of: code, on: day)
        while let index = open.popLast() {
            if lineage.units[index].level == level { found.append(index) }
            if lineage.units[index].level < level { open += lineage.parts(of: lineage.units[index].code, on: day) }
        }
        return inOrder(found)
    }

    /// The units around a unit, the province first; without the unit itself.
    package func ancestors(of code: String, on day: Day) -> [Unit] {
        guard let index = lineage.version(code, on: day) else { return [] }
        let path = lineage.path(of: index, on: day)
        return [path.province, path.district, path.commune].compactMap(\.self).filter { $0 != code }
            .compactMap { unit($0, on: day) }
    }

    /// Where the version that a record was written with lies on `day`.
    package func whereabouts(of id: Unit.ID, on day: Day) -> Whereabouts? {
        guard let index = lineage.version(id, on: day) else { return nil }
        let (unit, path) = lineage.place(of: index, on: day)
        return Whereabouts(
            unit: unit.map { lineage.units[$0] }, choices: unit == nil ? inOrder(choices(for: index, on: day)) : [],
            path: path)
    }

    package func path(of id: Unit.ID, on day: Day) -> UnitPath? {
        lineage.version(id, on: day).map { lineage.place(of: $0, on: day).path }
    }

    /// What a version became on its last day; empty while it lasts, or where nothing of its level took its place.
    package func successors(of id: Unit.ID) -> [Unit] { inOrder(written(id).map(lineage.heirs) ?? []) }

    /// What a version was made from.
    package func predecessors(of id: Unit.ID) -> [Unit] { inOrder(written(id).map(lineage.forebears) ?? []) }

    func inOrder(_ indices: [Int]) -> [Unit] { indices.sorted { rank[$0] < rank[$1] }.map { lineage.units[$0] } }

    /// An abolished district became what its communes became.
    private func choices(for index: Int, on day: Day) -> [Int] {
        let (found, lost) = lineage.traces(of: index, on: day)
        let parts = lost.flatMap { version -> [Int] in
            let unit = lineage.units[version]
            let lastDay = day < unit.validFrom ? unit.validFrom : unit.validTo.adding(days: -1)
            return lineage.parts(of: unit.code, on: lastDay).flatMap { lineage.traces(of: $0, on: day).found }
        }
        return Array(Set(found + parts))
    }
}

/// What names were found to mean: a list of 20,000 rows names a hundred communes.
final class FoundPlaces: Sendable {
    struct Question: Hashable {
        let text: String
        let district: String?
        let day: Day
        let province: String?
    }

    private let matches = Mutex<[Question: UnitMatch]>([:])

    func match(_ question: Question, _ find: () -> UnitMatch) -> UnitMatch {
        if let known = matches.withLock({ $0[question] }) { return known }
        let match = find()
        matches.withLock {
            if $0.count >= 5_000 { $0 = [:] }
            $0[question] = match
        }
        return match
    }
}

/// The gazetteer of the process: read once, and again after units were loaded.
package final class SharedGazetteer: Sendable {
    private let kept = Mutex<(stamp: Int64, gazetteer: Gazetteer)?>(nil)

    package init() {}

    package func gazetteer(_ db: Connection) throws -> Gazetteer {
        let stamp: Int64 = try db.one("SELECT stamp FROM registry_unit_stamp") { try $0[0] }
        if let kept = kept.withLock({ $0 }), kept.stamp == stamp { return kept.gazetteer }
        let gazetteer = try Gazetteer(db)
        kept.withLock { $0 = (stamp, gazetteer) }
        return gazetteer
    }
}
