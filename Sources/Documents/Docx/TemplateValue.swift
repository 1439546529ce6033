import Kernel
import Mustache

/// What a template is filled with. There is no case for a number: whoever asks for a report decides how numbers are
/// written, and mustache takes 0 for true.
package indirect enum TemplateValue: Equatable, Sendable {
    /// Printed as it is; a line end becomes a line break. As a section it is shown when there is any text.
    case text(String)
    /// Shows or hides a section.
    case flag(Bool)
    /// Repeats a section; each row adds its names to those around it, and the flags `first` and `last`. Inverted: shown
    /// when there is no row.
    case list([[String: TemplateValue]])
    /// A section with names of its own, or a prefix: `{{head.place}}`.
    case group([String: TemplateValue])
}

/// The names that a place of the template sees.
///
/// A name with dots is looked up whole first, `cooperatives.crop`, because ids of figures have dots; only then is it
/// taken apart into groups. A name that a row does not have is looked up around it.
struct TemplateScope: MustacheParent {
    let values: [String: TemplateValue]
    /// The names of the template, by the number that stands in their place in the source of the mustache template.
    let names: [String]

    /// `v12` is the text of name 12, `s12` the section of it.
    func child(named key: String) -> Any? {
        guard let index = Int(key.dropFirst()), names.indices.contains(index),
            let value = Self.value(names[index], in: values)
        else { return nil }
        switch value {
        case .text(let text): return key.hasPrefix("s") ? !text.isEmpty : Self.markup(of: text)
        case .flag(let flag): return flag
        case .list(let rows): return rows.placed().map { TemplateScope(values: $0, names: names) }
        case .group(let group): return TemplateScope(values: group, names: names)
        }
    }

    static func value(_ name: String, in values: [String: TemplateValue]) -> TemplateValue? {
        if let value = values[name] { return value }
        for dot in name.indices.reversed() where name[dot] == "." {
            if case .group(let group)? = values[String(name[..<dot])],
                let value = value(String(name[name.index(after: dot)...]), in: group)
            {
                return value
            }
        }
        return nil
    }

    /// The text for the inside of a `w:t`: escaped, without characters that XML cannot hold, line ends and tabs as
    /// elements of their own.
    static func markup(of text: String) -> String {
        var markup = ""
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\n", "\u{2028}", "\u{85}": markup += "</w:t><w:br/><w:t xml:space=\"preserve\">"
            case "\t": markup += "</w:t><w:tab/><w:t xml:space=\"preserve\">"
            case _ where !scalar.isAllowedInXML || scalar.properties.generalCategory == .control: break
            default: markup.unicodeScalars.append(scalar)
            }
        }
        return markup
    }
}

extension [[String: TemplateValue]] {
    /// The rows with the flags that tell which is the first and which the last: lists end with a full stop.
    fileprivate func placed() -> Self {
        enumerated().map { index, row in
            let place: [String: TemplateValue] = ["first": .flag(index == 0), "last": .flag(index == count - 1)]
            return row.merging(place) { own, _ in own }
        }
    }
}

extension [TagUse] {
    /// Fails with the first tag that has no value, or one of the wrong kind. mustache itself prints nothing for either,
    /// and a report with a hole in it looks finished.
    func check(against scopes: [[String: TemplateValue]], part: String) throws(Failure) {
        for use in self {
            switch use {
            case .value(let name):
                guard case .text = try Self.value(name, DocxTag(.value, name), scopes, part) else {
                    throw Failure(.invalid, "docx.tag-kind", ["tag": DocxTag(.value, name).text, "part": part])
                }
            case .section(let name, let isInverted, let inner):
                let tag = DocxTag(isInverted ? .inverted : .section, name)
                switch try Self.value(name, tag, scopes, part) {
                case .list(let rows) where !isInverted:
                    for row in rows.placed() { try inner.check(against: scopes + [row], part: part) }
                case .group(let group) where !isInverted: try inner.check(against: scopes + [group], part: part)
                default: try inner.check(against: scopes, part: part)
                }
            }
        }
    }

    private static func value(
        _ name: String, _ tag: DocxTag, _ scopes: [[String: TemplateValue]], _ part: String
    ) throws(Failure) -> TemplateValue {
        for scope in scopes.reversed() {
            if let value = TemplateScope.value(name, in: scope) { return value }
        }
        throw Failure(.invalid, "docx.unknown-tag", ["tag": tag.text, "part": part])
    }
}
