import Crypto
import Foundation

/// A random text that is shown once and kept only as its SHA-256: the token of a session, a link, a device.
package struct Secret: Sendable {
    package let text: String

    /// 256 random bits.
    package static func fresh() -> Secret { Secret(text: Data(randomBytes(32)).base64URL) }

    package init(text: String) { self.text = text }

    /// What is stored. A fast hash serves, since the text cannot be guessed.
    package var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}

func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

extension Data {
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
