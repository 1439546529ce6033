import Access
import ArgumentParser
import Kernel
import Persistence
import Records

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Creates the database, or says that it is there.")
    @OptionGroup var settings: Settings

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let address = try settings.address
        let database = try await Database.open(address)
        let isNew = try await database.isEmpty()
        let pending = try await database.pendingMigrations(Wiring.migrations)
        if !isNew, !pending.isEmpty {
            throw Failure(.refused, "database.older", ["database": address, "steps": "\(pending.count)"])
        }
        let applied = try await database.migrate(Wiring.migrations)
        let act = Act(at: WallClock.system.now(), origin: "cli")
        try await database.write { _ = try Role.loadShipped(by: act, in: $0) }
        print(
            t(
                applied.isEmpty ? "init.unchanged" : "init.done",
                ["database": database.address, "steps": "\(applied.count)"]))
        await database.close()
    }
}
