/// Complex fields: begin, instruction, separate, result, end, properly nested within one story.
extension DocxCheck {
    private struct Field {
        var hasInstruction = false
        var isSeparated = false
        var hasResult = false
    }

    mutating func checkFields(_ root: MarkupElement, _ part: String) {
        var problems: [String] = []
        Self.story(root, &problems)
        problems.forEach { report(part, $0) }
    }

    private static func story(_ root: MarkupElement, _ problems: inout [String]) {
        var open: [Field] = []
        func visit(_ element: MarkupElement) {
            switch element.name {
            case "w:fldChar": step(element["w:fldCharType"] ?? "")
            case "w:instrText":
                guard let last = open.indices.last, !open[last].isSeparated else {
                    return problems.append("a w:instrText stands outside the instruction of a field")
                }
                open[last].hasInstruction = true
            case "w:t", "w:drawing", "w:pict", "w:sym", "w:tab", "w:br":
                for index in open.indices where open[index].isSeparated { open[index].hasResult = true }
            case "w:fldSimple":
                if element.elements.isEmpty { problems.append("a w:fldSimple has no result") }
            default: break
            }
            for child in element.elements {
                // A text box is a story of its own.
                if child.name == "w:txbxContent" { story(child, &problems) } else { visit(child) }
            }
        }
        func step(_ type: String) {
            if type == "begin" { return open.append(Field()) }
            guard let last = open.indices.last else { return problems.append("a field has \(type) without begin") }
            if type == "separate" {
                if open[last].isSeparated { problems.append("a field is separated twice") }
                open[last].isSeparated = true
            } else {
                let field = open.removeLast()
                if !field.hasInstruction { problems.append("a field has no instruction") }
                if !field.isSeparated || !field.hasResult { problems.append("a field has no cached result") }
            }
        }
        visit(root)
        if !open.isEmpty { problems.append("a field does not end") }
    }
}
