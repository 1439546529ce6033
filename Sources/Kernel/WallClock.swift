import Foundation

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// Seconds east of Greenwich of Vietnamese time (Asia/Ho_Chi_Minh): UTC+7 since 1975, no summer time.
    package static let vietnameseOffset: Int64 = 7 * 3600

    /// The Vietnamese calendar day.
    package var day: Day {
        let seconds = (Double(milliseconds) / 1000).rounded(.down) + Double(Self.vietnameseOffset)
        return Day(number: Int32((seconds / 86_400).rounded(.down)))
    }

    /// The first moment of a day in Vietnam.
    package init(startOf day: Day) {
        self.init(milliseconds: (Int64(day.number) * 86_400 - Instant.vietnameseOffset) * 1000)
    }

    /// Hour and minute in Vietnam.
    package var time: (hour: Int, minute: Int) {
        let second = Int(milliseconds / 1000 + Self.vietnameseOffset) - Int(day.number) * 86_400
        return (second / 3600, second % 3600 / 60)
    }
}

/// Where the present comes from, so that a test can own the day.
package struct WallClock: Sendable {
    package var now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) { self.now = now }

    package static let system = WallClock {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// A clock that stands still at noon of a day.
    package static func standing(at day: Day) -> WallClock {
        let noon = Instant(milliseconds: (Int64(day.number) * 86_400 + 43_200 - Instant.vietnameseOffset) * 1000)
        return WallClock { noon }
    }

    package func today() -> Day { now().day }
}
