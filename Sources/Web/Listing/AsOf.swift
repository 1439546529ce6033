package import Kernel

/// The day that a page shows: `?as_of=2024-06-30`, or as people write it, `30/06/2024`; today where nothing is asked.
package struct AsOf: Sendable, Equatable {
    package let day: Day
    /// The day in its one form, for links; empty where none was asked, so that a bookmark of today stays at today.
    package let carried: Query
    /// Whether the day is still to come.
    package let isAhead: Bool

    /// Throws `as-of.unreadable`.
    package init(_ query: Query, _ clock: WallClock) throws {
        guard let text = query["as_of"] else {
            day = clock.today()
            carried = Query()
            isAhead = false
            return
        }
        guard let day = AsOf.day(text), (1900...2100).contains(day.year) else {
            throw Failure(.usage, "as-of.unreadable", ["text": text])
        }
        self.day = day
        carried = Query([Query.Item("as_of", day.description)])
        isAhead = day > clock.today()
    }

    /// A day as an address or a person writes it.
    package static func day(_ text: String) -> Day? {
        if let day = Day(text) { return day }
        guard case .date(let date, isTwoDigitYear: false) = DateText.parse(text), date.precision == .day else {
            return nil
        }
        return date.earliest
    }

    /// The day as a heading says it, `Tính đến ngày 30/06/2024`; of a day to come, that what is known today is shown.
    package func shown(_ t: Texts) -> HTML {
        """
        \(t["list.as-of"]) <b>\(DateText.short(day, t.language))</b>\(isAhead ? " · \(t["as-of.ahead"])" : "")
        """
    }

    /// An address on this site that stays on this day.
    package func link(_ path: String, _ asked: [(name: String, value: String)] = []) -> String {
        asked.reduce(carried) { $0.with($1.name, $1.value) }.link(path)
    }
}
