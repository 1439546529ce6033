import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import Kernel
import NIOCore

extension Response {
    /// Bytes to be kept as a file, or, without a `file` name, to be looked at.
    package static func download(_ bytes: [UInt8], type: String, file: String?) -> Response {
        var headers = fileHeaders(type, file)
        headers[.contentLength] = String(bytes.count)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A file made by `make` for this answer: sent in pieces, and gone from the disk before the first of them.
    package static func download(
        type: String, file: String, _ make: (_ path: String) async throws -> Void
    ) async throws -> Response {
        let path = FileManager.default.temporaryDirectory.appending(path: "hoptac-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }  // It may never have come to be.
        try await make(path)
        guard let handle = FileHandle(forReadingAtPath: path), let length = try? handle.seekToEnd() else {
            throw Failure(.unavailable, "list.export-unwritable")
        }
        try handle.seek(toOffset: 0)
        var headers = fileHeaders(type, file)
        headers[.contentLength] = String(length)
        let body = ResponseBody(contentLength: Int(length)) { writer in
            while let piece = try handle.read(upToCount: 1 << 17), !piece.isEmpty {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try handle.close()
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func fileHeaders(_ type: String, _ file: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "private, no-cache"]
        if let file { headers[.contentDisposition] = "attachment; filename=\"\(file)\"" }
        return headers
    }
}
