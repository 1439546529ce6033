import Kernel

/// What makes Word offer to repair a document that LibreOffice opens without a word. Each finding says where and what,
/// in English, for whoever made the template or this program; none: the document is sound.
///
/// The rules are those of ECMA-376 that programs get wrong when they write or fill documents: parts and their types,
/// relationships, namespaces, order and place of elements, rows against the grid, complex fields, identifiers.
/// Throws `docx.*` failures only for what is no archive at all.
package func structuralFindings(of docx: [UInt8]) throws -> [String] {
    var check = DocxCheck(package: try DocxPackage(docx))
    check.run()
    return check.findings
}

/// The check while it runs.
struct DocxCheck {
    let package: DocxPackage
    private(set) var findings: [String] = []

    /// Enough to see what went wrong.
    private static let most = 100

    init(package: DocxPackage) { self.package = package }

    mutating func report(_ part: String, _ text: String) {
        if findings.count < Self.most { findings.append("\(part): \(text)") }
    }

    mutating func run() {
        var roots: [String: MarkupElement] = [:]
        for name in package.names where Self.isXML(name) {
            do {
                roots[name] = try package.markup(name)
            } catch {
                report(name, "is not well-formed XML: \(error.details["reason"] ?? error.code)")
            }
        }
        checkTypes(roots[DocxPackage.contentTypes])
        checkRelationships(roots)
        for name in package.names {
            guard let root = roots[name] else { continue }
            checkNamespaces(root, name)
            guard root.name.hasPrefix("w:") else { continue }
            checkOrder(root, name)
            checkTables(root, name)
            checkFields(root, name)
        }
        checkIdentifiers(roots)
    }

    private static func isXML(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".xml") || name.hasSuffix(".rels")
    }

    /// Prefixes are declared, and mean one thing only from there on down.
    private mutating func checkNamespaces(_ root: MarkupElement, _ part: String) {
        var problems: [String] = []
        func visit(_ element: MarkupElement, _ outer: [String: String]) {
            var known = outer
            for attribute in element.attributes where attribute.name.hasPrefix("xmlns:") {
                let prefix = String(attribute.name.dropFirst(6))
                if let before = known[prefix], before != attribute.value {
                    problems.append("\(element.name) declares the prefix \(prefix) a second time")
                }
                known[prefix] = attribute.value
            }
            func require(_ name: String) {
                guard let colon = name.firstIndex(of: ":") else { return }
                let prefix = String(name[..<colon])
                if prefix != "xml", prefix != "xmlns", known[prefix] == nil {
                    problems.append("\(name) has an undeclared prefix")
                }
            }
            require(element.name)
            for attribute in element.attributes { require(attribute.name) }
            // mc:Ignorable names prefixes in its value; one that is not declared makes Word refuse the document.
            for prefix in (element["mc:Ignorable"] ?? "").split(separator: " ") where known[String(prefix)] == nil {
                problems.append("mc:Ignorable names the undeclared prefix \(prefix)")
            }
            for case .element(let child) in element.children { visit(child, known) }
        }
        visit(root, [:])
        problems.forEach { report(part, $0) }
    }

    /// Drawings, bookmarks and relationships are told apart by identifiers.
    private mutating func checkIdentifiers(_ roots: [String: MarkupElement]) {
        var drawings = Set<String>()
        for part in package.names {
            guard let root = roots[part], root.name.hasPrefix("w:") else { continue }
            var problems: [String] = []
            var (starts, ends, names) = (Set<String>(), Set<String>(), Set<String>())
            root.walk { element in
                let id = element["w:id"] ?? ""
                switch element.name {
                case "wp:docPr":
                    if !drawings.insert(element["id"] ?? "").inserted {
                        problems.append("two drawings have the id \(element["id"] ?? "")")
                    }
                case "w:bookmarkStart":
                    if !starts.insert(id).inserted { problems.append("two bookmarks have the id \(id)") }
                    if let name = element["w:name"], !names.insert(name.lowercased()).inserted {
                        problems.append("two bookmarks have the name \(name)")
                    }
                case "w:bookmarkEnd":
                    if !ends.insert(id).inserted { problems.append("the bookmark \(id) ends twice") }
                default: break
                }
            }
            for id in starts.symmetricDifference(ends).sorted() {
                problems.append("the bookmark \(id) has one end only")
            }
            problems.forEach { report(part, $0) }
        }
    }
}
