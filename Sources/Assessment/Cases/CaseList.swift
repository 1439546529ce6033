import Kernel
import Persistence
import Records
import Registry
import Web

/// The assessments of a cooperative on its page, the last year first.
struct CaseList: Sendable {
    struct Line: Sendable {
        let id: AssessmentCase.ID
        let year: Year
        let instrument: String
        let state: CaseState
        let grade: Grade?
        let points: Hundredths?

        static func all(of cooperative: Cooperative.ID, in db: Connection) throws -> [Line] {
            try db.all(
                """
                SELECT k.id, g.year, i.name, k.state, k.grade, k.points_hundredths FROM assessment_case k
                JOIN assessment_grading g ON g.id = k.round_id JOIN assessment_instrument i ON i.id = g.instrument_id
                WHERE k.cooperative_id = \(cooperative) ORDER BY g.year DESC, k.id
                """
            ) { row in
                Line(
                    id: try row[0], year: try row[1], instrument: try row[2], state: try row[3], grade: try row[4],
                    points: try row[5])
            }
        }
    }

    let lines: [Line]

    func html(_ t: Texts) -> HTML {
        func row(_ line: Line) -> HTML {
            """
            <tr><td><a href="/assessment-cases/\(line.id)">\(line.year.description)</a></td>\
            <td data-label="\(t["assessment_case.instrument"])">\(line.instrument)</td>\
            <td data-label="\(t["assessment_case.state"])">\(t[line.state.textKey])</td>\
            <td class="number" data-label="\(t["assessment_case.points"])">\
            \(line.points.map { NumberText.shown($0.decimal, t.language) } ?? "–")</td>\
            <td data-label="\(t["assessment_case.grade"])">\(line.grade.map { t[$0.textKey] } ?? "–")</td></tr>
            """
        }
        let head: HTML = """
            \(columnHead(t["assessment_case.year"]))\(columnHead(t["assessment_case.instrument"]))\
            \(columnHead(t["assessment_case.state"]))\(columnHead(t["assessment_case.points"], isNumber: true))\
            \(columnHead(t["assessment_case.grade"]))
            """
        return """
            <section class="sheet">\(table(t["assessment_case.plural"], head: head, rows: "\(lines, row)"))</section>
            """
    }
}
