/// Content types and relationships.
extension DocxCheck {
    private static let officeRelationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    mutating func checkTypes(_ root: MarkupElement?) {
        let name = DocxPackage.contentTypes
        guard let root else { return report(name, "is missing") }
        let types = DocxTypes(root)
        for part in package.names where part != name && types.type(of: part) == nil {
            report(part, "has no content type")
        }
        var seen = Set<String>()
        for entry in types.overrides {
            if !seen.insert(entry.key.lowercased()).inserted { report(name, "types \(entry.key) twice") }
            if package.bytes[entry.key] == nil { report(name, "types \(entry.key), which is missing") }
        }
        seen = []
        for entry in types.defaults where !seen.insert(entry.key).inserted {
            report(name, "types the ending \(entry.key) twice")
        }
    }

    mutating func checkRelationships(_ roots: [String: MarkupElement]) {
        var reached: Set<String> = []
        var waiting = [""]
        while let part = waiting.popLast() {
            guard let relationships = try? package.relationships(of: part) else { continue }
            var ids = Set<String>()
            for relationship in relationships {
                let own = DocxRelationship.part(of: part)
                if !ids.insert(relationship.id).inserted { report(own, "has two relationships \(relationship.id)") }
                guard !relationship.isExternal else { continue }
                let target = String(relationship.target.prefix { $0 != "#" })
                guard package.bytes[target] != nil else {
                    report(own, "\(relationship.id) leads to \(target), which is missing")
                    continue
                }
                if reached.insert(target).inserted { waiting.append(target) }
            }
            if let root = roots[part] { checkReferences(root, part, ids) }
        }
        for name in package.names where name != DocxPackage.contentTypes && name != "_rels/.rels" {
            if name.hasSuffix(".rels") {
                if !reached.contains(Self.source(of: name)) { report(name, "belongs to no part of the document") }
            } else if !reached.contains(name) {
                report(name, "is reached by no relationship")
            }
        }
        if (try? package.mainPart()) == nil { report("_rels/.rels", "names no main document") }
    }

    /// Attributes such as `r:id` name a relationship of their part.
    private mutating func checkReferences(_ root: MarkupElement, _ part: String, _ ids: Set<String>) {
        var prefixes = Set<String>()
        var missing: [String] = []
        root.walk { element in
            for attribute in element.attributes {
                if attribute.name.hasPrefix("xmlns:"), attribute.value == Self.officeRelationships {
                    prefixes.insert(String(attribute.name.dropFirst(6)))
                } else if let colon = attribute.name.firstIndex(of: ":"),
                    prefixes.contains(String(attribute.name[..<colon])), !attribute.value.isEmpty,
                    !ids.contains(attribute.value)
                {
                    missing.append("\(element.name) refers to \(attribute.value), which is no relationship")
                }
            }
        }
        missing.forEach { report(part, $0) }
    }

    /// The part whose relationships stand in `name`.
    private static func source(of name: String) -> String {
        name.replacing("_rels/", with: "").replacing(".rels", with: "")
    }
}
