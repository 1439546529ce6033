package import Access
package import Kernel
package import Persistence
package import Records
package import Web

/// The files of a record on its page, and the form to add one.
package struct AttachmentList: Sendable {
    private let files: [Attachment]
    private let accounts: [Identifier<Account>: String]
    private let mayEdit: Bool

    /// `isOpen`: whether the record takes files now.
    package init<R: Record>(
        of id: Identifier<R>, for viewer: Viewer, isOpen: Bool = true, in db: Connection
    ) throws {
        files = try Attachment.list(of: R.description.name, id.number, in: db)
        accounts = try UserAccount.names(files.compactMap(\.addedBy), in: db)
        mayEdit = try isOpen && viewer.allows(.edit, id, in: db)
    }

    /// `address`: of the record.
    package func html(_ address: String, _ t: Texts) -> HTML? {
        guard mayEdit || !files.isEmpty else { return nil }
        func line(_ file: Attachment) -> HTML {
            let who = file.addedBy.map { " · \(accounts[$0] ?? "\($0)")" } ?? ""
            return """
                <li><a href="/files/\(file.id)">\(file.name)</a> <span class="small muted">\(t[file.mediaType.textKey]) · \
                \(size(file.size, t)) · \(DateText.short(file.addedOn, t.language))\(who)</span>\
                \(mayEdit ? postButton("\(address)/files/\(file.id)/end", t["attachment.remove"]) : nil)</li>
                """
        }
        let list: HTML =
            files.isEmpty
            ? "<p class=\"muted\">\(t["attachment.none"])</p>" : "<ul class=\"plain\">\(files, line)</ul>"
        return """
            <section class="sheet"><h2>\(t["attachment.plural"])</h2>\(list)\(mayEdit ? form(address, t) : nil)</section>
            """
    }

    private func form(_ address: String, _ t: Texts) -> HTML {
        """
        <form class="inline no-print" method="post" action="\(address)/files" enctype="multipart/form-data">\
        <label>\(t["attachment.file"])<input type="file" name="file" required \
        accept=".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx" aria-describedby="file-hint"></label>\
        <button class="plain">\(t["attachment.add"])</button></form>\
        <p class="hint no-print" id="file-hint">\(t["attachment.hint"])</p>
        """
    }

    private func size(_ bytes: Int, _ t: Texts) -> String {
        bytes < 1024 * 1024
            ? "\(NumberText.grouped(max(1, bytes / 1024), t.language)) KB"
            : "\(NumberText.grouped(bytes / (1024 * 1024), t.language)) MB"
    }
}
