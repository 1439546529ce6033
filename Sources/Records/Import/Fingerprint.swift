import Crypto
import Foundation

/// The SHA-256 of a file in hexadecimal: the name under which it is kept.
package func sha256Hex(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hex }

/// The same of a file on the disk, in constant memory.
package func sha256Hex(ofFile path: String) throws -> String {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }  // It was only read.
    var hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    return hash.finalize().hex
}

extension Digest {
    var hex: String { map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined() }
}
