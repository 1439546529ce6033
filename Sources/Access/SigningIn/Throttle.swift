import Crypto
import Foundation
import Kernel
import Persistence

/// How often a secret may be guessed. Every try is charged before it is made and refunded when it succeeds, so that
/// many at once gain nothing. Delays double up to a limit; nothing is ever locked for good.
///
/// * a name from an address: 5 tries, then waits of 1 s up to 15 min
/// * an address: 20 tries, then the same
/// * a name, from wherever: 30 tries, then waits of at most 1 min. A browser that has signed in to the account before is
///   not held up by this one, so a stranger cannot keep its owner out.
struct Throttle {
    let rules: [Rule]

    struct Rule {
        let key: String
        let free: Int64
        let longest: Int64

        init(_ kind: String, _ parts: String..., free: Int64, longest: Int64) {
            // Only a fingerprint: the names that strangers type are nobody's business.
            let digest = SHA256.hash(data: Data(([kind] + parts).joined(separator: "\n").utf8))
            key = kind + ":" + digest.prefix(12).map { String($0, radix: 16) }.joined(separator: ".")
            self.free = free
            self.longest = longest
        }
    }

    static func signIn(_ name: String, _ address: String, isKnownDevice: Bool) -> Throttle {
        var rules = [
            Rule("pair", name, address, free: 5, longest: 900_000),
            Rule("address", address, free: 20, longest: 900_000),
        ]
        if !isKnownDevice { rules.append(Rule("name", name, free: 30, longest: 60_000)) }
        return Throttle(rules: rules)
    }

    /// Letters about a forgotten password: few, to one name and from one address.
    static func forgotten(_ name: String, _ address: String) -> Throttle {
        Throttle(rules: [
            Rule("forgotten", name, free: 2, longest: 3_600_000),
            Rule("forgotten-from", address, free: 10, longest: 3_600_000),
        ])
    }

    static func code(of account: Int64) -> Throttle {
        Throttle(rules: [Rule("code", "\(account)", free: 5, longest: 900_000)])
    }

    private static let forgottenAfter: Int64 = 24 * 3_600_000

    /// Throws `sign-in.too-many` with the seconds to wait, or counts one try more.
    func charge(at now: Instant, in db: Connection) throws {
        let keys = rules.map(\.key)
        var tries: [String: (count: Int64, until: Int64)] = [:]
        try db.each(
            """
            SELECT key, tries, held_until FROM access_throttle
            WHERE key IN (\(list: keys)) AND last_at > \(now.milliseconds - Self.forgottenAfter)
            """
        ) { tries[try $0[0]] = (try $0[1], try $0[2]) }
        let wait = tries.values.map(\.until).max().map { $0 - now.milliseconds } ?? 0
        if wait > 0 { throw Failure(.limited, "sign-in.too-many", ["seconds": "\((wait + 999) / 1000)"]) }
        for rule in rules {
            let count = (tries[rule.key]?.count ?? 0) + 1
            let over = count - rule.free
            let delay = over < 0 ? 0 : min(rule.longest, 1000 << min(over, 20))
            try db.run(
                """
                INSERT INTO access_throttle (key, tries, last_at, held_until)
                VALUES (\(rule.key), \(count), \(now), \(now.milliseconds + delay))
                ON CONFLICT (key) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at,
                held_until = excluded.held_until
                """)
        }
    }

    /// After a success the tries of this name are forgotten, and the address gets its one back.
    func refund(in db: Connection) throws {
        try db.run(
            "DELETE FROM access_throttle WHERE key IN (\(list: rules.map(\.key).filter { !$0.hasPrefix("address") }))")
        try db.run(
            """
            UPDATE access_throttle SET tries = tries - 1, held_until = 0
            WHERE key IN (\(list: rules.map(\.key).filter { $0.hasPrefix("address") })) AND tries > 0
            """)
    }

    static func sweep(at now: Instant, in db: Connection) throws {
        try db.run("DELETE FROM access_throttle WHERE last_at <= \(now.milliseconds - forgottenAfter)")
    }
}
