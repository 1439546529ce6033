import CZip
import Foundation
import Kernel

/// How much an archive may be and become. Declared sizes are checked when it is opened, real ones while it is read.
package struct ZipLimits: Sendable {
    /// Bytes of the archive itself.
    package var archive = 50_000_000
    package var entries = 5_000
    /// Bytes of all entries together when they are expanded.
    package var expanded = 500_000_000
    /// Expanded size divided by compressed size, for entries of more than `ratioApplies` bytes. A sheet of a
    /// spreadsheet reaches about 40; deflate ends at 1,032, which only bombs come near.
    package var ratio = 250
    package var ratioApplies = 8_000_000

    package init() {}
    package static let standard = ZipLimits()
}

/// Where an archive comes from. Each reader opens it for itself: a handle of libzip belongs to one thread.
package enum ZipOrigin: Sendable {
    case path(String)
    case bytes([UInt8])
}

/// An archive opened for reading. Names with tricks (`..`, absolute, doubled) and encrypted entries are refused when
/// it is opened, so that everything behind it may trust `names`. Fails with `archive.*` codes.
package final class ZipReader {
    /// Names in the order of the archive, with `/` between folders.
    package let names: [String]
    private let archive: OpaquePointer
    private let indexes: [String: zip_uint64_t]
    private let sizes: [Int]

    package static func open(path: String, limits: ZipLimits = .standard) throws -> ZipReader {
        try ZipReader(.path(path), limits: limits)
    }

    package static func open(bytes: [UInt8], limits: ZipLimits = .standard) throws -> ZipReader {
        try ZipReader(.bytes(bytes), limits: limits)
    }

    package init(_ origin: ZipOrigin, limits: ZipLimits = .standard) throws {
        let archive = try origin.opened(limits: limits)
        do {
            let listing = try ZipListing(archive, limits: limits)
            (names, indexes, sizes) = (listing.names, listing.indexes, listing.sizes)
        } catch {
            zip_discard(archive)
            throw error
        }
        self.archive = archive
    }

    deinit { zip_discard(archive) }

    /// Names of parts do not differ by case alone (ECMA-376 part 2), and some writers rely on it.
    package func contains(_ name: String) -> Bool { indexes[name.lowercased()] != nil }

    /// An entry's expanded content. Fails when it is missing, damaged or longer than `limit` bytes.
    package func bytes(of name: String, limit: Int = 100_000_000) throws -> [UInt8] {
        let entry = try stream(of: name)
        guard entry.size <= limit else { throw Failure(.invalid, "archive.expands", ["part": name]) }
        var filled = 0
        var bytes = [UInt8](repeating: 0, count: entry.size)
        while filled < bytes.count {
            let count = try bytes.withUnsafeMutableBytes { try entry.read(into: .init(rebasing: $0[filled...])) }
            guard count > 0 else { throw Failure(.invalid, "archive.damaged", ["part": name]) }
            filled += count
        }
        try entry.expectEnd()
        return bytes
    }

    /// An entry to be read piece by piece.
    package func stream(of name: String) throws -> ZipEntryReader {
        guard let index = indexes[name.lowercased()] else {
            throw Failure(.invalid, "archive.part-missing", ["part": name])
        }
        guard let file = zip_fopen_index(archive, index, 0) else {
            throw Failure(.invalid, "archive.damaged", ["part": name])
        }
        return ZipEntryReader(name: name, size: sizes[Int(index)], file: file, archive: self)
    }
}

/// An entry while it is read.
package final class ZipEntryReader {
    package let name: String
    /// Expanded bytes that the archive promises. More than these are never delivered.
    package let size: Int
    private let file: OpaquePointer
    private let archive: ZipReader
    private var delivered = 0

    fileprivate init(name: String, size: Int, file: OpaquePointer, archive: ZipReader) {
        (self.name, self.size, self.file, self.archive) = (name, size, file, archive)
    }

    deinit { zip_fclose(file) }

    /// The number of bytes read; 0 at the end, where libzip has compared the checksum.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = zip_fread(file, buffer.baseAddress, zip_uint64_t(buffer.count))
        guard count >= 0 else { throw Failure(.invalid, "archive.damaged", ["part": name]) }
        delivered += Int(count)
        guard delivered <= size else { throw Failure(.invalid, "archive.expands", ["part": name]) }
        return Int(count)
    }

    fileprivate func expectEnd() throws {
        var byte: UInt8 = 0
        _ = try withUnsafeMutableBytes(of: &byte) { try read(into: $0) }
    }
}

