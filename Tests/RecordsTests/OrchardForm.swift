import Documents
import Kernel
import Persistence

@testable import Records

/// A form with few columns, for hand-made sheets.
enum OrchardForm: ImportForm {
    struct Entry: Sendable, Equatable {
        var name = ""
        var trees: Int?
        var bearing: Int?
        var worth: Money?
        var area: Area?
        var fruit: Fruit?
    }

    typealias Context = Int

    static let name = "orchard"
    static let table = "orchard"
    static func entry() -> Entry { Entry() }
    static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Int { 0 }

    static let columns: [ImportColumn<Entry, Int>] = [
        ImportColumn("name", required: true) { cell, entry, _ in entry.name = cell.text() ?? "" },
        ImportColumn("trees", kind: .integer, summed: { $0.trees.map(Int64.init) }) { cell, entry, _ in
            entry.trees = cell.count()
        },
        ImportColumn("bearing", kind: .integer, summed: { $0.bearing.map(Int64.init) }) { cell, entry, _ in
            entry.bearing = cell.count()
        },
        ImportColumn("worth", kind: .money, summed: { $0.worth?.vnd }) { cell, entry, _ in entry.worth = cell.money() },
        ImportColumn("area", kind: .area, summed: { $0.area?.squareMetres }) { cell, entry, _ in
            entry.area = cell.area()
        },
        ImportColumn("fruit") { cell, entry, _ in
            entry.fruit = cell.choice(Fruit.self, problem: "field.unknown-choice")
        },
    ]

    static func check(_ entry: inout Entry, _ row: inout RowReading<Int>) {}
    static func keys(of entry: Entry) -> [MatchKey] { [MatchKey(.nameAndUnit, entry.name)] }
    static func title(of entry: Entry) -> String { entry.name }
    static func index(_ context: Int, in db: Connection) throws -> MatchIndex { MatchIndex() }
    static func store(
        _ rows: [(entry: Entry, subject: Int64?)], asOf: Day, by act: Act, in db: Connection
    ) throws -> [(subject: Int64, fate: StoredFate)] { [] }

    static let texts = [
        Texts(
            .vi,
            sources: [
                """
                orchard.name: Tên vườn
                orchard.name.aliases: Vườn | Chủ vườn
                orchard.trees: Số cây
                orchard.trees.aliases: "cây, số cây / tổng, tổng số | Tổng số cây"
                orchard.bearing: Cây cho trái
                orchard.bearing.aliases: "cây, số cây / cho trái, đang cho trái"
                orchard.worth: Giá trị
                orchard.area: Diện tích
                orchard.fruit: Loại trái
                fruit.durian: Sầu riêng
                fruit.durian.aliases: SR | Sầu riêng…
                fruit.pomelo: Bưởi
                fruit.star_apple: Vú sữa
                """
            ]),
        Texts(
            .en, sources: ["orchard.name: Orchard\norchard.trees: Trees\nfruit.pomelo: Pomelo\nfruit.durian: Durian"]),
    ]

    static let vocabulary = Vocabulary(texts, choices: [(Fruit.key, Fruit.allCases.map(\.rawValue))])

    /// Reads a sheet. `rows` are cells by row, the first in row `first`.
    static func read(
        _ rows: [[Cell]], first: Int = 1, hidden: Set<Int> = [], merged: [MergedRange] = [], isHidden: Bool = false
    ) -> SheetReading<OrchardForm> {
        SheetReader<OrchardForm>(
            aliases: ColumnAliases(form: name, columns: columns.map(\.name), texts), vocabulary: vocabulary,
            answers: ImportAnswers(), asOf: "2024-06-30", context: 0
        ).read(
            SheetOutline(name: "Trang 1", isHidden: isHidden, hiddenColumns: hidden, merged: merged),
            rows.enumerated().map { SheetRow(number: first + $0, cells: $1) }.filter { !$0.cells.isEmpty })
    }
}

extension Cell: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral text: String) { self.init(.text(text)) }
    public init(integerLiteral number: Int) { self.init(.number(Double(number), literal: "\(number)")) }
    public init(nilLiteral: ()) { self.init() }
}
