import Foundation
package import Kernel
import Persistence

/// What stands beside a backup, as `FILE.manifest`: what the file must be, and what it must hold once restored.
package struct BackupManifest: Codable, Equatable, Sendable {
    package let format: Int
    /// The program's version.
    package let program: String
    package let engine: String
    package let takenAt: Instant
    package let bytes: Int64
    package let sha256: String
    package let inventory: Inventory

    static let format = 1

    package static func path(_ file: String) -> String { file + ".manifest" }

    /// Describes a file as it is.
    init(of file: String, _ inventory: Inventory, engine: Engine, program: String, takenAt: Instant) throws {
        format = BackupManifest.format
        self.program = program
        self.engine = engine.rawValue
        self.takenAt = takenAt
        (bytes, sha256) = try BackupManifest.fingerprint(file)
        self.inventory = inventory
    }

    func write(beside file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = BackupManifest.path(file)
        do { try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw Failure(
                .unavailable, "persistence.unwritable", ["file": path, "message": error.localizedDescription])
        }
    }

    /// The manifest of a backup whose file is whole and unaltered. Throws `backup.missing`, `backup.no-manifest`,
    /// `backup.cut-short` with how much is there, `backup.altered`.
    package static func checked(_ file: String) throws -> BackupManifest {
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(.missing, "backup.missing", ["file": file])
        }
        let path = path(file)
        guard let text = FileManager.default.contents(atPath: path),
            let manifest = try? JSONDecoder().decode(BackupManifest.self, from: text), manifest.format == format
        else { throw Failure(.refused, "backup.no-manifest", ["file": path]) }
        let (bytes, sha256) = try fingerprint(file)
        guard bytes >= manifest.bytes else {
            throw Failure(
                .refused, "backup.cut-short",
                [
                    "file": file, "bytes": "\(bytes)", "whole": "\(manifest.bytes)",
                    "lacking": "\(manifest.bytes - bytes)",
                ])
        }
        guard bytes == manifest.bytes, sha256 == manifest.sha256 else {
            throw Failure(.refused, "backup.altered", ["file": file])
        }
        return manifest
    }

    private static func fingerprint(_ file: String) throws -> (bytes: Int64, sha256: String) {
        do {
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int64
            return (size ?? 0, try sha256Hex(ofFile: file))
        } catch {
            throw Failure(.unavailable, "backup.unreadable", ["file": file, "message": error.localizedDescription])
        }
    }
}
