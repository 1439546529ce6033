import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("Every record type of the register") struct TableCheckTests {
    @Test("has the table that its description says", arguments: TestEngine.all)
    func tables(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Sample.migrations) { database in
            for type in registryRecords { try await check(type, database) }
        }
    }

    private func check<R: Record>(_ type: R.Type, _ database: Database) async throws {
        let description = R.description
        var wanted: [String: (Database.Column.Kind, isNullable: Bool)] = [
            "id": (.integer, false), "version": (.integer, false),
        ]
        for field in description.fields {
            wanted[field.column] = (field.storage == .integer ? .integer : .text, !field.isRequired)
        }
        if description.sortKey != nil {
            wanted["search_text"] = (.text, false)
            wanted["sort_key"] = (.text, false)
        }
        let columns = try await database.columns(of: description.table)
        #expect(Set(columns.map(\.name)) == Set(wanted.keys), "\(description.name)")
        for column in columns {
            #expect(column.kind == wanted[column.name]?.0, "\(description.table).\(column.name)")
            #expect(column.isNullable == wanted[column.name]?.isNullable, "\(description.table).\(column.name)")
        }
    }

    @Test("has a name and a table of its own") func distinct() {
        func names<R: Record>(_ type: R.Type) -> (String, String) { (R.description.name, R.description.table) }
        let all = registryRecords.map { names($0) }
        #expect(Set(all.map(\.0)).count == all.count)
        #expect(Set(all.map(\.1)).count == all.count)
    }
}
