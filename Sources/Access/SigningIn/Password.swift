import Crypto
import CryptoExtras
import Foundation
package import Kernel

/// A password as it is kept: scrypt (RFC 7914) with its parameters beside it, so that they can be raised later.
package struct Password: Sendable, Equatable {
    /// What one guess costs. OWASP's Password Storage Cheat Sheet gives 2^15, 8, 3 as one of its equal choices.
    package struct Cost: Sendable, Equatable {
        package var rounds: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(rounds: Int, blockSize: Int, parallelism: Int) {
            self.rounds = rounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        package static let standard = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    }

    let cost: Cost
    let salt: [UInt8]
    let key: [UInt8]

    init(_ plain: String, _ cost: Cost) throws {
        self.cost = cost
        salt = randomBytes(16)
        key = try Password.derive(plain, salt, cost)
    }

    /// One that nobody has: comparing with it costs what comparing with a real one does.
    static func nobodys(_ cost: Cost) -> Password { Password(cost: cost, salt: randomBytes(16), key: randomBytes(32)) }

    private init(cost: Cost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// `scrypt$32768$8$3$salt$key`, both in base64.
    package var stored: String {
        [
            "scrypt", "\(cost.rounds)", "\(cost.blockSize)", "\(cost.parallelism)", Data(salt).base64EncodedString(),
            Data(key).base64EncodedString(),
        ].joined(separator: "$")
    }

    init?(stored: String) {
        let parts = stored.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])),
            let key = Data(base64Encoded: String(parts[5]))
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = Array(salt)
        self.key = Array(key)
    }

    /// Compared in a time that does not depend on where they differ.
    func matches(_ plain: String) throws -> Bool {
        let other = try Password.derive(plain, salt, cost)
        return zip(key, other).reduce(key.count ^ other.count) { $0 | Int($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ plain: String, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        // The same text typed on two systems may differ in composition.
        let text = plain.precomposedStringWithCompatibilityMapping
        let key = try KDF.Scrypt.deriveKey(
            from: Data(text.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

/// Length and a list of known passwords instead of rules of composition (NIST SP 800-63B, 3.1.1.2).
package enum PasswordRules {
    package static let least = 10
    package static let most = 200

    /// `names`: what an attacker knows of the person, such as name, e-mail and phone.
    package static func check(_ plain: String, names: [String]) -> Verdict {
        if plain.count < least { return .fails("password.too-short", ["least": "\(least)"]) }
        if plain.count > most { return .fails("password.too-long", ["most": "\(most)"]) }
        let folded = fold(plain)
        let letters = folded.filter { $0.isLetter }
        if Set(folded).count < 5 { return .fails("password.too-plain") }
        if common.contains(folded) || (letters.count >= 4 && common.contains(letters) && folded.count < 14) {
            return .fails("password.common")
        }
        let joined = folded.filter { $0 != " " }
        for name in names.map({ fold($0).filter { $0 != " " } })
        where name.count >= 4 && joined.contains(name) && joined.count < name.count + 6 {
            return .fails("password.holds-name")
        }
        return .meets
    }

    /// Passwords that leaked lists are full of, folded (`Data/common-passwords.txt` says from where).
    private static let common = Set(
        Embedded.text("Data/common-passwords.txt").split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }.map { fold(String($0)) })
}
