import ArgumentParser
import Foundation
import Kernel
import Persistence

/// What every command takes.
struct Settings: ParsableArguments {
    @Option(help: "The database: a file, or postgresql://… Otherwise HOPTAC_DATABASE, otherwise hoptac.sqlite.")
    var database: String?

    var address: String {
        database ?? ProcessInfo.processInfo.environment["HOPTAC_DATABASE"] ?? "hoptac.sqlite"
    }

    /// The language of messages: HOPTAC_LANGUAGE, Vietnamese otherwise.
    static var language: Language {
        ProcessInfo.processInfo.environment["HOPTAC_LANGUAGE"].flatMap(Language.init(rawValue:)) ?? .vi
    }

    /// Opens a database that has been initialised and is of this version.
    func open() async throws -> Database {
        if !address.hasPrefix("postgres"), !FileManager.default.fileExists(atPath: address) {
            throw Failure(.missing, "database.missing", ["database": address])
        }
        let database = try await Database.open(address)
        let pending = try await database.pendingMigrations(Wiring.migrations)
        guard pending.isEmpty else {
            throw Failure(.refused, "database.older", ["database": address, "steps": "\(pending.count)"])
        }
        return database
    }
}
