import Kernel
import Persistence
import Records
package import Registry

/// Who has reported the year before: of those obliged on the due day how many did, how many in time, and how many returns
/// were accepted. A cooperative that was dissolved before it was due is not late, nor one that was founded afterwards.
package let returnSection = ReportSection(
    "returns",
    populations: [
        Population(
            "returns", of: Cooperative.self,
            figures: [
                Figure("returns.expected"), Figure("returns.received", where: "submitted_on IS NOT NULL"),
                Figure("returns.in_time", where: "submitted_on <= due_on"),
                Figure("returns.accepted", where: "is_accepted = 1"),
                Figure("returns.missing", where: "submitted_on IS NULL"),
            ]
        ) { asOf, _ in obliged(to: Year(asOf.year - 1), on: asOf) }
    ],
    divisions: [
        .init(
            "returns", [],
            sometimes: [
                "returns.expected", "returns.received", "returns.in_time", "returns.accepted", "returns.missing",
            ], wholes: ["returns.expected"])
    ])

/// Who has to report a year, and whether they have by a day: those that existed at its end and were there still when the
/// return was due, or on the day asked for where that is earlier.
func obliged(to year: Year, on day: Day) -> SQL {
    """
    SELECT c.id, c.unit_id, n.due_on, CASE WHEN r.accepted_on <= \(day) THEN 1 ELSE 0 END AS is_accepted,
        CASE WHEN r.submitted_on <= \(day) THEN r.submitted_on END AS submitted_on
    FROM registry_cooperative c JOIN assessment_round n ON n.year = \(year)
    LEFT JOIN assessment_return r ON r.cooperative_id = c.id AND r.year = n.year
    WHERE (c.established IS NULL OR c.established <= \(year.lastDay)) AND c.merged_into_id IS NULL
    AND c.id NOT IN (SELECT s.cooperative_id FROM registry_cooperative_status s JOIN assessment_round d ON d.year = \(year)
        WHERE s.status = 'dissolved' AND s.valid_from <= CASE WHEN d.due_on < \(day) THEN d.due_on ELSE \(day) END)
    """
}
