import Crypto

/// The SHA-256 of a file in hexadecimal: the name under which it is kept.
package func sha256Hex(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hex }

extension Digest {
    var hex: String { map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined() }
}
