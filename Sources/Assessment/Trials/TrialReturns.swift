import Access
import Kernel
import Persistence
import Records
import Registry

/// The returns of a year that instruments are tried on: those that the reader may see, of a unit or of all, in
/// Vietnamese order. Like a round, a trial takes drafts too.
struct TrialReturns: Sendable {
    struct Member: Sendable {
        let name: String
        let record: AnnualReturn.ID
        let inputs: ScoringInputs
    }

    /// So many at once.
    static let most = 25_000

    let year: Year
    let members: [Member]
    let accepted: Int

    /// `day`: as of which the unit is meant. Throws `trial.too-many`.
    init(
        _ year: Year, under unit: String?, on day: Day, for viewer: Viewer, most: Int = Self.most, in db: Connection
    ) throws {
        self.year = year
        let within = unit.map { "c.unit_id IN (\(units(under: $0, on: day)))" as SQL } ?? "1 = 1"
        let reached: SQL =
            "r.year = \(year) AND (\(viewer.rows(.read, "annual_return").condition("r") ?? "1 = 1"))"
        let count = try db.one(
            """
            SELECT count(*) FROM assessment_return r JOIN registry_cooperative c ON c.id = r.cooperative_id
            WHERE \(reached) AND \(within)
            """
        ) { try $0[0] as Int }
        guard count <= most else {
            throw Failure(.refused, "trial.too-many", ["count": "\(count)", "most": "\(most)"])
        }
        let inputs = try ScoringInputs.all(
            year, where: "\(within) AND c.id IN (SELECT r.cooperative_id FROM assessment_return r WHERE \(reached))",
            in: db)
        members = try db.all(
            """
            SELECT c.id, c.name, r.id FROM assessment_return r JOIN registry_cooperative c ON c.id = r.cooperative_id
            WHERE \(reached) AND \(within) ORDER BY c.sort_key, c.id
            """
        ) { row in
            Member(name: try row[1], record: try row[2], inputs: inputs[try row[0]] ?? ScoringInputs())
        }
        accepted = members.count { $0.inputs.record?.state == .accepted }
    }
}
