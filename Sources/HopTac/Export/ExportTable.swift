import Access
import Records
import Registry

/// A record type as an export writes it: a file of its rows, and what the history says of them.
struct ExportTable: Sendable {
    struct Column: Sendable {
        /// Its name in the history.
        let name: String
        /// Its name in the table and over the column of the file.
        let column: String
        let kind: ValueKind
        let isPersonal: Bool
    }

    let type: String
    let table: String
    let columns: [Column]

    private init<R: Record>(_ type: R.Type) {
        let description = R.description
        self.type = description.name
        table = description.table
        columns = description.fields.map { field in
            Column(
                name: field.name, column: field.column, kind: field.kind,
                isPersonal: field.isPersonal || Self.addresses.contains("\(description.name).\(field.name)"))
        }
    }

    /// What an administrator needs to see in the list of accounts, and a file for others to read does not.
    private static let addresses: Set<String> = ["account.email", "account.phone"]

    /// Every record type of the program.
    static let all: [ExportTable] =
        RecordTypes.all.map { make($0) } + [make(UserAccount.self), make(Role.self), make(Holding.self)]

    private static func make(_ type: any Record.Type) -> ExportTable { ExportTable(type) }
}
