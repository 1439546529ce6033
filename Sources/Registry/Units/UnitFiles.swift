package import Kernel
package import Persistence

/// The two files that tell of admin units: the units, and what became of them. Comma-separated, UTF-8, columns by name.
/// Statistical codes, names and dates are facts of public decrees; the carried pair has all provinces, and districts and
/// communes of Bình Dương and of what it became.
package struct UnitFiles: Sendable {
    package var units: String
    package var successors: String
    /// How messages call the files.
    package var unitsName: String
    package var successorsName: String

    package init(
        units: String, successors: String, unitsName: String = "admin-units.csv",
        successorsName: String = "admin-unit-successors.csv"
    ) {
        self.units = units
        self.successors = successors
        self.unitsName = unitsName
        self.successorsName = successorsName
    }

    /// The pair inside the executable.
    package static var carried: UnitFiles {
        func text(_ path: String) -> String {
            Embedded.files.first { $0.path == path }.map { "\($0.content)" } ?? ""
        }
        return UnitFiles(units: text("Data/admin-units.csv"), successors: text("Data/admin-unit-successors.csv"))
    }

    /// Takes both files over, in the caller's transaction. A version is known by its code and first day: one that is
    /// stored already is corrected or left alone, one that the files do not have stays. Loading again changes nothing.
    /// Throws the first of `findings(in:)` as a failure, and then nothing is stored.
    package func load(into db: Connection) throws -> UnitLoad {
        let (plan, findings) = try plan(over: Unit.all(db), UnitSuccession.all(db))
        if let first = findings.first {
            var details = first.details
            details["file"] = first.place.file
            details["line"] = first.place.row.map(String.init) ?? ""
            details["column"] = first.place.column.map(String.init) ?? ""
            details["count"] = String(findings.count)
            throw Failure(.invalid, first.code, details)
        }
        try plan.store(db)
        return plan.counts
    }

    /// Everything that is wrong with the files, each with file, line and column.
    package func findings(in db: Connection) throws -> [Diagnostic] {
        try plan(over: Unit.all(db), UnitSuccession.all(db)).findings
    }

    func plan(
        over stored: [Unit], _ storedSuccessions: [UnitSuccession]
    ) -> (plan: UnitLoadPlan, findings: [Diagnostic]) {
        let (units, unitFaults) = UnitTable(text: units, file: unitsName).units()
        let (successions, successionFaults) = UnitTable(text: successors, file: successorsName).successions()
        let plan = UnitLoadPlan(
            stored: stored, storedSuccessions: storedSuccessions, units: units, successions: successions)
        let faults = unitFaults + successionFaults
        // Of a file that could not be read as a whole, what does not fit together says nothing.
        return (plan, faults.isEmpty ? plan.faults(unitsName, successorsName) : faults)
    }
}

/// What a load did.
package struct UnitLoad: Equatable, Sendable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    package var successorsAdded = 0
    package var successorsChanged = 0
    package var successorsUnchanged = 0

    package var changesNothing: Bool { added + changed + successorsAdded + successorsChanged == 0 }
}

extension Unit {
    static func all(_ db: Connection) throws -> [Unit] {
        try db.all(
            """
            SELECT id, code, name, full_name, kind, level, parent_code, valid_from, valid_to, date_basis
            FROM registry_unit WHERE base_id IS NULL
            """
        ) { row in
            Unit(
                id: try row[0], code: try row[1], name: try row[2], fullName: try row[3], kind: try row[4],
                level: UnitLevel(rawValue: try row[5]) ?? .commune, parentCode: try row[6], validFrom: try row[7],
                validTo: try row[8], dateBasis: try row[9])
        }
    }
}

extension UnitPart {
    static func all(_ db: Connection) throws -> [UnitPart] {
        try db.all("SELECT id, base_id, heir_id, split_on FROM registry_unit WHERE base_id IS NOT NULL ORDER BY id") {
            UnitPart(id: try $0[0], base: try $0[1], heir: try $0[2], from: try $0[3])
        }
    }
}

extension UnitSuccession {
    static func all(_ db: Connection) throws -> [UnitSuccession] {
        try db.all("SELECT old_code, new_code, on_day, kind, share, decree FROM registry_unit_successor") { row in
            let kind: String = try row[3]
            return UnitSuccession(
                oldCode: try row[0], newCode: try row[1], day: try row[2], kind: Kind(rawValue: kind) ?? .part,
                share: try row[4], decree: try row[5])
        }
    }
}
