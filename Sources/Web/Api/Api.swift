package import Access
import Hummingbird
package import Persistence
package import Records

/// The register for programs: JSON over the same store, rules and rights as the pages (docs/api.md).
package struct Api: Sendable {
    private let database: Database
    private let access: AccessControl
    private let records: [any Record.Type]
    private let listings: [Listing]
    private let readTables: [ReadTable]
    private let tables: [String: String]

    /// `tables`: what can be read beside the record types. Fields can name their rows.
    package init(
        _ database: Database, _ access: AccessControl, records: [any Record.Type], listings: [Listing],
        tables readTables: [ReadTable]
    ) {
        self.database = database
        self.access = access
        self.records = records
        self.listings = listings
        self.readTables = readTables
        var tables = Dictionary(uniqueKeysWithValues: readTables.map { ($0.name, $0.table) })
        func add<R: Record>(_ type: R.Type) { tables[R.description.name] = R.description.table }
        for type in records { add(type) }
        self.tables = tables
    }

    package func register(in site: inout Site) {
        func add<R: Record>(_ type: R.Type) { api(type).register(in: &site) }
        for type in records { add(type) }
        for table in readTables { ReadTableApi(table, database).register(in: &site) }
        site.get("/api", may: .everyone) { _, _ in ApiPage(types: types) }
        site.get("/api/openapi.json", may: .everyone) { request, context -> Response in
            _ = try ApiQuery(request, context, allowed: [])
            return .json(OpenApi(types: types, t: context.t).document.json)
        }
    }

    private var types: [ApiType] {
        func shape<R: Record>(_ type: R.Type) -> ApiType { api(type).shape }
        return records.map { shape($0) } + readTables.map { ApiType($0) }
    }

    private func api<R: Record>(_ type: R.Type) -> RecordApi<R> {
        let listing = listings.first { $0.type == R.description.name }
        return RecordApi(database: database, access: access, shape: ApiType(type, listing), tables: tables)
    }
}
