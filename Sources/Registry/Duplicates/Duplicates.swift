import Access
import Kernel
import Persistence
import Records

/// Two records that may be one, and why one may think so.
struct Duplicate: Sendable, Equatable {
    enum Reason: String, Sendable { case number, name, near }

    let first: Int64
    let second: Int64
    let reason: Reason
}

/// Finds what may be the same: one number (tax code or registration) anywhere; one name, or nearly one, in a commune.
struct DuplicateSearch {
    struct Candidate {
        let id: Int64
        let name: BusinessName
        /// Tax code and registration number.
        let numbers: [String]
        /// The commune of today, or whatever is known of it.
        let place: String
    }

    /// Pairs of the records that a viewer may change, without those that were said to be different ones.
    static func pairs(_ type: String, for viewer: Viewer, _ gazetteer: Gazetteer, on day: Day, in db: Connection) throws
        -> [Duplicate]
    {
        guard viewer.may(.edit, type), let known = RecordCatalogue.registry.named[type] else { return [] }
        let numbers = type == "cooperative" ? "r.tax_code, r.registration_number" : "NULL, NULL"
        let candidates = try db.all(
            """
            SELECT r.id, r.name, r.unit_id, \(described: numbers) FROM \(described: known.table) r
            WHERE r.merged_into_id IS NULL AND (\(viewer.rows(.edit, type).condition("r") ?? "1 = 1")) ORDER BY r.id
            """
        ) { row in
            let unit: Unit.ID = try row[2]
            return Candidate(
                id: try row[0], name: BusinessName(try row[1]),
                numbers: [try row[3] as String?, try row[4] as String?].compactMap(\.self),
                place: gazetteer.path(of: unit, on: day)?.commune ?? "unit \(unit)")
        }
        let apart = Set(
            try db.all("SELECT first_id, second_id FROM registry_distinct WHERE type = \(type)") {
                Pair(try $0[0], try $0[1])
            })
        return pairs(among: candidates).filter { !apart.contains(Pair($0.first, $0.second)) }
    }

    private struct Pair: Hashable {
        let first: Int64
        let second: Int64

        init(_ a: Int64, _ b: Int64) { (first, second) = (min(a, b), max(a, b)) }
    }

    static func pairs(among candidates: [Candidate]) -> [Duplicate] {
        var found: [Pair: Duplicate.Reason] = [:]
        func compare(_ group: [Candidate], _ reason: (Candidate, Candidate) -> Duplicate.Reason?) {
            for (index, first) in group.enumerated() {
                for second in group[(index + 1)...] where first.id != second.id {
                    let pair = Pair(first.id, second.id)
                    if found[pair] == nil, let reason = reason(first, second) { found[pair] = reason }
                }
            }
        }
        func grouped(_ keys: (Candidate) -> Set<String>) -> [[Candidate]] {
            var groups: [String: [Candidate]] = [:]
            for candidate in candidates { for key in keys(candidate) { groups[key, default: []].append(candidate) } }
            return groups.values.filter { $0.count > 1 }
        }
        for group in grouped({ Set($0.numbers) }) { compare(group) { _, _ in .number } }
        for group in grouped({ ["\($0.place) \($0.name.exact)"] }) { compare(group) { _, _ in .name } }
        // A slip of the pen at one end leaves the other end alone; so not everything is compared with everything.
        for group in grouped({ ["\($0.place) ^\($0.name.core.prefix(4))", "\($0.place) \($0.name.core.suffix(4))$"] }) {
            compare(group) { $0.name.isNear($1.name) ? .near : nil }
        }
        return found.map { Duplicate(first: $0.key.first, second: $0.key.second, reason: $0.value) }
            .sorted { ($0.reason.order, $0.first, $0.second) < ($1.reason.order, $1.first, $1.second) }
    }

    /// Remembers that two records are not the same.
    static func tellApart(_ type: String, _ a: Int64, _ b: Int64, by act: Act, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO registry_distinct (type, first_id, second_id, account_id, at)
            VALUES (\(type), \(min(a, b)), \(max(a, b)), \(act.account), \(act.at))
            ON CONFLICT (type, first_id, second_id) DO NOTHING
            """)
    }
}

extension Duplicate.Reason {
    fileprivate var order: Int {
        switch self {
        case .number: 0
        case .name: 1
        case .near: 2
        }
    }
}
