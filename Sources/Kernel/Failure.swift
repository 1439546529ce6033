/// Why an action did not happen. Thrown wherever the reason is known; turned into a page or a JSON problem by one
/// function in Web and into a message and an exit status by one in HopTac. The words are in the text files under
/// `code`; `details` fill their `{placeholders}`.
package struct Failure: Error, Equatable, Sendable {
    /// What sort of refusal this is. The raw value is the HTTP status.
    package enum Kind: Int, Sendable {
        /// The request itself is malformed.
        case usage = 400
        /// Nobody has signed in.
        case anonymous = 401
        /// Whoever asks may not.
        case forbidden = 403
        /// What was asked for does not exist.
        case missing = 404
        /// Somebody else changed it first, or a unique value is taken.
        case conflict = 409
        /// A value is not acceptable.
        case invalid = 422
        /// A rule forbids it in the present state.
        case refused = 423
        /// Too often in too short a time; `seconds` says how long to wait.
        case limited = 429
        /// A defect of the program.
        case defect = 500
        /// A resource is not there now: database, disk, lock.
        case unavailable = 503
    }

    package var kind: Kind
    package var code: String
    package var details: [String: String]

    package init(_ kind: Kind, _ code: String, _ details: [String: String] = [:]) {
        self.kind = kind
        self.code = code
        self.details = details
    }
}

/// The answer of a rule: it meets, or it fails with the text key of the reason.
package enum Verdict: Equatable, Sendable {
    case meets
    case fails(String, [String: String] = [:])

    /// Throws the reason as a `refused` failure.
    package func required() throws {
        if case .fails(let code, let details) = self { throw Failure(.refused, code, details) }
    }
}
