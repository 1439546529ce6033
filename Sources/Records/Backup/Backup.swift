package import Kernel
package import Persistence

/// Copies of a whole database: made while it is used, proved by restoring them, restored.
package enum Backup {
    /// Writes `file` and its manifest, which says what the database held at the copy's very moment.
    package static func take(
        of database: Database, to file: String, program: String, at now: Instant
    ) async throws -> BackupManifest {
        let inventory = try await database.backup(to: file) { try Inventory($0) }
        let manifest = try BackupManifest(
            of: file, inventory, engine: database.engine, program: program, takenAt: now)
        try manifest.write(beside: file)
        return manifest
    }

    /// Restores the backup into a database beside the one given, or beside the file, compares counts, history and kept
    /// files with what the manifest says, and removes it again. Throws `backup.differs` and what `restore` throws.
    package static func prove(_ file: String, like address: String, at now: Instant) async throws {
        let manifest = try BackupManifest.checked(file)
        let place = try DatabasePlace(address)
        let beside = place.engine == .sqlite ? try DatabasePlace(file) : place
        let scratch = try beside.sibling("scratch-\(now.milliseconds)")
        try await load(file, manifest, into: scratch)
        try await scratch.remove()
    }

    /// Makes a database from a backup. One that holds something already is only replaced when told, after the restored
    /// one has been checked, and is then kept under another name.
    ///
    /// - Returns: the place of the database that was there before.
    package static func restore(
        _ file: String, to address: String, isReplacing: Bool, at now: Instant
    ) async throws -> (manifest: BackupManifest, kept: DatabasePlace?) {
        let manifest = try BackupManifest.checked(file)
        let place = try DatabasePlace(address)
        let state = try await place.state()
        guard state != .filled || isReplacing else {
            throw Failure(.refused, "restore.exists", ["database": place.shown])
        }
        if state == .empty {
            try await load(file, manifest, into: place, removesFailed: false)
            return (manifest, nil)
        }
        let new = try place.sibling("restored-\(now.milliseconds)")
        try await load(file, manifest, into: new)
        guard state == .filled else {
            try await new.move(to: place)
            return (manifest, nil)
        }
        let old = try place.sibling("replaced-\(now.milliseconds)")
        do { try await place.move(to: old) } catch {
            try await new.remove()
            throw error
        }
        do { try await new.move(to: place) } catch {
            try await old.move(to: place)
            throw error
        }
        return (manifest, old)
    }

    private static func load(
        _ file: String, _ manifest: BackupManifest, into place: DatabasePlace, removesFailed: Bool = true
    ) async throws {
        guard place.engine.rawValue == manifest.engine else {
            throw Failure(.usage, "backup.other-engine", ["file": file, "engine": manifest.engine])
        }
        try await place.load(file)
        do {
            let database = try await Database.open(place.address, readers: 2)
            do { try await compare(database, manifest, file) } catch {
                await database.close()
                throw error
            }
            await database.close()
        } catch {
            if removesFailed { try await place.remove() }
            throw error
        }
    }

    private static func compare(_ database: Database, _ manifest: BackupManifest, _ file: String) async throws {
        let (inventory, broken, state) = try await database.read { db in
            (
                try Inventory(db), try Inventory.brokenFiles(db),
                db.engine == .sqlite ? try db.one("PRAGMA integrity_check") { try $0[0] as String } : "ok"
            )
        }
        guard state == "ok" else { throw Failure(.refused, "backup.damaged", ["file": file, "message": state]) }
        if let first = broken.first {
            throw Failure(
                .refused, "backup.differs",
                ["file": file, "what": "records_file", "expected": first, "found": "\(broken.count)"])
        }
        if let (what, found, expected) = inventory.difference(from: manifest.inventory) {
            throw Failure(
                .refused, "backup.differs", ["file": file, "what": what, "expected": expected, "found": found])
        }
    }
}
