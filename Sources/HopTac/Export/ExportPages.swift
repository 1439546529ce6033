import Access
import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Persistence
import Records
import Web

/// Taking out everything that one may, as a zip of CSVs.
struct ExportPages: Sendable {
    let database: Database

    func register(in site: inout Site) {
        let audience = Audience.anyHolders(.export)
        site.navigation.append(NavigationEntry(.administration, "export.title", "/export", may: audience))
        site.get("/export", may: audience) { _, context in
            ExportPage(export: WholeExport(viewer: try context.viewer, t: context.t, reason: nil))
        }
        site.post("/export", may: audience) { request, context in
            let reason = try await request.form()["reason"].map(normalised).flatMap { $0.isEmpty ? nil : $0 }
            let export = WholeExport(viewer: try context.viewer, t: context.t, reason: reason)
            if export.opens {
                try await database.write { [act = try context.act(reason: reason)] in try export.note(act, in: $0) }
            }
            let day = context.clock.today()
            return try await Response.download(type: "application/zip", file: "hoptac-\(day).zip") { path in
                let folder = path + ".files"
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                defer { try? FileManager.default.removeItem(atPath: folder) }  // The system clears it away otherwise.
                let files = try await database.read { try export.write(to: folder, in: $0) }
                try ZipWriter.write(files.map { ($0.name, $0.path) }, to: path)
            }
        }
    }
}

extension WholeExport {
    /// Whether personal data leaves unmasked, which the history must say.
    var opens: Bool { reason != nil && isMasking }

    func note(_ act: Act, in db: Connection) throws {
        try db.note(.unmasked, "account", viewer.account.id.number, by: act)
    }
}

/// GET /export
struct ExportPage: Page {
    let export: WholeExport

    func title(_ t: Texts) -> String { t["export.title"] }

    func body(_ t: Texts) -> HTML {
        let fields =
            export.isMasking ? [FormField("reason", t["export.reason"], hint: t["export.reason-hint"])] : []
        return narrow(
            heading(title(t), note: "\(t["export.note"])"),
            postForm("/export", fields, submit: t["export.submit"], t))
    }
}
