/// A mustache tag of a template.
struct DocxTag: Equatable {
    enum Kind: Equatable { case value, section, inverted, end }
    var kind: Kind
    var name: String

    var isSection: Bool { kind != .value }
    var isOpening: Bool { kind == .section || kind == .inverted }

    /// The tag as a person writes it.
    var text: String {
        switch kind {
        case .value: "{{\(name)}}"
        case .section: "{{#\(name)}}"
        case .inverted: "{{^\(name)}}"
        case .end: "{{/\(name)}}"
        }
    }

    /// Reads what stands between the braces. Nil: not a tag that templates may use. Partials, other delimiters and
    /// unescaped values of mustache are left out on purpose: they could break the document.
    init?(_ content: String) {
        var name = content.filter { !$0.isWhitespace }
        let kind: Kind =
            switch name.first {
            case "#": .section
            case "^": .inverted
            case "/": .end
            default: .value
            }
        if kind != .value { name.removeFirst() }
        let isName = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-@".unicodeScalars.contains($0)
        }
        guard !name.isEmpty, isName, name.first != ".", name.last != "." else { return nil }
        self.kind = kind
        self.name = name
    }

    init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// The tags of a part as they lie within each other.
indirect enum TagUse: Sendable {
    case value(String)
    case section(String, isInverted: Bool, [TagUse])

    /// The uses within `root`, whose sections are balanced.
    static func all(in root: MarkupElement) -> [TagUse] {
        var levels: [(tag: DocxTag?, uses: [TagUse])] = [(nil, [])]
        func collect(_ node: MarkupNode) {
            switch node {
            case .text: break
            case .element(let element): element.children.forEach(collect)
            case .tag(let tag) where tag.kind == .value: levels[levels.count - 1].uses.append(.value(tag.name))
            case .tag(let tag) where tag.isOpening: levels.append((tag, []))
            case .tag:
                guard levels.count > 1, let closed = levels.popLast(), let tag = closed.tag else { return }
                levels[levels.count - 1].uses.append(
                    .section(tag.name, isInverted: tag.kind == .inverted, closed.uses))
            }
        }
        collect(.element(root))
        return levels[0].uses
    }

    /// Names in the order of their first use.
    func names(into names: inout [String]) {
        let name: String
        switch self {
        case .value(let used): name = used
        case .section(let used, _, _): name = used
        }
        if !names.contains(name) { names.append(name) }
        if case .section(_, _, let inner) = self { inner.forEach { $0.names(into: &names) } }
    }
}
