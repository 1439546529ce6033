import Kernel
import Persistence
import Records
import Registry

// What is about one cooperative and year, such as a return or a grade, is found by the two.

extension MatchKey {
    init(_ cooperative: Cooperative.ID, _ year: Year) { self.init(.nameAndUnit, "\(cooperative) @ \(year)") }
}

extension MatchIndex {
    /// The rows of a table with `cooperative_id` and `year`.
    init(yearlyIn table: String, in db: Connection) throws {
        self.init()
        try db.each("SELECT id, cooperative_id, year FROM \(described: table)") { row in
            add(MatchKey(try row[1], try row[2]), try row[0])
        }
    }
}
