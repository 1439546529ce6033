import Kernel
import Persistence
import TestSupport
import Testing

@testable import Records

@Suite("A list") struct ListingTests {
    private static let names = [
        "Vườn Đồng Ổi", "Vườn Dong Oi", "Trại 50% cây", "Trại 50 cây", "Lô_7", "Lô 7", #"Lô\7"#, "Ấp 3", "Áp lực",
        "Bưởi Bạch Đằng", "Hòa Bình", "Hoà Bình 2",
    ]

    private func with<T: Sendable>(
        _ engine: TestEngine, _ orchards: [Orchard], _ body: (Database) async throws -> T
    ) async throws -> T {
        try await TestDatabase.with(engine, Orchard.migrations) { database in
            try await database.write { db in for orchard in orchards { try db.insert(orchard, by: .test) } }
            return try await body(database)
        }
    }

    private func found(_ database: Database, _ change: (inout ListQuery) -> Void) async throws -> [String] {
        var query = ListQuery(asOf: "2024-06-30", .all)
        change(&query)
        let asked = query
        return try await database.read { db in
            let page = try Orchard.listing.page(asked, in: db)
            #expect(page.total == page.rows.count)
            #expect(try Orchard.listing.count(asked, in: db) == page.total)
            return page.rows.map {
                $0.values[0] == .null ? "" : ValueKind.text.shown($0.values[0], Texts(.vi, sources: []))
            }
        }
    }

