import Kernel
import Web

/// Two years as bars, one above the other, with bands from where cooperatives stood to where they stand. All it shows
/// stands in the table beside it.
struct MovementPicture {
    private let movement: GradeMovement

    init(_ movement: GradeMovement) { self.movement = movement }

    // In units of the picture, which grows with the page.
    private static let (width, height) = (4000, 1560)
    private static let (upper, lower, thickness) = (180, 1060, 320)

    func html(_ t: Texts) -> HTML {
        let years = ["from": "\(movement.from)", "to": "\(movement.to)"]
        let counts = GradeMovement.Direction.allCases.map { "\(movement.members($0).count)" }
        let details = years.merging(["rose": counts[0], "fell": counts[1], "stayed": counts[2]]) { first, _ in first }
        func legend(_ standing: Standing) -> HTML {
            """
            <li><svg class="flow swatch" viewBox="0 0 16 16" aria-hidden="true"><rect class="\(standing.style)" x="1" y="1" \
            width="14" height="14"/></svg> \(t[standing.key])</li>
            """
        }
        return """
            <svg class="flow" viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-labelledby="flow-title flow-text">\
            <title id="flow-title">\(t("movement.title", years))</title>\
            <desc id="flow-text">\(t("movement.picture", details))</desc>\
            \(bands)\(bar(movement.from, at: Self.upper, label: Self.upper - 60, \.before))\
            \(bar(movement.to, at: Self.lower, label: Self.lower + Self.thickness + 140, \.after))</svg>
            <ul class="legend small">\(Standing.allCases, legend)</ul>
            """
    }

    /// Where a number of cooperatives from the left ends.
    private func place(_ count: Int) -> Int { count * Self.width / max(movement.members.count, 1) }

    private func bar(_ year: Year, at top: Int, label: Int, _ side: KeyPath<GradeMovement.Member, Standing>) -> HTML {
        var before = 0
        var parts: [HTML] = []
        for standing in Standing.allCases {
            let count = movement.members.count { $0[keyPath: side] == standing }
            guard count > 0 else { continue }
            let (left, right) = (place(before), place(before + count))
            before += count
            let text: HTML? =
                right - left < 170
                ? nil
                : """
                <text class="\(standing.style)" x="\((left + right) / 2)" y="\(top + 210)" text-anchor="middle" \
                font-size="140">\(count)</text>
                """
            parts.append(
                """
                <rect class="\(standing.style)" x="\(left)" y="\(top)" width="\(right - left)" height="\(Self.thickness)"/>\(text)
                """)
        }
        return "\(parts.joined())<text x=\"0\" y=\"\(label)\" font-size=\"140\">\(year.description)</text>"
    }

    private var bands: HTML {
        // Where the next band leaves each part of the upper bar and enters each of the lower.
        func starts(_ side: KeyPath<GradeMovement.Member, Standing>) -> [Standing: Int] {
            var (starts, sum): ([Standing: Int], Int) = ([:], 0)
            for standing in Standing.allCases {
                starts[standing] = sum
                sum += movement.members.count { $0[keyPath: side] == standing }
            }
            return starts
        }
        var (from, to) = (starts(\.before), starts(\.after))
        var bands: [HTML] = []
        let (top, bottom) = (Self.upper + Self.thickness, Self.lower)
        for before in Standing.allCases {
            for after in Standing.allCases {
                let count = movement.count(before, after)
                guard count > 0 else { continue }
                let (a, b) = (from[before] ?? 0, to[after] ?? 0)
                from[before] = a + count
                to[after] = b + count
                let direction = GradeMovement.Member(cooperative: 0, name: "", before: before, after: after).direction
                bands.append(
                    """
                    <polygon class="\(direction?.rawValue ?? "neither")" points="\(place(a)),\(top) \(place(a + count)),\(top) \
                    \(place(b + count)),\(bottom) \(place(b)),\(bottom)"/>
                    """)
            }
        }
        return bands.joined()
    }
}
