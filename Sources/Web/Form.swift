package import Hummingbird
import HTTPTypes
package import Kernel
import NIOCore

/// Stands right before a form with `data-kept`: what was typed here before and not stored. Shown by the script of the pages.
package func keptOffer(_ t: Texts) -> HTML {
    """
    <div class="notice plain" data-offer hidden><p>\(t["form.kept"])</p><p class="inline">\
    <button type="button" class="plain" data-take>\(t["form.kept-take"])</button>\
    <button type="button" class="plain" data-drop>\(t["form.kept-drop"])</button></p></div>
    """
}

extension Request {
    /// What a form of a page sent, without the fields that were left blank.
    /// Throws `request.media-type`, `request.too-large`, `request.malformed`.
    package func form() async throws -> Query {
        let type = headers[.contentType]?.split(separator: ";").first.map(String.init)
        guard type == nil || type == "application/x-www-form-urlencoded" else {
            throw Refusal(.unsupportedMediaType, Failure(.usage, "request.media-type"))
        }
        let body: ByteBuffer
        do { body = try await self.body.collect(upTo: Entrance.largestBody) } catch is NIOTooManyBytesError {
            throw Refusal(.contentTooLarge, Failure(.usage, "request.too-large"))
        }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw Failure(.usage, "request.malformed")
        }
        let form = try Query(parsing: text, most: 2000)
        // No text of ours holds it, and PostgreSQL refuses it.
        guard form.items.allSatisfy({ !$0.value.contains("\0") }) else { throw Failure(.usage, "request.malformed") }
        return form
    }
}
