package import Kernel
package import Persistence

/// One number of a report: which members of a population belong to it and what each adds. Total, part by unit,
/// drill-down and export all come from these two expressions over the one query of the population.
package struct Figure: Sendable {
    package enum Unit: String, Sendable { case count, persons, vnd, squareMetres = "m2" }

    /// A stable dotted name: `cooperatives.crop`.
    package let id: String
    package let unit: Unit
    /// SQL over the population's columns: whether a member belongs.
    package let belongs: String
    /// SQL over the population's columns: what a member adds; NULL: not reported.
    package let value: String
    /// The act whose numbers decide who belongs on a day; nil where none does.
    package let basis: @Sendable (Day) -> LegalBasis?

    package init(
        _ id: String, _ unit: Unit = .count, where belongs: String = "1 = 1", value: String = "1",
        basis: @escaping @Sendable (Day) -> LegalBasis? = { _ in nil }
    ) {
        self.id = id
        self.unit = unit
        self.belongs = belongs
        self.value = value
        self.basis = basis
    }
}

/// The records that figures count, one row each, as of a day.
package struct Population: Sendable {
    package let name: String
    /// The record type of its members.
    package let type: String
    private let table: String
    /// The listing that shows its members.
    package let listing: String
    /// A query with one row per member: `id`, `unit_id` and what the figures' expressions name. `since` is the first
    /// day of the report's period.
    package let members: @Sendable (_ asOf: Day, _ since: Day) -> SQL
    package let figures: [Figure]

    /// `listing`: where it is not that of the type.
    package init<R: Record>(
        _ name: String, of type: R.Type, listing: String? = nil, figures: [Figure],
        members: @escaping @Sendable (_ asOf: Day, _ since: Day) -> SQL
    ) {
        self.name = name
        self.type = R.description.name
        table = R.description.table
        self.listing = listing ?? R.description.name
        self.figures = figures
        self.members = members
    }

    /// The members that a reader may see.
    private func members(_ asOf: Day, _ since: Day, _ rows: RowScope) -> SQL {
        guard let condition = rows.condition("r") else { return "(\(members(asOf, since))) AS p" }
        return """
            (\(members(asOf, since))) AS p
            WHERE p.id IN (SELECT r.id FROM \(described: table) r WHERE \(condition))
            """
    }

    /// What each figure comes to, by the unit that the records were written with.
    package func tally(asOf: Day, since: Day, _ rows: RowScope, in db: Connection) throws -> [(
        unit: Int64, counts: [Tally]
    )] {
        let sums = figures.map { figure in
            """
            CAST(sum(CASE WHEN \(figure.belongs) THEN 1 ELSE 0 END) AS BIGINT),
            CAST(sum(CASE WHEN \(figure.belongs) AND (\(figure.value)) IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
            CAST(sum(CASE WHEN \(figure.belongs) THEN \(figure.value) END) AS BIGINT)
            """
        }.joined(separator: ", ")
        // `+`: by an index on the unit SQLite would jump about in the records; sorting what it reads in order is faster.
        let sql: SQL = """
            SELECT +unit_id, \(described: sums) FROM \(members(asOf, since, rows)) GROUP BY +unit_id
            """
        return try db.all(sql) { row in
            var counts: [Tally] = []
            for index in figures.indices {
                counts.append(
                    Tally(
                        members: try row[1 + index * 3], reported: try row[2 + index * 3],
                        sum: try (row[3 + index * 3] as Int64?) ?? 0))
            }
            return (try row[0], counts)
        }
    }

    /// The ids of the records behind a figure.
    package func records(of figure: Figure, asOf: Day, since: Day) -> SQL {
        "SELECT id FROM (\(members(asOf, since))) AS p WHERE \(described: figure.belongs)"
    }

    /// The records behind every figure, with the unit each was written with, in one pass.
    package func evidence(asOf: Day, since: Day, _ rows: RowScope, in db: Connection) throws -> [(
        id: Int64, unit: Int64, belongs: [Bool]
    )] {
        let flags = figures.map { "CASE WHEN \($0.belongs) THEN 1 ELSE 0 END" }.joined(separator: ", ")
        return try db.all(
            "SELECT id, unit_id, \(described: flags) FROM \(members(asOf, since, rows)) ORDER BY id"
        ) { row in
            (try row[0], try row[1], try figures.indices.map { try row[2 + $0] })
        }
    }
}

/// How much of a figure is known: the members that belong, those that reported, and the sum of what they reported.
package struct Tally: Equatable, Sendable {
    package var members: Int
    package var reported: Int
    package var sum: Int64

    package init(members: Int = 0, reported: Int = 0, sum: Int64 = 0) {
        self.members = members
        self.reported = reported
        self.sum = sum
    }

    package var notReported: Int { members - reported }

    package static func + (a: Tally, b: Tally) -> Tally {
        Tally(members: a.members + b.members, reported: a.reported + b.reported, sum: a.sum + b.sum)
    }
}
