package import Kernel
package import Persistence

/// Files as they are kept: once each, by what is in them, and never removed.
package enum StoredFile {
    /// The name by which its content is found again.
    @discardableResult
    package static func keep(
        _ content: [UInt8], named name: String, at instant: Instant, in db: Connection
    ) throws -> String {
        let sha256 = sha256Hex(content)
        try db.run(
            """
            INSERT INTO records_file (sha256, name, content, kept_at)
            VALUES (\(sha256), \(name), \(content), \(instant)) ON CONFLICT (sha256) DO NOTHING
            """)
        return sha256
    }

    package static func content(_ sha256: String, in db: Connection) throws -> [UInt8] {
        try db.one("SELECT content FROM records_file WHERE sha256 = \(sha256)") { try $0[0] }
    }
}
