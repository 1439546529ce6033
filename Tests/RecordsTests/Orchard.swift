import Kernel
import Persistence

@testable import Records

/// A record type with every kind of column.
struct Orchard: Record, Referenced {
    var id: Identifier<Orchard> = 0
    var version = 0
    var name = ""
    var note: String?
    var phone: Code?
    var trees = 1
    var bearing: Int?
    var isOpen = false
    var isCertified: Bool?
    var worth: Money = 0
    var debt: Money?
    var area: Area?
    var planted: Day = .unset
    var endedOn: Day?
    var founded: PartialDay?
    var fruit = Fruit.durian
    var soil: Soil?
    var neighbour: Identifier<Orchard>?
    init() {}

    static let referenceName = "orchard"

    static let description = Description<Orchard>(
        "orchard", table: "test_orchard", rules: [\.bearingAreTrees], sortKey: { vietnameseSortKey($0.name) }
    ) {
        Field("name", \.name, .listed, .searched)
        Field("note", \.note, .searched)
        Field("phone", \.phone, .personal)
        Field("trees", \.trees, .within(1...10_000))
        Field("bearing", \.bearing, .within(0...10_000))
        Field("is_open", \.isOpen)
        Field("is_certified", \.isCertified)
        Field("worth", \.worth)
        Field("debt", \.debt)
        Field("area", \.area)
        Field("planted", \.planted)
        Field("ended_on", \.endedOn)
        Field("founded", \.founded)
        Field("fruit", \.fruit)
        Field("soil", \.soil)
        Field("neighbour", \.neighbour)
    }

    var bearingAreTrees: Verdict {
        guard let bearing, bearing > trees else { return .meets }
        return .fails("orchard.more-bearing-than-trees", ["bearing": "\(bearing)"])
    }

    static let migrations =
        recordsMigrations + [
            Migration(
                part: "test", number: 1, title: "Orchards",
                [
                    .both(
                        """
                        CREATE TABLE test_orchard (
                            id {id}, version BIGINT NOT NULL, name TEXT NOT NULL, note TEXT, phone TEXT,
                            trees BIGINT NOT NULL, bearing BIGINT, is_open BIGINT NOT NULL, is_certified BIGINT,
                            worth_vnd BIGINT NOT NULL, debt_vnd BIGINT, area_m2 BIGINT, planted TEXT NOT NULL,
                            ended_on TEXT, founded TEXT, fruit TEXT NOT NULL, soil TEXT, neighbour_id BIGINT,
                            search_text TEXT NOT NULL, sort_key TEXT NOT NULL);
                        """),
                    .sqlite(
                        """
                        CREATE VIRTUAL TABLE test_orchard_search USING fts5
                            (search_text, content='test_orchard', content_rowid='id', tokenize='trigram', detail='none');
                        CREATE TRIGGER test_orchard_added AFTER INSERT ON test_orchard BEGIN
                            INSERT INTO test_orchard_search (rowid, search_text) VALUES (new.id, new.search_text);
                        END;
                        """),
                ])
        ]

    static let listing = Listing(
        "orchard", path: "orchards", table: "test_orchard", alias: "o",
        columns: [
            .init("name", "o.name", .text, order: "o.sort_key"),
            .init("bearing", "o.bearing", .integer, order: "o.bearing"),
            .init("founded", "o.founded", .partialDay, order: "o.founded"),
            .init("note", "o.note", .text, order: "o.note"),
            .init("neighbour", "n.name", .text),
        ],
        filters: [
            .init("fruit", Fruit.kind) { value, _ in
                guard let fruit = Fruit(rawValue: value) else {
                    throw Failure(.usage, "list.no-such-value", ["value": value])
                }
                return "o.fruit = \(fruit.rawValue)"
            }
        ],
        joins: { _ in "LEFT JOIN test_orchard n ON n.id = o.neighbour_id" },
        exists: { day in "o.ended_on IS NULL OR o.ended_on > \(day)" })

    /// One that may be stored.
    init(_ name: String) {
        self.name = name
        planted = "2020-02-29"
    }
}

enum Fruit: String, Choice {
    case durian, pomelo
    case starApple = "star_apple"
    static let key = "fruit"
}

enum Soil: String, Choice {
    case grey, basalt
    static let key = "soil"
}

extension Act {
    static let test = Act(
        at: Instant(milliseconds: 1_732_000_000_000), account: 7, origin: "cli", reason: "vì sao?", batch: 3)
}

/// The same numbers on every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
