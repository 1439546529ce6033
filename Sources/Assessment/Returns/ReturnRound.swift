package import Kernel
import Persistence
package import Records
package import Registry

/// When the returns of a year are due, as the department sets it; annual statements are due ninety days after the year
/// (circular 71/2024/TT-BTC). After the lock nobody enters or changes one, but cooperatives with an extension.
package struct ReturnRound: Record {
    package var id: Identifier<ReturnRound> = 0
    package var version = 0
    package var year: Year = 0
    package var dueOn: Day = .unset
    /// From this day on.
    package var lockedOn: Day?
    /// Who has not reported gets a letter so many days before it is due, and another after that; `nil`: no letters.
    package var remindDays: Int?
    package init() {}

    package static let description = Description<ReturnRound>(
        "return_round", table: "assessment_round", rules: [\.isInOrder]
    ) {
        Field("year", \.year, .listed, .within(2012...2100))
        Field("due_on", \.dueOn, .listed)
        Field("locked_on", \.lockedOn, .listed)
        Field("remind_days", \.remindDays, .within(1...60))
    }

    var isInOrder: Verdict {
        if dueOn.year <= year.number { return .fails("return_round.due-too-early") }
        if let lockedOn, lockedOn <= dueOn { return .fails("return_round.locked-too-early") }
        return .meets
    }

    package static let listing = Listing(
        "return_round", path: "return-rounds", table: "assessment_round", alias: "n",
        columns: [
            .init("year", "n.year", .year, order: "n.year", link: ("return_round", "id")),
            .init("due_on", "n.due_on", .day),
            .init("locked_on", "n.locked_on", .day),
        ], filters: [], hasNames: false, joins: { _ in "" }, exists: { _ in "1 = 1" })

    /// Throws `annual_return.locked` where the round of a year is over and the cooperative has no extension.
    static func requireOpen(_ year: Year, _ cooperative: Cooperative.ID, on today: Day, in db: Connection) throws {
        let isLocked = try db.first(
            """
            SELECT 1 FROM assessment_round n WHERE n.year = \(year) AND n.locked_on <= \(today)
            AND NOT EXISTS (SELECT 1 FROM assessment_extension e WHERE e.year = n.year
            AND e.cooperative_id = \(cooperative) AND e.until_on >= \(today))
            """
        ) { _ in true }
        if isLocked ?? false { throw Failure(.invalid, "annual_return.locked", ["year": "\(year)"]) }
    }
}

extension AnnualReturn {
    /// After the lock nobody enters, changes, submits or takes out a return; the office still takes one, sends it back
    /// or opens it again, which leaves the figures alone.
    static func requireUnlocked(_ before: AnnualReturn?, _ after: AnnualReturn?, _ act: Act, in db: Connection) throws {
        if let before, let after {
            if after.state != .submitted, after.states(before) { return }
            if try after.comesAlong(from: before, in: db) { return }
        }
        for record in [before, after].compactMap(\.self) {
            try ReturnRound.requireOpen(record.year, record.cooperative, on: act.at.day, in: db)
        }
    }

    /// Whether it is that of a cooperative that was merged into this one, as it was.
    private func comesAlong(from other: AnnualReturn, in db: Connection) throws -> Bool {
        var own = other
        own.cooperative = cooperative
        guard cooperative != other.cooperative, states(own) else { return false }
        return try Cooperative.find(other.cooperative, in: db).mergedInto == cooperative
    }

    /// Whether the two state the same.
    private func states(_ other: AnnualReturn) -> Bool {
        Self.description.fields.allSatisfy { $0.isUnasked || $0.stored(self) == $0.stored(other) }
    }
}

/// The lock of a year, read once for a list.
struct ReturnLock: Sendable {
    private let from: Day?
    private let extensions: [Cooperative.ID: Day]

    init(_ year: Year, in db: Connection) throws {
        from = try ReturnRound.first(where: "year = \(year)", in: db)?.lockedOn
        extensions = Dictionary(
            try ReturnExtension.list(where: "year = \(year)", in: db).map { ($0.cooperative, $0.until) },
            uniquingKeysWith: max)
    }

    func holds(_ cooperative: Cooperative.ID, on today: Day) -> Bool {
        guard let from, from <= today else { return false }
        return extensions[cooperative].map { $0 < today } ?? true
    }
}

/// That a cooperative may still enter its return after the lock, until a day, and why.
package struct ReturnExtension: Record {
    package var id: Identifier<ReturnExtension> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    package var year: Year = 0
    /// The last day.
    package var until: Day = .unset
    package var reason = ""
    package init() {}

    package static let description = Description<ReturnExtension>(
        "return_extension", table: "assessment_extension"
    ) {
        Field("cooperative", \.cooperative, .listed)
        Field("year", \.year, .listed, .within(2012...2100))
        Field("until_on", \.until, .listed)
        Field("reason", \.reason, .paragraph)
    }
}
