import Kernel
package import Persistence
package import Records
import Registry

/// The areas of a round as the division of a day has them: communes, districts where there are some, the province, each
/// with how many of its cases stand where and whether it is approved.
struct RoundAreas: Sendable {
    struct Area: Sendable {
        let code: String
        let level: UnitLevel
        let parent: String?
        var counts: [CaseState: Int] = [:]
        /// Cases that the viewer reaches.
        var reached = 0
        var approval: AreaApproval?

        var all: Int { counts.values.reduce(0, +) }
        var isReached: Bool { reached == all }
        func count(_ states: Set<CaseState>) -> Int { states.reduce(0) { $0 + (counts[$1] ?? 0) } }
    }

    private(set) var areas: [String: Area] = [:]
    /// Cases of cooperatives whose commune was split and for which nobody has chosen a new one.
    private(set) var unplaced = 0

    /// `within`: the cases that a viewer reaches.
    init(_ round: AssessmentRound.ID, on day: Day, within: RowScope = .all, in db: Connection) throws {
        try db.each(
            """
            SELECT p.commune_code, p.district_code, p.province_code, k.state, count(*),
                sum(CASE WHEN \(within.condition("k") ?? "1 = 1") THEN 1 ELSE 0 END)
            FROM assessment_case k JOIN registry_cooperative c ON c.id = k.cooperative_id
            LEFT JOIN registry_unit_span p ON p.unit_id = c.unit_id AND p.from_day <= \(day) AND p.to_day > \(day)
            WHERE k.round_id = \(round)
            GROUP BY p.commune_code, p.district_code, p.province_code, k.state
            """
        ) { row in
            let (commune, district, province): (String?, String?, String?) = (try row[0], try row[1], try row[2])
            let (state, count, reached): (CaseState, Int, Int) = (try row[3], try row[4], try row[5])
            guard let commune else {
                // One that is not graded has no level to stand by it.
                if state != .excluded { unplaced += count }
                return
            }
            add(commune, .commune, under: district ?? province, state, count, reached)
            if let district { add(district, .district, under: province, state, count, reached) }
            if let province { add(province, .province, under: nil, state, count, reached) }
        }
        for approval in try AreaApproval.list(where: "round_id = \(round) AND withdrawn_on IS NULL", in: db) {
            areas[approval.unitCode.text]?.approval = approval
        }
    }

    private mutating func add(
        _ code: String, _ level: UnitLevel, under parent: String?, _ state: CaseState, _ count: Int, _ reached: Int
    ) {
        areas[code, default: Area(code: code, level: level, parent: parent)].counts[state, default: 0] += count
        areas[code]?.reached += reached
    }

    func children(of code: String) -> [Area] { areas.values.filter { $0.parent == code } }

    /// Whether a level may stand by an area: everything below is approved, and every case is as far as the level takes it.
    func allowsApproval(of code: String) -> Verdict {
        guard let area = areas[code] else { return .fails("area_approval.no-cases") }
        if area.approval != nil { return .fails("area_approval.is-approved") }
        let open = children(of: code).filter { $0.approval == nil }
        if !open.isEmpty {
            return .fails("area_approval.below-open", ["count": "\(open.count)"])
        }
        let done: Set<CaseState> =
            area.level == .province
            ? [.excluded, .checked, .decided, .appealed] : [.excluded, .reviewed, .checked, .decided, .appealed]
        let waiting = area.all - area.count(done)
        if waiting > 0 { return .fails("area_approval.cases-open", ["count": "\(waiting)"]) }
        if area.level == .province, unplaced > 0 {
            return .fails("area_approval.unplaced", ["count": "\(unplaced)"])
        }
        return .meets
    }

    /// Whether the approval may be taken back: nothing above is approved.
    func allowsWithdrawal(of code: String) -> Verdict {
        guard let area = areas[code], area.approval != nil else { return .fails("area_approval.is-not-approved") }
        var above = area.parent
        while let code = above {
            if areas[code]?.approval != nil { return .fails("area_approval.above-approved") }
            above = areas[code]?.parent
        }
        return .meets
    }
}

extension AreaApproval {
    /// Stands by an area. Throws the reason why not, `area_approval.*`.
    @discardableResult
    package static func approve(_ code: String, _ round: AssessmentRound.ID, by act: Act, in db: Connection) throws
        -> Self
    {
        try RoundAreas(round, on: act.at.day, in: db).allowsApproval(of: code).required()
        var approval = AreaApproval()
        approval.round = round
        approval.unitCode = Code(code)
        approval.approvedOn = act.at.day
        approval.approvedBy = act.account
        return try db.insert(approval, by: act)
    }

    /// Takes the approval of an area back, so that what is below can change again.
    package static func withdraw(_ code: String, _ round: AssessmentRound.ID, by act: Act, in db: Connection) throws {
        let areas = try RoundAreas(round, on: act.at.day, in: db)
        try areas.allowsWithdrawal(of: code).required()
        guard let approval = areas.areas[code]?.approval else { return }
        var withdrawn = approval
        withdrawn.withdrawnOn = act.at.day
        try db.reopen(withdrawn, from: approval, by: act, action: .ended)
    }
}

extension AssessmentCase {
    /// Throws `assessment_case.area-approved` where a level that has approved its area would have to change its mind: every
    /// level for the work of communes, the province for that of the department.
    func requireUnlocked(for turn: CaseState, in db: Connection) throws {
        let units: SQL =
            switch turn {
            case .excluded, .selfScoring, .submitted: "p.commune_code, p.district_code, p.province_code"
            case .reviewed, .checked: "p.province_code"
            // What was decided and is appealed against was approved already, and is decided anew.
            case .decided, .appealed: "''"
            }
        let locked = try db.first(
            """
            SELECT a.unit_code FROM assessment_approval a, registry_cooperative c
            JOIN registry_unit_span p ON p.unit_id = c.unit_id
            WHERE c.id = \(cooperative) AND a.round_id = \(round) AND a.withdrawn_on IS NULL
            AND p.from_day <= a.approved_on AND p.to_day > a.approved_on AND a.unit_code IN (\(units))
            """
        ) { try $0[0] as String }
        if let locked { throw Failure(.refused, "assessment_case.area-approved", ["unit": locked]) }
    }
}
