/// How a label or a notice is meant. Colour only repeats what the words say.
package enum Tone: String, Sendable {
    case plain, good, warn, bad
}

/// A short state beside a name.
package func tag(_ tone: Tone, _ label: String) -> HTML {
    """
    <span class="tag \(tone.rawValue)">\(label)</span>
    """
}

/// Something that the reader should know before reading on. A bad one is read out at once by a screen reader.
package func notice(_ tone: Tone, _ content: HTML) -> HTML {
    """
    <div class="notice \(tone.rawValue)"\(attribute: "role", tone == .bad ? "alert" : nil)>\(content)</div>
    """
}

/// What stands where there is nothing to list: why, and what one may do.
package func emptyState(_ sentence: String, _ action: HTML? = nil) -> HTML {
    """
    <div class="empty"><p>\(sentence)</p>\(action)</div>
    """
}
