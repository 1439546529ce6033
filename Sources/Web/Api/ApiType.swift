import Kernel
import Persistence
import Records

/// A column as programs see it.
struct ApiField: Sendable {
    /// The field's name, and its text key.
    let name: String
    let key: String
    let column: String
    let kind: ValueKind
    let isOptional: Bool
    let isPersonal: Bool
    let isParagraph: Bool

    init<R: Record>(_ field: Field<R>) {
        name = field.name
        key = R.description.key(field)
        column = field.column
        kind = field.kind
        isOptional = !field.isRequired
        isPersonal = field.isPersonal
        isParagraph = field.isParagraph
    }

    init(_ column: ReadTable.Column, of type: String) {
        name = column.name
        key = "\(type).\(column.name)"
        self.column = column.name
        kind = column.kind
        isOptional = column.isOptional
        isPersonal = false
        isParagraph = false
    }

    /// A new record must state it. A flag has an answer from the start; the default of a choice is for forms.
    var isNeeded: Bool { !isOptional && kind != .flag }

    /// Most characters: what indexes of both engines take.
    var longest: Int? {
        switch kind {
        case .code: 64
        case .text: isParagraph ? 10_000 : name == "name" ? 255 : 1000
        default: nil
        }
    }

    /// Text in its stored form; blank where nothing is left and nothing need be.
    func clean(_ text: String) -> SQLValue {
        let text = CleanText(text, lines: isParagraph).text
        return text.isEmpty && isOptional ? .null : .text(text)
    }

    /// A value as JSON.
    func json(_ value: SQLValue) -> String {
        switch (kind, value) {
        case (_, .null): "null"
        case (.flag, .integer(let number)): number == 0 ? "false" : "true"
        case (_, .integer(let number)): String(number)
        case (_, .text(let text)): JSONText.quoted(text)
        case (_, .real), (_, .bytes): "null"
        }
    }
}

/// A record type as programs see it, whatever its Swift type.
struct ApiType: Sendable {
    let name: String
    let table: String
    let fields: [ApiField]
    let listing: Listing?
    /// The columns that lists can be narrowed by besides the listing's filters: references.
    let references: [ApiField]
    /// The column with the day on which a record ends.
    let end: ApiField?
    /// Whether an answer about one record names what looks wrong in it.
    let hasDoubts: Bool
    /// Set where programs can only read.
    let read: ReadTable?

    init<R: Record>(_ type: R.Type, _ listing: Listing?) {
        name = R.description.name
        table = R.description.table
        let fields = R.description.shown.map { ApiField($0) }
        self.fields = fields
        self.listing = listing
        references = fields.filter { if case .reference = $0.kind { true } else { false } }
        end = fields.first { $0.column == "ended_on" } ?? fields.first { $0.column == "valid_to" }
        hasDoubts = R.description.doubts != nil
        read = nil
    }

    init(_ read: ReadTable) {
        name = read.name
        table = read.table
        fields = read.columns.map { ApiField($0, of: read.name) }
        listing = nil
        references = []
        end = nil
        hasDoubts = false
        self.read = read
    }

    var path: String { "/api/v1/\(name)" }
    /// `CooperativeStatus`.
    var schema: String { name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
    var hasPersonal: Bool { fields.contains { $0.isPersonal } }

    func field(_ column: String) -> ApiField? { fields.first { $0.column == column } }

    /// What `sort` takes; none: records come in the order of their numbers.
    var sorts: [String] {
        (listing?.columns.filter { $0.order != nil }.map(\.name) ?? []).flatMap { [$0, "-\($0)"] }
    }

    func values(of field: ApiField) -> [String]? {
        if case .choice(_, let values) = field.kind { values } else { nil }
    }

    /// The values of a listing's filter, where it has a few; `unknown` stands for records that do not say, where the
    /// filter is one over a column.
    func values(of filter: Listing.Filter) -> [String]? {
        guard case .choice(_, let values) = filter.kind else { return nil }
        let isColumn = listing?.columns.contains { $0.name == filter.name } ?? false
        let isAlwaysSaid = fields.contains { $0.name == filter.name && !$0.isOptional }
        return isAlwaysSaid || !isColumn ? values : values + ["unknown"]
    }
}
