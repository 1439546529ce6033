import Kernel
import Persistence

/// All versions of all units with the lines of descent between them. Places in `units` stand for the versions.
struct Lineage: Sendable {
    /// By code, then by time.
    let units: [Unit]
    private let versions: [String: Range<Int>]
    /// What a version became on its last day; empty where nobody says.
    private let next: [[Int]]
    /// What a version was made from.
    private let previous: [[Int]]
    private let parts: [String: [Int]]
    private let byID: [Unit.ID: Int]
    /// The parts of split units that records are written with.
    let chosen: [Unit.ID: UnitPart]

    init(
        _ versions: some Sequence<Unit>, _ successions: some Sequence<UnitSuccession>, chosen: [UnitPart] = []
    ) {
        let units = versions.sorted { ($0.code, $0.validFrom) < ($1.code, $1.validFrom) }
        var ranges: [String: Range<Int>] = [:]
        var parts: [String: [Int]] = [:]
        for (index, unit) in units.enumerated() {
            ranges[unit.code] = (ranges[unit.code]?.lowerBound ?? index)..<(index + 1)
            if let parent = unit.parentCode { parts[parent, default: []].append(index) }
        }
        func version(_ code: String, on day: Day) -> Int? { ranges[code]?.first { units[$0].isValid(on: day) } }

        let lines = Dictionary(grouping: successions, by: \.oldCode)
        var next = Array(repeating: [Int](), count: units.count)
        var previous = next
        for (index, unit) in units.enumerated() where unit.validTo < .distantFuture {
            let told = (lines[unit.code] ?? []).filter { $0.day == unit.validTo }
            // A version of the same code that follows without a gap goes on where the list of successors is silent.
            let heirs =
                told.isEmpty
                ? [version(unit.code, on: unit.validTo)].compactMap(\.self)
                : told.compactMap { line in line.newCode.flatMap { version($0, on: line.day) } }
            next[index] = heirs
            for heir in heirs { previous[heir].append(index) }
        }
        self.units = units
        self.versions = ranges
        self.next = next
        self.previous = previous
        self.parts = parts
        byID = Dictionary(units.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.chosen = Dictionary(chosen.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    init(_ db: Connection) throws {
        self.init(try Unit.all(db), try UnitSuccession.all(db), chosen: try UnitPart.all(db))
    }

    /// The version that a record's number stands for on a day: another for a part before and after its split.
    func version(_ id: Unit.ID, on day: Day) -> Int? {
        guard let part = chosen[id] else { return byID[id] }
        return version(day < part.from ? part.base : part.heir, on: day)
    }

    func version(_ code: String, on day: Day) -> Int? { versions[code]?.first { units[$0].isValid(on: day) } }

    /// All versions that a code has had, oldest first.
    func versions(of code: String) -> [Unit] { versions[code].map { Array(units[$0]) } ?? [] }

    func parts(of code: String, on day: Day) -> [Int] { (parts[code] ?? []).filter { units[$0].isValid(on: day) } }

    func heirs(of index: Int) -> [Int] { next[index] }
    func forebears(of index: Int) -> [Int] { previous[index] }

    /// The codes from the province down to a unit that is valid on `day`.
    func path(of index: Int, on day: Day) -> UnitPath {
        let unit = units[index]
        var path = unit.parentCode.flatMap { version($0, on: day) }.map { self.path(of: $0, on: day) } ?? UnitPath()
        switch unit.level {
        case .province: path.province = unit.code
        case .district: path.district = unit.code
        case .commune: path.commune = unit.code
        }
        return path
    }

    /// The units of `day` that hold something of a version, and the versions on the way that ended, or began, without
    /// anybody saying what came after, or before.
    func traces(of index: Int, on day: Day) -> (found: [Int], lost: [Int]) {
        if units[index].isValid(on: day) { return ([index], []) }
        var found: [Int] = []
        var lost: [Int] = []
        var open = [index]
        while let version = open.popLast() {
            if units[version].isValid(on: day) {
                if !found.contains(version) { found.append(version) }
                continue
            }
            let onward = day < units[version].validFrom ? previous[version] : next[version]
            if onward.isEmpty { lost.append(version) }
            open += onward
        }
        return (found, lost)
    }

    /// Where a version lies on `day`: the unit when there is exactly one, and the path up to what all possible units share.
    func place(of index: Int, on day: Day) -> (unit: Int?, path: UnitPath) {
        let (found, lost) = traces(of: index, on: day)
        if lost.isEmpty, found.count == 1, let unit = found.first { return (unit, path(of: unit, on: day)) }
        var paths = found.map { path(of: $0, on: day) }
        for version in lost {
            // What became of it is not known, but it lies where the unit around it lies.
            let unit = units[version]
            let lastDay = day < unit.validFrom ? unit.validFrom : unit.validTo.adding(days: -1)
            let parent = unit.parentCode.flatMap { self.version($0, on: lastDay) }
            paths.append(parent.map { place(of: $0, on: day).path } ?? UnitPath())
        }
        guard let first = paths.first else { return (nil, UnitPath()) }
        return (nil, paths.dropFirst().reduce(first) { $0.shared(with: $1) })
    }
}
