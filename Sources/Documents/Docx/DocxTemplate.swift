import Kernel
import Mustache

/// A Word document with mustache tags in its text, made in an office program: `{{name}}`, `{{#section}} … {{/section}}`
/// and `{{^section}} … {{/section}}`, in the body, headers, footers and notes. `docs/report-templates.md` tells how an
/// official edits one.
///
/// Everything that can be wrong with a template is said when it is read (`docx.*` codes, each naming part and tag);
/// what is wrong with the values, when it is filled. Equal template and values give equal bytes.
package struct DocxTemplate: Sendable {
    /// Names in the order of their first use, each once.
    package let tags: [String]
    private let original: DocxPackage
    private let stories: [Story]

    /// A part with text of the document.
    private struct Story: Sendable {
        var part: String
        var uses: [TagUse]
        var template: MustacheTemplate
    }

    package init(bytes: [UInt8]) throws {
        let package = try DocxPackage(bytes)
        guard !package.names.contains(where: { $0.lowercased().hasSuffix("vbaproject.bin") }) else {
            throw Failure(.invalid, "docx.macros")
        }
        let parts = try package.storyParts().map { (name: $0, root: try package.markup($0)) }
        guard parts.allSatisfy({ $0.root["xmlns:w"] == DocxTypes.namespace }) else {
            throw Failure(.invalid, "docx.strict")
        }
        if let finding = try structuralFindings(of: bytes).first {
            throw Failure(.invalid, "docx.template-structure", ["finding": finding])
        }
        var roots: [(part: String, root: MarkupElement, uses: [TagUse])] = []
        for (part, original) in parts {
            let tagged = try DocxRuns(part: part).tagged(original)
            let root = try DocxSections(part: part).placed(tagged)
            roots.append((part, root, TagUse.all(in: root)))
        }
        var names: [String] = []
        for root in roots { root.uses.forEach { $0.names(into: &names) } }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        original = package
        tags = names
        stories = try roots.map { part, root, uses in
            let source = MarkupWriter.template(of: root) { Self.source(of: $0, numbers) }
            return Story(part: part, uses: uses, template: try Self.parsed(source, part))
        }
    }

    /// The document with every tag replaced. Fails when a tag has no value (`docx.unknown-tag`) or one that does not fit
    /// (`docx.tag-kind`), and never hands out a document that Word would offer to repair (`docx.structure`).
    package func filled(_ values: [String: TemplateValue]) throws -> [UInt8] {
        var result = original
        let scope = TemplateScope(values: values, names: tags)
        var mending = DocxMending()
        for story in stories {
            try story.uses.check(against: [values], part: story.part)
            let rendered = Array(story.template.render(scope).utf8)
            guard rendered.count <= DocxPackage.longestXML else {
                throw Failure(.invalid, "docx.too-long", ["part": story.part])
            }
            result.replace(story.part, with: rendered)
            let mended = mending.mended(try result.markup(story.part))
            result.replace(story.part, with: Array(MarkupWriter.text(of: mended).utf8))
        }
        let bytes = try result.archived()
        if let finding = try structuralFindings(of: bytes).first {
            throw Failure(.defect, "docx.structure", ["finding": finding])
        }
        return bytes
    }

    /// A tag in the source of the mustache template. Names are numbers there: mustache would take dots apart. Values
    /// come in escaped already, since a line end is an element.
    private static func source(of tag: DocxTag, _ numbers: [String: Int]) -> String {
        let number = numbers[tag.name] ?? 0
        return switch tag.kind {
        case .value: "{{{v\(number)}}}"
        case .section: "{{#s\(number)}}"
        case .inverted: "{{^s\(number)}}"
        case .end: "{{/s\(number)}}"
        }
    }

    private static func parsed(_ source: String, _ part: String) throws(Failure) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: source)
        } catch {
            // Sections are balanced and names are numbers here: mustache has nothing left to refuse.
            throw Failure(.defect, "docx.damaged-part", ["part": part, "reason": "\(error)"])
        }
    }
}

extension DocxPackage {
    /// The main part first, then headers, footers and notes in the order of the archive.
    fileprivate func storyParts() throws(Failure) -> [String] {
        guard bytes[Self.contentTypes] != nil else { throw Failure(.invalid, "docx.not-a-document") }
        let (main, types) = (try mainPart(), try types())
        guard types.type(of: main) == DocxTypes.main else { throw Failure(.invalid, "docx.not-a-document") }
        let kinds = ["header", "footer", "footnotes", "endnotes"].map { DocxTypes.story + $0 + "+xml" }
        return [main] + names.filter { name in types.type(of: name).map(kinds.contains) ?? false }
    }
}
