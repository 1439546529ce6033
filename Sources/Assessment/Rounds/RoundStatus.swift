package import Kernel
package import Persistence
package import Records
package import Registry

/// Where the cases of a round stand, by area, and how many of them are late, for scripts.
package struct RoundStatus: Sendable {
    private let round: AssessmentRound
    private let instrument: String
    private let states: [(state: CaseState, count: Int)]
    private let late: [(turn: AssessmentCase.Late, count: Int)]
    private let all: RoundAreas
    private let areas: [(area: RoundAreas.Area, name: String)]

    package init(_ id: AssessmentRound.ID, _ gazetteer: Gazetteer, on day: Day, in db: Connection) throws {
        let round = try AssessmentRound.find(id, in: db)
        self.round = round
        instrument = try round.scale(in: db).code
        var counts: [CaseState: Int] = [:]
        try db.each("SELECT k.state, count(*) FROM assessment_case k WHERE k.round_id = \(id) GROUP BY k.state") {
            counts[try $0[0]] = try $0[1]
        }
        states = CaseState.allCases.map { ($0, counts[$0] ?? 0) }
        late = try AssessmentCase.Late.allCases.map { turn in
            let count = try db.one(
                "SELECT count(*) FROM assessment_case k WHERE k.round_id = \(id) AND \(turn.condition(day))"
            ) { try $0[0] as Int }
            return (turn, count)
        }
        all = try RoundAreas(id, on: day, in: db)
        areas = RoundPage.inOrder(all, gazetteer, day).map {
            ($0, gazetteer.unit($0.code, on: day)?.fullName ?? $0.code)
        }
    }

    /// The round, then what is where, what is late, and the areas: the province, each district before its communes.
    package func lines(_ t: Texts) -> [String] {
        let opened = round.openedOn.map { DateText.short($0, t.language) } ?? t["value.unknown"]
        let head = [
            "\(t["type.assessment_round"]) \(round.id)", "\(round.year)", instrument,
            "\(t["assessment_round.opened_on"]): \(opened)",
        ]
        let turns = states.filter { $0.count > 0 }.map { [t[$0.state.textKey], "\($0.count)"] }
        let delays = late.filter { $0.count > 0 }.map {
            [t["late.\($0.turn.rawValue)"], "\($0.count)"]
        }
        let parts = areas.map { area, name in
            let counts = states.compactMap { state, _ in
                area.counts[state].map { "\(t[state.textKey]) \($0)" }
            }
            let approved = area.approval.map {
                t("area_approval.approved", ["date": DateText.short($0.approvedOn, t.language)])
            }
            return [area.code, name, counts.joined(separator: ", ")] + [approved].compactMap(\.self)
        }
        return ([head] + turns + delays + parts).map { $0.joined(separator: "\t") }
    }

    /// `{"round", "year", "instrument", "opened_on", "cases": {…}, "late": {…}, "unplaced", "areas": [{"code", "name",
    /// "parent", "cases": {…}, "approved_on"}]}`. Unplaced: cases whose cooperative needs a new commune.
    package var json: String {
        func object(_ counts: [(String, Int)]) -> String {
            var object = JSONText()
            for (name, count) in counts { object.add(name, .integer(Int64(count))) }
            return object.object
        }
        func day(_ day: Day?) -> SQLValue { day.map { .text($0.description) } ?? .null }
        var status = JSONText()
        status.add("round", .integer(round.id.number))
        status.add("year", .integer(Int64(round.year.number)))
        status.add("instrument", .text(instrument))
        status.add("opened_on", day(round.openedOn))
        status.add("cases", raw: object(states.map { ($0.state.rawValue, $0.count) }))
        status.add("late", raw: object(late.map { ($0.turn.rawValue, $0.count) }))
        status.add("unplaced", .integer(Int64(all.unplaced)))
        let lines = areas.map { area, name in
            var line = JSONText()
            line.add("code", .text(area.code))
            line.add("name", .text(name))
            line.add("parent", area.parent.map(SQLValue.text) ?? .null)
            line.add("cases", raw: object(states.map { ($0.state.rawValue, area.counts[$0.state] ?? 0) }))
            line.add("approved_on", day(area.approval?.approvedOn))
            return line.object
        }
        status.add("areas", raw: "[" + lines.joined(separator: ",") + "]")
        return status.object
    }
}
