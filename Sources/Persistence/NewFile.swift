import Dispatch
import Foundation
import Glibc
import Kernel

/// A file that is there whole or not at all, and then on the disk. Only its owner can read it: it holds a register.
enum NewFile {
    /// `make` writes what it is given the name of. Throws `persistence.backup-exists` for a file that is there.
    static func write<T>(_ file: String, _ make: (_ part: String) async throws -> T) async throws -> T {
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure(.refused, "persistence.backup-exists", ["file": file])
        }
        let part = file + ".part"
        try? FileManager.default.removeItem(atPath: part)
        do {
            let value = try await make(part)
            guard chmod(part, 0o600) == 0 else { throw unwritable(part) }
            // Neither SQLite nor pg_dump waits for the disk here.
            try await synchronize(part)
            try move(part, to: file)
            try await synchronize(URL(fileURLWithPath: file).deletingLastPathComponent().path)
            return value
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    static func move(_ old: String, to new: String) throws {
        guard rename(old, new) == 0 else { throw unwritable(new) }
    }

    /// Waits until a file, or what a folder lists, is on the disk.
    static func synchronize(_ path: String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                let file = open(path, O_RDONLY)
                defer { if file >= 0 { _ = close(file) } }
                let isDone = file >= 0 && fsync(file) == 0
                continuation.resume(with: isDone ? .success(()) : .failure(unwritable(path)))
            }
        }
    }

    /// What to throw where the system has just refused to write.
    static func unwritable(_ file: String) -> Failure {
        Failure(.unavailable, "persistence.unwritable", ["file": file, "message": String(cString: strerror(errno))])
    }
}
