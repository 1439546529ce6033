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
        ) { asOf, _ in
            """
            SELECT c.id, c.unit_id, n.due_on, CASE WHEN r.accepted_on <= \(asOf) THEN 1 ELSE 0 END AS is_accepted,
                CASE WHEN r.submitted_on <= \(asOf) THEN r.submitted_on END AS submitted_on
            FROM registry_cooperative c JOIN assessment_round n ON n.year = \(asOf.year - 1)
            LEFT JOIN assessment_return r ON r.cooperative_id = c.id AND r.year = n.year
            WHERE \(obliged(asOf))
            """
        }
    ],
    divisions: [
        .init(
            "returns", [],
            sometimes: [
                "returns.expected", "returns.received", "returns.in_time", "returns.accepted", "returns.missing",
            ], wholes: ["returns.expected"])
    ])

/// Those that existed at the end of the year and were there still when its return was due, or on the day asked for where
/// that is earlier.
private func obliged(_ asOf: Day) -> SQL {
    let end = Day(year: asOf.year - 1, month: 12, day: 31) ?? asOf
    return """
        (c.established IS NULL OR c.established <= \(end)) AND c.merged_into_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM registry_cooperative_status s WHERE s.cooperative_id = c.id
            AND s.status = 'dissolved' AND s.valid_from <= CASE WHEN n.due_on < \(asOf) THEN n.due_on ELSE \(asOf) END)
        """
}
