import Foundation
import Kernel
package import Persistence
import Synchronization

/// An engine that tests run on. `HOPTAC_TEST_ENGINES=sqlite` leaves the other out, on purpose and only then: without a
/// PostgreSQL its tests fail.
///
///     @Test("…", arguments: TestEngine.all) func x(engine: TestEngine) async throws {
///         try await TestDatabase.with(engine, RegistrySlice.migrations) { database in … }
///     }
package enum TestEngine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite, postgres

    package static let all: [TestEngine] = {
        let wanted = (ProcessInfo.processInfo.environment["HOPTAC_TEST_ENGINES"] ?? "").split(separator: ",")
        let known = wanted.compactMap { TestEngine(rawValue: String($0)) }
        // A misspelt name leaves nothing out.
        return known.isEmpty || known.count < wanted.count ? allCases : known
    }()

    package var description: String { rawValue }
}

package enum TestDatabase {
    /// A fresh database with all migrations applied, which is gone afterwards.
    package static func with<T>(
        _ engine: TestEngine, _ migrations: [Migration] = [], readers: Int = 4,
        _ body: (Database) async throws -> T
    ) async throws -> T {
        try await withAddress(engine, migrations) { address in
            let database = try await Database.open(address, readers: readers)
            do {
                let value = try await body(database)
                await database.close()
                return value
            } catch {
                await database.close()
                throw error
            }
        }
    }

    /// The same without opening it: where a test opens it several times or from several processes.
    package static func withAddress<T>(
        _ engine: TestEngine, _ migrations: [Migration] = [], _ body: (String) async throws -> T
    ) async throws -> T {
        let template = try await Templates.shared.template(engine, migrations)
        switch engine {
        case .sqlite:
            let folder = try TestFolder()
            defer { folder.remove() }
            let file = folder.path + "/test.db"
            if let template { try FileManager.default.copyItem(atPath: template, toPath: file) }
            return try await body(file)
        case .postgres:
            let server = try await PostgresServer.shared()
            let name = try await server.make(from: template)
            do {
                let value = try await body(server.address(of: name))
                try await server.drop(name)
                return value
            } catch {
                try? await server.drop(name)
                throw error
            }
        }
    }
}

/// A folder that is removed when its test is over.
package struct TestFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path + "/hoptac-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Migrated databases to copy from: each set of migrations runs once per engine and test process.
private actor Templates {
    static let shared = Templates()
    private var made: [String: Task<String, any Error>] = [:]
    private let folder = Result { try TestFolder() }

    /// A file, or the name of a database on the server; nil where nothing is to be migrated.
    func template(_ engine: TestEngine, _ migrations: [Migration]) async throws -> String? {
        guard !migrations.isEmpty else { return nil }
        let key = "\(engine) \(migrations.map { "\($0)" })"
        if let task = made[key] { return try await task.value }
        let number = made.count
        let folder = try folder.get()
        ProcessEnd.shared.remove(folder.path)
        let task = Task {
            switch engine {
            case .sqlite:
                let file = folder.path + "/template-\(number).db"
                let copy = folder.path + "/copy-\(number).db"
                let database = try await Database.open(file)
                try await database.migrate(migrations)
                try await database.backup(to: copy)
                await database.close()
                return copy
            case .postgres:
                let server = try await PostgresServer.shared()
                let name = try await server.make(from: nil)
                let database = try await Database.open(server.address(of: name), readers: 1)
                try await database.migrate(migrations)
                await database.close()
                return name
            }
        }
        made[key] = task
        return try await task.value
    }
}

/// What is to be removed when the test process ends.
package final class ProcessEnd: Sendable {
    package static let shared = ProcessEnd()
    private let paths = Mutex<Set<String>>([])

    private init() { atexit { ProcessEnd.shared.removeAll() } }

    package func remove(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    private func removeAll() {
        for path in paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
    }
}
