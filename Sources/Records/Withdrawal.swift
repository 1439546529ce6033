import Kernel
package import Persistence

extension Connection {
    /// Takes records out that should never have been entered. Their history stays and says what they were; their numbers
    /// are not given again. Throws `persistence.still-referenced` where something names one of them.
    package func withdraw<R: Record>(_ records: [R], by act: Act) throws {
        let d = R.description
        for record in records { try d.guarding(record, nil, act, self) }
        try write(
            records.map { record in
                var before = JSONText()
                for (field, value) in zip(d.fields, d.values(of: record)) where value != .null {
                    before.add(field.name, value)
                }
                return Change.Entry(d.name, record.id.number, .withdrawn, before: before.object, after: nil)
            }, by: act)
        try inBatches(records) { part in
            try run("DELETE FROM \(described: d.table) WHERE id IN (\(list: part.map(\.id.number)))")
        }
    }
}
