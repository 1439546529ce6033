/// A figure that opens into the records behind it. `note`: the unit, the parts, and what is not reported.
package struct FigureCard: Sendable {
    package var label: String
    package var value: String
    package var note: String
    package var address: String

    package init(_ label: String, _ value: String, note: String = "", _ address: String) {
        self.label = label
        self.value = value
        self.note = note
        self.address = address
    }
}

package func figures(_ figures: [FigureCard]) -> HTML {
    func card(_ figure: FigureCard) -> HTML {
        """
        <li><a href="\(figure.address)"><span class="label">\(figure.label)</span><b>\(figure.value)</b>\
        \(figure.note.isEmpty ? nil : "<span class=\"note\">\(figure.note)</span>" as HTML?)</a></li>
        """
    }
    return "<ul class=\"figures\">\(figures, card)</ul>"
}

/// A part of a whole as a bar. Its number stands beside it in the table, so it is not read out.
package func bar(_ part: Int64, of whole: Int64) -> HTML {
    let share = whole > 0 ? min(max(Double(part) / Double(whole), 0), 1) : 0
    return """
        <svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">\
        <rect class="rest" width="1000" height="8"/><rect width="\(Int((share * 1000).rounded()))" height="8"/></svg>
        """
}
