package import Kernel

/// Who does something, when, for whom and why: what every row of the history says beside the change itself.
package struct Act: Sendable {
    package var at: Instant
    package var account: Identifier<Account>?
    package var body: Identifier<Body>?
    /// By what way it came: `cli`, `import`, `web`, `api`.
    package var origin: String
    package var reason: String?
    /// The import that it is part of.
    package var batch: Int64?

    package init(
        at: Instant, account: Identifier<Account>? = nil, body: Identifier<Body>? = nil, origin: String,
        reason: String? = nil, batch: Int64? = nil
    ) {
        self.at = at
        self.account = account
        self.body = body
        self.origin = origin
        self.reason = reason
        self.batch = batch
    }
}
