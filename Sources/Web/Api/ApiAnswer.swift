import HTTPTypes
import Hummingbird
import HummingbirdCore
import Kernel
import NIOCore
import Persistence
import Records

/// An answer about one record, as it is given and, under an `Idempotency-Key`, kept to be given again.
struct ApiAnswer: Sendable, Equatable {
    let status: Int
    let record: Int64
    let version: Int
    let location: String?
    let body: String

    var response: Response {
        var response = Response.json(body, status: .init(code: status))
        response.headers[.eTag] = "\"\(version)\""
        response.headers[.location] = location
        return response
    }
}

extension Response {
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store", .vary: "Authorization"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension ApiType {
    /// A record as JSON. What is personal is left out and named under `masked`, unless it may be seen.
    func json<R: Record>(_ record: R, showsPersonal: Bool, findings: String? = nil) -> String {
        var object = JSONText()
        object.add("id", .integer(record.id.number))
        object.add("version", .integer(Int64(record.version)))
        for (field, described) in zip(fields, R.description.shown) where showsPersonal || !field.isPersonal {
            object.add(field.column, raw: field.json(described.stored(record)))
        }
        if hasPersonal {
            let masked = showsPersonal ? [] : fields.filter(\.isPersonal).map { JSONText.quoted($0.column) }
            object.add("masked", raw: "[\(masked.joined(separator: ","))]")
        }
        if let findings { object.add("findings", raw: findings) }
        return object.object
    }
}

extension Instant {
    /// `2024-06-30T05:00:00.000Z`.
    var iso: String {
        let second = Int64((Double(milliseconds) / 1000).rounded(.down))
        let day = Int64((Double(second) / 86_400).rounded(.down))
        let rest = second - day * 86_400
        func padded(_ number: Int64, _ width: Int = 2) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        let time = [rest / 3600, rest % 3600 / 60, rest % 60].map { padded($0) }.joined(separator: ":")
        return "\(Day(number: Int32(day)))T\(time).\(padded(milliseconds - second * 1000, 3))Z"
    }
}
