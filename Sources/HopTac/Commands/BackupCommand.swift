import Access
import ArgumentParser
import Foundation
import Kernel
import Persistence
import Records

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes a consistent copy while the system runs, and proves it by restoring it.",
        discussion: """
            Beside FILE stands FILE.manifest with counts, history and SHA-256. The copy is restored into a scratch \
            database, compared and removed again; the pages then show when that was.
            """)
    @OptionGroup var settings: Settings
    @Argument(help: "The new file.") var file: String

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let database = try await settings.open()
        let address = try settings.address
        let clock = WallClock.system
        let manifest = try await Backup.take(of: database, to: file, program: Wiring.version, at: clock.now())
        let details = [
            "file": file, "bytes": "\(manifest.bytes)", "change": "\(manifest.inventory.lastChange)",
            "rows": "\(manifest.inventory.tables.values.reduce(0, +))",
        ]
        print(t("backup.written", details))
        do { try await Backup.prove(file, like: address, at: clock.now()) } catch let failure as Failure {
            await database.close()
            throw Failure(
                .refused, "backup.unproven", ["file": file, "reason": t(failure.code, failure.details)])
        }
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let act = Act(at: clock.now(), origin: "cli")
        try await database.write { try ProvenBackup.record(path, manifest, by: act, in: $0) }
        print(t("backup.proven", details))
        await database.close()
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a database from a backup, after looking whether it is whole.",
        discussion: "A database that is there is never overwritten: --replace keeps it under another name.")
    @OptionGroup var settings: Settings
    @Argument(help: "The backup; its manifest stands beside it.") var file: String
    @Flag(help: "Put it in the place of the database that is there, and keep that one beside it.") var replace = false

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let address = try settings.address
        let (manifest, kept) = try await Backup.restore(
            file, to: address, isReplacing: replace, at: WallClock.system.now())
        let database = try await Database.open(address)
        try await AccessControl.closeDoors(of: database)
        await database.close()
        print(
            t(
                "restore.done",
                [
                    "database": try DatabasePlace(address).shown,
                    "date": DateText.short(manifest.takenAt, t.language), "change": "\(manifest.inventory.lastChange)",
                    "rows": "\(manifest.inventory.tables.values.reduce(0, +))",
                ]))
        if let kept { print(t("restore.kept", ["database": kept.shown])) }
    }
}
