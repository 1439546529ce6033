import Kernel
import Persistence
import Records
import Registry

/// What the register knows of a cooperative at the end of a year, as formulas name it.
struct RegisterFacts: Sendable {
    enum Name: String, CaseIterable {
        case registeredMembers = "registered_members"
        case charterCapital = "charter_capital"
        case registeredArea = "registered_area"
        /// Whole months from the certificate to the end of the year.
        case monthsSinceFounding = "months_since_founding"
        /// Not at work on the last day: suspended, stopped, in dissolution or dissolved.
        case isStopped = "is_stopped"
        /// Days of the year without work.
        case daysStopped = "days_stopped"

        var type: FormulaType {
            switch self {
            case .registeredMembers: .number(.person)
            case .charterCapital: .number(.vnd)
            case .registeredArea: .number(.squareMetre)
            case .monthsSinceFounding: .number(.month)
            case .daysStopped: .number(.day)
            case .isStopped: .yesNo
            }
        }
    }

    var numbers: [Name: Int64] = [:]
    var isStopped: Bool?

    func value(_ name: Name) -> FormulaValue? {
        name == .isStopped ? isStopped.map { .yesNo($0) } : numbers[name].map { .number(Rational($0)) }
    }
}

extension RegisterFacts {
    /// `within`: a condition on `registry_cooperative c`. Read in the order in which the facts are stored.
    static func all(_ year: Year, where within: SQL, in db: Connection) throws -> [Cooperative.ID: RegisterFacts] {
        let (first, last) = (year.firstDay, year.lastDay)
        var facts: [Cooperative.ID: RegisterFacts] = [:]
        try db.each(
            """
            SELECT c.id, c.established, h.members, k.amount_vnd, a.area_m2, s.status FROM registry_cooperative c
            LEFT JOIN registry_cooperative_status s ON \(standing("registry_cooperative_status", "s", of: "c.id", on: last))
            LEFT JOIN registry_headcount h ON \(standing("registry_headcount", "h", of: "c.id", on: last))
            LEFT JOIN registry_charter_capital k ON \(standing("registry_charter_capital", "k", of: "c.id", on: last))
            LEFT JOIN registry_land_area a ON \(standing("registry_land_area", "a", of: "c.id", on: last))
            WHERE \(within) ORDER BY c.id
            """
        ) { row in
            var own = RegisterFacts()
            own.numbers[.monthsSinceFounding] = months(from: try row[1], to: last)
            own.numbers[.registeredMembers] = try row[2]
            own.numbers[.charterCapital] = try row[3]
            own.numbers[.registeredArea] = try row[4]
            own.isStopped = (try row[5] as String?).map { $0 != StatusChoice.active.rawValue }
            facts[try row[0]] = own
        }
        try eachSpan(first, last, within, in: db) { facts[$0]?.numbers[.daysStopped] = $1 }
        return facts
    }

    /// Whole months; `nil` where the date is not known well enough to tell.
    private static func months(from founded: PartialDay?, to last: Day) -> Int64? {
        guard let founded else { return nil }
        func months(_ day: Day) -> Int64 {
            let end = last.adding(days: 1)
            let between = (end.year - day.year) * 12 + end.month - day.month - (end.day < day.day ? 1 : 0)
            return Int64(max(0, between))
        }
        let (most, least) = (months(founded.earliest), months(founded.latest))
        // A founding year long ago answers every question about the first twelve months.
        return most == least || least >= 12 ? least : nil
    }

    /// The days without work of every cooperative whose status is known from the first day of the year on.
    private static func eachSpan(
        _ first: Day, _ last: Day, _ within: SQL, in db: Connection, _ body: (Cooperative.ID, Int64) -> Void
    ) throws {
        var (current, since, isStopped, days) = (Cooperative.ID(0), Day.unset, false, Int64(0))
        func count(to end: Day) { if isStopped { days += Int64(max(0, end.number - max(since, first).number)) } }
        func close() {
            count(to: last.adding(days: 1))
            if current != 0 { body(current, days) }
            (isStopped, days) = (false, 0)
        }
        try db.each(
            """
            SELECT s.cooperative_id, s.valid_from, s.status FROM registry_cooperative_status s
            JOIN registry_cooperative c ON c.id = s.cooperative_id
            WHERE s.valid_from <= \(last) AND (\(within)) AND EXISTS (SELECT 1 FROM registry_cooperative_status b
                WHERE b.cooperative_id = s.cooperative_id AND b.valid_from <= \(first))
            ORDER BY s.cooperative_id, s.valid_from
            """
        ) { row in
            let (id, day): (Cooperative.ID, Day) = (try row[0], try row[1])
            if id == current { count(to: day) } else { close() }
            (current, since, isStopped) = (id, day, try row[2] as String != StatusChoice.active.rawValue)
        }
        close()
    }
}
