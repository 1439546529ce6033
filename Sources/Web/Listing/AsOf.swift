package import Kernel

/// The day that a page shows: `?as_of=2024-06-30`, or as people write it, `30/06/2024`; today where nothing is asked.
package struct AsOf: Sendable, Equatable {
    package let day: Day
    /// The day in its one form, for links; empty where none was asked, so that a bookmark of today stays at today.
    package let carried: Query

    /// Throws `as-of.unreadable`.
    package init(_ query: Query, _ clock: WallClock) throws {
        guard let text = query["as_of"] else {
            day = clock.today()
            carried = Query()
            return
        }
        guard let day = AsOf.day(text), (1900...2100).contains(day.year) else {
            throw Failure(.usage, "as-of.unreadable", ["text": text])
        }
        self.day = day
        carried = Query([Query.Item("as_of", day.description)])
    }

    private static func day(_ text: String) -> Day? {
        if let day = Day(text) { return day }
        guard case .date(let date, isTwoDigitYear: false) = DateText.parse(text), date.precision == .day else {
            return nil
        }
        return date.earliest
    }

    /// An address on this site that stays on this day.
    package func link(_ path: String, _ asked: [(name: String, value: String)] = []) -> String {
        asked.reduce(carried) { $0.with($1.name, $1.value) }.link(path)
    }
}
