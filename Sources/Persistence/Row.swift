import CPostgres
import Foundation
import GRDBSQLite
package import Kernel

/// One row of an answer, valid only inside the closure that gets it. Columns count from 0.
package struct Row {
    enum Source {
        /// A statement that stands on the row.
        case sqlite(OpaquePointer)
        case postgres(OpaquePointer, Int32)
    }
    let source: Source

    package subscript<V: SQLReadable>(_ index: Int) -> V {
        get throws { try V(self, at: index) }
    }

    /// The number of columns.
    package var count: Int {
        switch source {
        case .sqlite(let statement): Int(sqlite3_column_count(statement))
        case .postgres(let result, _): Int(PQnfields(result))
        }
    }

    package func isNull(_ index: Int) -> Bool {
        switch source {
        case .sqlite(let statement): sqlite3_column_type(statement, Int32(index)) == SQLITE_NULL
        case .postgres(let result, let row): PQgetisnull(result, row, Int32(index)) == 1
        }
    }

    package func integer(_ index: Int) throws -> Int64 {
        switch source {
        case .sqlite(let statement):
            guard sqlite3_column_type(statement, Int32(index)) == SQLITE_INTEGER else {
                throw unexpected(index, wanted: "integer")
            }
            return sqlite3_column_int64(statement, Int32(index))
        case .postgres(let result, let row):
            guard PQgetisnull(result, row, Int32(index)) == 0, let text = PQgetvalue(result, row, Int32(index)) else {
                throw unexpected(index, wanted: "integer")
            }
            let count = Int(PQgetlength(result, row, Int32(index)))
            // `t` and `f`: a condition, which SQLite answers with 1 and 0.
            if count == 1, text[0] == 116 || text[0] == 102 { return text[0] == 116 ? 1 : 0 }
            guard let number = Int64(decimal: UnsafeBufferPointer(start: text, count: count)) else {
                throw unexpected(index, wanted: "integer")
            }
            return number
        }
    }

    package func real(_ index: Int) throws -> Double {
        switch source {
        case .sqlite(let statement):
            let type = sqlite3_column_type(statement, Int32(index))
            guard type == SQLITE_FLOAT || type == SQLITE_INTEGER else { throw unexpected(index, wanted: "real") }
            return sqlite3_column_double(statement, Int32(index))
        case .postgres:
            guard let number = Double(try text(index)) else { throw unexpected(index, wanted: "real") }
            return number
        }
    }

    package func text(_ index: Int) throws -> String {
        switch source {
        case .sqlite(let statement):
            guard sqlite3_column_type(statement, Int32(index)) == SQLITE_TEXT,
                let bytes = sqlite3_column_text(statement, Int32(index))
            else { throw unexpected(index, wanted: "text") }
            let count = Int(sqlite3_column_bytes(statement, Int32(index)))
            return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        case .postgres(let result, let row):
            guard PQgetisnull(result, row, Int32(index)) == 0, let bytes = PQgetvalue(result, row, Int32(index)) else {
                throw unexpected(index, wanted: "text")
            }
            let count = Int(PQgetlength(result, row, Int32(index)))
            return String(
                decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
    }

    package func bytes(_ index: Int) throws -> [UInt8] {
        switch source {
        case .sqlite(let statement):
            guard sqlite3_column_type(statement, Int32(index)) == SQLITE_BLOB else {
                throw unexpected(index, wanted: "bytes")
            }
            let count = Int(sqlite3_column_bytes(statement, Int32(index)))
            return [UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, Int32(index)), count: count))
        case .postgres(let result, let row):
            guard PQgetisnull(result, row, Int32(index)) == 0, let text = PQgetvalue(result, row, Int32(index)) else {
                throw unexpected(index, wanted: "bytes")
            }
            return try [UInt8](bytea: text) ?? { throw unexpected(index, wanted: "bytes") }()
        }
    }

    /// The value as the engine typed it.
    package func value(_ index: Int) throws -> SQLValue {
        if isNull(index) { return .null }
        switch source {
        case .sqlite(let statement):
            switch sqlite3_column_type(statement, Int32(index)) {
            case SQLITE_INTEGER: return .integer(try integer(index))
            case SQLITE_FLOAT: return .real(try real(index))
            case SQLITE_BLOB: return .bytes(try bytes(index))
            default: return .text(try text(index))
            }
        case .postgres(let result, _):
            switch PQftype(result, Int32(index)) {
            case PostgresType.bool, PostgresType.int2, PostgresType.int4, PostgresType.int8:
                return .integer(try integer(index))
            case PostgresType.float4, PostgresType.float8: return .real(try real(index))
            // What a sum of integers is there.
            case PostgresType.numeric: return try (try? .integer(integer(index))) ?? .real(real(index))
            case PostgresType.bytea: return .bytes(try bytes(index))
            default: return .text(try text(index))
            }
        }
    }

    /// What to throw when a column holds something else than the code expects: a damaged or foreign database.
    package func unexpected(_ index: Int, wanted: String) -> Failure {
        let name: UnsafePointer<CChar>? =
            switch source {
            case .sqlite(let statement): sqlite3_column_name(statement, Int32(index))
            case .postgres(let result, _): UnsafePointer(PQfname(result, Int32(index)))
            }
        return Failure(
            .defect, "persistence.unexpected-value",
            ["column": name.map { String(cString: $0) } ?? "\(index)", "wanted": wanted])
    }
}

/// Numbers of PostgreSQL's built-in types (`pg_type.h`).
enum PostgresType {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let text: Oid = 25
    static let numeric: Oid = 1700
}

extension Int64 {
    /// `-123`, as PostgreSQL writes integers; nil for anything else or more than 64 bits.
    fileprivate init?(decimal text: UnsafeBufferPointer<CChar>) {
        let isNegative = text.first == 45
        var number: Int64 = 0
        for character in isNegative ? text.dropFirst() : text[...] {
            guard (48...57).contains(character) else { return nil }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, more) = tenfold.subtractingReportingOverflow(Int64(character - 48))
            if overflow || more { return nil }
            number = sum
        }
        // Counted downwards, where there is one number more.
        guard text.count > (isNegative ? 1 : 0), isNegative || number != .min else { return nil }
        self = isNegative ? number : -number
    }
}

extension [UInt8] {
    /// `\x0aff`, as PostgreSQL writes bytes.
    init?(bytea text: UnsafePointer<CChar>) {
        let count = strlen(text)
        guard count >= 2, text[0] == 92, text[1] == 120, count % 2 == 0 else { return nil }
        self = []
        reserveCapacity(count / 2 - 1)
        for index in stride(from: 2, to: count, by: 2) {
            guard let high = text[index].hexadecimalDigit, let low = text[index + 1].hexadecimalDigit else {
                return nil
            }
            append(high << 4 | low)
        }
    }
}

extension CChar {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case 48...57: UInt8(self) - 48
        case 97...102: UInt8(self) - 87
        default: nil
        }
    }
}
