import Access
import Kernel
import Persistence
import Records
import Registry

/// Of which cooperatives grades are counted: those of a day within a unit whose outcomes the reader may see.
struct GradeQuestion: Sendable {
    let asOf: Day
    /// A unit's code, or `needs_choice`; `nil`: everything.
    let unit: String?
    let viewer: Viewer

    /// The condition over `registry_cooperative c`.
    var cooperatives: SQL {
        let within: SQL? = unit.map { "c.unit_id IN (\(units(under: $0, on: asOf)))" }
        return """
            \(Cooperative.exists(asOf)) AND (\(within ?? "1 = 1")) AND \(viewer.cooperatives(ofTheir: "outcome"))
            """
    }

    /// The outcomes of a year that are known on the day, for `JOIN (…)`: `cooperative_id`, `grade`, `exclusion`.
    func outcomes(of year: Year) -> SQL {
        """
        SELECT o.cooperative_id, o.grade, o.exclusion FROM assessment_outcome o
        WHERE o.year = \(year) AND \(Outcome.isKnown(asOf)) AND (\(viewer.rows(.read, "outcome").condition("o") ?? "1 = 1"))
        """
    }

    /// Whether `registry_cooperative c` has an advice plan that answers to its grade of a year.
    func isAdvised(on year: Year) -> SQL {
        """
        EXISTS (SELECT 1 FROM assessment_advice a WHERE a.cooperative_id = c.id AND a.year = \(year)
        AND (\(viewer.rows(.read, "advice_plan").condition("a") ?? "1 = 1")))
        """
    }
}

extension Viewer {
    /// The condition over `registry_cooperative c`: those whose records of a type the permission reaches.
    func cooperatives(_ permission: Permission = .read, ofTheir type: String) -> SQL {
        guard let reach = rows(permission, type).condition("x") else { return "1 = 1" }
        return """
            c.id IN (SELECT x.cooperative_id FROM (SELECT id AS cooperative_id FROM registry_cooperative) x WHERE \(reach))
            """
    }
}

/// Where a cooperative stands in a year: its grade, that it was not assessed, or that nothing is recorded.
enum Standing: Int, CaseIterable, Sendable {
    case good, fair, average, weak, notAssessed, unrecorded

    init(grade: String?, exclusion: String?) {
        switch grade.flatMap(Grade.init) {
        case .good?: self = .good
        case .fair?: self = .fair
        case .average?: self = .average
        case .weak?: self = .weak
        case nil: self = exclusion == nil ? .unrecorded : .notAssessed
        }
    }

    /// Grades alone are better or worse than one another.
    var isGrade: Bool { rawValue <= Standing.weak.rawValue }

    static let grades = allCases.filter(\.isGrade)

    /// Its words, and its class in pictures.
    var key: String {
        switch self {
        case .good: "grade.good"
        case .fair: "grade.fair"
        case .average: "grade.average"
        case .weak: "grade.weak"
        case .notAssessed: "figure.not_assessed"
        case .unrecorded: "figure.assessment.unrecorded"
        }
    }
    var style: String { "\(self)".lowercased() }

    /// What asks the list of outcomes for it; nothing where there is no outcome to list.
    var filter: (name: String, value: String)? {
        switch self {
        case .good, .fair, .average, .weak: ("grade", "\(self)")
        case .notAssessed: ("grade", "unknown")
        case .unrecorded: nil
        }
    }
}
