import Access
import ArgumentParser
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
        let address = try settings.address
        let database = try await Database.open(address)
        let pending = try await database.pendingMigrations(Wiring.migrations)
        guard !pending.isEmpty else {
            print(t("upgrade.nothing", ["database": database.address]))
            return await database.close()
        }
        guard database.engine == .sqlite else {
            // The server's own tools make the backup; each migration is one transaction.
            let applied = try await database.migrate(Wiring.migrations)
            try await Self.loadRoles(database)
            print(t("upgrade.done", ["database": database.address, "steps": "\(applied.count)", "backup": "pg_dump"]))
            return await database.close()
        }
        let backup = "\(address).\(WallClock.system.now().milliseconds).backup"
        try await database.backup(to: backup)
        do {
            let applied = try await database.migrate(Wiring.migrations)
            try await Self.loadRoles(database)
            let findings = try await CheckCommand.findings(in: database)
            if let first = findings.first { throw Failure(.refused, first.code, first.details) }
            await database.close()
            print(t("upgrade.done", ["database": address, "steps": "\(applied.count)", "backup": backup]))
        } catch {
            await database.close()
            try Self.restore(backup, to: address)
            let reason = (error as? Failure).map { t($0.code, $0.details) } ?? "\(error)"
            throw Failure(.refused, "upgrade.taken-back", ["database": address, "reason": reason])
        }
    }

    /// A version may bring roles with it; those that are there stay as they are.
    private static func loadRoles(_ database: Database) async throws {
        let act = Act(at: WallClock.system.now(), origin: "cli")
        try await database.write { _ = try Role.loadShipped(by: act, in: $0) }
    }

    /// Puts the backup in the place of the database and of what SQLite keeps beside it.
    private static func restore(_ backup: String, to address: String) throws {
        let files = FileManager.default
        for suffix in ["-wal", "-shm"] where files.fileExists(atPath: address + suffix) {
            try files.removeItem(atPath: address + suffix)
        }
        _ = try files.replaceItemAt(
            URL(fileURLWithPath: address), withItemAt: URL(fileURLWithPath: backup))
    }
}
