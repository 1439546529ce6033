import Access
import ArgumentParser
import Assessment
import Foundation
import Kernel
import Persistence
import Records

struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Brings an older database to this version: backup, migrate, check, and back when one fails.")
    @OptionGroup var settings: Settings

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let (database, pending) = try await settings.openAnyVersion()
        let address = try settings.address
        guard !pending.isEmpty else {
            print(t("upgrade.nothing", ["database": database.address]))
            return await database.close()
        }
        guard database.engine == .sqlite else {
            try await upgradeAtOnce(database, t)
            try await Self.loadRoles(database)
            return await database.close()
        }
        let backup = "\(address).\(WallClock.system.now().milliseconds).backup"
        try await database.backup(to: backup)
        do {
            let applied = try await database.migrate(Wiring.migrations)
            try await Self.loadRoles(database)
            try await database.read(verify)
            await database.close()
            print(t("upgrade.done", ["database": address, "steps": "\(applied.count)", "backup": backup]))
        } catch {
            await database.close()
            try Self.restore(backup, to: address)
            throw takenBack(error, database, t)
        }
    }

    /// A version may bring roles with it; those that are there stay as they are.
    private static func loadRoles(_ database: Database) async throws {
        let act = Act(at: WallClock.system.now(), origin: "cli")
        try await database.write { db in
            _ = try Role.loadShipped(by: act, in: db)
            _ = try InstrumentDocument.loadShipped(by: act, in: db)
            _ = try ReturnRule.loadShipped(by: act, in: db)
        }
    }

    /// PostgreSQL takes back a change of the schema like any other: all steps and the check are one transaction.
    private func upgradeAtOnce(_ database: Database, _ t: Texts) async throws {
        do {
            let applied = try await database.migrateAtOnce(Wiring.migrations, verify: verify)
            print(t("upgrade.done-at-once", ["database": database.address, "steps": "\(applied.count)"]))
        } catch { throw takenBack(error, database, t) }
    }

    @Sendable private func verify(_ db: Connection) throws {
        if let first = try CheckCommand.findings(in: db).first { throw Failure(.refused, first.code, first.details) }
    }

    private func takenBack(_ error: any Error, _ database: Database, _ t: Texts) -> Failure {
        let reason = (error as? Failure).map { t($0.code, $0.details) } ?? "\(error)"
        return Failure(.refused, "upgrade.taken-back", ["database": database.address, "reason": reason])
    }

    /// Puts the backup in the place of the database and of what SQLite keeps beside it, in one step of the file system.
    private static func restore(_ backup: String, to address: String) throws {
        let files = FileManager.default
        let path = URL(fileURLWithPath: address).resolvingSymlinksInPath().path
        for suffix in ["-wal", "-shm"] where files.fileExists(atPath: path + suffix) {
            try files.removeItem(atPath: path + suffix)
        }
        if let permissions = try files.attributesOfItem(atPath: path)[.posixPermissions] {
            try files.setAttributes([.posixPermissions: permissions], ofItemAtPath: backup)
        }
        guard rename(backup, path) == 0 else {
            throw Failure(.unavailable, "upgrade.not-taken-back", ["database": path, "backup": backup])
        }
    }
}
