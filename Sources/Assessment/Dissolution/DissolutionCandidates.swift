import Access
import Kernel
import Persistence
import Records
import Registry

/// A cooperative that seems not to work, by what the register, its returns and its grades say on a day.
struct DissolutionCandidate: Sendable {
    /// What speaks for it, and since when that is so without a break.
    enum Sign: Sendable, Equatable {
        case inactive(StatusChoice, since: Day)
        case noRevenue(since: Year, to: Year)
        case notAssessed(Exclusion, since: Year, to: Year)
        case belowMinimum(members: Int, since: Day)
    }

    let cooperative: Cooperative.ID
    let name: String
    let unit: String
    let signs: [Sign]
    /// The proposal that is under way.
    let open: DissolutionProposal.ID?

    /// The grounds that the register can show, with the last day on which they are none yet.
    func grounds(_ law: DissolutionLaw) -> [(ground: DissolutionGround, graceEnds: Day)] {
        signs.compactMap { sign in
            switch sign {
            case .inactive(_, let since): law.graceEnds(.stopped, since: since).map { (.stopped, $0) }
            case .belowMinimum(_, let since): law.graceEnds(.belowMinimum, since: since).map { (.belowMinimum, $0) }
            case .noRevenue, .notAssessed: nil
            }
        }
    }
}

extension DissolutionCandidate {
    /// Those that a reader may see, in Vietnamese order. Of types that are not the reader's to read nothing is told.
    static func list(
        on day: Day, unit: String?, for viewer: Viewer, law: LawNumbers = .shipped, in db: Connection
    ) throws -> [DissolutionCandidate] {
        let within: SQL = unit.map { "c.unit_id IN (\(units(under: $0, on: day)))" } ?? "1 = 1"
        let visible: SQL = """
            \(Cooperative.exists(day)) AND \(within) AND \(viewer.cooperatives(ofTheir: "dissolution_proposal"))
            """
        var signs: [Int64: [Sign]] = [:]
        if viewer.may(.read, "cooperative") {
            try inactive(on: day, visible, viewer, in: db).forEach { signs[$0, default: []].append($1) }
        }
        if viewer.may(.read, "annual_return") {
            try withoutRevenue(on: day, visible, viewer, in: db).forEach { signs[$0, default: []].append($1) }
        }
        if viewer.may(.read, "outcome") {
            try notAssessed(on: day, visible, viewer, in: db).forEach { signs[$0, default: []].append($1) }
        }
        if viewer.may(.read, "cooperative"), let minimum = law.minimumMembers(on: day)?.members {
            try small(minimum, on: day, visible, viewer, in: db).forEach { signs[$0, default: []].append($1) }
        }
        let found = signs
        return try db.all(
            """
            SELECT c.id, c.name, \(described: Cooperative.unitName), p.id FROM registry_cooperative c
            LEFT JOIN assessment_dissolution p ON p.cooperative_id = c.id AND p.step NOT IN ('dissolved', 'withdrawn')
            \(writtenUnit(of: "c.unit_id", on: day))
            WHERE c.id IN (\(list: found.keys.sorted())) ORDER BY c.sort_key, c.id
            """
        ) { row in
            let id: Int64 = try row[0]
            return DissolutionCandidate(
                cooperative: Identifier(id), name: try row[1], unit: try (row[2] as String?) ?? "",
                signs: found[id] ?? [], open: try row[3])
        }
    }

    private static func rows(_ viewer: Viewer, _ type: String, _ alias: String) -> SQL {
        viewer.rows(.read, type).condition(alias) ?? "1 = 1"
    }

    private static func inactive(
        on day: Day, _ visible: SQL, _ viewer: Viewer, in db: Connection
    ) throws -> [Int64: Sign] {
        let runs = try runs(
            """
            SELECT f.cooperative_id, f.valid_from, f.status FROM registry_cooperative_status f
            JOIN registry_cooperative c ON c.id = f.cooperative_id
            WHERE f.valid_from <= \(day) AND \(visible) AND (\(rows(viewer, "cooperative_status", "f")))
            ORDER BY f.cooperative_id, f.valid_from DESC
            """, in: db
        ) { row -> (Day, StatusChoice) in
            (try row[1] as Day, try row[2] as StatusChoice)
        } says: {
            [.suspended, .stopped].contains($0.1)
        }
        return runs.mapValues { run -> Sign in .inactive(run.newest.1, since: run.oldest.0) }
    }

