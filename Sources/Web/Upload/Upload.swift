import HTTPTypes
package import Hummingbird
import Kernel
import NIOCore

/// What a form with a file sent.
package struct Upload: Sendable {
    package struct File: Sendable {
        /// The form's field.
        package let field: String
        /// What the file is called, without folders and without anything that a system could take for more than a name.
        package let name: String
        package let content: [UInt8]
    }

    /// The fields that are no files, without those left blank.
    package let fields: Query
    package let files: [File]

    /// The file of a field; `upload.no-file` where none was chosen.
    package func file(_ field: String) throws -> File {
        // A browser sends an empty part without a name for a file that was not chosen.
        guard let file = files.first(where: { $0.field == field }) else { throw Failure(.invalid, "upload.no-file") }
        return file
    }

    /// The longest name that is kept, in characters.
    static let longestName = 120

    /// `C:\Users\lan\..\danh sách.xlsx` → `danh sách.xlsx`.
    static func plainName(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let shown = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
            default: !"<>:\"|?*".unicodeScalars.contains(scalar)
            }
        }
        let plain = normalised(String(String.UnicodeScalarView(shown)))
        return String(plain.drop { $0 == "." || $0 == " " }.suffix(longestName))
    }
}

extension Request {
    /// What a form with `enctype="multipart/form-data"` sent. Throws `request.media-type`, `request.too-large` and
    /// `upload.*` for what no browser sends, at the first byte that shows it.
    package func upload(_ limits: UploadLimits = UploadLimits()) async throws -> Upload {
        var reader = try MultipartReader(contentType: headers[.contentType], limits)
        for try await piece in body { try reader.read(piece.readableBytesView) }
        var (fields, files): ([Query.Item], [Upload.File]) = ([], [])
        for part in try reader.finish() {
            if let given = part.fileName {
                if given.isEmpty, part.content.isEmpty { continue }
                let name = Upload.plainName(given)
                files.append(Upload.File(field: part.name, name: name.isEmpty ? "?" : name, content: part.content))
            } else {
                guard let text = String(validating: part.content, as: UTF8.self), !text.utf8.contains(0) else {
                    throw MultipartReader.unreadable
                }
                fields.append(Query.Item(part.name, text))
            }
        }
        return Upload(fields: Query(fields), files: files)
    }
}
