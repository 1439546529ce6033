/// A calendar day (proleptic Gregorian), without time or zone. Stored and exchanged as `2024-06-30`.
package struct Day: Hashable, Comparable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var number: Int32

    /// A field that nobody has filled in yet. Never stored.
    package static let unset = Day(number: .min)
    /// Before and after every day of a register.
    package static let distantPast = Day(number: -719_162)  // 0001-01-01
    package static let distantFuture = Day(number: 2_932_896)  // 9999-12-31

    package init(number: Int32) { self.number = number }

    /// `nil` when the day does not exist, such as 31 February, or the year is not within 1…9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Day.length(ofMonth: month, in: year)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    /// `2024-06-30` and nothing else.
    package init?(_ iso: some StringProtocol) {
        let bytes = Array(iso.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45,
            let year = Day.digits(bytes[0..<4]), let month = Day.digits(bytes[5..<7]), let day = Day.digits(bytes[8...])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// For days written in the code; a day that does not exist is `unset`.
    package init(stringLiteral iso: String) { self = Day(iso) ?? .unset }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let day = Day(text) else {
            throw Failure(.invalid, "day.unreadable", ["text": text])
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }

    package var year: Int { parts.year }
    package var month: Int { parts.month }
    package var day: Int { parts.day }

    package func adding(days: Int) -> Day { Day(number: number + Int32(days)) }

    /// The same day of the month `months` later, or the last day of that month where it is shorter.
    package func adding(months: Int) -> Day {
        let (year, month, day) = parts
        let index = year * 12 + month - 1 + months
        let (y, m) = (index / 12, index % 12 + 1)
        return Day(unchecked: y, m, min(day, Day.length(ofMonth: m, in: y)))
    }

    /// `2024-06-30`.
    package var description: String {
        guard self != .unset else { return "" }
        let (year, month, day) = parts
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return String(repeating: "0", count: 4 - min(4, String(year).count)) + "\(year)-\(two(month))-\(two(day))"
    }

    package static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is last.
    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    package var parts: (year: Int, month: Int, day: Int) {
        let z = Int(number) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}

extension Day {
    /// The day with a spreadsheet's number in the system of 1900: 1 is 1900-01-01. That system has a 29 February 1900,
    /// number 60, which never was: `nil`, as are numbers below 1 and beyond 9999-12-31.
    package init?(excelSerial serial: Int) {
        guard serial >= 1, serial != 60, serial <= 2_958_465 else { return nil }
        self.init(number: Int32(serial - (serial < 60 ? 25_568 : 25_569)))
    }
}