extension ZipOrigin {
    fileprivate func opened(limits: ZipLimits) throws -> OpaquePointer {
        var code: Int32 = 0
        switch self {
        case .path(let path):
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
                throw Failure(.missing, "archive.no-file", ["path": path])
            }
            guard (attributes[.size] as? Int ?? 0) <= limits.archive else {
                throw Failure(.invalid, "archive.too-big", ["limit": "\(limits.archive / 1_000_000)"])
            }
            guard let archive = zip_open(path, ZIP_RDONLY, &code) else { throw Failure(.invalid, "archive.damaged") }
            return archive
        case .bytes(let bytes):
            guard bytes.count <= limits.archive else {
                throw Failure(.invalid, "archive.too-big", ["limit": "\(limits.archive / 1_000_000)"])
            }
            guard let source = bytes.zipSource() else { throw Failure(.unavailable, "archive.no-memory") }
            guard let archive = zip_open_from_source(source, ZIP_RDONLY, nil) else {
                zip_source_free(source)
                throw Failure(.invalid, "archive.damaged")
            }
            return archive
        }
    }
}

extension [UInt8] {
    /// A source of libzip with a copy of these bytes, which libzip frees.
    func zipSource() -> OpaquePointer? {
        guard let copy = malloc(Swift.max(count, 1)) else { return nil }
        withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: count) }
        guard let source = zip_source_buffer_create(copy, zip_uint64_t(count), 1, nil) else {
            free(copy)
            return nil
        }
        return source
    }
}

/// What an archive says of its entries, checked.
private struct ZipListing {
    var names: [String] = []
    var indexes: [String: zip_uint64_t] = [:]
    var sizes: [Int] = []

    init(_ archive: OpaquePointer, limits: ZipLimits) throws {
        let count = zip_get_num_entries(archive, 0)
        guard count >= 0, count <= limits.entries else {
            throw Failure(.invalid, "archive.too-many-parts", ["limit": "\(limits.entries)"])
        }
        var expanded = 0
        for index in 0..<zip_uint64_t(count) {
            var stat = zip_stat_t()
            zip_stat_init(&stat)
            guard zip_stat_index(archive, index, 0, &stat) == 0, let rawName = stat.name,
                stat.size <= UInt64(Int64.max) / 4, stat.comp_size <= UInt64(Int64.max) / 4
            else { throw Failure(.invalid, "archive.damaged") }
            let name = String(cString: rawName).replacing("\\", with: "/")
            try Self.check(name)
            guard stat.encryption_method == zip_uint16_t(ZIP_EM_NONE) else {
                throw Failure(.invalid, "archive.encrypted", ["part": name])
            }
            let (size, compressed) = (Int(stat.size), Int(stat.comp_size))
            expanded += size
            let ratioIsKept = size <= limits.ratioApplies || size / max(compressed, 1) <= limits.ratio
            guard size <= limits.expanded, expanded <= limits.expanded, ratioIsKept else {
                throw Failure(.invalid, "archive.expands", ["part": name])
            }
            guard indexes.updateValue(index, forKey: name.lowercased()) == nil else {
                throw Failure(.invalid, "archive.name", ["part": name])
            }
            names.append(name)
            sizes.append(size)
        }
    }

    /// Nothing is ever unpacked to disk; a name with tricks still tells that no office program wrote the file.
    private static func check(_ name: String) throws {
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain =
            !name.isEmpty && name.utf8.count <= 1_000 && !name.hasPrefix("/") && !name.contains(":")
            && !steps.contains("..") && !steps.contains(".")
            && name.unicodeScalars.allSatisfy { $0.value >= 32 }
        guard isPlain else { throw Failure(.invalid, "archive.name", ["part": String(name.prefix(100))]) }
    }
}
