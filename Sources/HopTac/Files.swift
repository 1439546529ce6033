import Foundation
import Kernel

/// Reads and writes the files that a command names.
enum Files {
    static func bytes(_ path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw Failure(.missing, "file.unreadable", ["file": path, "reason": error.localizedDescription])
        }
    }

    static func text(_ path: String) throws -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw Failure(.invalid, "file.not-text", ["file": path])
        }
        return text
    }

    /// Writes beside the file and then moves, so that a full disk leaves what was there.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(.unavailable, "file.unwritable", ["file": path, "reason": error.localizedDescription])
        }
    }
}
