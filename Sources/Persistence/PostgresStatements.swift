import CPostgres
import Kernel

/// The statements that a connection has prepared. One that comes for the first time runs without: what comes only
/// once (an import with every pattern of empty cells, a list with an unusual filter) costs no second round trip.
struct PostgresStatements {
    enum Plan {
        /// Without preparing; `evicted` is to be given up.
        case once(text: String, evicted: String?)
        case prepare(name: String, text: String)
        case prepared(name: String)
    }

    /// The server plans a statement for the types of its values, so these are part of what identifies it.
    private struct Key: Hashable {
        let text: String
        let types: [Oid]

        init(_ sql: SQL) {
            text = sql.text
            types = sql.values.map(\.postgresType)
        }
    }

    private struct Entry {
        let text: String
        var name: String?
        var lastUse: Int
    }

    private var entries: [Key: Entry] = [:]
    private var uses = 0

    /// The server refused one because the schema has changed.
    var areStale = false

    private static let size = 300

    mutating func plan(_ sql: SQL, keeps: Bool) throws -> Plan {
        guard keeps else { return .once(text: try sql.numbered(), evicted: nil) }
        uses += 1
        let key = Key(sql)
        if let entry = entries[key] {
            entries[key]?.lastUse = uses
            return entry.name.map { .prepared(name: $0) } ?? .prepare(name: "hoptac_\(uses)", text: entry.text)
        }
        var evicted: String?
        if entries.count >= Self.size, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            evicted = oldest.value.name
        }
        let text = try sql.numbered()
        entries[key] = Entry(text: text, name: nil, lastUse: uses)
        return .once(text: text, evicted: evicted)
    }

    /// To be told after a `prepare` has worked.
    mutating func keep(_ sql: SQL, as name: String) { entries[Key(sql)]?.name = name }
}

/// The values of a statement as libpq takes them: integers, reals and text as text, bytes as they are.
struct PostgresParameters {
    /// All values one after the other, each followed by a NUL.
    private var characters: [CChar] = []
    private var starts: [Int] = []
    private var types: [Oid] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [SQLValue]) throws {
        for value in values where value != .null {
            try value.checkStorable()
            starts.append(characters.count)
            types.append(value.postgresType)
            switch value {
            case .null: break
            case .integer(let number): append(String(number).utf8)
            case .real(let number): append(String(number).utf8)
            case .text(let text): append(text.utf8)
            case .bytes(let bytes): append(bytes)
            }
            if case .bytes = value { formats.append(1) } else { formats.append(0) }
            lengths.append(Int32(characters.count - starts[starts.count - 1]))
            characters.append(0)
        }
    }

    private mutating func append(_ bytes: some Sequence<UInt8>) {
        characters.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
    }

    func withPointers<T>(
        _ body: (
            _ count: Int32, _ types: [Oid], _ values: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]
        ) throws -> T
    ) rethrows -> T {
        try characters.withUnsafeBufferPointer { characters in
            let values = starts.map { start in characters.baseAddress.map { $0 + start } }
            return try body(Int32(starts.count), types, values, lengths, formats)
        }
    }
}

extension SQLValue {
    /// The type under which a value is sent, so that `SELECT ?` answers what it was asked on both engines.
    /// A null has none: it is written into the text.
    fileprivate var postgresType: Oid {
        switch self {
        case .null: 0
        case .integer: PostgresType.int8
        case .real: PostgresType.float8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytea
        }
    }
}

extension SQL {
    /// The text with `$1`, `$2` … for `?`, and `NULL` for a null, which takes the type of whatever stands around it.
    /// A `?` within quotes, dollar quotes or a comment is left alone.
    func numbered() throws -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 3 * values.count)
        let source = Array(text.utf8)
        var index = 0
        var place = 0
        var number = 0
        while index < source.count {
            if let end = Self.endOfQuotation(source, from: index) {
                result += source[index..<end]
                index = end
                continue
            }
            let byte = source[index]
            index += 1
            guard byte == UInt8(ascii: "?") else {
                result.append(byte)
                continue
            }
            if place < values.count, values[place] == .null {
                result += Array("NULL".utf8)
            } else {
                number += 1
                result += Array("$\(number)".utf8)
            }
            place += 1
        }
        guard place == values.count else {
            throw Failure(.defect, "persistence.wrong-value-count", ["sql": text])
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where the quotation or comment that begins at `start` ends; nil where none begins.
    private static func endOfQuotation(_ source: [UInt8], from start: Int) -> Int? {
        func end(of closing: String, after length: Int) -> Int {
            let closing = Array(closing.utf8)
            var index = start + length
            while index + closing.count <= source.count {
                if source[index..<index + closing.count].elementsEqual(closing) { return index + closing.count }
                index += 1
            }
            return source.count
        }
        let next = start + 1 < source.count ? source[start + 1] : 0
        switch source[start] {
        // A doubled quote ends one quotation and begins the next.
        case UInt8(ascii: "'"): return end(of: "'", after: 1)
        case UInt8(ascii: "\""): return end(of: "\"", after: 1)
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): return end(of: "\n", after: 2)
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return end(of: "*/", after: 2)
        case UInt8(ascii: "$") where next == UInt8(ascii: "$"): return end(of: "$$", after: 2)
        default: return nil
        }
    }
}
