import Kernel
import Persistence
import TestSupport
import Testing

@Suite("A value") struct ValueTests {
    static let values: [SQLValue] = [
        .null, .integer(0), .integer(.max), .integer(.min), .integer(9_007_199_254_740_993), .real(0.1),
        .real(-1.7976931348623157e308), .real(.leastNonzeroMagnitude), .real(.infinity), .text(""), .text("?"),
        .text("it's \"so\" \\ $1"),
        .text("H\u{1EE3}p t\u{E1}c x\u{E3} \u{111}\u{1ED9}"), .text("Ho\u{323}'\u{302}p"), .text("👩‍🌾\n\t\u{FEFF}"),
        .bytes([]), .bytes([0, 1, 127, 128, 255]), .bytes([UInt8](0...255)),
    ]

    @Test("comes back as it was stored, byte for byte", arguments: TestEngine.all)
    func roundTrip(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            for value in Self.values {
                let column: SQL =
                    switch value {
                    case .null, .integer: "number"
                    case .real: "real"
                    case .text: "text"
                    case .bytes: "bytes"
                    }
                // Three times: the first, the preparing and the prepared way.
                for _ in 0..<3 {
                    let back = try await database.write { db in
                        try db.run("DELETE FROM test_note")
                        let id = try db.insert("INSERT INTO test_note (\(column)) VALUES (\(value))")
                        return try db.one("SELECT \(column) FROM test_note WHERE id = \(id)") { try $0.value(0) }
                    }
                    #expect(Self.isSame(back, value))
                }
            }
        }
    }

    /// Texts by their bytes: `==` takes NFC and NFD for one.
    private static func isSame(_ a: SQLValue, _ b: SQLValue) -> Bool {
        if case .text(let a) = a, case .text(let b) = b { return Array(a.utf8) == Array(b.utf8) }
        return a == b
    }

    @Test("is what it was in a query without a table", arguments: TestEngine.all)
    func bare(engine: TestEngine) async throws {
        try await TestDatabase.with(engine) { database in
            let values: [SQLValue] = [.integer(7), .real(0.5), .text("a"), .bytes([1]), .null]
            let back = try await database.read { db in
                try db.one("SELECT \(7), \(0.5), \("a"), \([1] as [UInt8]), \(nil as Int?)") { row in
                    #expect(row.count == 5)
                    return try (0..<5).map { try row.value($0) }
                }
            }
            #expect(back == values)
            let answers = try await database.read { db in
                try db.one(
                    "SELECT \(nil as String?) IS NULL, \("x") IS NULL, sum(a) FROM (SELECT 4 AS a UNION SELECT 5) t"
                ) {
                    (try $0[0] as Bool, try $0[1] as Bool, try $0.value(2))
                }
            }
            #expect(answers == (true, false, .integer(9)))
        }
    }

    @Test("is read as what it is or not at all", arguments: TestEngine.all)
    func unexpected(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            try await database.write { db in
                try db.run("INSERT INTO test_note (number, text, bytes) VALUES (\(1), \("one"), \(nil as [UInt8]?))")
            }
            let wrong = await failure {
                try await database.number("SELECT text AS word FROM test_note")
            }
            #expect(wrong == Failure(.defect, "persistence.unexpected-value", ["column": "word", "wanted": "integer"]))
            let null = await failure {
                try await database.read { db in try db.one("SELECT bytes FROM test_note") { try $0[0] as [UInt8] } }
            }
            #expect(null?.code == "persistence.unexpected-value")
            let absent = try await database.read { db in
                try db.one("SELECT bytes FROM test_note") { try $0[0] as [UInt8]? }
            }
            #expect(absent == nil)
        }
    }

    @Test("with a NUL character or that is no number is refused", arguments: TestEngine.all)
    func unstorable(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let nul = await failure {
                try await database.write { db in try db.run("INSERT INTO test_note (text) VALUES (\("a\0b"))") }
            }
            #expect(nul?.code == "persistence.nul")
            let nan = await failure {
                try await database.write { db in try db.run("INSERT INTO test_note (real) VALUES (\(Double.nan))") }
            }
            #expect(nan?.code == "persistence.not-a-number")
        }
    }

    @Test("is not looked for within quotes and comments", arguments: TestEngine.all)
    func quotes(engine: TestEngine) async throws {
        try await TestDatabase.with(engine) { database in
            let back = try await database.read { db in
                try db.one("SELECT 'who? it''s', \(1) AS \"a?\" /* ? */, \(2) -- why?\n, \(3)") { row in
                    (try row[0] as String, try row[1] as Int, try row[2] as Int, try row[3] as Int)
                }
            }
            #expect(back == ("who? it's", 1, 2, 3))
            let missing = await failure {
                try await database.read { db in try db.all(SQL(described: "SELECT ?")) { try $0.value(0) } }
            }
            #expect(missing?.code == "persistence.wrong-value-count")
        }
    }

    @Test("of a list is one of several", arguments: TestEngine.all)
    func list(engine: TestEngine) async throws {
        try await TestDatabase.with(engine, Notes.migrations) { database in
            let names = try await database.write { db in
                for name in ["a", "b", "c"] { _ = try db.addFolder(name) }
                let some = try db.all(
                    "SELECT name FROM test_folder WHERE name IN (\(list: ["a", "c", "x"])) ORDER BY name"
                ) {
                    try $0[0] as String
                }
                let none = try db.all("SELECT name FROM test_folder WHERE id IN (\(list: [] as [Int]))") {
                    try $0[0] as String
                }
                return some + none
            }
            #expect(names == ["a", "c"])
        }
    }
}
