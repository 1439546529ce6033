import Access
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore
import NIOHTTP1
import Persistence
import Records

/// The one place where an error becomes an answer: a page, or a problem document (RFC 9457) for programs.
struct Refusal: Error {
    let status: HTTPResponse.Status
    let failure: Failure
    var headers = HTTPFields()
    /// What programs are told besides.
    var details = ProblemDetails()
    /// What went wrong inside, for the log only.
    var cause: (any Error)?

    init(_ status: HTTPResponse.Status, _ failure: Failure) {
        self.status = status
        self.failure = failure
    }

    init(_ failure: Failure) {
        // 423 would mean a WebDAV lock; a rule that forbids is a conflict with the present state.
        self.init(HTTPResponse.Status(code: failure.kind == .refused ? 409 : failure.kind.rawValue), failure)
        if failure.kind == .defect { cause = failure }
    }

    /// `allowed`: the methods that the asked path knows, so that a wrong method is told from a wrong address.
    init(_ error: any Error, _ request: Request, allowed: [HTTPRequest.Method]) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let failure as Failure: self.init(failure)
        // The last two: the client went away, or was too slow, in the middle of what it sent.
        case is DecodingError, is HTTPParserError, is ChannelError:
            self.init(Failure(.usage, "request.malformed"))
        case let error as HTTPError where error.status == .notFound && !allowed.isEmpty:
            self.init(.methodNotAllowed, Failure(.usage, "request.method", ["method": request.method.rawValue]))
            let names = allowed.map(\.rawValue) + (allowed.contains(.get) ? ["HEAD"] : [])
            headers[.allow] = Set(names).sorted().joined(separator: ", ")
        case let error as HTTPError: self.init(error)
        default:
            self.init(Failure(.defect, "defect"))
            cause = error
        }
    }

    private init(_ error: HTTPError) {
        let failure =
            switch error.status.code {
            case 404: Failure(.missing, "page.missing")
            case 413: Failure(.usage, "request.too-large")
            case 414: Failure(.usage, "request.address-too-long")
            case 415: Failure(.usage, "request.media-type")
            case 400..<500: Failure(.usage, "request.malformed")
            case 503: Failure(.unavailable, "service.unavailable")
            default: Failure(.defect, "defect")
            }
        self.init(error.status, failure)
        if failure.kind == .defect { cause = error }
    }

    func response(to request: Request, _ context: WebContext) -> Response {
        let incident = cause == nil ? nil : context.logger[metadataKey: "hb.request.id"]?.description
        if let cause {
            context.logger.error(
                "A request failed for a reason of the program",
                metadata: [
                    "method": "\(request.method)", "route": "\(context.endpointPath ?? "none")",
                    "code": "\(failure.code)",
                    "cause": "\(String(reflecting: cause))",
                ])
        }
        let isForProgram = wantsProblem(request, context)
        if failure.kind == .anonymous, !isForProgram { return signIn(request, context) }
        var response =
            isForProgram
            ? problem(context.t, incident)
            : context.response(FailurePage(failure: failure, incident: incident), status: status)
        response.headers.append(contentsOf: headers)
        if failure.kind == .anonymous, Route.isForPrograms(context.path) {
            response.headers[.wwwAuthenticate] = "Bearer realm=\"hoptac\""
        }
        if failure.kind == .unavailable { response.headers[.retryAfter] = "10" }
        if failure.kind == .limited { response.headers[.retryAfter] = failure.details["seconds"] }
        return response
    }

    /// To where the visitor can do what is missing, and from there back to what was asked.
    private func signIn(_ request: Request, _ context: WebContext) -> Response {
        let path = SignInPages.path(context.visitor)
        var asked = context.query.link(context.path)
        if request.method != .get && request.method != .head {
            // Back to the page with the form; foreign pages do not get this far.
            asked = context.visitor.viewer == nil ? "/" : request.headers[.referer].flatMap(localPart) ?? "/"
        }
        return .seeOther(asked == "/" ? path : Query([Query.Item("next", asked)]).link(path))
    }

    private func localPart(_ address: String) -> String? {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "/\(parts[3])" : nil
    }

    private func wantsProblem(_ request: Request, _ context: WebContext) -> Bool {
        if Route.isForPrograms(context.path) { return true }
        let accept = request.headers[.accept] ?? ""
        return accept.contains("json") && !accept.contains("text/html")
    }

    /// A problem document of RFC 9457, with our code and what fills its sentence.
    private func problem(_ t: Texts, _ incident: String?) -> Response {
        var object = JSONText()
        object.add("code", .text(failure.code))
        object.add("detail", .text(t(failure.code, failure.details)))
        if !failure.details.isEmpty {
            var details = JSONText()
            for (name, value) in failure.details.sorted(by: { $0.key < $1.key }) { details.add(name, .text(value)) }
            object.add("details", raw: details.object)
        }
        if let incident { object.add("incident", .text(incident)) }
        details.add(to: &object, t)
        object.add("status", .integer(Int64(status.code)))
        object.add("title", .text(t["failure.\(failure.kind).title"]))
        return Response(
            status: status,
            headers: [
                .contentType: "application/problem+json", .contentLanguage: t.language.rawValue,
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: object.object)))
    }
}
