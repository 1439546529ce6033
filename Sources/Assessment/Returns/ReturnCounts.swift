package import Access
package import Kernel
package import Persistence
import Records
package import Registry

/// How the returns of a year come in: in all, and by the units of the day one step below the one asked for. The counts are
/// those of the situation report, and so are the lists behind them.
package struct ReturnCounts: Sendable {
    package struct Line: Sendable {
        /// A unit's code, or `needs_choice`.
        let code: String
        /// `nil` for 'needs a new commune'.
        let unit: Unit?
        let counts: [Int]
    }

    /// Expected first, of which all others are a part.
    static let figures = returnSection.populations[0].figures.map(\.id)

    /// In the order of the figures.
    package let whole: [Int]
    /// 'Needs a new commune' last.
    package let lines: [Line]

    package init(
        of year: Year, on day: Day, under unit: String?, _ viewer: Viewer, _ gazetteer: Gazetteer, in db: Connection
    ) throws {
        let children = unit.map { Set(gazetteer.children(of: $0, on: day).map(\.code)) }
        let within = viewer.rows(.read, Cooperative.description.name).condition("c").map { condition in
            "WHERE o.id IN (SELECT c.id FROM registry_cooperative c WHERE \(condition))" as SQL
        }
        var whole = Self.figures.map { _ in 0 }
        var byUnit: [String: [Int]] = [:]
        // Grouped by all at once: by the unit alone SQLite would walk that index and jump about in the returns.
        try db.each(
            """
            SELECT p.unit_id, p.has_come, p.is_in_time, p.is_accepted, count(*) FROM (
                SELECT o.unit_id, CASE WHEN o.submitted_on IS NULL THEN 0 ELSE 1 END AS has_come,
                    CASE WHEN o.submitted_on <= o.due_on THEN 1 ELSE 0 END AS is_in_time, o.is_accepted
                FROM (\(obliged(to: year, on: day))) o \(within ?? .empty)
            ) p GROUP BY p.unit_id, p.has_come, p.is_in_time, p.is_accepted
            """
        ) { row in
            let (hasCome, isInTime, isAccepted): (Bool, Bool, Bool) = (try row[1], try row[2], try row[3])
            let count: Int = try row[4]
            let (codes, line) = SituationReport.codes(of: try row[0], on: day, gazetteer)
            if let unit, !codes.contains(unit) { return }
            let counts = [true, hasCome, isInTime, isAccepted, !hasCome].map { $0 ? count : 0 }
            let child: String? = if let children { codes.first { children.contains($0) } } else { line }
            let code = child ?? UnitCondition.needsChoice
            whole = zip(whole, counts).map(+)
            byUnit[code] = byUnit[code].map { zip($0, counts).map(+) } ?? counts
        }
        self.whole = whole
        let order = (gazetteer.units(.district, on: day) + gazetteer.units(.commune, on: day)).map(\.code)
        let places = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        lines =
            children?.isEmpty == true
            ? []
            : byUnit.sorted { places[$0.key] ?? .max < places[$1.key] ?? .max }
                .map { Line(code: $0.key, unit: gazetteer.unit($0.key, on: day), counts: $0.value) }
    }
}
