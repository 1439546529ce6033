import CPostgres
import Foundation
import Kernel

/// What the server said when it refused something.
struct PostgresRefusal {
    /// https://www.postgresql.org/docs/15/errcodes-appendix.html
    let state: String
    private let message: String
    private let constraint: String?

    // Letters of `postgres_ext.h`, which are macros that Swift does not import.
    private enum Field: Int32 {
        case state = 67  // C
        case message = 77  // M
        case detail = 68  // D
        case table = 116  // t
        case column = 99  // c
        case constraint = 110  // n
    }

    init(_ result: OpaquePointer?, on connection: OpaquePointer) {
        func field(_ field: Field) -> String? {
            PQresultErrorField(result, field.rawValue).map { String(cString: $0) }
        }
        state = field(.state) ?? ""
        // Without the detail, which quotes values.
        message = field(.message) ?? String(cString: PQerrorMessage(connection)).trimmed
        let table = field(.table) ?? ""
        if state == "23502" {
            constraint = field(.column).map { "\(table).\($0)" }
        } else if state == "23505", let columns = Self.columns(field(.detail) ?? "") {
            constraint = columns.map { "\(table).\($0)" }.joined(separator: ", ")
        } else {
            constraint = field(.constraint)
        }
    }

    /// `Key (a, b)=(1, 2) already exists.` → `a`, `b`; nil where the key is an expression.
    private static func columns(_ detail: String) -> [String]? {
        guard detail.hasPrefix("Key ("), let end = detail.firstRange(of: ")=(") else { return nil }
        let columns = detail[..<end.lowerBound].dropFirst(5).split(separator: ", ").map(String.init)
        return columns.allSatisfy { $0.wholeMatch(of: /[a-z_0-9]+/) != nil } ? columns : nil
    }

    /// Serialization failure, deadlock: the same transaction may succeed when run again.
    var isTransient: Bool { state == "40001" || state == "40P01" }

    /// A prepared statement was overtaken by a change of the schema, or is not there (a proxy gave another connection).
    var isStale: Bool { state == "26000" || state == "0A000" && message.hasPrefix("cached plan") }

    func failure(isLost: Bool) -> Failure {
        var details = ["message": message]
        details["constraint"] = constraint
        return switch state {
        case "23505": Failure(.conflict, "persistence.taken", details)
        case "23503": Failure(.refused, "persistence.still-referenced", details)
        case _ where state.hasPrefix("23"): Failure(.invalid, "persistence.check", details)
        case "25006": Failure(.defect, "persistence.read-only")
        case "53100": Failure(.unavailable, "persistence.disk-full", details)
        case "40001", "40P01", "55P03": Failure(.unavailable, "persistence.busy", details)
        case "58030", "XX001", "XX002": Failure(.unavailable, "persistence.unreadable", details)
        case _ where isLost: Failure(.unavailable, "persistence.no-connection", details)
        default: Failure(.defect, "persistence.sql", details)
        }
    }
}

extension String {
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
