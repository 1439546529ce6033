package import Access
package import Kernel
package import Persistence
package import Records

/// The situation as of a day: every figure of every section, for the whole and for each unit of that day.
///
/// Parts add up to the whole on every day: a record whose commune was split stands under 'needs a new commune' until a
/// person has chosen.
package struct SituationReport: Sendable {
    /// A figure for the whole (`unit` is nil) or for a unit.
    package struct Value: Sendable {
        package let figure: Figure
        /// A unit's code, `needs_choice`, or nil.
        package let unit: String?
        package let tally: Tally
        /// What the part is a part of: the population's first figure for the same unit.
        package let population: Int
        /// The act whose numbers decide what it counts, if one does.
        package let basis: LegalBasis?

        package var id: String { unit.map { "\(figure.id)@\($0)" } ?? figure.id }

        /// `nil`: records belong, and none of them reports it. Unknown is not zero.
        package var value: Int64? {
            tally.members > 0 && tally.reported == 0 ? nil : tally.sum
        }
        /// Of a count: the records counted, of all. Of a sum: the records that report it, of those that should.
        package var numerator: Int { figure.unit == .count ? tally.members : tally.reported }
        package var denominator: Int { figure.unit == .count ? population : tally.members }
    }

    /// A line of a table by unit.
    package struct Line: Sendable {
        package let code: String
        /// `nil` for 'needs a new commune'.
        package let unit: Unit?
    }

    package let asOf: Day
    /// The first day of the period in which things are new: that of the year.
    package let since: Day
    package let sections: [ReportSection]
    /// The units one step below the whole: districts, since 2025-07-01 communes; 'needs a new commune' last.
    package let lines: [Line]
    private let values: [String: Value]

    /// What a reader may see of the register. Of record types that are not the reader's to read there are no figures: to
    /// say that there are none would be wrong.
    package init(
        asOf: Day, sections: [ReportSection], gazetteer: Gazetteer, for viewer: Viewer, in db: Connection
    ) throws {
        self.asOf = asOf
        since = Day(year: asOf.year, month: 1, day: 1) ?? asOf
        self.sections = sections
        var values: [String: Value] = [:]
        var lineCodes: Set<String> = []
        for population in sections.flatMap(\.populations) where viewer.may(.read, population.type) {
            var sums: [String?: [Tally]] = [nil: population.figures.map { _ in Tally() }]
            for (unit, counts) in try population.tally(
                asOf: asOf, since: since, viewer.rows(.read, population.type), in: db)
            {
                let (codes, line) = Self.codes(of: Identifier(unit), on: asOf, gazetteer)
                lineCodes.insert(line)
                for code in [nil] + codes {
                    sums[code] = zip(sums[code] ?? population.figures.map { _ in Tally() }, counts).map(+)
                }
            }
            for (code, tallies) in sums {
                for (figure, tally) in zip(population.figures, tallies) {
                    let value = Value(
                        figure: figure, unit: code, tally: tally, population: tallies[0].members,
                        basis: figure.basis(asOf))
                    values[value.id] = value
                }
            }
        }
        self.values = values
        let order = Dictionary(
            uniqueKeysWithValues: (gazetteer.units(.district, on: asOf) + gazetteer.units(.commune, on: asOf))
                .enumerated().map { ($1.code, $0) })
        lines = lineCodes.sorted { order[$0] ?? .max < order[$1] ?? .max }
            .map { Line(code: $0, unit: gazetteer.unit($0, on: asOf)) }
    }

    package subscript(_ id: String, unit unit: String? = nil) -> Value? { values[unit.map { "\(id)@\($0)" } ?? id] }

    /// Every value: the whole first, then by figure and unit.
    package var all: [Value] {
        let order = Dictionary(uniqueKeysWithValues: figures.enumerated().map { ($1.id, $0) })
        return values.values.sorted {
            ($0.unit ?? "", order[$0.figure.id] ?? 0) < ($1.unit ?? "", order[$1.figure.id] ?? 0)
        }
    }

    package var figures: [Figure] { sections.flatMap(\.populations).flatMap(\.figures) }

    /// The codes under which a record counts on a day, and the one of them that is its line in a table by unit.
    package static func codes(
        of unit: Unit.ID, on day: Day, _ gazetteer: Gazetteer
    ) -> (codes: [String], line: String) {
        guard let place = gazetteer.whereabouts(of: unit, on: day) else {
            return ([UnitCondition.needsChoice], UnitCondition.needsChoice)
        }
        var codes = [place.path.province, place.path.district, place.path.commune].compactMap(\.self)
        if place.needsChoice {
            codes.append(UnitCondition.needsChoice)
            return (codes, UnitCondition.needsChoice)
        }
        return (codes, place.path.district ?? place.path.commune ?? place.path.province ?? UnitCondition.needsChoice)
    }

    /// The records behind every figure, for the whole and by unit.
    package func evidence(
        _ gazetteer: Gazetteer, for viewer: Viewer, in db: Connection
    ) throws -> [String: [Int64]] {
        var records: [String: [Int64]] = [:]
        for population in sections.flatMap(\.populations) where viewer.may(.read, population.type) {
            for (id, unit, belongs) in try population.evidence(
                asOf: asOf, since: since, viewer.rows(.read, population.type), in: db)
            {
                let codes = Self.codes(of: Identifier(unit), on: asOf, gazetteer).codes
                for (figure, isMember) in zip(population.figures, belongs) where isMember {
                    records[figure.id, default: []].append(id)
                    for code in codes { records["\(figure.id)@\(code)", default: []].append(id) }
                }
            }
        }
        return records
    }
}

