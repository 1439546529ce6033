import CZip
import Kernel

/// A new archive, built in memory: entries in the order they were added, deflated, all dated 1980-01-01, so that the
/// same content gives the same bytes.
package struct ZipWriter {
    private var entries: [(name: String, bytes: [UInt8])] = []

    package init() {}

    package mutating func add(_ name: String, _ bytes: [UInt8]) { entries.append((name, bytes)) }

    package mutating func add(_ name: String, _ text: String) { add(name, Array(text.utf8)) }

    package func finish() throws -> [UInt8] { try ZipWriter.written(over: nil, entries) }

    /// The archive `original` with some parts replaced or, where it has no such part, added at the end, and some taken
    /// out. All other entries are carried over as they are, still compressed. Check `original` with a `ZipReader`
    /// first.
    package static func patched(
        _ original: [UInt8], parts: [(name: String, bytes: [UInt8])], without removed: [String] = []
    ) throws -> [UInt8] {
        try written(over: original, parts, without: removed)
    }

    /// Writes an archive of files on the disk to a new file, in constant memory.
    package static func write(_ files: [(name: String, path: String)], to path: String) throws {
        let broken = Failure(.unavailable, "archive.unwritable")
        guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, nil) else { throw broken }
        do {
            for file in files {
                guard let content = zip_source_file_create(file.path, 0, -1, nil) else { throw broken }
                try add(file.name, content, to: archive, as: broken)
            }
        } catch {
            zip_discard(archive)
            throw error
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw broken
        }
    }

    private static func written(
        over original: [UInt8]?, _ parts: [(name: String, bytes: [UInt8])], without removed: [String] = []
    ) throws -> [UInt8] {
        let broken = Failure(.defect, "archive.unwritable")
        guard let source = original?.zipSource() ?? zip_source_buffer_create(nil, 0, 0, nil) else { throw broken }
        zip_source_keep(source)
        defer { zip_source_free(source) }
        let flags = original == nil ? ZIP_CREATE | ZIP_TRUNCATE : 0
        guard let archive = zip_open_from_source(source, flags, nil) else {
            zip_source_free(source)
            throw broken
        }
        do {
            for part in parts { try add(part, to: archive, as: broken) }
            for name in removed {
                let index = zip_name_locate(archive, name, ZIP_FL_NOCASE)
                guard index < 0 || zip_delete(archive, zip_uint64_t(index)) == 0 else { throw broken }
            }
        } catch {
            zip_discard(archive)
            throw error
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw broken
        }
        return try bytes(of: source, orThrow: broken)
    }

    private static func add(
        _ part: (name: String, bytes: [UInt8]), to archive: OpaquePointer, as broken: Failure
    ) throws {
        guard let content = part.bytes.zipSource() else { throw broken }
        try add(part.name, content, to: archive, as: broken)
    }

    private static func add(
        _ name: String, _ content: OpaquePointer, to archive: OpaquePointer, as broken: Failure
    ) throws {
        // libzip answers -1 when there is no such name.
        let existing = zip_name_locate(archive, name, ZIP_FL_NOCASE)
        let index =
            existing >= 0
            ? (zip_file_replace(archive, zip_uint64_t(existing), content, 0) == 0 ? existing : -1)
            : zip_file_add(archive, name, content, ZIP_FL_ENC_UTF_8)
        guard index >= 0 else {
            zip_source_free(content)
            throw broken
        }
        // 33 is 1980-01-01 in the date of MS-DOS: year 0, month 1, day 1.
        guard zip_file_set_dostime(archive, zip_uint64_t(index), 0, 33, 0) == 0,
            zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 6) == 0
        else { throw broken }
    }

    private static func bytes(of source: OpaquePointer, orThrow broken: Failure) throws -> [UInt8] {
        var stat = zip_stat_t()
        guard zip_source_stat(source, &stat) == 0, zip_source_open(source) == 0 else { throw broken }
        defer { zip_source_close(source) }
        let size = Int(stat.size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, Int(zip_source_read(source, buffer.baseAddress, zip_uint64_t(size))))
        }
        guard bytes.count == size else { throw broken }
        return bytes
    }
}
