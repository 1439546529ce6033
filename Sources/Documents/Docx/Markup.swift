/// An element of a document's XML, kept whole: names with their prefix, attributes and children in their order.
struct MarkupElement: Equatable {
    var name: String
    var attributes: [MarkupAttribute] = []
    var children: [MarkupNode] = []

    subscript(attribute: String) -> String? {
        get { attributes.first { $0.name == attribute }?.value }
        set {
            let index = attributes.firstIndex { $0.name == attribute }
            if let newValue, let index {
                attributes[index].value = newValue
            } else if let newValue {
                attributes.append(MarkupAttribute(name: attribute, value: newValue))
            } else if let index {
                attributes.remove(at: index)
            }
        }
    }

    var elements: [MarkupElement] { children.compactMap(\.element) }

    func first(_ name: String) -> MarkupElement? {
        for case .element(let child) in children where child.name == name { return child }
        return nil
    }

    /// The text directly within, without that of elements below.
    var text: String { children.reduce(into: "") { if case .text(let text) = $1 { $0 += text } } }

    /// Calls `visit` with this element and all below, in the order of the document.
    func walk(_ visit: (MarkupElement) throws -> Void) rethrows {
        try visit(self)
        for case .element(let child) in children { try child.walk(visit) }
    }

    /// The element with `change` made to everything below; what `change` answers takes the place of the node. Children
    /// are changed before their parent.
    func mapped(_ change: (MarkupNode) throws -> [MarkupNode]) rethrows -> MarkupElement {
        var copy = self
        copy.children = try children.flatMap { node in
            guard case .element(let child) = node else { return try change(node) }
            return try change(.element(child.mapped(change)))
        }
        return copy
    }
}

struct MarkupAttribute: Equatable {
    var name: String
    var value: String
}

/// What an element holds. `tag` is a mustache tag, found in text and taken out of it.
indirect enum MarkupNode: Equatable {
    case element(MarkupElement)
    case text(String)
    case tag(DocxTag)

    var element: MarkupElement? {
        if case .element(let element) = self { return element }
        return nil
    }

    func isNamed(_ name: String) -> Bool { element?.name == name }
}

/// Writes XML: a finished part, or the source of a mustache template in which every brace belongs to a tag.
struct MarkupWriter {
    private var output = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    /// How a tag is written; nil: there are none, and braces stay as they are.
    private let tag: ((DocxTag) -> String)?
    private var followsTag = false

    static func text(of root: MarkupElement) -> String {
        var writer = MarkupWriter(tag: nil)
        writer.write(root)
        return writer.output
    }

    static func template(of root: MarkupElement, tag: @escaping (DocxTag) -> String) -> String {
        var writer = MarkupWriter(tag: tag)
        writer.write(root)
        return writer.output
    }

    private init(tag: ((DocxTag) -> String)?) { self.tag = tag }

    private mutating func write(_ element: MarkupElement) {
        output += "<" + element.name
        for attribute in element.attributes {
            output += " " + attribute.name + "=\""
            escape(attribute.value, inAttribute: true)
            output += "\""
        }
        followsTag = false
        guard !element.children.isEmpty else {
            output += "/>"
            return
        }
        output += ">"
        for child in element.children {
            switch child {
            case .element(let child): write(child)
            case .text(let text):
                escape(text, inAttribute: false)
                followsTag = false
            case .tag(let found):
                output += tag?(found) ?? ""
                followsTag = true
            }
        }
        output += "</" + element.name + ">"
        followsTag = false
    }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"" where inAttribute: output += "&quot;"
            case "\t" where inAttribute: output += "&#9;"
            // swift-mustache takes lines apart and reads by grapheme: a line end, or a mark that would join the brace
            // of a tag, is written as a reference, which means the same.
            case "\n", "\r": output += "&#\(scalar.value);"
            case "{" where tag != nil: output += "&#123;"
            case _ where tag != nil && (followsTag || scalar.properties.isGraphemeExtend) && !scalar.isASCII:
                output += "&#\(scalar.value);"
            default: output.unicodeScalars.append(scalar)
            }
            followsTag = false
        }
    }
}
