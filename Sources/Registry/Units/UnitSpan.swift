import Kernel
import Persistence

/// Where a version lies during a period between two boundary changes. The spans of a version cover every day once.
struct UnitSpan: Equatable, Sendable {
    var from: Day
    /// Exclusive.
    var to: Day
    /// The unit of that time; none where a person must choose.
    var unit: Int?
    var path: UnitPath
}

extension Lineage {
    /// The days on which anything begins or ends, with both ends of time.
    var turningDays: [Day] {
        Set(units.flatMap { [$0.validFrom, $0.validTo] } + [.distantPast, .distantFuture]).sorted()
    }

    func spans(of index: Int, between days: [Day]) -> [UnitSpan] { spans(between: days) { _ in index } }

    private func spans(between days: [Day], version: (Day) -> Int?) -> [UnitSpan] {
        var spans: [UnitSpan] = []
        for (from, to) in zip(days, days.dropFirst()) {
            guard let index = version(from) else { continue }
            let (unit, path) = place(of: index, on: from)
            if let last = spans.indices.last, spans[last].unit == unit, spans[last].path == path {
                spans[last].to = to
            } else {
                spans.append(UnitSpan(from: from, to: to, unit: unit, path: path))
            }
        }
        return spans
    }

    /// After units, successors or parts have changed: who remembers the units reads them again.
    static func storeSpans(anewIn db: Connection) throws {
        try Lineage(db).storeSpans(db)
        try db.run("UPDATE registry_unit_stamp SET stamp = stamp + 1")
    }

    /// Writes all spans anew. They are derived: the same units and successors always give the same rows.
    func storeSpans(_ db: Connection) throws {
        try db.run("DELETE FROM registry_unit_span")
        let days = turningDays
        var rows: [SQL] = []
        func flush() throws {
            guard !rows.isEmpty else { return }
            try db.run(
                """
                INSERT INTO registry_unit_span
                    (unit_id, from_day, to_day, province_code, district_code, commune_code, current_unit_id,
                     needs_choice, path)
                VALUES \(rows.joined(separator: ", "))
                """)
            rows = []
        }
        for id in units.map(\.id) + Array(chosen.keys) {
            for span in spans(between: days, version: { version(id, on: $0) }) {
                rows.append(
                    """
                    (\(id), \(span.from), \(span.to), \(span.path.province), \(span.path.district), \
                    \(span.path.commune), \(span.unit.map { units[$0].id }), \(span.unit == nil), \
                    \(span.path.description))
                    """)
            }
            if rows.count >= 100 { try flush() }
        }
        try flush()
    }
}
