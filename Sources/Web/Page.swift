package import Hummingbird
package import Kernel

/// What a route may answer with: a page, or a response that it made itself.
package protocol Answer: Sendable {
    func response(_ context: WebContext) throws -> Response
}

extension Response: Answer {
    package func response(_ context: WebContext) -> Response { self }
}

/// A step on the way from the front page to this one. Without an address it is only named.
package struct Crumb: Sendable, Equatable {
    package var label: String
    package var path: String?

    package init(_ label: String, _ path: String? = nil) {
        self.label = label
        self.path = path
    }
}

/// A page as a value: what it shows is in its properties, how it shows it is in `body`. The shell around it (heading,
/// navigation, foot) is the same for all.
package protocol Page: Answer {
    /// What the window and the bookmark are called.
    func title(_ t: Texts) -> String
    func crumbs(_ t: Texts) -> [Crumb]
    /// The content of `<main>`, its `<h1>` included.
    func body(_ t: Texts) -> HTML
    /// Seconds after which a browser without JavaScript looks again, while something goes on.
    var refresh: Int? { get }
}

extension Page {
    package func crumbs(_ t: Texts) -> [Crumb] { [] }

    package var refresh: Int? { nil }

    package func response(_ context: WebContext) -> Response { context.response(self) }
}
