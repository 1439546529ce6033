import Documents

/// The kinds of files that may be attached, told by what is in them and never by what they are called.
package enum MediaKind: String, Choice {
    case pdf, png, jpeg, webp, docx, xlsx
    package static let key = "media_kind"

    package init?(of content: [UInt8]) {
        func has(_ mark: [UInt8], at start: Int = 0) -> Bool { content.dropFirst(start).starts(with: mark) }
        if has(Array("%PDF-".utf8)) {
            self = .pdf
        } else if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), has(Array("IHDR".utf8), at: 12) {
            self = .png
        } else if has([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if has(Array("RIFF".utf8)), has(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if has([0x50, 0x4B, 0x03, 0x04]), let kind = MediaKind.office(content) {
            self = kind
        } else {
            return nil
        }
    }

    /// A document or workbook of Office Open XML. One with macros is refused, as is an archive that is no honest one.
    private static func office(_ content: [UInt8]) -> MediaKind? {
        guard let archive = try? ZipReader.open(bytes: content), archive.contains("[Content_Types].xml"),
            !archive.names.contains(where: { $0.lowercased().hasSuffix("vbaproject.bin") })
        else { return nil }
        if archive.contains("word/document.xml") { return .docx }
        return archive.contains("xl/workbook.xml") ? .xlsx : nil
    }

    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .webp: "image/webp"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
    }

    /// Whether a browser shows it by itself.
    package var isShown: Bool { self != .docx && self != .xlsx }

    /// The name with an ending that says what is in the file.
    func named(_ name: String) -> String {
        let endings = self == .jpeg ? [".jpg", ".jpeg"] : [".\(rawValue)"]
        return endings.contains { name.lowercased().hasSuffix($0) } ? name : name + endings[0]
    }
}
