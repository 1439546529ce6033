import HTTPTypes
import Kernel
import Synchronization

/// How many requests programs may send: for each token a bucket that `most` requests empty and a minute fills again.
/// Kept in memory: a restart forgives.
package final class RateLimiter: Sendable {
    /// What is left for whoever asks.
    struct Allowance: Sendable, Equatable {
        let most: Int
        let left: Int
        /// Seconds until the bucket is full again, and until there is one more.
        let reset: Int
        let wait: Int
        let isSpent: Bool

        /// As draft-ietf-httpapi-ratelimit-headers writes them.
        func add(to headers: inout HTTPFields) {
            headers[.rateLimitPolicy] = "\"token\";q=\(most);w=60"
            headers[.rateLimit] = "\"token\";r=\(left);t=\(reset)"
        }
    }

    private struct Bucket {
        var used: Double
        var at: Instant
    }

    private let most: Int
    private let buckets = Mutex<[String: Bucket]>([:])
    /// Buckets are looked through for full ones beyond this many.
    private static let manyBuckets = 10_000

    package init(perMinute most: Int = 600) { self.most = most }

    /// Counts one request.
    func take(_ key: String, at now: Instant) -> Allowance {
        let (most, second) = (Double(most), Double(most) / 60)
        return buckets.withLock { buckets in
            func used(_ bucket: Bucket) -> Double {
                max(0, bucket.used - Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000 * second)
            }
            if buckets.count > Self.manyBuckets { buckets = buckets.filter { used($0.value) > 0 } }
            let before = buckets[key].map(used) ?? 0
            let isSpent = before + 1 > most
            let after = isSpent ? before : before + 1
            buckets[key] = Bucket(used: after, at: now)
            return Allowance(
                most: self.most, left: Int(most - after), reset: Int((after / second).rounded(.up)),
                wait: isSpent ? max(1, Int(((before + 1 - most) / second).rounded(.up))) : 0, isSpent: isSpent)
        }
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name("RateLimit")!
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
}
