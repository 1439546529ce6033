import Kernel
import Persistence
import Records
import Registry

/// How the grades of a year are spread over cooperatives: in all, by the units of the day and by kind of production.
struct GradeCounts: Sendable {
    /// Over some cooperatives.
    struct Spread: Sendable, Equatable {
        private var counts: [Standing: Int] = [:]
        /// Of the average and the weak, those without an advice plan.
        private(set) var unadvised = 0

        mutating func add(_ count: Int, _ standing: Standing, isAdvised: Bool) {
            counts[standing, default: 0] += count
            if standing == .average || standing == .weak, !isAdvised { unadvised += count }
        }

        subscript(standing: Standing) -> Int { counts[standing] ?? 0 }
        var graded: Int { Standing.grades.reduce(0) { $0 + self[$1] } }
        var all: Int { counts.values.reduce(0, +) }
    }

    struct Line: Sendable {
        /// A unit's code, or `needs_choice`.
        let code: String
        /// `nil` for 'needs a new commune'.
        let unit: Unit?
        let spread: Spread
    }

    let year: Year
    let whole: Spread
    /// The units one step below the one asked for; 'needs a new commune' last.
    let lines: [Line]
    /// Those that do not say their kind come last.
    let kinds: [(kind: CooperativeKind?, spread: Spread)]

    init(of year: Year, _ question: GradeQuestion, _ gazetteer: Gazetteer, in db: Connection) throws {
        self.year = year
        let day = question.asOf
        let order = (gazetteer.units(.district, on: day) + gazetteer.units(.commune, on: day)).map(\.code)
        let children = question.unit.map { Set(gazetteer.children(of: $0, on: day).map(\.code)) }
        var whole = Spread()
        var byUnit: [String: Spread] = [:]
        var byKind: [CooperativeKind?: Spread] = [:]
        try db.each(
            """
            SELECT p.unit_id, p.kind, p.grade, p.exclusion, p.is_advised, count(*) FROM (
                SELECT c.unit_id, c.kind, o.grade, o.exclusion,
                    CASE WHEN \(question.isAdvised(on: year)) THEN 1 ELSE 0 END AS is_advised
                FROM registry_cooperative c LEFT JOIN (\(question.outcomes(of: year))) o ON o.cooperative_id = c.id
                WHERE \(question.cooperatives)
            ) p GROUP BY p.unit_id, p.kind, p.grade, p.exclusion, p.is_advised
            """
        ) { row in
            let standing = Standing(grade: try row[2], exclusion: try row[3])
            let (isAdvised, count): (Bool, Int) = (try row[4], try row[5])
            whole.add(count, standing, isAdvised: isAdvised)
            let kind = (try row[1] as String?).flatMap(CooperativeKind.init)
            byKind[kind, default: Spread()].add(count, standing, isAdvised: isAdvised)
            let (codes, line) = SituationReport.codes(of: try row[0], on: day, gazetteer)
            let code: String? = if let children { codes.first { children.contains($0) } } else { line }
            byUnit[code ?? UnitCondition.needsChoice, default: Spread()].add(count, standing, isAdvised: isAdvised)
        }
        self.whole = whole
        let places = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        lines =
            children?.isEmpty == true
            ? []
            : byUnit.sorted { places[$0.key] ?? .max < places[$1.key] ?? .max }
                .map { Line(code: $0.key, unit: gazetteer.unit($0.key, on: day), spread: $0.value) }
        kinds = (CooperativeKind.allCases + [nil]).compactMap { kind in byKind[kind].map { (kind, $0) } }
    }
}