    private static let searches: [(String, [String])] = [
        ("dong oi", ["Vườn Dong Oi", "Vườn Đồng Ổi"]), ("ĐỒNG ỔI", ["Vườn Dong Oi", "Vườn Đồng Ổi"]),
        ("oi vuon", ["Vườn Dong Oi", "Vườn Đồng Ổi"]), ("bưởi", ["Bưởi Bạch Đằng"]), ("buoi dang", ["Bưởi Bạch Đằng"]),
        ("ap", ["Áp lực", "Ấp 3"]), ("3", ["Ấp 3"]), ("50%", ["Trại 50% cây"]), ("%", ["Trại 50% cây"]),
        ("50% c", ["Trại 50% cây"]), ("o_7", ["Lô_7"]), ("lo_7", ["Lô_7"]), ("_", ["Lô_7"]), (#"lo\7"#, [#"Lô\7"#]),
        (#"\"#, [#"Lô\7"#]), ("hoa binh", ["Hòa Bình", "Hoà Bình 2"]), ("không có", []), ("' OR 1=1 --", []),
        ("\"", []), ("*", []),
    ]

    @Test("is searched with and without diacritics, by short words and by signs", arguments: TestEngine.all)
    func search(engine: TestEngine) async throws {
        try await with(engine, Self.names.map { Orchard($0) }) { database in
            for (text, names) in Self.searches {
                let rows = try await found(database) { $0.search = text }
                #expect(rows == names, "\(text)")
            }
            let all = try await found(database) { $0.search = "   " }
            #expect(all.count == Self.names.count)
        }
    }

    @Test("is narrowed by filters, and refuses those that it does not have", arguments: TestEngine.all)
    func filters(engine: TestEngine) async throws {
        var orchards = ["A", "B", "C"].map { Orchard($0) }
        orchards[1].fruit = .pomelo
        orchards[2].fruit = .pomelo
        orchards[2].endedOn = "2024-01-01"
        try await with(engine, orchards) { database in
            for (change, names) in [
                ({ $0.filters = [("fruit", "pomelo")] }, ["B"]), ({ $0.filters = [("fruit", "")] }, ["A", "B"]),
                ({ $0.asOf = "2023-12-31" }, ["A", "B", "C"]),
                ({ $0.only = "SELECT id FROM test_orchard WHERE name <> \("A")" }, ["B"]),
            ] as [((inout ListQuery) -> Void, [String])] {
                let rows = try await found(database, change)
                #expect(rows == names)
            }
            for (change, code) in [
                ({ $0.filters = [("colour", "red")] }, "list.no-such-filter"),
                ({ $0.filters = [("fruit", "apple")] }, "list.no-such-value"),
                ({ $0.order = "trees" }, "list.no-such-order"), ({ $0.order = "neighbour" }, "list.no-such-order"),
            ] as [((inout ListQuery) -> Void, String)] {
                let failure = await #expect(throws: Failure.self) { _ = try await found(database, change) }
                #expect(failure?.code == code)
                #expect(failure?.kind == .usage)
            }
        }
    }

    private func random() -> [Orchard] {
        var dice = Dice(state: 11)
        return (0..<230).map { number in
            var orchard = Orchard(["Ổi", "Ôi", "Oi", "Đa", "Da", "Vườn"].randomElement(using: &dice) ?? "")
            orchard.bearing = Bool.random(using: &dice) ? .random(in: 0...5, using: &dice) : nil
            orchard.trees = 10
            orchard.founded = ["2018", "2018-03", "2018-03-15", nil, nil].randomElement(using: &dice) ?? nil
            orchard.note = ["ấp 1", "Ấp 1", "zz", "", nil].randomElement(using: &dice) ?? nil
            return orchard
        }
    }

    @Test(
        "shows on its pages every row once, in one order on both engines, unknown values last",
        arguments: TestEngine.all)
    func paging(engine: TestEngine) async throws {
        try await with(engine, random()) { database in
            for order in ["name", "bearing", "founded", "note"] {
                for isDescending in [false, true] {
                    var query = ListQuery(asOf: "2024-06-30", .all)
                    query.order = order
                    query.isDescending = isDescending
                    query.limit = nil
                    let whole = query
                    let all = try await database.read { try Orchard.listing.page(whole, in: $0) }
                    #expect(all.total == 230)
                    #expect(all.next == nil)
                    if order != "name" {
                        let column = try #require(Orchard.listing.columns.firstIndex { $0.name == order })
                        let values = all.rows.map { $0.values[column] }
                        let known = values.prefix { $0 != .null }
                        #expect(values.dropFirst(known.count).allSatisfy { $0 == .null })
                        #expect(known.count > 100)
                        let isOrdered = zip(known, known.dropFirst()).allSatisfy {
                            isDescending ? !precedes($0, $1) : !precedes($1, $0)
                        }
                        #expect(isOrdered, "\(order)")
                    }
                    var paged: [Int64] = []
                    query.limit = 17
                    repeat {
                        let asked = query
                        let page = try await database.read { try Orchard.listing.page(asked, in: $0) }
                        #expect(page.total == 230)
                        paged += page.rows.map(\.id)
                        query.after = page.next
                    } while query.after != nil && paged.count <= 230
                    #expect(paged == all.rows.map(\.id), "\(order) \(isDescending)")
                }
            }
        }
    }

    @Test("shows on its pages every row once when it is narrowed", arguments: TestEngine.all)
    func narrowed(engine: TestEngine) async throws {
        try await with(engine, random()) { database in
            for change in [
                { $0.search = "vuon" }, { $0.search = "o" }, { $0.filters = [("fruit", "durian")] },
                { $0.only = "SELECT id FROM test_orchard WHERE bearing >= \(2)" },
            ] as [(inout ListQuery) -> Void] {
                for order in ["name", "bearing"] {
                    var query = ListQuery(asOf: "2024-06-30", .all)
                    query.order = order
                    query.isDescending = order == "name"
                    change(&query)
                    query.limit = nil
                    let whole = query
                    let all = try await database.read { try Orchard.listing.page(whole, in: $0) }
                    #expect(all.total == all.rows.count)
                    var paged: [Int64] = []
                    query.limit = 7
                    repeat {
                        let asked = query
                        let page = try await database.read { try Orchard.listing.page(asked, in: $0) }
                        #expect(page.total == all.total)
                        paged += page.rows.map(\.id)
                        query.after = page.next
                    } while query.after != nil && paged.count <= 230
                    #expect(paged == all.rows.map(\.id))
                }
            }
        }
    }

    private func precedes(_ a: SQLValue, _ b: SQLValue) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        default: false
        }
    }

    @Test(
        "refuses a place to go on from that it did not give", arguments: TestEngine.all,
        [
            "", "1", "1.t", "x.i.3", "1.i.", "1.i.99999999999999999999", "1.t.zz", "1.t.+a", "1.t.c3", "1.t.a", "1.q.3",
            "1.i.3.4", "1.i.3", "1.n.", "1.t.00", "' OR 1=1 --",
        ])
    func tampered(engine: TestEngine, cursor: String) async throws {
        try await with(engine, [Orchard("A")]) { database in
            let failure = await #expect(throws: Failure.self) {
                _ = try await found(database) { $0.after = cursor }
            }
            #expect(failure?.kind == .usage || failure?.code == "persistence.nul", "\(String(describing: failure))")
            let other = await #expect(throws: Failure.self) {
                _ = try await found(database) {
                    $0.order = "bearing"
                    $0.after = cursor == "1.i.3" || cursor == "1.n." ? "1.t.41" : cursor
                }
            }
            #expect(other?.code == "list.bad-cursor")
        }
    }
}
