import Kernel
import Persistence

// Rows about records that whoever imports does not reach.

extension ImportRun {
    /// Refuses the rows about records that whoever imports does not reach.
    func refuseForeign(_ pending: inout [Pending], in result: inout ImportResult, _ db: Connection) throws {
        let foreign = try foreign(Set(pending.compactMap(\.subject)), db)
        refuse(&pending, in: &result) { $0.subject.map(foreign.contains) ?? false }
    }

    /// Stores them. Where a record would then lie outside of the scope, a new one as well as one that the row moves away,
    /// what was stored is taken back, the row is refused, and the others are stored again.
    func keep(
        _ pending: [Pending], in result: inout ImportResult, by act: Act, _ db: Connection
    ) throws {
        var pending = pending
        while true {
            var trial = result
            let moved: Set<Int64> = try db.attempted {
                try store(pending, into: &trial, by: act, in: db)
                return try foreign(Set(pending.compactMap { trial.rows[$0.index].subject }), db)
            } undoneWhen: { moved in
                !moved.isEmpty
            }
            if moved.isEmpty {
                result = trial
                return
            }
            let outside = Set(pending.map(\.index).filter { trial.rows[$0].subject.map(moved.contains) ?? false })
            refuse(&pending, in: &result) { outside.contains($0.index) }
        }
    }

    private func refuse(_ pending: inout [Pending], in result: inout ImportResult, where isForeign: (Pending) -> Bool) {
        pending.removeAll { row in
            guard isForeign(row) else { return false }
            let place = Place(sheet: result.rows[row.index].sheet, row: result.rows[row.index].row)
            result.rows[row.index].fate = .refused
            // Whose record it is, is none of their business.
            result.rows[row.index].subject = nil
            result.rows[row.index].findings.append(
                Diagnostic(.error, "import.outside-scope", at: place, ["title": result.rows[row.index].title]))
            return true
        }
    }

    /// Which of these subjects the scope does not reach.
    private func foreign(_ subjects: Set<Int64>, _ db: Connection) throws -> Set<Int64> {
        guard let condition = scope.condition("r") else { return [] }
        var foreign = subjects
        let all = subjects.sorted()
        for start in stride(from: 0, to: all.count, by: 500) {
            let part = all[start..<min(start + 500, all.count)]
            try db.each(
                "SELECT r.id FROM \(described: Form.table) r WHERE r.id IN (\(list: part)) AND (\(condition))"
            ) { foreign.remove(try $0[0]) }
        }
        return foreign
    }
}
