import Documents
import Foundation
import Kernel
import Records

/// A CSV on the disk that is written row by row.
struct ExportFile: ~Copyable {
    private let path: String
    private let handle: FileHandle
    private var writer = CsvWriter()
    private var rows = 0

    init(_ path: String, _ head: [String]) throws {
        // Others on the machine have no business with it.
        guard
            FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forUpdatingAtPath: path)
        else { throw Failure(.unavailable, "export.unwritable", ["file": path]) }
        self.path = path
        self.handle = handle
        writer.add(head.map { .text($0) })
    }

    mutating func add(_ row: [CsvField]) throws {
        writer.add(row)
        rows += 1
        if writer.bytes.count > 1 << 16 { try flush() }
    }

    /// How many rows there are below the head, and the file's SHA-256.
    mutating func close() throws -> (rows: Int, sha256: String) {
        try flush()
        do {
            try handle.close()
            return (rows, try sha256Hex(ofFile: path))
        } catch { throw Failure(.unavailable, "export.unwritable", ["file": path]) }
    }

    private mutating func flush() throws {
        do { try handle.write(contentsOf: writer.take()) } catch {
            throw Failure(.unavailable, "export.unwritable", ["file": path])
        }
    }
}