/// A part of the report that a feature registers: its figures, under a heading. `headline` names the figures that the
/// home page shows.
package struct ReportSection: Sendable {
    package let name: String
    package let populations: [Population]
    package let headlines: [String]
    package let divisions: [Division]
    /// What it says in the document, after a heading; the register's own part is worded in the template.
    package let paragraphs: @Sendable (SituationReport, Texts) -> [String]

    package init(
        _ name: String, populations: [Population], headlines: [String] = [], divisions: [Division] = [],
        paragraphs: @escaping @Sendable (SituationReport, Texts) -> [String] = { _, _ in [] }
    ) {
        self.name = name
        self.populations = populations
        self.headlines = headlines
        self.divisions = divisions
        self.paragraphs = paragraphs
    }

    /// Figures that belong together, under the heading `pages.situation-NAME`.
    package struct Division: Sendable {
        let name: String
        let figures: [String]
        /// Shown only where they count something.
        let sometimes: [String]
        /// The figures of which each is a share, said with both counts.
        let wholes: [String]

        package init(_ name: String, _ figures: [String], sometimes: [String] = [], wholes: [String] = []) {
            self.name = name
            self.figures = figures
            self.sometimes = sometimes
            self.wholes = wholes
        }
    }

    /// Part 1.I of the plan.
    package static let register = ReportSection(
        "register",
        populations: [SituationFigures.cooperatives, SituationFigures.dissolved, SituationFigures.groups],
        headlines: ["cooperatives", "members", "charter_capital", "groups"],
        divisions: [
            Division(
                "status",
                [
                    "cooperatives.active", "cooperatives.suspended", "cooperatives.stopped",
                    "cooperatives.dissolving", "cooperatives.new", "cooperatives.dissolved",
                ], sometimes: ["cooperatives.unknown_status"]),
            Division(
                "scale",
                ["cooperatives.large", "cooperatives.medium", "cooperatives.small", "cooperatives.micro"],
                sometimes: ["cooperatives.unknown_scale"]),
            Division(
                "founders",
                [
                    "groups.farmers_union", "groups.womens_union", "groups.veterans_association",
                    "groups.youth_union", "groups.other",
                ], sometimes: ["groups.unknown_founder"]),
        ])
}
