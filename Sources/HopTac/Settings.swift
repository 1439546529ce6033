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
        let (database, pending) = try await openAnyVersion()
        guard pending.isEmpty else { throw older(database, pending) }
        return database
    }

    /// Opens a database that has been initialised, and says what is to be done to bring it to this version.
    func openAnyVersion() async throws -> (Database, pending: [Migration]) {
        let address = try address
        if !address.hasPrefix("postgres"), !FileManager.default.fileExists(atPath: address) {
            throw Failure(.missing, "database.missing", ["database": address])
        }
        let database = try await Database.open(address)
        return (database, try await pending(database))
    }

    /// What is to be done to a database of ours. One that has tables and none of ours belongs to another program.
    func pending(_ database: Database) async throws -> [Migration] {
        let pending = try await database.pendingMigrations(Wiring.migrations)
        guard pending.count == Wiring.migrations.count else { return pending }
        let isEmpty = try await database.isEmpty()
        throw Failure(
            isEmpty ? .missing : .refused, isEmpty ? "database.empty" : "database.foreign",
            ["database": database.address])
    }

    func older(_ database: Database, _ pending: [Migration]) -> Failure {
        Failure(.refused, "database.older", ["database": database.address, "steps": "\(pending.count)"])
    }
}
