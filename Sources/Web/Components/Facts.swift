package import Kernel

/// A labelled value of a record. Without a value the page says that it is not known.
package struct Fact: Sendable {
    package var label: String
    package var value: HTML?

    package init(_ label: String, _ value: HTML?) {
        self.label = label
        self.value = value
    }
}

package func facts(_ facts: [Fact], _ t: Texts) -> HTML {
    func line(_ fact: Fact) -> HTML {
        """
        <dt>\(fact.label)</dt><dd>\(fact.value ?? "<span class=\"muted\">\(t["value.unknown"])</span>")</dd>
        """
    }
    return "<dl class=\"facts\">\(facts, line)</dl>"
}

/// Something that happened to a record: what, when, and where the knowledge comes from.
package struct Happening: Sendable {
    package var what: HTML
    package var when: String
    package var source: HTML?

    package init(_ what: HTML, when: String, source: HTML? = nil) {
        self.what = what
        self.when = when
        self.source = source
    }
}

/// The newest first, as the caller orders them.
package func timeline(_ happenings: [Happening]) -> HTML {
    func line(_ happening: Happening) -> HTML {
        """
        <li><b>\(happening.what)</b> <span class="muted">· \(happening.when)</span>\
        \(happening.source.map { "<br><span class=\"small muted\">\($0)</span>" } as HTML?)</li>
        """
    }
    return "<ol class=\"time\">\(happenings, line)</ol>"
}
