import Kernel
import Persistence

/// Stored subjects whose names are nearly that of a row, in the row's unit. They are proposed and never taken by
/// themselves. A unit's names are read when the first row asks for them.
struct NearNames {
    /// With more names in a unit only equal cores are compared: who compares each with each takes minutes.
    private static let most = 200

    private var units: [Int64: [(id: Int64, name: BusinessName)]] = [:]

    mutating func subjects<Form: ImportForm>(
        of entry: Form.Entry, _ form: Form.Type, in db: Connection
    ) throws -> [Int64] {
        guard let (name, unit) = Form.neighbourhood(of: entry) else { return [] }
        return try subjects(near: name, unit: unit, table: Form.table, in: db)
    }

    private mutating func subjects(near name: String, unit: Int64, table: String, in db: Connection) throws -> [Int64] {
        let names =
            try units[unit]
            ?? db.all("SELECT id, name FROM \(described: table) WHERE unit_id = \(unit) ORDER BY id") {
                (try $0[0] as Int64, BusinessName(try $0[1]))
            }
        units[unit] = names
        guard !names.isEmpty else { return [] }
        let asked = BusinessName(name)
        let isSmall = names.count <= Self.most
        return names.filter { isSmall ? asked.isNear($0.name) : asked.core == $0.name.core }.map(\.id)
    }
}
