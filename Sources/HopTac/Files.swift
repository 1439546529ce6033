import Documents
import Foundation
import Kernel

/// Reads and writes the files that a command names.
enum Files {
    /// What a workbook is read from. Of a file that is larger than any may be, only as much as shows that it is.
    static func workbook(_ path: String) throws -> [UInt8] {
        try bytes(path, atMost: WorkbookLimits.standard.fileBytes + 1)
    }

    static func bytes(_ path: String, atMost limit: Int = .max) throws -> [UInt8] {
        do {
            guard limit < .max else { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            return [UInt8](try file.read(upToCount: limit) ?? Data())
        } catch {
            throw Failure(.missing, "file.unreadable", ["file": path, "reason": reason(error, path)])
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
            throw Failure(.unavailable, "file.unwritable", ["file": path, "reason": reason(error, path)])
        }
    }

    /// Why the system refused, as a text key where there is a sentence for it.
    private static func reason(_ error: any Error, _ path: String) -> String {
        var isFolder = ObjCBool(false)
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            return "@file.is-a-folder"
        }
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile?, .fileReadNoSuchFile?: return "@file.not-there"
        case .fileReadNoPermission?, .fileWriteNoPermission?: return "@file.not-allowed"
        case .fileWriteOutOfSpace?: return "@file.disk-full"
        case .fileWriteVolumeReadOnly?: return "@file.read-only"
        default: return error.localizedDescription
        }
    }
}
