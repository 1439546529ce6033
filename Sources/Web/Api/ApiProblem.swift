import Kernel
import Persistence
import Records

/// What a problem document says besides its sentence.
struct ProblemDetails: Sendable {
    struct Finding: Sendable {
        /// The column, or `nil` for several together.
        let field: String?
        let code: String
        let details: [String: String]
    }

    var findings: [Finding] = []
    /// Of a stale change: what was sent beside what stands there now, as JSON; `nil` where the reader may not see it.
    var differences: [(field: String, sent: String, current: String?)] = []

    func add(to object: inout JSONText, _ t: Texts) {
        if !findings.isEmpty {
            object.add(
                "errors",
                raw: list(findings) { finding, object in
                    object.add("field", finding.field.map { .text($0) } ?? .null)
                    object.add("code", .text(finding.code))
                    object.add("detail", .text(t(finding.code, finding.details)))
                })
        }
        if !differences.isEmpty {
            object.add(
                "differences",
                raw: list(differences) { difference, object in
                    object.add("field", .text(difference.field))
                    object.add("sent", raw: difference.sent)
                    if let current = difference.current { object.add("current", raw: current) }
                })
        }
    }
}

/// A JSON list of objects.
func list<T>(_ items: [T], _ write: (T, inout JSONText) -> Void) -> String {
    let objects = items.map { item in
        var object = JSONText()
        write(item, &object)
        return object.object
    }
    return "[\(objects.joined(separator: ","))]"
}