    /// Whose last return that was handed in says 0: one that says nothing is not known to be without revenue.
    private static func withoutRevenue(
        on day: Day, _ visible: SQL, _ viewer: Viewer, in db: Connection
    ) throws -> [Int64: Sign] {
        let runs = try runs(
            """
            SELECT f.cooperative_id, f.year, f.revenue_vnd FROM assessment_return f
            JOIN registry_cooperative c ON c.id = f.cooperative_id
            WHERE f.state IN ('submitted', 'accepted') AND f.submitted_on <= \(day) AND \(visible)
            AND (\(rows(viewer, "annual_return", "f"))) ORDER BY f.cooperative_id, f.year DESC
            """, in: db
        ) { row -> (Year, Money?) in
            (try row[1] as Year, try row[2] as Money?)
        } says: {
            $0.1 == .zero
        } follows: {
            $0.0.previous == $1.0
        }
        return runs.mapValues { run -> Sign in .noRevenue(since: run.oldest.0, to: run.newest.0) }
    }

    private static func notAssessed(
        on day: Day, _ visible: SQL, _ viewer: Viewer, in db: Connection
    ) throws -> [Int64: Sign] {
        let runs = try runs(
            """
            SELECT o.cooperative_id, o.year, o.exclusion FROM assessment_outcome o
            JOIN registry_cooperative c ON c.id = o.cooperative_id
            WHERE \(Outcome.isKnown(day)) AND \(visible) AND (\(rows(viewer, "outcome", "o")))
            ORDER BY o.cooperative_id, o.year DESC
            """, in: db
        ) { row -> (Year, Exclusion?) in
            (try row[1] as Year, try row[2] as Exclusion?)
        } says: {
            [.stopped, .noRevenue].contains($0.1)
        } follows: {
            $0.0.previous == $1.0 && $0.1 == $1.1
        }
        return runs.mapValues { run -> Sign in
            .notAssessed(run.newest.1 ?? .other, since: run.oldest.0, to: run.newest.0)
        }
    }

    /// With fewer official members than the law of the day asks. All members are at least as many as the official ones.
    private static func small(
        _ minimum: Int, on day: Day, _ visible: SQL, _ viewer: Viewer, in db: Connection
    ) throws -> [Int64: Sign] {
        let runs = try runs(
            """
            SELECT f.cooperative_id, f.valid_from, coalesce(f.official_members, f.members) FROM registry_headcount f
            JOIN registry_cooperative c ON c.id = f.cooperative_id
            WHERE f.valid_from <= \(day) AND \(visible) AND (\(rows(viewer, "headcount", "f")))
            ORDER BY f.cooperative_id, f.valid_from DESC
            """, in: db
        ) { row -> (Day, Int?) in
            (try row[1] as Day, try row[2] as Int?)
        } says: {
            $0.1 ?? .max < minimum
        }
        return runs.mapValues { run -> Sign in
            .belowMinimum(members: run.newest.1 ?? 0, since: run.oldest.0)
        }
    }

    /// Of facts that come by cooperative, the newest first: the first and the last of those that say so without a break.
    private static func runs<Fact>(
        _ facts: SQL, in db: Connection, _ read: (Row) throws -> Fact, says: (Fact) -> Bool,
        follows: (_ newer: Fact, _ older: Fact) -> Bool = { _, _ in true }
    ) throws -> [Int64: (newest: Fact, oldest: Fact)] {
        var runs: [Int64: (newest: Fact, oldest: Fact)] = [:]
        var over: Set<Int64> = []
        try db.each(facts) { row in
            let id: Int64 = try row[0]
            guard !over.contains(id) else { return }
            let fact = try read(row)
            guard says(fact), runs[id].map({ follows($0.oldest, fact) }) ?? true else {
                over.insert(id)
                return
            }
            runs[id] = (runs[id]?.newest ?? fact, fact)
        }
        return runs
    }
}
