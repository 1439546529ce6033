import Access
import ArgumentParser
import Assessment
import Kernel
import Persistence
import Records

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Creates the database, or says that it is there.")
    @OptionGroup var settings: Settings

    func run() async throws {
        let t = Wiring.texts(Settings.language)
        let database = try await Database.open(try settings.address)
        if try await !database.isEmpty() {
            let pending = try await settings.pending(database)
            guard pending.isEmpty else { throw settings.older(database, pending) }
        }
        let applied = try await database.migrate(Wiring.migrations)
        let act = Act(at: WallClock.system.now(), origin: "cli")
        try await database.write { db in
            _ = try Role.loadShipped(by: act, in: db)
            _ = try InstrumentDocument.loadShipped(by: act, in: db)
            _ = try ReturnRule.loadShipped(by: act, in: db)
        }
        print(
            t(
                applied.isEmpty ? "init.unchanged" : "init.done",
                ["database": database.address, "steps": "\(applied.count)"]))
        await database.close()
    }
}
