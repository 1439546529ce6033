import Foundation
import Kernel
import Persistence
import Synchronization

/// A PostgreSQL of this test process: started by itself, or the one of `HOPTAC_TEST_POSTGRES` (an address under which
/// databases may be made). One that it started ends with the process, however that ends.
package final class PostgresServer: Sendable {
    private let base: String
    /// Nil where somebody else runs the server.
    private let folder: String?
    private let admin = Mutex<Task<Database, any Error>?>(nil)
    private let numbers = Atomic(0)

    private static let one = Mutex<Task<PostgresServer, any Error>?>(nil)

    /// The server that all tests share. It does not wait for the disk.
    package static func shared() async throws -> PostgresServer {
        let task = one.withLock { one in
            let task =
                one
                ?? Task {
                    if let address = ProcessInfo.processInfo.environment["HOPTAC_TEST_POSTGRES"] {
                        return PostgresServer(base: address, folder: nil)
                    }
                    return try await start(isDurable: false)
                }
            one = task
            return task
        }
        return try await task.value
    }

    private init(base: String, folder: String?) {
        self.base = base
        self.folder = folder
    }

    // MARK: Databases

    /// The address of a database on this server.
    package func address(of database: String) -> String {
        // postgresql://user@host:port/name?settings: only the name changes.
        let parts = base.split(separator: "?", maxSplits: 1).map(String.init)
        let server = parts[0].replacing(/^(postgres(?:ql)?:\/\/[^\/]*).*$/) { "\($0.1)" }
        return "\(server)/\(database)" + (parts.count > 1 ? "?\(parts[1])" : "")
    }

    /// Makes a database; its name.
    package func make(from template: String?) async throws -> String {
        let number = numbers.add(1, ordering: .relaxed).newValue
        let name = "hoptac_test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        try await administered(
            SQL(described: "CREATE DATABASE \(name) TEMPLATE \(template ?? "template0") ENCODING 'UTF8'"))
        return name
    }

    package func drop(_ name: String) async throws {
        try await administered(SQL(described: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
    }

    private func administered(_ sql: SQL) async throws {
        let task = admin.withLock { admin in
            let task = admin ?? Task { try await Database.open(folder == nil ? base : address(of: "postgres")) }
            admin = task
            return task
        }
        try await task.value.command(sql)
    }

    // MARK: Server

    /// A server of its own in a temporary folder, reached through a socket there.
    package static func start(isDurable: Bool) async throws -> PostgresServer {
        let binaries = try binaries()
        let folder = "/tmp/hoptac-pg-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        ProcessEnd.shared.remove(folder)
        // PostgreSQL refuses to run as root.
        let isRoot = getuid() == 0
        if isRoot { try await run("/bin/chown", ["postgres", folder]) }
        let user = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        let name = "/usr/bin/env"
        try await run(
            name,
            user + [
                "\(binaries)/initdb", "-D", "\(folder)/data", "-U", "hoptac", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ])
        let server = PostgresServer(
            base: "postgresql://hoptac@/postgres?host=\(folder)", folder: folder)
        try await server.launch(isDurable: isDurable)
        return server
    }

    /// Starts the server with a shell beside it that ends it when this process is gone.
    private func launch(isDurable: Bool) async throws {
        guard let folder else { return }
        let isRoot = getuid() == 0
        let user = isRoot ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : ""
        let settings =
            isDurable ? "" : "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        let script = """
            \(user) \(try Self.binaries())/postgres -D \(folder)/data -k \(folder) -c listen_addresses= \
                -c max_connections=200 -c shared_buffers=64MB \(settings) >>\(folder)/log 2>&1 </dev/null &
            server=$!
            echo $server >\(folder)/pid
            while kill -0 \(ProcessInfo.processInfo.processIdentifier) 2>/dev/null; do
                kill -0 $server 2>/dev/null || exit 0
                sleep 0.2
            done
            kill -QUIT $server
            while kill -0 $server 2>/dev/null; do sleep 0.1; done
            rm -rf \(folder)
            """
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.standardInput = FileHandle.nullDevice
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        for _ in 0..<200 {
            if let database = try? await Database.open(address(of: "postgres"), readers: 1) {
                await database.close()
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestServerError(
            "PostgreSQL does not start: "
                + ((try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "no log"))
    }

    /// Ends the server at once, without a checkpoint and whatever runs, and starts it again: it recovers from its log.
    package func crash() async throws {
        guard let folder else { return }
        let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
        guard let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { return }
        kill(pid, SIGQUIT)
        while kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        try await launch(isDurable: true)
    }

    /// Stops the server and removes it.
    package func stop() async throws {
        guard let folder else { return }
        let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
        guard let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { return }
        kill(pid, SIGQUIT)
        while kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func binaries() throws -> String {
        for folder in ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]
        where FileManager.default.isExecutableFile(atPath: "\(folder)/initdb") { return folder }
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        where FileManager.default.isExecutableFile(atPath: "\(folder)/initdb") { return String(folder) }
        throw TestServerError(
            """
            There is no PostgreSQL for the tests: install postgresql-15, or set HOPTAC_TEST_POSTGRES to a server, or \
            HOPTAC_TEST_ENGINES=sqlite to leave it out.
            """)
    }

    /// Runs a program to its end; what it said is in the error.
    private static func run(_ program: String, _ arguments: [String]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = await withCheckedContinuation { continuation in
            DispatchQueue(label: "program").async {
                continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile())
            }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestServerError("\(program): \(String(decoding: said, as: UTF8.self))")
        }
    }
}

package struct TestServerError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
