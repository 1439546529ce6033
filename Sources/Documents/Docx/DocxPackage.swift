import Kernel

/// A `.docx` as parts, content types and relationships (ECMA-376 part 2), read with limits. Fails with `docx.*` codes.
struct DocxPackage {
    /// A document of an office is some hundred kilobytes; pictures make some of them larger.
    static let limits: ZipLimits = {
        var limits = ZipLimits()
        limits.archive = 20_000_000
        limits.entries = 1_000
        limits.expanded = 100_000_000
        return limits
    }()
    /// Bytes of one XML part. As a tree it takes some twenty times as much memory.
    static let longestXML = 20_000_000

    static let officeDocument =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    static let contentTypes = "[Content_Types].xml"

    /// Names in the order of the archive, without folders.
    private(set) var names: [String] = []
    private(set) var bytes: [String: [UInt8]] = [:]

    init(_ docx: [UInt8]) throws {
        // A password makes an office program write a compound file (OLE) instead of an archive; so did Word 97.
        if docx.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw Failure(.invalid, "docx.password") }
        do {
            let archive = try ZipReader.open(bytes: docx, limits: Self.limits)
            for name in archive.names where !name.hasSuffix("/") {
                names.append(name)
                bytes[name] = try archive.bytes(of: name, limit: Self.limits.expanded)
            }
            // libzip takes an empty file for an empty archive.
            guard !names.isEmpty else { throw Failure(.invalid, "archive.damaged") }
        } catch let failure as Failure {
            throw Failure(.invalid, "docx.damaged", ["cause": failure.code, "part": failure.details["part"] ?? ""])
        }
    }

    mutating func replace(_ name: String, with content: [UInt8]) { bytes[name] = content }

    /// The archive of the parts, in their order. Equal parts give equal bytes.
    func archived() throws -> [UInt8] {
        var writer = ZipWriter()
        for name in names { writer.add(name, bytes[name] ?? []) }
        return try writer.finish()
    }

    func markup(_ name: String) throws(Failure) -> MarkupElement {
        guard let content = bytes[name] else { throw Failure(.invalid, "docx.part-missing", ["part": name]) }
        guard content.count <= Self.longestXML else { throw Failure(.invalid, "docx.too-long", ["part": name]) }
        do {
            return try MarkupReader.root(of: content)
        } catch {
            let code = error.reason == .doctype ? "docx.doctype" : "docx.damaged-part"
            throw Failure(.invalid, code, ["part": name, "reason": error.description])
        }
    }

    func types() throws(Failure) -> DocxTypes { DocxTypes(try markup(Self.contentTypes)) }

    /// What `part` refers to; `""` is the package itself. A part without relationships has none.
    func relationships(of part: String) throws(Failure) -> [DocxRelationship] {
        let name = DocxRelationship.part(of: part)
        guard bytes[name] != nil else { return [] }
        return try markup(name).elements.filter { $0.name == "Relationship" || $0.name.hasSuffix(":Relationship") }
            .map { DocxRelationship($0, of: part) }
    }

    /// The main part, by the relationship that says so.
    func mainPart() throws(Failure) -> String {
        for relationship in try relationships(of: "") where relationship.type == Self.officeDocument {
            if bytes[relationship.target] != nil { return relationship.target }
        }
        throw Failure(.invalid, "docx.not-a-document")
    }
}

/// Which content type each part has.
struct DocxTypes {
    static let main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    /// Of the elements, by the prefix `w` that all office programs give it. The strict form of the standard has another.
    static let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    static let story = "application/vnd.openxmlformats-officedocument.wordprocessingml."

    /// By extension, in lower case.
    var defaults: [(key: String, type: String)] = []
    /// By part, without the leading slash.
    var overrides: [(key: String, type: String)] = []

    init(_ root: MarkupElement) {
        for element in root.elements {
            let type = element["ContentType"] ?? ""
            if let key = element["Extension"] { defaults.append((key.lowercased(), type)) }
            if let key = element["PartName"] { overrides.append((String(key.trimmingPrefix("/")), type)) }
        }
    }

    func type(of part: String) -> String? {
        if let found = overrides.first(where: { $0.key.lowercased() == part.lowercased() }) { return found.type }
        let file = part.split(separator: "/").last ?? ""
        guard let dot = file.lastIndex(of: ".") else { return nil }
        let ending = file[file.index(after: dot)...].lowercased()
        return defaults.first { $0.key == ending }?.type
    }
}

/// One relationship, its target resolved against the part that it belongs to.
struct DocxRelationship {
    var id: String
    var type: String
    /// A part's name, or, when external, an address.
    var target: String
    var isExternal: Bool

    init(_ element: MarkupElement, of part: String) {
        id = element["Id"] ?? ""
        type = element["Type"] ?? ""
        isExternal = element["TargetMode"] == "External"
        let written = element["Target"] ?? ""
        target = isExternal ? written : Self.resolved(written, from: part)
    }

    /// Where the relationships of a part stand: `word/_rels/document.xml.rels`.
    static func part(of part: String) -> String {
        guard let slash = part.lastIndex(of: "/") else { return "_rels/\(part).rels" }
        return "\(part[..<slash])/_rels/\(part[part.index(after: slash)...]).rels"
    }

    private static func resolved(_ target: String, from part: String) -> String {
        var steps = target.hasPrefix("/") ? [] : part.split(separator: "/").dropLast().map(String.init)
        for step in target.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(String(step)) }
        }
        return steps.joined(separator: "/")
    }
}
