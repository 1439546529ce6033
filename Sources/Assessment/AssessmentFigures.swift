import Kernel
import Persistence
import Records
package import Registry

/// The section of the situation report on grades: Part 1.I of the plan. On any day it tells the year before, whose
/// accounts are closed.
package let assessmentSection = ReportSection(
    "assessment", populations: [assessable, graded],
    divisions: [
        .init(
            "grades", ["graded", "graded.good", "graded.fair", "graded.average", "graded.weak"],
            wholes: ["graded", "assessable"]),
        .init(
            "not-assessed",
            ["not_assessed", "not_assessed.new", "not_assessed.stopped", "not_assessed.no_revenue"],
            sometimes: ["not_assessed.other", "assessment.unrecorded"], wholes: ["assessable"]),
    ], paragraphs: paragraphs)

/// Every cooperative of the day with its outcome of the year before.
private let assessable = Population(
    "assessable", of: Cooperative.self,
    figures: [
        Figure("assessable"), Figure("not_assessed", where: "exclusion IS NOT NULL"),
        Figure("not_assessed.new", where: "exclusion = 'new'"),
        Figure("not_assessed.stopped", where: "exclusion = 'stopped'"),
        Figure("not_assessed.no_revenue", where: "exclusion = 'no_revenue'"),
        Figure("not_assessed.other", where: "exclusion = 'other'"),
        Figure("assessment.unrecorded", where: "grade IS NULL AND exclusion IS NULL"),
    ]
) { asOf, _ in members(on: asOf, join: "LEFT JOIN") }

/// Those that were graded: what the plan's percentages are of.
private let graded = Population(
    "graded", of: Cooperative.self,
    figures: [
        Figure("graded"), Figure("graded.good", where: "grade = 'good'"),
        Figure("graded.fair", where: "grade = 'fair'"), Figure("graded.average", where: "grade = 'average'"),
        Figure("graded.weak", where: "grade = 'weak'"),
    ]
) { asOf, _ in "\(members(on: asOf, join: "JOIN")) AND o.grade IS NOT NULL" }

private func members(on day: Day, join: String) -> SQL {
    """
    SELECT c.id, c.unit_id, o.grade, o.exclusion FROM registry_cooperative c
    \(described: join) assessment_outcome o ON o.cooperative_id = c.id AND o.year = \(day.year - 1)
    AND \(Outcome.isKnown(day))
    WHERE \(Cooperative.exists(day))
    """
}

/// What the document says; nothing where no outcome of the year is known.
private let paragraphs: @Sendable (SituationReport, Texts) -> [String] = { report, t in
    func count(_ id: String) -> Int64 { Int64(report[id]?.tally.members ?? 0) }
    let (all, graded, not) = (count("assessable"), count("graded"), count("not_assessed"))
    guard graded + not > 0 else { return [] }
    func number(_ count: Int64) -> String { NumberText.grouped(count, t.language) }
    func part(_ id: String, _ whole: Int64) -> String {
        "\(t["figure.\(id)"].lowercased()): \(NumberText.share(count(id), of: whole, t.language))"
    }
    let grades = ["graded.good", "graded.fair", "graded.average", "graded.weak"].filter { count($0) > 0 }
    let reasons = ["new", "stopped", "no_revenue", "other"].map { "not_assessed.\($0)" }.filter { count($0) > 0 }
    let details = [
        "year": "\(report.asOf.year - 1)", "graded": number(graded), "all": number(all), "not": number(not),
        "unrecorded": number(count("assessment.unrecorded")),
        "grades": grades.map { part($0, graded) }.joined(separator: "; "),
        "better": NumberText.share(count("graded.good") + count("graded.fair"), of: graded, t.language),
        "better_of_all": NumberText.share(count("graded.good") + count("graded.fair"), of: all, t.language),
        "reasons": reasons.map { part($0, all) }.joined(separator: "; "),
    ]
    var lines = [t("report.grades", details)]
    if not > 0 { lines.append(t("report.not-assessed", details)) }
    if count("assessment.unrecorded") > 0 { lines.append(t("report.unrecorded", details)) }
    return lines
}
