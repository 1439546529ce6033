import Kernel
import Persistence

/// The stored units and the files laid together: what would be stored, and what of it does not fit.
struct UnitLoadPlan {
    private struct VersionKey: Hashable {
        var code: String
        var from: Day
    }
    private struct LineKey: Hashable {
        var old: String
        var new: String?
        var day: Day
    }

    private let units: [Lined<Unit>]
    private let successions: [Lined<UnitSuccession>]
    private let stored: [VersionKey: Unit]
    private let storedSuccessions: [LineKey: UnitSuccession]
    /// Everything as it will be, the files' rows with their line, stored ones with line 0.
    private let allUnits: [Lined<Unit>]
    private let allSuccessions: [Lined<UnitSuccession>]

    init(
        stored: [Unit], storedSuccessions: [UnitSuccession], units: [Lined<Unit>], successions: [Lined<UnitSuccession>]
    ) {
        func key(_ unit: Unit) -> VersionKey { VersionKey(code: unit.code, from: unit.validFrom) }
        func key(_ line: UnitSuccession) -> LineKey { LineKey(old: line.oldCode, new: line.newCode, day: line.day) }
        let known = Dictionary(stored.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        // A file that knows of no end does not take back one that a decree brought since.
        let units = units.map { line in
            guard line.value.validTo == .distantFuture, let end = known[key(line.value)]?.validTo else { return line }
            return Lined(line: line.line, value: line.value.ending(on: end))
        }
        self.units = units
        self.successions = successions
        self.stored = known
        self.storedSuccessions = Dictionary(
            storedSuccessions.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let given = Set(units.map { key($0.value) })
        let givenLines = Set(successions.map { key($0.value) })
        allUnits = units + stored.filter { !given.contains(key($0)) }.map { Lined(line: 0, value: $0) }
        allSuccessions =
            successions
            + storedSuccessions.filter { !givenLines.contains(key($0)) }.map { Lined(line: 0, value: $0) }
    }

    /// All units and successors as they will be.
    var everything: ([Unit], [UnitSuccession]) { (allUnits.map(\.value), allSuccessions.map(\.value)) }

    private func stored(_ unit: Unit) -> Unit? { stored[VersionKey(code: unit.code, from: unit.validFrom)] }
    private func stored(_ line: UnitSuccession) -> UnitSuccession? {
        storedSuccessions[LineKey(old: line.oldCode, new: line.newCode, day: line.day)]
    }

    var counts: UnitLoad {
        var counts = UnitLoad()
        for unit in units {
            guard let stored = stored(unit.value) else {
                counts.added += 1
                continue
            }
            if unit.value.with(id: stored.id) == stored { counts.unchanged += 1 } else { counts.changed += 1 }
        }
        for line in successions {
            guard let stored = stored(line.value) else {
                counts.successorsAdded += 1
                continue
            }
            if line.value == stored { counts.successorsUnchanged += 1 } else { counts.successorsChanged += 1 }
        }
        return counts
    }

    /// What does not fit together, by line.
    func faults(_ unitsFile: String, _ successorsFile: String) -> [Diagnostic] {
        var faults: [Diagnostic] = []
        let versions = Dictionary(grouping: allUnits, by: \.value.code).mapValues {
            $0.sorted { $0.value.validFrom < $1.value.validFrom }
        }
        func fault(_ code: String, _ file: String, _ line: Int, _ details: [String: String]) {
            let place = Place(file: file, row: line == 0 ? nil : line)
            faults.append(Diagnostic(.error, code, at: place, details))
        }

        for (code, versions) in versions {
            for (one, other) in zip(versions, versions.dropFirst()) {
                if one.value.validTo > other.value.validFrom {
                    fault(
                        "units.overlap", unitsFile, max(one.line, other.line),
                        ["value": code, "other": String(min(one.line, other.line))])
                }
                if one.value.level != other.value.level {
                    fault("units.level-changed", unitsFile, max(one.line, other.line), ["value": code])
                }
            }
        }
        for unit in allUnits {
            guard let parent = unit.value.parentCode else { continue }
            let above = versions[parent] ?? []
            if above.contains(where: { $0.value.level >= unit.value.level }) || !cover(above, unit.value) {
                fault(
                    "units.parent", unitsFile, unit.line,
                    ["value": parent, "unit": unit.value.fullName, "period": period(unit.value)])
            }
        }
        var seen: Set<LineKey> = []
        for line in allSuccessions {
            let succession = line.value
            let day = succession.day
            let details = ["value": succession.oldCode, "new": succession.newCode ?? "", "date": day.description]
            if !seen.insert(LineKey(old: succession.oldCode, new: succession.newCode, day: day)).inserted {
                fault("units.succession-twice", successorsFile, line.line, details)
            }
            let old = (versions[succession.oldCode] ?? []).map(\.value)
            let lives = succession.kind == .unchanged
            if !old.contains(where: { lives ? $0.isValid(on: day) : $0.validTo == day }) {
                fault("units.succession-old", successorsFile, line.line, details)
            }
            if let code = succession.newCode, !(versions[code] ?? []).contains(where: { $0.value.isValid(on: day) }) {
                fault("units.succession-new", successorsFile, line.line, details)
            }
        }
        for lines in Dictionary(grouping: allSuccessions, by: { "\($0.value.oldCode) \($0.value.day)" }).values
        where lines.count > 1 {
            for line in lines where line.value.kind != .part {
                fault(
                    "units.succession-parts", successorsFile, line.line,
                    ["value": line.value.oldCode, "date": line.value.day.description])
            }
        }
        return faults.sorted { ($0.place.file ?? "", $0.place.row ?? 0) < ($1.place.file ?? "", $1.place.row ?? 0) }
    }

    /// Whether the versions of the parent leave no day of the unit uncovered.
    private func cover(_ parents: [Lined<Unit>], _ unit: Unit) -> Bool {
        var day = unit.validFrom
        for parent in parents where parent.value.isValid(on: day) { day = parent.value.validTo }
        return day >= unit.validTo
    }

    private func period(_ unit: Unit) -> String {
        (unit.validFrom == .distantPast ? "…" : unit.validFrom.description) + " – "
            + (unit.validTo == .distantFuture ? "…" : unit.validTo.description)
    }

    /// Nothing is written where nothing changes, not even the spans.
    func store(_ db: Connection) throws {
        guard !counts.changesNothing else { return }
        for unit in units.map(\.value) {
            guard let stored = stored(unit) else {
                _ = try db.insert(
                    """
                    INSERT INTO registry_unit
                        (code, name, full_name, kind, level, parent_code, valid_from, valid_to, date_basis, name_folded,
                         sort_key)
                    VALUES (\(unit.code), \(unit.name), \(unit.fullName), \(unit.kind), \(unit.level.rawValue),
                        \(unit.parentCode), \(unit.validFrom), \(unit.validTo), \(unit.dateBasis),
                        \(fold(unit.fullName)), \(vietnameseSortKey(unit.name)))
                    """)
                continue
            }
            if unit.with(id: stored.id) == stored { continue }
            try db.run(
                """
                UPDATE registry_unit SET name = \(unit.name), full_name = \(unit.fullName), kind = \(unit.kind),
                    level = \(unit.level.rawValue), parent_code = \(unit.parentCode), valid_to = \(unit.validTo),
                    date_basis = \(unit.dateBasis), name_folded = \(fold(unit.fullName)),
                    sort_key = \(vietnameseSortKey(unit.name))
                WHERE id = \(stored.id)
                """)
        }
        for line in successions.map(\.value) {
            if let stored = stored(line) {
                if stored == line { continue }
                try db.run(
                    """
                    DELETE FROM registry_unit_successor WHERE old_code = \(line.oldCode) AND on_day = \(line.day)
                        AND coalesce(new_code, '') = \(line.newCode ?? "")
                    """)
            }
            _ = try db.insert(
                """
                INSERT INTO registry_unit_successor (old_code, new_code, on_day, kind, share, decree)
                VALUES (\(line.oldCode), \(line.newCode), \(line.day), \(line.kind.rawValue), \(line.share),
                    \(line.decree))
                """)
        }
        try Lineage.storeSpans(anewIn: db)
    }
}

extension Unit {
    func ending(on day: Day) -> Unit {
        Unit(
            id: id, code: code, name: name, fullName: fullName, kind: kind, level: level, parentCode: parentCode,
            validFrom: validFrom, validTo: day, dateBasis: dateBasis)
    }

    func with(id: ID) -> Unit {
        var unit = self
        unit.id = id
        return unit
    }
}
