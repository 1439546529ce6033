package import Access
import HTTPTypes
package import Hummingbird
package import Kernel
package import Records

/// What a route knows about the request besides the request itself. Filled by `Entrance` before any route runs.
package struct WebContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package internal(set) var language = Language.vi
    /// The asked path, without its query, as it was sent.
    package internal(set) var path = "/"
    /// What was asked, without `lang`, which the shell has already answered.
    package internal(set) var query = Query()
    package internal(set) var visitor = Visitor.nobody
    package internal(set) var visit = Visit(address: "", agent: "")
    /// Whether it comes from where the system may be watched.
    var isMonitor = false
    /// What is left to a program.
    var allowance: RateLimiter.Allowance?
    var shell = Shell.bare
    /// The other end of the connection: the browser, or a proxy before us.
    let peer: String

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }

    /// Whoever has signed in; `sign-in.needed` on a route that is for everyone and asks all the same.
    package var viewer: Viewer {
        get throws {
            guard let viewer = visitor.viewer else { throw Failure(.anonymous, "sign-in.needed") }
            return viewer
        }
    }

    /// What the history says of a change made through this request.
    package func act(reason: String? = nil) throws -> Act {
        try viewer.act(at: clock.now(), origin: visitor.isProgram ? "api" : "web", reason: reason)
    }

    package var t: Texts { shell.texts(language) }
    package var clock: WallClock { shell.clock }
    package var maxUploadSize: Int { Entrance.largestBody }

    /// A part of the path by its name in the route's pattern, decoded.
    package func parameter(_ name: String) throws -> String {
        guard let raw = parameters.get(name), let text = PercentCoding.decoded(raw, plusIsSpace: false) else {
            throw Failure(.missing, "page.missing")
        }
        return text
    }

    /// A record's number from the path. Anything else names no record.
    package func id<Subject>(_ name: String) throws -> Identifier<Subject> {
        guard let id = Identifier<Subject>(try parameter(name)) else { throw Failure(.missing, "page.missing") }
        return id
    }

    /// A page in its shell.
    package func response(_ page: some Page, status: HTTPResponse.Status = .ok) -> Response {
        let document = shell.document(
            title: page.title(t), crumbs: page.crumbs(t), body: page.body(t), path: path, query: query, visitor, t,
            refresh: page.refresh)
        return .html(document, status: status)
    }
}

extension Response {
    /// A whole document. Never kept by a cache between people, asked for anew each time.
    static func html(_ document: HTML, status: HTTPResponse.Status = .ok) -> Response {
        var headers = SecurityHeaders.page
        headers.append(HTTPField(name: .contentLength, value: String(document.bytes.count)))
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.bytes)))
    }

    /// Sends the browser to look elsewhere on this site, with GET.
    package static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}
