package import Kernel
package import Persistence
package import Records
import Registry

/// What a row of an officers' list says of a cooperative's grade.
package struct OutcomeEntry: Sendable, Equatable {
    var cooperative = CooperativeWords()
    var subject: Cooperative.ID?
    var grade: RecordedGrade?
    var year: Year?
    var points: Hundredths?
    var decisionNumber: String?
    var decidedOn: Day?
}

/// Reads grades that were decided outside HopTac, from lists of their own or from the grade column of a list of
/// cooperatives. The cooperatives must be in the register.
package enum OutcomeImport: ImportForm {
    package typealias Entry = OutcomeEntry

    package struct Context: Sendable {
        let finder: CooperativeFinder
        let asOf: Day
    }

    package static let name = "outcome"
    package static var table: String { Outcome.description.table }
    package static func entry() -> OutcomeEntry { OutcomeEntry() }
    package static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Context {
        Context(finder: try CooperativeFinder(asOf: asOf, in: db), asOf: asOf)
    }

    package static let columns: [ImportColumn<OutcomeEntry, Context>] =
        CooperativeWords.columns(\.cooperative) + [
            ImportColumn("grade", required: true, kind: RecordedGrade.kind) { cell, entry, _ in
                entry.grade = cell.choice(RecordedGrade.self, problem: "cooperative.unknown-grade")
                entry.year = cell.year.map { Year($0) } ?? entry.year
            },
            ImportColumn("year", kind: .year) { cell, entry, _ in
                entry.year = Year.parse(&cell, today: .distantFuture) ?? entry.year
            },
            ImportColumn("points", kind: .hundredths) { cell, entry, _ in entry.points = cell.hundredths() },
            ImportColumn("decision_number") { cell, entry, _ in entry.decisionNumber = cell.text(limit: 60) },
            ImportColumn("decided_on") { cell, entry, _ in entry.decidedOn = Day.parse(&cell, today: .distantFuture) },
        ]

    package static func check(_ entry: inout OutcomeEntry, _ row: inout RowReading<Context>) {
        entry.subject = row.context.finder.find(entry.cooperative, &row)
        if entry.grade == nil, !row.isBad("grade") { row.find(.error, "outcome.says-nothing", in: "grade") }
        if entry.grade != nil, entry.year == nil { row.find(.error, "outcome.no-year", in: "grade") }
        for case .fails(let code, let details) in entry.problems { row.find(.error, code, in: "grade", details) }
    }

    package static func title(of entry: OutcomeEntry) -> String { entry.cooperative.name }

    package static func keys(of entry: OutcomeEntry) -> [MatchKey] {
        guard let subject = entry.subject, let year = entry.year else { return [] }
        return [MatchKey(subject, year)]
    }

    package static func index(_ context: Context, in db: Connection) throws -> MatchIndex {
        try MatchIndex(yearlyIn: table, in: db)
    }

    package static func store(
        _ rows: [(entry: OutcomeEntry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] {
        let known = try Outcome.list(where: "id IN (\(list: rows.compactMap(\.subject)))", in: db)
        let stored = Dictionary(known.map { ($0.id.number, $0) }, uniquingKeysWith: { first, _ in first })
        return try rows.map { entry, subject in
            guard let before = subject.flatMap({ stored[$0] }) else {
                return (try db.insert(entry.applied(to: Outcome()), by: act).id.number, .added)
            }
            let after = try db.update(entry.applied(to: before), from: before, by: act)
            return (before.id.number, after.version == before.version ? .unchanged : .changed)
        }
    }
}

extension OutcomeEntry {
    var problems: [Verdict] {
        guard grade != nil, year != nil, let subject, subject.number != 0 else { return [] }
        return Outcome.description.problems(of: applied(to: Outcome())).map(\.1)
    }

    /// A blank cell changes nothing, but a grade takes the place of a reason and the other way round.
    func applied(to outcome: Outcome) -> Outcome {
        var outcome = outcome
        outcome.cooperative = subject ?? outcome.cooperative
        outcome.year = year ?? outcome.year
        if let grade {
            outcome.grade = Grade(rawValue: grade.rawValue)
            outcome.exclusion =
                switch grade {
                case .good, .fair, .average, .weak: nil
                case .notAssessedNew: .new
                case .notAssessedStopped: .stopped
                case .notAssessedNoRevenue: .noRevenue
                case .notAssessed: .other
                }
            if outcome.grade == nil { outcome.points = nil }
        }
        outcome.points = points ?? outcome.points
        outcome.decisionNumber = decisionNumber ?? outcome.decisionNumber
        outcome.decidedOn = decidedOn ?? outcome.decidedOn
        return outcome
    }
}
