import Foundation

/// One measured figure beside its floor and its budget.
struct Measured {
    enum Unit {
        case milliseconds, seconds, perSecond, mebibytes

        func text(_ value: Double) -> String {
            switch self {
            case .milliseconds: String(format: "%.3f ms", value * 1000)
            case .seconds: String(format: "%.2f s", value)
            case .perSecond: String(format: "%.0f /s", value)
            case .mebibytes: String(format: "%.0f MiB", value)
            }
        }
    }

    /// What a figure must keep.
    enum Budget {
        /// At most so many, or for a rate at least.
        case value(Double)
        /// At most so many times its floor.
        case timesFloor(Double)
        case none
    }

    let name: String
    let unit: Unit
    let value: Double
    let floor: Double?
    let budget: Budget

    /// How many times worse than the floor.
    var ratio: Double? {
        guard let floor, floor > 0, value > 0 else { return nil }
        if case .perSecond = unit { return floor / value }
        return value / floor
    }

    var isKept: Bool? {
        switch budget {
        case .none: return nil
        case .timesFloor(let times): return ratio.map { $0 <= times }
        case .value(let limit):
            if case .perSecond = unit { return value >= limit }
            return value <= limit
        }
    }

    fileprivate var cells: [String] {
        let limit: String =
            switch budget {
            case .none: ""
            case .timesFloor(let times): "≤ " + String(format: "%g", times) + " × floor"
            case .value(let limit):
                if case .perSecond = unit { "≥ " + unit.text(limit) } else { "≤ " + unit.text(limit) }
            }
        return [
            name, unit.text(value), floor.map(unit.text) ?? "", ratio.map { String(format: "%.2f", $0) } ?? "", limit,
            isKept.map { $0 ? "ok" : "missed" } ?? "",
        ]
    }

    /// A table that reads well on a terminal and is one in Markdown.
    static func table(_ figures: [Measured]) -> String {
        let rows = [["figure", "measured", "floor", "ratio", "budget", ""]] + figures.map(\.cells)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            "| "
                + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ")
                + " |"
        }
        lines.insert("|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|", at: 1)
        return lines.joined(separator: "\n")
    }
}
