import Kernel

/// Moves section tags to where what they repeat begins and ends, so that the XML stays whole however often it is
/// repeated:
/// * begun and ended within a paragraph: the text between;
/// * in paragraphs of their own: the paragraphs and tables between, and the paragraphs of the tags vanish;
/// * in cells of one table row: the row; in two rows: these rows and those between;
/// * in rows of their own: the rows between, and the rows of the tags vanish.
struct DocxSections {
    let part: String

    /// What an element becomes, and the tags that it hands to the table row around it.
    private struct Placed {
        var nodes: [MarkupNode]
        var loose: [DocxTag] = []
    }

    /// What makes a paragraph more than a place for tags.
    private static let content: Set<String> = [
        "w:tab", "w:br", "w:cr", "w:drawing", "w:pict", "w:object", "w:sym", "w:fldChar", "w:fldSimple",
        "w:footnoteReference",
        "w:endnoteReference", "w:noBreakHyphen", "mc:AlternateContent", "w:sectPr", "m:oMath",
    ]

    func placed(_ root: MarkupElement) throws(Failure) -> MarkupElement {
        var copy = root
        copy.children = try contained(root)
        return copy
    }

    private func placed(_ element: MarkupElement, inCell: Bool) throws(Failure) -> Placed {
        switch element.name {
        case "w:p": return try paragraph(element, inCell: inCell)
        case "w:tr": return try row(element)
        default:
            var copy = element
            copy.children = try contained(element)
            return Placed(nodes: [.element(copy)])
        }
    }

    /// The children of an element that must hold its sections whole.
    private func contained(_ element: MarkupElement) throws(Failure) -> [MarkupNode] {
        var nodes: [MarkupNode] = []
        for node in element.children {
            guard case .element(let child) = node else {
                nodes.append(node)
                continue
            }
            let placed = try placed(child, inCell: false)
            if let tag = placed.loose.first { throw failure("docx.section-placement", tag) }
            nodes += placed.nodes
        }
        let tags = nodes.compactMap(Self.section)
        if let tag = try unmatched(tags).map({ tags[$0] }).first {
            throw failure(tag.isOpening ? "docx.section-unclosed" : "docx.section-unopened", tag)
        }
        return nodes
    }

    private func paragraph(_ element: MarkupElement, inCell: Bool) throws(Failure) -> Placed {
        var copy = element
        copy.children = []
        for node in element.children {
            guard case .element(let child) = node else {
                copy.children.append(node)
                continue
            }
            // What lies within a run, a link or a text box keeps its sections to itself.
            copy.children += try placed(child, inCell: false).nodes
        }
        let places = copy.children.indices.filter { Self.section(copy.children[$0]) != nil }
        let tags = copy.children.compactMap(Self.section)
        let unmatched = try unmatched(tags)
        guard !unmatched.isEmpty else { return Placed(nodes: [.element(copy)]) }
        for index in unmatched.sorted().reversed() { copy.children.remove(at: places[index]) }
        let loose = unmatched.map { tags[$0] }
        guard Self.holdsContent(copy) else { return Placed(nodes: loose.map(MarkupNode.tag)) }
        guard inCell else { throw failure("docx.section-placement", loose[0]) }
        return Placed(nodes: [.element(copy)], loose: loose)
    }

    /// A cell keeps sections that repeat paragraphs within it. All other tags go to its row.
    private func cell(_ element: MarkupElement) throws(Failure) -> Placed {
        var copy = element
        copy.children = []
        // Tags in their order, each with the place of its node; nil for a tag taken out of a paragraph with other text.
        var tags: [(tag: DocxTag, place: Int?)] = []
        var lastParagraph: MarkupElement?
        for node in element.children {
            guard case .element(let child) = node else {
                copy.children.append(node)
                continue
            }
            let placed = try placed(child, inCell: true)
            if child.name == "w:p" { lastParagraph = child }
            for node in placed.nodes {
                if let tag = Self.section(node) { tags.append((tag, copy.children.count)) }
                copy.children.append(node)
            }
            tags += placed.loose.map { ($0, nil) }
        }
        let unmatched = try unmatched(tags.map(\.tag))
        // A section that begins in the text of one paragraph and ends in another one of the same cell repeats neither
        // text nor row.
        for (index, tag) in tags.enumerated() where tag.place == nil && !unmatched.contains(index) {
            throw failure("docx.section-placement", tag.tag)
        }
        for place in unmatched.compactMap({ tags[$0].place }).sorted().reversed() { copy.children.remove(at: place) }
        if !copy.children.contains(where: { $0.isNamed("w:p") || $0.isNamed("w:tbl") || Self.section($0) != nil }) {
            let properties = lastParagraph?.children.filter { $0.isNamed("w:pPr") } ?? []
            copy.children.append(.element(MarkupElement(name: "w:p", children: properties)))
        }
        return Placed(nodes: [.element(copy)], loose: unmatched.map { tags[$0].tag })
    }

    private func row(_ element: MarkupElement) throws(Failure) -> Placed {
        var copy = element
        copy.children = []
        var tags: [DocxTag] = []
        for node in element.children {
            guard case .element(let child) = node else {
                copy.children.append(node)
                continue
            }
            let placed = try child.name == "w:tc" ? cell(child) : placed(child, inCell: false)
            copy.children += placed.nodes
            tags += placed.loose
        }
        guard !tags.isEmpty else { return Placed(nodes: [.element(copy)]) }
        guard Self.holdsContent(copy) else { return Placed(nodes: tags.map(MarkupNode.tag)) }
        let unmatched = try unmatched(tags).map { tags[$0] }
        // A row that ends one section and begins another belongs to neither as a whole.
        if let tag = unmatched.first, unmatched.contains(where: { $0.isOpening != tag.isOpening }) {
            throw failure("docx.section-placement", tag)
        }
        let (before, after) = (tags.filter(\.isOpening), tags.filter { !$0.isOpening })
        return Placed(nodes: before.map(MarkupNode.tag) + [.element(copy)] + after.map(MarkupNode.tag))
    }

    private func failure(_ code: String, _ tag: DocxTag) -> Failure {
        Failure(.invalid, code, ["tag": tag.text, "part": part])
    }

    private static func section(_ node: MarkupNode) -> DocxTag? {
        if case .tag(let tag) = node, tag.isSection { return tag }
        return nil
    }

    /// Which of `tags` have no partner among them, by their index: ends first.
    private func unmatched(_ tags: [DocxTag]) throws(Failure) -> [Int] {
        var open: [Int] = []
        var ends: [Int] = []
        for (index, tag) in tags.enumerated() {
            if tag.isOpening {
                open.append(index)
            } else if let last = open.last {
                guard tags[last].name == tag.name else { throw failure("docx.section-crosses", tag) }
                open.removeLast()
            } else {
                ends.append(index)
            }
        }
        return ends + open
    }

    private static func holdsContent(_ element: MarkupElement) -> Bool {
        var found = false
        element.walk { part in
            if content.contains(part.name) { found = true }
            for node in part.children {
                switch node {
                case .tag: found = true
                case .text(let text) where part.name == "w:t": if !text.allSatisfy(\.isWhitespace) { found = true }
                default: break
                }
            }
        }
        return found
    }
}
