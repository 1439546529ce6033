/// Makes a filled part whole where repeating or leaving out a section took something away that the format wants: the
/// last paragraph of a cell, the rows of a table, identifiers that stand once in a document.
struct DocxMending {
    private var drawings: Set<Int> = []

    mutating func mended(_ root: MarkupElement) -> MarkupElement {
        var nextDrawing = drawings.max() ?? 0
        root.walk {
            if $0.name == "wp:docPr", let id = $0["id"].flatMap({ Int($0) }) { nextDrawing = max(nextDrawing, id) }
        }
        let bookmarks = BookmarkMending(root)
        var (starts, ends) = (Set<String>(), Set<String>())
        var seen = drawings
        let result = root.mapped { node -> [MarkupNode] in
            guard case .element(var element) = node else { return [node] }
            switch element.name {
            case "wp:docPr":
                if let id = element["id"].flatMap({ Int($0) }), !seen.insert(id).inserted {
                    nextDrawing += 1
                    seen.insert(nextDrawing)
                    element["id"] = "\(nextDrawing)"
                }
            case "w:bookmarkStart":
                guard bookmarks.keeps(element), starts.insert(element["w:id"] ?? "").inserted else { return [] }
            case "w:bookmarkEnd":
                guard bookmarks.keeps(element), ends.insert(element["w:id"] ?? "").inserted else { return [] }
            case "w:tbl":
                if !Self.hasRows(element) { return [] }
            case "w:tc":
                if !(element.children.last?.isNamed("w:p") ?? false) { element.children.append(Self.paragraph) }
            default: break
            }
            return [.element(element)]
        }
        drawings = seen
        return Self.withParagraph(result)
    }

    private static let paragraph = MarkupNode.element(MarkupElement(name: "w:p"))

    /// A header, footer or note holds at least one paragraph.
    private static func withParagraph(_ root: MarkupElement) -> MarkupElement {
        func completed(_ element: MarkupElement) -> MarkupElement {
            guard !element.children.contains(where: { $0.isNamed("w:p") || $0.isNamed("w:sdt") }) else {
                return element
            }
            var copy = element
            copy.children.append(paragraph)
            return copy
        }
        switch root.name {
        case "w:hdr", "w:ftr": return completed(root)
        case "w:footnotes", "w:endnotes":
            var copy = root
            copy.children = root.children.map { $0.element.map { .element(completed($0)) } ?? $0 }
            return copy
        default: return root
        }
    }

    private static func hasRows(_ table: MarkupElement) -> Bool {
        var found = false
        table.walk { if $0.name == "w:tr" { found = true } }
        return found
    }
}

/// Bookmarks that have both ends after sections were filled.
private struct BookmarkMending {
    private var starts: Set<String> = []
    private var ends: Set<String> = []

    init(_ root: MarkupElement) {
        root.walk { element in
            if element.name == "w:bookmarkStart" { starts.insert(element["w:id"] ?? "") }
            if element.name == "w:bookmarkEnd" { ends.insert(element["w:id"] ?? "") }
        }
    }

    func keeps(_ element: MarkupElement) -> Bool {
        let id = element["w:id"] ?? ""
        return starts.contains(id) && ends.contains(id)
    }
}
