import Foundation
import GRDB
import Kernel

/// Where a whole database is or is to be, for whoever restores, moves or removes one.
package struct DatabasePlace: Sendable {
    package enum State: Sendable { case absent, empty, filled }

    package let address: String
    package let engine: Engine
    /// Nil for SQLite.
    private let server: PostgresAddress?

    /// Throws `persistence.address` for an address that names no database.
    package init(_ address: String) throws {
        self.address = address
        guard address.hasPrefix("postgresql:") || address.hasPrefix("postgres:") else {
            (engine, server) = (.sqlite, nil)
            return
        }
        let server = try PostgresAddress(address)
        guard server.settings["dbname"] != nil else {
            throw Failure(.usage, "persistence.address", ["database": server.shown, "message": "dbname"])
        }
        (engine, self.server) = (.postgres, server)
    }

    private var name: String { server?.settings["dbname"] ?? address }

    /// Without a password.
    package var shown: String { server?.shown ?? address }

    /// Another one beside it, `suffix` of small letters, digits and `-`.
    package func sibling(_ suffix: String) throws -> DatabasePlace {
        guard let server else { return try DatabasePlace("\(address).\(suffix)") }
        return try DatabasePlace(server.naming("\(name)_\(suffix.replacing("-", with: "_"))"))
    }

    package func state() async throws -> State {
        guard let server else {
            return FileManager.default.fileExists(atPath: address) ? .filled : .absent
        }
        let name = name
        let isThere = try await administered(server) { admin in
            try await admin.read { db in
                try db.first("SELECT 1 FROM pg_database WHERE datname = \(name)") { _ in true } ?? false
            }
        }
        guard isThere else { return .absent }
        let database = try await Database.open(address, readers: 2)
        let isEmpty = try await database.isEmpty()
        await database.close()
        return isEmpty ? .empty : .filled
    }

    /// Makes it from a file that `Database.backup` wrote. One that fails leaves nothing, or what was empty empty.
    package func load(_ file: String) async throws {
        guard let server else {
            return try await NewFile.write(address) { part in
                do { try FileManager.default.copyItem(atPath: file, toPath: part) } catch {
                    throw Failure(
                        .unavailable, "persistence.unwritable",
                        ["file": part, "message": error.localizedDescription])
                }
            }
        }
        let isNew = try await state() == .absent
        if isNew {
            let sql = "CREATE DATABASE \(Self.quoted(name)) TEMPLATE template0 ENCODING 'UTF8'"
            do { try await administered(server) { try await $0.command(SQL(described: sql)) } } catch let failure
                as Failure
            {
                throw Failure(.refused, "persistence.cannot-make", failure.details)
            }
        }
        do {
            try PostgresProgram.restore.run(
                ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", file], on: server)
        } catch {
            if isNew { try await remove() }
            throw error
        }
    }

    /// Throws `persistence.in-use` where a program has it open.
    package func move(to other: DatabasePlace) async throws {
        guard let server else {
            try checkUnused()
            for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: address + suffix) {
                try NewFile.move(address + suffix, to: other.address + suffix)
            }
            return try await NewFile.synchronize(URL(fileURLWithPath: address).deletingLastPathComponent().path)
        }
        let sql = "ALTER DATABASE \(Self.quoted(name)) RENAME TO \(Self.quoted(other.name))"
        do { try await administered(server) { try await $0.command(SQL(described: sql)) } } catch let failure as Failure
        {
            throw Failure(
                .refused, "persistence.in-use", ["database": shown, "message": failure.details["message"] ?? ""])
        }
    }

    package func remove() async throws {
        guard let server else {
            for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: address + suffix) {
                try FileManager.default.removeItem(atPath: address + suffix)
            }
            return
        }
        let sql = "DROP DATABASE IF EXISTS \(Self.quoted(name))"
        try await administered(server) { try await $0.command(SQL(described: sql)) }
    }

    /// SQLite leaves the write-ahead log only when no other connection is there; a file that is no database any more
    /// nobody can use.
    private func checkUnused() throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(1)
        do {
            let queue = try DatabaseQueue(path: address, configuration: configuration)
            let mode = try queue.writeWithoutTransaction {
                try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
            guard mode == "delete" else { throw Failure(.refused, "persistence.in-use", ["database": address]) }
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                throw Failure(.refused, "persistence.in-use", ["database": address, "message": "\(error.resultCode)"])
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: break
            default: throw SQLiteFailure.mapped(error)
            }
        }
    }

    /// Through the database that every server has.
    private func administered<T: Sendable>(
        _ server: PostgresAddress, _ body: (Database) async throws -> T
    ) async throws -> T {
        let admin = try await Database.open(server.naming("postgres"), readers: 2)
        do {
            let value = try await body(admin)
            await admin.close()
            return value
        } catch {
            await admin.close()
            throw error
        }
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
