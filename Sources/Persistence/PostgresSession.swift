import CPostgres
import Foundation
import Kernel

/// One connection to a PostgreSQL server. Its calls block, so they are made on its pool's threads only.
// Used by one borrower of the pool at a time.
final class PostgresSession: Session, @unchecked Sendable {
    private let connection: OpaquePointer
    private var prepared: [String: String] = [:]
    private var cursors = 0

    /// Statements kept prepared; beyond that all are dropped and prepared anew.
    private static let cacheSize = 400

    init(_ address: String) throws {
        guard let connection = PQconnectdb(address) else { throw Failure(.unavailable, "persistence.no-connection") }
        self.connection = connection
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(connection))
            PQfinish(connection)
            throw Failure(.unavailable, "persistence.no-connection", ["message": message.trimmed])
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try script("SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET search_path = public")
    }

    deinit { PQfinish(connection) }

    var isAlive: Bool { PQstatus(connection) == CONNECTION_OK }

    func run(_ sql: SQL) throws -> Int {
        let result = try execute(sql)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    func insert(_ sql: SQL) throws -> Int64 {
        let result = try execute("\(sql) RETURNING id")
        defer { PQclear(result) }
        return try Row(source: .postgres(result, 0)).integer(0)
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Bool) throws {
        let result = try execute(sql)
        defer { PQclear(result) }
        for row in 0..<PQntuples(result) where try !body(Row(source: .postgres(result, row))) { break }
    }

    /// Through a cursor, so that other statements can run between its parts.
    func stream(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        let name = "hoptac_\(cursors)"
        PQclear(try execute("\(described: "DECLARE \(name) NO SCROLL CURSOR FOR ")\(sql)", keeps: false))
        while true {
            let result = try execute(SQL(described: "FETCH 1000 FROM \(name)"), keeps: false)
            defer { PQclear(result) }
            let count = PQntuples(result)
            for row in 0..<count { try body(Row(source: .postgres(result, row))) }
            if count < 1000 { break }
        }
        PQclear(try execute(SQL(described: "CLOSE \(name)"), keeps: false))
    }

    func script(_ text: String) throws { PQclear(try checked(PQexec(connection, text))) }

    private func execute(_ sql: SQL, keeps: Bool = true) throws -> OpaquePointer {
        let texts = try sql.values.map { try $0.parameter }
        return try withParameters(texts) { values in
            let count = Int32(sql.values.count)
            guard keeps else {
                return try checked(
                    PQexecParams(connection, sql.text.numbered, count, nil, values, nil, nil, 0))
            }
            let name = try prepare(sql.text)
            return try checked(PQexecPrepared(connection, name, count, values, nil, nil, 0))
        }
    }

    private func prepare(_ text: String) throws -> String {
        if let name = prepared[text] { return name }
        if prepared.count >= Self.cacheSize {
            try script("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        PQclear(try checked(PQprepare(connection, name, text.numbered, 0, nil)))
        prepared[text] = name
        return name
    }

    private func withParameters<T>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> T
    ) throws -> T {
        let copies = texts.map { $0.map { strdup($0) } ?? nil }
        defer { for copy in copies { free(copy) } }
        return try copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { try body($0.baseAddress) }
    }

    private func checked(_ result: OpaquePointer?) throws -> OpaquePointer {
        let status = PQresultStatus(result)
        if let result, status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return result }
        let state = PQresultErrorField(result, 67 /* PG_DIAG_SQLSTATE */).map { String(cString: $0) } ?? ""
        let message = String(cString: PQerrorMessage(connection)).trimmed
        PQclear(result)
        throw PostgresFailure(state: state, message: message, isLost: !isAlive)
    }
}

/// What the server said, before anybody decides whether to try again.
struct PostgresFailure: Error {
    let state: String
    let message: String
    let isLost: Bool

    /// Serialization failure, deadlock: the same transaction may succeed when run again.
    var isTransient: Bool { state == "40001" || state == "40P01" }

    var failure: Failure {
        let details = ["message": message]
        return switch state {
        case "23505": Failure(.conflict, "persistence.taken", details)
        case "23503": Failure(.refused, "persistence.still-referenced", details)
        case "23502", "23514": Failure(.invalid, "persistence.check", details)
        case "53100": Failure(.unavailable, "persistence.disk-full", details)
        case "40001", "40P01", "55P03": Failure(.unavailable, "persistence.busy", details)
        case _ where isLost: Failure(.unavailable, "persistence.no-connection", details)
        default: Failure(.defect, "persistence.sql", details)
        }
    }
}

extension SQLValue {
    /// As libpq takes it in text form.
    fileprivate var parameter: String? {
        get throws {
            switch self {
            case .null: return nil
            case .integer(let number): return String(number)
            case .real(let number): return String(number)
            case .text(let text):
                if text.utf8.contains(0) { throw Failure(.invalid, "persistence.nul") }
                return text
            case .bytes(let bytes):
                return "\\x" + bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
            }
        }
    }
}

extension String {
    /// `?` becomes `$1`, `$2` …, except within quotes.
    fileprivate var numbered: String {
        var text = ""
        text.reserveCapacity(utf8.count + 32)
        var number = 0
        var isQuoted = false
        for character in unicodeScalars {
            if character == "'" { isQuoted.toggle() }
            if character == "?", !isQuoted {
                number += 1
                text += "$\(number)"
            } else {
                text.unicodeScalars.append(character)
            }
        }
        return text
    }

    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
