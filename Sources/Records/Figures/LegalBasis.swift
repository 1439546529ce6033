package import Kernel

/// The act by whose numbers a figure is counted. A figure of an earlier day than the act's first can only be a
/// comparison, and everywhere it is shown says so.
package struct LegalBasis: Equatable, Sendable {
    package let act: String
    /// The first day on which the act is in force.
    package let from: Day

    package init(act: String, from: Day) {
        self.act = act
        self.from = from
    }

    /// The sentence to put beside the figure of a day.
    package func sentence(on day: Day, _ t: Texts) -> String {
        t(
            from <= day ? "basis.in-force" : "basis.not-yet",
            ["act": act, "from": DateText.short(from, t.language), "date": DateText.short(day, t.language)])
    }
}
