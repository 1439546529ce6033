import Documents
package import Kernel
package import Persistence

/// How the rows of a workbook become records: the columns it knows, what a row says (`Entry`), which records it means
/// and what it changes. One form per kind of list; everything else about importing is shared.
package protocol ImportForm: Sendable {
    associatedtype Entry: Sendable & Equatable
    /// What is read once per import and used for every row: units, names.
    associatedtype Context: Sendable

    /// The record type, and the prefix of the text keys of its columns.
    static var name: String { get }
    /// The table of its subjects.
    static var table: String { get }
    static var columns: [ImportColumn<Entry, Context>] { get }

    /// `sheetWords`: the sheet's name and what stands above its table.
    static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Context
    static func entry() -> Entry
    /// The day of the figures as a title may say it besides `đến 30/6/2024`.
    static func day(inTitle title: String) -> Day?

    /// Looks at a row as a whole once its cells are read: places, contradictions between cells, law.
    static func check(_ entry: inout Entry, _ row: inout RowReading<Context>)

    /// What identifies the row's subject, best first. Two rows of one file with an equal key mean the same subject.
    static func keys(of entry: Entry) -> [MatchKey]
    /// The column in which a rule's key stands, for messages.
    static func column(of rule: MatchKey.Rule) -> String
    /// What a person calls it in a message.
    static func title(of entry: Entry) -> String
    /// By what a near match is looked for: the row's name and unit.
    static func neighbourhood(of entry: Entry) -> (name: String, unit: Int64)?
    /// The keys of all stored subjects, and their names by unit.
    static func index(_ context: Context, in db: Connection) throws -> MatchIndex

    /// Stores what the rows say: each about the subject given, or a new one where it is `nil`. In the order given.
    static func store(
        _ rows: [(entry: Entry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)]
}

package enum StoredFate: Sendable { case added, changed, unchanged }

/// A column that a form knows. Its wordings are the text `NAME.COLUMN.aliases`.
package struct ImportColumn<Entry: Sendable, Context: Sendable>: Sendable {
    package typealias Read = @Sendable (inout CellReading, inout Entry, Context) -> Void

    package let name: String
    /// A table without this column is not this form's table.
    package let isRequired: Bool
    /// Where a total row adds it up: the row's value in its smallest unit.
    package let summed: (@Sendable (Entry) -> Int64?)?
    /// How a total is said in a message.
    package let kind: ValueKind
    package let read: Read

    package init(
        _ name: String, required: Bool = false, kind: ValueKind = .text,
        summed: (@Sendable (Entry) -> Int64?)? = nil, read: @escaping Read
    ) {
        self.name = name
        isRequired = required
        self.kind = kind
        self.summed = summed
        self.read = read
    }
}

/// Something that identifies a subject. Rules are tried in the order in which an entry gives its keys.
package struct MatchKey: Hashable, Sendable {
    package enum Rule: String, Sendable { case taxCode = "tax-code", registration, nameAndUnit = "name-and-unit" }
    package let rule: Rule
    package let value: String

    package init(_ rule: Rule, _ value: String) {
        self.rule = rule
        self.value = value
    }
}

extension ImportForm {
    package static func day(inTitle title: String) -> Day? { nil }
    package static func neighbourhood(of entry: Entry) -> (name: String, unit: Int64)? { nil }

    package static func column(of rule: MatchKey.Rule) -> String {
        switch rule {
        case .taxCode: "tax_code"
        case .registration: "registration_number"
        case .nameAndUnit: "name"
        }
    }
}

/// The stored subjects by their keys.
package struct MatchIndex: Sendable {
    private var subjects: [MatchKey: [Int64]] = [:]
    /// The names of the subjects in each unit, for near matches.
    private(set) var names: [Int64: [(subject: Int64, name: String)]] = [:]

    package init() {}

    package mutating func add(_ name: String, in unit: Int64, _ subject: Int64) {
        names[unit, default: []].append((subject, name))
    }

    package mutating func add(_ key: MatchKey, _ subject: Int64) {
        if subjects[key]?.contains(subject) != true { subjects[key, default: []].append(subject) }
    }

    package enum Answer: Equatable, Sendable {
        case none
        case one(Int64, MatchKey.Rule)
        case several([Int64], MatchKey.Rule)
    }

    /// Exactly one hit ends the search, none goes on to the next rule, several stop and ask.
    package func find(_ keys: [MatchKey]) -> Answer {
        for key in keys {
            guard let found = subjects[key] else { continue }
            return found.count == 1 ? .one(found[0], key.rule) : .several(found, key.rule)
        }
        return .none
    }
}
