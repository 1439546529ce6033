import ArgumentParser
import Foundation
import Kernel
import Persistence

/// What every command takes.
struct Settings: ParsableArguments {
    @Option(help: "The database: a file, or postgresql://… Otherwise HOPTAC_DATABASE, otherwise hoptac.sqlite.")
    var database: String?
    @Option(help: "A file of lines like 'port = 8443'. Flags and the environment (HOPTAC_PORT) win over it.")
    var config: String?

    func configuration() throws -> Configuration { try Configuration(file: config) }

    var address: String {
        get throws { try configuration().value(.database, database) ?? "hoptac.sqlite" }
    }

    /// The language of messages: HOPTAC_LANGUAGE, Vietnamese otherwise.
    static var language: Language {
        ProcessInfo.processInfo.environment["HOPTAC_LANGUAGE"].flatMap(Language.init(rawValue:)) ?? .vi
    }

    /// Opens a database that has been initialised and is of this version.
    func open() async throws -> Database {
        let address = try address
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
