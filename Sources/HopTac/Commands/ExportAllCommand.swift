import Access
import ArgumentParser
import Foundation
import Kernel
import Persistence
import Records

struct ExportAllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-all",
        abstract: "Writes everything that an account may take out into a new folder, a CSV for each record type.",
        discussion: "Personal data is masked, unless the account may read it and a reason is given, which is noted.")
    @OptionGroup var settings: Settings
    @Argument(help: "The folder; it must not exist or be empty.") var directory: String
    @Option(help: "E-mail or phone number of the account.") var account: String
    @Option(help: "Why personal data is to be written out.") var reason: String?

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let database = try await settings.open()
        let access = Wiring.access(database)
        let (name, now) = (account, WallClock.system.now())
        let viewer = try await database.read { db in
            let account = try UserAccount.find(signInName: name, in: db)
            guard account.endedOn.map({ $0 > now.day }) ?? true else {
                throw Failure(.refused, "account.ended", ["name": account.name])
            }
            return try access.viewer(account, on: now.day, in: db)
        }
        guard viewer.mayAny(.export) else { throw Viewer.forbidden(.export, "any") }
        let export = WholeExport(viewer: viewer, t: t, reason: reason.map(normalised).flatMap { $0.isEmpty ? nil : $0 })
        let folder = directory
        let files = FileManager.default
        guard (try? files.contentsOfDirectory(atPath: folder))?.isEmpty ?? !files.fileExists(atPath: folder) else {
            throw Failure(.refused, "export.folder-taken", ["folder": folder])
        }
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw Failure(.unavailable, "export.unwritable", ["file": folder]) }
        if export.opens {
            let act = viewer.act(at: now, origin: "cli", reason: export.reason)
            try await database.write { try export.note(act, in: $0) }
        }
        let written = try await database.read { try export.write(to: folder, in: $0) }
        for file in written { print("\(file.name)\t\(file.rows)") }
        print(t("export.done", ["folder": folder, "files": "\(written.count)", "name": viewer.account.name]))
        await database.close()
    }
}
