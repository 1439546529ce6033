import Kernel

/// Finds the tags in the text of a part. An editor cuts text into runs wherever spelling, language, a bookmark or the
/// history of editing changes, also in the middle of a tag: the tag is read over the joints and stands then whole in
/// the run, and with the formatting, of its first brace.
struct DocxRuns {
    let part: String

    /// Marks within a paragraph that mean nothing for its text.
    private static let noise: Set<String> = [
        "w:proofErr", "w:bookmarkStart", "w:bookmarkEnd", "w:permStart", "w:permEnd", "w:commentRangeStart",
        "w:commentRangeEnd", "w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart", "w:moveToRangeEnd",
    ]
    /// An address in braces is a slip; a page of text between braces is one as well.
    private static let longestTag = 200

    /// The part without marks of editing sessions, with its tags found.
    func tagged(_ root: MarkupElement) throws(Failure) -> MarkupElement {
        do {
            let clean = root.mapped { node in cleaned(node) }
            return try marked(clean)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.defect, "docx.damaged-part", ["part": part, "reason": "\(error)"])
        }
    }

    /// Takes out spelling marks and identities of editing sessions, which would be repeated with a row, and the wrapping
    /// of smart tags, which Word itself no longer uses.
    private func cleaned(_ node: MarkupNode) -> [MarkupNode] {
        guard case .element(var element) = node else { return [node] }
        switch element.name {
        case "w:proofErr", "w:lastRenderedPageBreak": return []
        case "w:smartTag": return element.children.filter { !$0.isNamed("w:smartTagPr") }
        default: break
        }
        element.attributes.removeAll {
            $0.name.hasPrefix("w:rsid") || $0.name == "w14:paraId" || $0.name == "w14:textId"
        }
        return [.element(element)]
    }

    private func marked(_ element: MarkupElement) throws -> MarkupElement {
        var copy = element
        copy.children = try element.children.map { node in
            guard case .element(let child) = node else { return node }
            return .element(try marked(child))
        }
        if copy.children.contains(where: { $0.isNamed("w:r") }) { copy.children = try found(in: copy.children) }
        return copy
    }

    /// A letter of the joined text and the piece that it comes from; nil where text is interrupted by something else.
    private struct Letter {
        var scalar: Unicode.Scalar
        var piece: Int?
    }

    private enum Segment {
        case text(String)
        case tag(DocxTag)
    }

    private func found(in children: [MarkupNode]) throws -> [MarkupNode] {
        let (letters, pieces) = joined(children)
        guard var segments = try segments(of: letters, pieces: pieces) else { return children }
        segments.reverse()
        return children.flatMap { node -> [MarkupNode] in
            guard case .element(let run) = node, run.name == "w:r" else { return [node] }
            let count = run.children.count { $0.isNamed("w:t") }
            let own = (0..<count).compactMap { _ in segments.popLast() }
            return rebuilt(run, own)
        }
    }

    private func joined(_ children: [MarkupNode]) -> (letters: [Letter], pieces: Int) {
        var letters: [Letter] = []
        var pieces = 0
        let interruption = Letter(scalar: "\u{FFFC}", piece: nil)
        for case .element(let child) in children where !Self.noise.contains(child.name) {
            guard child.name == "w:r" else {
                letters.append(interruption)
                continue
            }
            for case .element(let content) in child.children where content.name != "w:rPr" {
                if content.name == "w:t" {
                    letters += content.text.unicodeScalars.map { Letter(scalar: $0, piece: pieces) }
                    pieces += 1
                } else {
                    letters.append(interruption)
                }
            }
        }
        return (letters, pieces)
    }

    /// What each piece of text becomes; nil when there is no tag at all.
    private func segments(of letters: [Letter], pieces: Int) throws -> [[Segment]]? {
        var result = [[Segment]](repeating: [], count: pieces)
        var hasTags = false
        var texts = [String.UnicodeScalarView](repeating: .init(), count: pieces)
        func flush(_ piece: Int) {
            if !texts[piece].isEmpty { result[piece].append(.text(String(texts[piece]))) }
            texts[piece] = .init()
        }
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            guard let piece = letter.piece else {
                index += 1
                continue
            }
            guard letter.scalar == "{", index + 1 < letters.count, letters[index + 1].scalar == "{" else {
                texts[piece].append(letter.scalar)
                index += 1
                continue
            }
            let (tag, end) = try tag(at: index, letters)
            hasTags = true
            flush(piece)
            if let tag { result[piece].append(.tag(tag)) }
            index = end
        }
        (0..<pieces).forEach(flush)
        return hasTags ? result : nil
    }

    /// The tag that begins at `start`, and where the text after it begins. Nil for a comment, `{{! … }}`.
    private func tag(at start: Int, _ letters: [Letter]) throws -> (DocxTag?, end: Int) {
        var content = ""
        var index = start + 2
        while index < letters.count, letters[index].piece != nil, content.unicodeScalars.count <= Self.longestTag {
            if letters[index].scalar == "}", index + 1 < letters.count, letters[index + 1].scalar == "}" {
                if content.hasPrefix("!") { return (nil, index + 2) }
                guard let tag = DocxTag(content), index + 2 >= letters.count || letters[index + 2].scalar != "}" else {
                    break
                }
                return (tag, index + 2)
            }
            content.unicodeScalars.append(letters[index].scalar)
            index += 1
        }
        let shown = "{{" + content.prefix(40)
        throw Failure(.invalid, "docx.bad-tag", ["tag": shown, "part": part])
    }

    /// The run with its text replaced; cut in two with the same formatting where a section begins or ends, so that
    /// sections lie between runs and never within one.
    private func rebuilt(_ run: MarkupElement, _ segments: [[Segment]]) -> [MarkupNode] {
        let properties = run.children.filter { $0.isNamed("w:rPr") }
        let original = run.children.contains { !$0.isNamed("w:rPr") }
        var pieces = segments.makeIterator()
        var result: [MarkupNode] = []
        var content: [MarkupNode] = []
        func close() {
            guard !content.isEmpty else { return }
            result.append(
                .element(MarkupElement(name: "w:r", attributes: run.attributes, children: properties + content)))
            content = []
        }
        for node in run.children where !node.isNamed("w:rPr") {
            guard case .element(var text) = node, text.name == "w:t", let piece = pieces.next() else {
                content.append(node)
                continue
            }
            text.children = []
            text["xml:space"] = "preserve"
            for segment in piece {
                switch segment {
                case .tag(let tag) where tag.isSection:
                    if !text.children.isEmpty { content.append(.element(text)) }
                    text.children = []
                    close()
                    result.append(.tag(tag))
                case .tag(let tag): text.children.append(.tag(tag))
                case .text(let words): text.children.append(.text(words))
                }
            }
            if !text.children.isEmpty { content.append(.element(text)) }
        }
        close()
        return original ? result : [.element(run)]
    }
}
