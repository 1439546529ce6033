import Foundation
import Kernel
import Persistence
import Records

/// A backup that was restored into a scratch copy and found to hold what the database held.
struct ProvenBackup: Sendable {
    let provenAt: Instant
    let takenAt: Instant
    let file: String
    let bytes: Int64
    let sha256: String
    let lastChange: Int64
    /// Rows by table.
    let counts: [String: Int]

    static let migrations = [
        Migration(
            part: "operations", number: 1, title: "Proven backups",
            """
            CREATE TABLE operations_backup (
                id {id},
                proven_at BIGINT NOT NULL,
                taken_at BIGINT NOT NULL,
                file TEXT NOT NULL,
                bytes BIGINT NOT NULL,
                sha256 TEXT NOT NULL,
                last_change BIGINT NOT NULL,
                counts TEXT NOT NULL
            );
            """)
    ]

    static func record(_ file: String, _ manifest: BackupManifest, by act: Act, in db: Connection) throws {
        var counts = JSONText()
        for (table, count) in manifest.inventory.tables.sorted(by: { $0.key < $1.key }) {
            counts.add(table, .integer(Int64(count)))
        }
        let id = try db.insert(
            """
            INSERT INTO operations_backup (proven_at, taken_at, file, bytes, sha256, last_change, counts)
            VALUES (\(act.at), \(manifest.takenAt), \(file), \(manifest.bytes), \(manifest.sha256),
            \(manifest.inventory.lastChange), \(counts.object))
            """)
        try db.note(.added, "backup", id, by: act)
    }

    /// Newest first.
    static func list(_ limit: Int, in db: Connection) throws -> [ProvenBackup] {
        try db.all(
            """
            SELECT proven_at, taken_at, file, bytes, sha256, last_change, counts FROM operations_backup
            ORDER BY id DESC LIMIT \(limit)
            """
        ) { row in
            ProvenBackup(
                provenAt: try row[0], takenAt: try row[1], file: try row[2], bytes: try row[3], sha256: try row[4],
                lastChange: try row[5],
                counts: try JSONDecoder().decode([String: Int].self, from: Data((try row[6] as String).utf8)))
        }
    }
}
