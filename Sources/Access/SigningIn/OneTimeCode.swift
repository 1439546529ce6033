import Crypto
import Foundation
import Kernel

/// Codes that an authenticator app shows: RFC 6238 with SHA-1, 30 seconds and six digits, which all apps know.
package struct OneTimeCode: Sendable {
    package let key: [UInt8]

    package init(key: [UInt8]) { self.key = key }

    package static func fresh() -> OneTimeCode { OneTimeCode(key: randomBytes(20)) }

    static func step(at instant: Instant) -> Int64 { instant.milliseconds / 30_000 }

    /// The code of a step (RFC 4226, 5.3).
    package func code(step: Int64, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: key)))
        let offset = Int(hash[19] & 0xf)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let modulus = (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is: the present one or a neighbour, for clocks that differ. A step serves once.
    func step(of code: String, at instant: Instant, after last: Int64) -> Int64? {
        let now = OneTimeCode.step(at: instant)
        let typed = code.filter { !$0.isWhitespace }
        return (now - 1...now + 1).first { $0 > last && self.code(step: $0) == typed }
    }

    /// RFC 4648 base32, in groups of four to be typed.
    package var shown: String {
        let letters = Array(base32(key))
        return stride(from: 0, to: letters.count, by: 4)
            .map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: " ")
    }

    /// What the QR code says (Key URI Format of authenticator apps).
    package func address(_ account: String) -> String {
        let name = account.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "otpauth://totp/HopTac:\(name)?secret=\(base32(key))&issuer=HopTac"
    }
}

func base32(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var (buffer, bits) = (UInt32(0), 0)
    for byte in bytes {
        buffer = buffer << 8 | UInt32(byte)
        bits += 8
        while bits >= 5 {
            bits -= 5
            text.append(alphabet[Int(buffer >> UInt32(bits) & 31)])
        }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits) & 31)]) }
    return text
}
