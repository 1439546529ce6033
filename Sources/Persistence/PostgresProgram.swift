import Foundation
import Kernel

/// A program that comes with PostgreSQL and is found in `PATH`.
enum PostgresProgram: String {
    case dump = "pg_dump"
    case restore = "pg_restore"

    /// Runs it to its end on a database; blocks. The password goes through the environment, where other users of the
    /// machine do not see it. Throws `persistence.no-program`, and `persistence.program-failed` with what it said.
    func run(_ arguments: [String], on address: PostgresAddress) throws {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") })
        else { throw Failure(.refused, "persistence.no-program", ["program": rawValue]) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(folder)/\(rawValue)")
        let name = address.settings["dbname"] ?? ""
        process.arguments = arguments + ["--dbname=\(address.naming(name, withPassword: false))", "--no-password"]
        var environment = ProcessInfo.processInfo.environment
        environment["LC_ALL"] = "C.UTF-8"
        if let password = address.settings["password"] { environment["PGPASSWORD"] = password }
        process.environment = environment
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        do { try process.run() } catch {
            throw Failure(.refused, "persistence.no-program", ["program": rawValue])
        }
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let message = String(decoding: said.prefix(500), as: UTF8.self).trimmed
            throw Failure(.unavailable, "persistence.program-failed", ["program": rawValue, "message": message])
        }
    }
}
