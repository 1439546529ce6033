import Kernel
package import Persistence
package import Records

extension UnitDecree {
    /// Stores what the decree says of units. Dated as they are, they count from its day on, whenever it is applied.
    /// Throws the first thing that does not fit, and `unit_decree.applied` where that has happened already.
    @discardableResult
    package func apply(by act: Act, in db: Connection) throws -> UnitDecree {
        if case .fails(let code, let details) = mayBeChanged { throw Failure(.refused, code, details) }
        try DecreePlan(self, in: db).store(db)
        var applied = self
        applied.appliedOn = act.at.day
        return try db.update(applied, from: self, by: act)
    }

    /// Takes all of it back, while its day has not come. Throws `unit_decree.not-applied`, `unit_decree.in-force`, and
    /// `unit_decree.in-use` where something was already written with the new units.
    @discardableResult
    package func takeBack(by act: Act, in db: Connection) throws -> UnitDecree {
        guard appliedOn != nil else { throw Failure(.refused, "unit_decree.not-applied") }
        guard effectiveOn > act.at.day else {
            throw Failure(.refused, "unit_decree.in-force", ["date": DateText.short(effectiveOn, .vi)])
        }
        let lines = try DecreeLine.read(lines)
        do {
            try db.attempt {
                try db.run("DELETE FROM registry_unit_span")
                for code in Set(lines.compactMap(\.new)).sorted() {
                    try db.run("DELETE FROM registry_unit WHERE code = \(code) AND valid_from = \(effectiveOn)")
                }
                for code in Set(lines.map(\.old)).sorted() {
                    try db.run(
                        """
                        UPDATE registry_unit SET valid_to = \(Day.distantFuture)
                        WHERE code = \(code) AND valid_to = \(effectiveOn) AND base_id IS NULL
                        """)
                    try db.run(
                        """
                        DELETE FROM registry_unit_successor
                        WHERE old_code = \(code) AND on_day = \(effectiveOn) AND decree = \(name)
                        """)
                }
            }
        } catch let failure as Failure where failure.code == "persistence.still-referenced" {
            throw Failure(.refused, "unit_decree.in-use")
        }
        try Lineage.storeSpans(anewIn: db)
        var open = self
        open.appliedOn = nil
        return try db.reopen(open, from: self, by: act, action: .corrected)
    }
}
