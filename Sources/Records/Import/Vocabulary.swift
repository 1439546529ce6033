package import Kernel

/// The wordings of enumerations in both languages, from the text files: `KEY.value` and, apart by `|`,
/// `KEY.value.aliases`. A wording that ends with `…` stands for every text that begins with it.
package struct Vocabulary: Sendable {
    private var values: [String: [String: String]] = [:]
    private var openings: [String: [(String, String)]] = [:]

    /// `choices`: the keys and values of every enumeration that imports read.
    package init(_ texts: [Texts], choices: [(key: String, values: [String])]) {
        for (key, all) in choices + [("value", ["yes", "no"])] {
            for value in all {
                for t in texts {
                    let own = "\(key).\(value)"
                    add(t[own], value, key)
                    guard t.has("\(own).aliases") else { continue }
                    for wording in t["\(own).aliases"].split(separator: "|") {
                        add(normalised(String(wording)), value, key)
                    }
                }
            }
        }
    }

    private mutating func add(_ wording: String, _ value: String, _ key: String) {
        let plain = Self.plain(wording)
        if wording.hasSuffix("…") {
            openings[key, default: []].append((plain, value))
        } else {
            values[key, default: [:]][plain] = value
        }
    }

    /// Letters and digits only: `Chưa ĐG - mới TL` → `chua dg moi tl`.
    private static func plain(_ text: String) -> String {
        fold(text).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// `Có`, `x`, `không`.
    func flag(in text: String) -> Bool? { values["value"]?[Self.plain(text)].map { $0 == "yes" } }

    func value<C: Choice>(of type: C.Type, in text: String) -> C? {
        let plain = Self.plain(text)
        if let exact = values[C.key]?[plain] { return C(rawValue: exact) }
        return openings[C.key]?.first { plain.hasPrefix($0.0) }.flatMap { C(rawValue: $0.1) }
    }
}
