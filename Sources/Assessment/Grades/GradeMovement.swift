import Kernel
import Persistence
import Records
import Registry

/// What became of each cooperative's grade between two years.
struct GradeMovement: Sendable {
    enum Direction: String, CaseIterable, Sendable { case rose, fell, stayed }

    struct Member: Sendable {
        let cooperative: Cooperative.ID
        let name: String
        let before: Standing
        let after: Standing

        /// `nil` where one of the two is no grade: to become assessed is no improvement.
        var direction: Direction? {
            guard before.isGrade, after.isGrade else { return nil }
            if before == after { return .stayed }
            return after.rawValue < before.rawValue ? .rose : .fell
        }
    }

    let from: Year
    let to: Year
    /// In Vietnamese order.
    let members: [Member]

    init(from: Year, to: Year, _ question: GradeQuestion, in db: Connection) throws {
        self.from = from
        self.to = to
        members = try db.all(
            """
            SELECT c.id, c.name, a.grade, a.exclusion, b.grade, b.exclusion FROM registry_cooperative c
            LEFT JOIN (\(question.outcomes(of: from))) a ON a.cooperative_id = c.id
            LEFT JOIN (\(question.outcomes(of: to))) b ON b.cooperative_id = c.id
            WHERE \(question.cooperatives) ORDER BY c.sort_key, c.id
            """
        ) { row in
            Member(
                cooperative: try row[0], name: try row[1], before: Standing(grade: try row[2], exclusion: try row[3]),
                after: Standing(grade: try row[4], exclusion: try row[5]))
        }
    }

    func count(_ before: Standing, _ after: Standing) -> Int {
        members.count { $0.before == before && $0.after == after }
    }

    func members(_ direction: Direction) -> [Member] { members.filter { $0.direction == direction } }
}
