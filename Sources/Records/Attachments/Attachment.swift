package import Kernel
package import Persistence

/// A file that somebody attached to a record, such as a scan or a photo.
package struct Attachment: Record {
    package var id: Identifier<Attachment> = 0
    package var version = 0
    /// The record that it belongs to: the word of its type, and its number.
    package var subjectType = ""
    package var subject = 0
    package var sha256: Code = ""
    package var name = ""
    package var mediaType = MediaKind.pdf
    /// In bytes.
    package var size = 0
    package var addedOn: Day = .unset
    package var addedBy: Identifier<Account>?
    /// From this day on it is no longer shown; what is in it stays kept.
    package var endedOn: Day?
    package init() {}

    package static let description = Description<Attachment>("attachment", table: "records_attachment") {
        Field("subject_type", \.subjectType)
        Field("subject", \.subject)
        Field("sha256", \.sha256)
        Field("name", \.name)
        Field("media_type", \.mediaType)
        Field("size", \.size)
        Field("added_on", \.addedOn)
        Field("added_by", \.addedBy)
        Field("ended_on", \.endedOn)
    }

    /// Bytes of one file: a scan of ten pages, a photo of a good telephone.
    package static let largest = 10 * 1024 * 1024
    /// Files of one record.
    package static let most = 200

    /// The files of a record that are shown, oldest first.
    package static func list(of type: String, _ record: Int64, in db: Connection) throws -> [Attachment] {
        try list(
            where: "subject_type = \(type) AND subject = \(record) AND ended_on IS NULL ORDER BY id", in: db)
    }

    /// Attaches a file. One that is attached already stays as it is, so that sending twice does nothing.
    /// Throws `attachment.empty`, `attachment.too-large`, `attachment.too-many`, `attachment.unknown-kind`.
    @discardableResult
    package static func add(
        _ content: [UInt8], named name: String, to type: String, _ record: Int64, by act: Act, in db: Connection
    ) throws -> Attachment {
        guard !content.isEmpty else { throw Failure(.invalid, "attachment.empty") }
        guard content.count <= largest else { throw Failure(.invalid, "attachment.too-large", ["limit": "10"]) }
        guard let kind = MediaKind(of: content) else { throw Failure(.invalid, "attachment.unknown-kind") }
        let attached = try list(of: type, record, in: db)
        let sha256 = sha256Hex(content)
        if let same = attached.first(where: { $0.sha256.text == sha256 }) { return same }
        guard attached.count < most else { throw Failure(.refused, "attachment.too-many", ["limit": "\(most)"]) }
        var attachment = Attachment()
        attachment.subjectType = type
        attachment.subject = Int(record)
        attachment.sha256 = Code(sha256)
        attachment.name = kind.named(name)
        attachment.mediaType = kind
        attachment.size = content.count
        attachment.addedOn = act.at.day
        attachment.addedBy = act.account
        try StoredFile.keep(content, named: attachment.name, at: act.at, in: db)
        return try db.insert(attachment, by: act)
    }

    /// Takes it from its record, and keeps it.
    package func end(by act: Act, in db: Connection) throws {
        var ended = self
        ended.endedOn = act.at.day
        try db.update(ended, from: self, by: act, action: .ended)
    }

    package func content(in db: Connection) throws -> [UInt8] {
        try StoredFile.content(sha256.text, in: db)
    }
}
