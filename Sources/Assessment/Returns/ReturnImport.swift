package import Kernel
package import Persistence
package import Records
import Registry

/// What a row of a list of yearly figures says.
package struct ReturnEntry: Sendable, Equatable {
    var cooperative = CooperativeWords()
    var subject: Cooperative.ID?
    var year: Year?
    var revenue: Money?
    var revenueContracts: Money?
    var cost: Money?
    var profit: Money?
    var productionValue: Money?
    var area: Area?
    var workers: Int?
    var workerIncome: Money?
    var debts: Money?
    var revenuePlanned: Money?
    var profitAfterTax: Money?
    var membersEnd: Int?
}

/// Reads the yearly figures of many cooperatives, as an office keeps them in a workbook. They come as submitted on behalf
/// of the cooperatives; those that were submitted or accepted already are left as they are.
package enum ReturnImport: ImportForm {
    package typealias Entry = ReturnEntry

    package struct Context: Sendable {
        let finder: CooperativeFinder
        let year: Year
        /// The returns of the year, by cooperative.
        let stored: [Cooperative.ID: AnnualReturn]
        let rules: ReturnRules
        let around: ReturnSurroundings
        let lock: ReturnLock
        let today: Day
    }

    package static let name = "annual_return"
    package static var table: String { AnnualReturn.description.table }
    package static func entry() -> ReturnEntry { ReturnEntry() }
    package static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Context {
        let year = Year(asOf.year)
        let stored = try AnnualReturn.list(where: "year = \(year)", in: db)
        return Context(
            finder: try CooperativeFinder(asOf: asOf, in: db), year: year,
            stored: Dictionary(uniqueKeysWithValues: stored.map { ($0.cooperative, $0) }),
            rules: try ReturnRules(in: db),
            around: try ReturnSurroundings(of: year, cooperatives: nil, in: db), lock: try ReturnLock(year, in: db),
            today: clock.today())
    }

    /// `… NĂM 2023`: figures of a whole year are as of its last day.
    package static func day(inTitle title: String) -> Day? {
        guard let match = fold(title).firstMatch(of: /\bnam (20\d\d)\b/), let year = Int(match.1) else { return nil }
        return Day(year: year, month: 12, day: 31)
    }

    package static let columns: [ImportColumn<ReturnEntry, Context>] =
        CooperativeWords.columns(\.cooperative) + [
            ImportColumn("year", kind: .year) { cell, entry, context in
                guard let year = Year.parse(&cell, today: .distantFuture) else { return }
                if year != context.year {
                    cell.find(.error, "annual_return.other-year", ["year": "\(context.year)"])
                }
            },
            money("revenue", \.revenue, required: true), money("revenue_contracts", \.revenueContracts),
            money("revenue_planned", \.revenuePlanned), money("cost", \.cost),
            money("profit", \.profit, isSigned: true),
            money("profit_after_tax", \.profitAfterTax, isSigned: true), money("production_value", \.productionValue),
            ImportColumn("area", kind: .area, summed: { $0.area?.squareMetres }) { cell, entry, _ in
                entry.area = cell.area()
            },
            ImportColumn("workers", kind: .integer, summed: { $0.workers.map(Int64.init) }) { cell, entry, _ in
                entry.workers = cell.count()
            },
            ImportColumn("worker_income", kind: .money) { cell, entry, _ in entry.workerIncome = cell.money() },
            money("debts", \.debts),
            ImportColumn("members_end", kind: .integer, summed: { $0.membersEnd.map(Int64.init) }) { cell, entry, _ in
                entry.membersEnd = cell.count()
            },
        ]

    private static func money(
        _ name: String, _ path: any (WritableKeyPath<ReturnEntry, Money?> & Sendable), required: Bool = false,
        isSigned: Bool = false
    ) -> ImportColumn<ReturnEntry, Context> {
        ImportColumn(name, required: required, kind: .money, summed: { $0[keyPath: path]?.vnd }) { cell, entry, _ in
            guard let amount = cell.money() else { return }
            if amount < .zero, !isSigned { cell.find(.error, "cell.negative") } else { entry[keyPath: path] = amount }
        }
    }

    package static func check(_ entry: inout ReturnEntry, _ row: inout RowReading<Context>) {
        entry.subject = row.context.finder.find(entry.cooperative, &row)
        entry.year = row.context.year
        guard let subject = entry.subject else { return }
        let context = row.context
        let before = context.stored[subject]
        let after = entry.applied(to: before ?? AnnualReturn())
        if before.map({ !after.isSame(as: $0) }) ?? true {
            if let before, !before.mayBeReplaced {
                row.find(.error, "annual_return.is-\(before.state.rawValue)", in: "name")
            } else if context.lock.holds(subject, on: context.today) {
                row.find(.error, "annual_return.locked", in: "name", ["year": "\(context.year)"])
            }
        }
        // A row comes as submitted: what a rule does not let pass is not stored.
        for finding in context.rules.findings(of: after, in: context.around) {
            row.find(finding.severity, finding.code, in: finding.field, finding.details)
        }
    }

    package static func title(of entry: ReturnEntry) -> String { entry.cooperative.name }

    package static func keys(of entry: ReturnEntry) -> [MatchKey] {
        guard let subject = entry.subject, let year = entry.year else { return [] }
        return [MatchKey(subject, year)]
    }

    package static func index(_ context: Context, in db: Connection) throws -> MatchIndex {
        try MatchIndex(yearlyIn: table, in: db)
    }

    package static func store(
        _ rows: [(entry: ReturnEntry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] {
        let known = try AnnualReturn.list(where: "id IN (\(list: rows.compactMap(\.subject)))", in: db)
        let stored = Dictionary(known.map { ($0.id.number, $0) }, uniquingKeysWith: { first, _ in first })
        return try rows.map { entry, subject in
            guard let before = subject.flatMap({ stored[$0] }) else {
                var new = entry.applied(to: AnnualReturn())
                new.state = .submitted
                new.isOnBehalf = true
                new.submittedOn = act.at.day
                return (try db.insert(new, by: act).id.number, .added)
            }
            let after = entry.applied(to: before)
            guard !after.isSame(as: before) else { return (before.id.number, .unchanged) }
            guard before.mayBeReplaced else { throw Failure(.conflict, "import.counts-differ") }
            try db.reopen(after, from: before, by: act, action: .changed)
            return (before.id.number, .changed)
        }
    }
}

extension AnnualReturn {
    /// An office's next list may correct what an office entered, until it is accepted.
    fileprivate var mayBeReplaced: Bool { state.isOpen || state == .submitted && isOnBehalf }

    fileprivate func isSame(as other: AnnualReturn) -> Bool {
        Self.description.fields.allSatisfy { $0.stored(self) == $0.stored(other) }
    }
}

extension ReturnEntry {
    /// A blank cell changes nothing: not stated is not 'none'.
    func applied(to record: AnnualReturn) -> AnnualReturn {
        var record = record
        record.cooperative = subject ?? record.cooperative
        record.year = year ?? record.year
        record.revenue = revenue ?? record.revenue
        record.revenueContracts = revenueContracts ?? record.revenueContracts
        record.revenuePlanned = revenuePlanned ?? record.revenuePlanned
        record.cost = cost ?? record.cost
        record.profit = profit ?? record.profit
        record.profitAfterTax = profitAfterTax ?? record.profitAfterTax
        record.productionValue = productionValue ?? record.productionValue
        record.area = area ?? record.area
        record.workers = workers ?? record.workers
        record.workerIncome = workerIncome ?? record.workerIncome
        record.debts = debts ?? record.debts
        record.membersEnd = membersEnd ?? record.membersEnd
        return record
    }
}
