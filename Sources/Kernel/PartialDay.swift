/// A date known to the day, the month or only the year, as registers of old cooperatives often have it.
/// Stored and exchanged as `2018-03-15`, `2018-03` or `2018`; text order is date order.
package struct PartialDay: Hashable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    package enum Precision: String, Sendable { case day, month, year }

    package let description: String

    package init?(year: Int, month: Int? = nil, day: Int? = nil) {
        guard let first = Day(year: year, month: month ?? 1, day: day ?? 1), day == nil || month != nil else {
            return nil
        }
        description = String(first.description.prefix(day != nil ? 10 : month != nil ? 7 : 4))
    }

    package init(_ day: Day) { description = day.description }

    package init?(_ iso: some StringProtocol) {
        let text = String(iso)
        let suffix = [4: "-01-01", 7: "-01", 10: ""][text.utf8.count]
        guard let suffix, Day(text + suffix) != nil else { return nil }
        description = text
    }

    /// For dates written in the code.
    package init(stringLiteral iso: String) { description = PartialDay(iso)?.description ?? "" }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = PartialDay(text) else { throw Failure(.invalid, "day.unreadable", ["text": text]) }
        self = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var precision: Precision {
        switch description.utf8.count {
        case 10: .day
        case 7: .month
        default: .year
        }
    }

    /// The first day that it may be.
    package var earliest: Day {
        switch precision {
        case .day: Day(stringLiteral: description)
        case .month: Day(stringLiteral: description + "-01")
        case .year: Day(stringLiteral: description + "-01-01")
        }
    }

    /// The last day that it may be.
    package var latest: Day {
        switch precision {
        case .day: earliest
        case .month: earliest.adding(months: 1).adding(days: -1)
        case .year: Day(stringLiteral: description + "-12-31")
        }
    }
}
