import Foundation
import HTTPTypes
import Kernel

/// How much of an upload is read before it is refused.
package struct UploadLimits: Sendable {
    /// Bytes of the whole body.
    package var total = 32 * 1024 * 1024
    package var parts = 32
    /// Bytes of the header lines of one part.
    package var header = 4 * 1024
    /// Bytes of a field that is no file.
    package var field = 64 * 1024

    package init() {}
}

/// Reads `multipart/form-data` (RFC 7578) as it comes, in pieces of any size. It keeps the parts and no more than a
/// boundary's length besides, and stops at the first thing that no browser sends.
struct MultipartReader {
    struct Part {
        let name: String
        /// As the browser gave it; `nil`: a field of the form.
        let fileName: String?
        var content: [UInt8] = []
    }

    private enum Place { case preamble, lineAfterBoundary, header, content, epilogue }

    private(set) var parts: [Part] = []
    private let limits: UploadLimits
    private let delimiter: [UInt8]
    private var place = Place.preamble
    /// What has come and is not understood yet. The first boundary has no line before it to end.
    private var pending: [UInt8] = [13, 10]
    private var total = 0

    /// Throws `request.media-type` for another type of content, `upload.unreadable` without a usable boundary.
    init(contentType: String?, _ limits: UploadLimits) throws {
        let fields = HeaderFields(contentType ?? "")
        guard fields.value.lowercased() == "multipart/form-data" else {
            throw Refusal(.unsupportedMediaType, Failure(.usage, "request.media-type"))
        }
        guard let boundary = fields["boundary"], (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw Self.unreadable }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    mutating func read(_ bytes: some Collection<UInt8>) throws {
        total += bytes.count
        guard total <= limits.total else { throw Self.tooLarge }
        // What follows the last boundary is nobody's.
        if place == .epilogue { return }
        pending.append(contentsOf: bytes)
        while try step() {}
    }

    /// Throws `upload.cut-short` where the end never came.
    func finish() throws -> [Part] {
        guard place == .epilogue else { throw Failure(.usage, "upload.cut-short") }
        return parts
    }

    static let unreadable = Failure(.usage, "upload.unreadable")
    static let tooLarge = Refusal(.contentTooLarge, Failure(.usage, "request.too-large"))

    /// Goes on as far as one mark reaches. Whether there may be more to find.
    private mutating func step() throws -> Bool {
        switch place {
        case .preamble, .content:
            let found = position(of: delimiter)
            // The end of what has come may be the beginning of a boundary.
            let sure = found ?? max(0, pending.count - delimiter.count + 1)
            if place == .content { try keep(pending[..<sure]) }
            pending.removeFirst(sure + (found == nil ? 0 : delimiter.count))
            if found != nil { place = .lineAfterBoundary }
            return found != nil
        case .lineAfterBoundary:
            guard pending.count >= 2 else { return false }
            if pending.starts(with: [45, 45]) {
                place = .epilogue
                pending = []
                return false
            }
            guard pending.starts(with: [13, 10]) else { throw Self.unreadable }
            guard parts.count < limits.parts else { throw Failure(.usage, "upload.too-many-parts") }
            place = .header
            return true
        case .header:
            // From the line end after the boundary, so that a part without any header ends here too.
            let end = position(of: [13, 10, 13, 10])
            guard end ?? pending.count <= limits.header else { throw Failure(.usage, "upload.header-too-large") }
            guard let end else { return false }
            parts.append(try part(header: pending[..<end]))
            pending.removeFirst(end + 4)
            place = .content
            return true
        case .epilogue: return false
        }
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) throws {
        let last = parts.count - 1
        parts[last].content.append(contentsOf: bytes)
        if parts[last].fileName == nil, parts[last].content.count > limits.field { throw Self.tooLarge }
    }

    private func part(header: ArraySlice<UInt8>) throws -> Part {
        guard let text = String(validating: header, as: UTF8.self) else { throw Self.unreadable }
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            let fields = HeaderFields(line[line.index(after: colon)...])
            guard fields.value.lowercased() == "form-data", let name = fields["name"], !name.isEmpty else { break }
            return Part(name: name, fileName: fields["filename"])
        }
        throw Self.unreadable
    }

    private func position(of mark: [UInt8]) -> Int? {
        pending.withUnsafeBytes { pending in
            var from = 0
            while from + mark.count <= pending.count,
                let start = pending.baseAddress,
                let first = memchr(start + from, Int32(mark[0]), pending.count - from - mark.count + 1)
            {
                if memcmp(first, mark, mark.count) == 0 { return UnsafeRawPointer(first) - start }
                from = UnsafeRawPointer(first) - start + 1
            }
            return nil
        }
    }
}

/// A header's value and what follows it after `;`: `form-data; name="file"; filename="danh sách.xlsx"`.
struct HeaderFields {
    let value: String
    private var fields: [String: String] = [:]

    init(_ text: some StringProtocol) {
        var pieces: [String] = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                pieces[pieces.count - 1].append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        value = pieces[0].trimmingCharacters(in: .whitespaces)
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
            fields[name] = fields[name] ?? piece[piece.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
    }

    subscript(_ name: String) -> String? { fields[name] }
}
