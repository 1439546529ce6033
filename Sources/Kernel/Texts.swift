package enum Language: String, Sendable, CaseIterable { case vi, en }

/// The sentences of one language, by key, from the `Texts/` files of every part. The files are a small subset of YAML:
/// one `key: sentence` per line, comments with `#`, sentences plain or in double quotes (`\n`, `\"`, `\\`).
/// A sentence holds `{name}` placeholders.
package struct Texts: Sendable {
    package let language: Language
    /// Lines that could not be used and keys given twice. A test checks that there are none.
    package let problems: [String]
    private let sentences: [String: String]

    /// `sources`: the contents of the files of this language.
    package init(_ language: Language, sources: [String]) {
        var reading = TextsReading()
        for source in sources { reading.read(source) }
        self.language = language
        problems = reading.problems
        sentences = reading.sentences
    }

    package var keys: [String] { sentences.keys.sorted() }

    package func has(_ key: String) -> Bool { sentences[key] != nil }

    /// The sentence as it stands, or `⟦key⟧` where there is none.
    package subscript(_ key: String) -> String { sentences[key] ?? "⟦\(key)⟧" }

    /// A name as it stands within a sentence: `Hợp tác xã` as `hợp tác xã`; abbreviations keep their capitals.
    package func inSentence(_ key: String) -> String {
        let name = self[key]
        guard let second = name.dropFirst().first, !second.isUppercase else { return name }
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    /// The sentence with its placeholders filled. A detail such as `@cooperative.name` stands for the text of that key.
    /// A detail in several languages is given as `message.vi` and `message.en`. A placeholder without a detail stays as it
    /// is.
    package func callAsFunction(_ key: String, _ details: [String: String] = [:]) -> String {
        let sentence = self[key]
        guard !details.isEmpty, sentence.utf8.contains(UInt8(ascii: "{")) else { return sentence }
        var filled = ""
        var rest = sentence[...]
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")),
            let close = rest[open...].utf8.firstIndex(of: UInt8(ascii: "}"))
        {
            filled += rest[..<open]
            let name = String(rest[rest.utf8.index(after: open)..<close])
            if let detail = details[name] ?? details["\(name).\(language.rawValue)"] {
                filled += shown(detail)
            } else {
                filled += rest[open...close]
            }
            rest = rest[rest.utf8.index(after: close)...]
        }
        return filled + rest
    }

    private func shown(_ detail: String) -> String {
        guard detail.utf8.first == UInt8(ascii: "@") else { return detail }
        return sentences[String(detail.dropFirst())] ?? detail
    }
}

/// Reads `key: sentence` lines, byte by byte: thousands of them are read at every start.
private struct TextsReading {
    var sentences: [String: String] = [:]
    var problems: [String] = []

    mutating func read(_ source: String) {
        var source = source
        source.withUTF8 { bytes in
            var start = 0
            var number = 1
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                read(line: bytes[start..<end], number)
                start = end + 1
                number += 1
            }
        }
    }

    private mutating func read(line: Slice<UnsafeBufferPointer<UInt8>>, _ number: Int) {
        var line = line
        while let last = line.last, last == 32 || last == 13 || last == 9 { line.removeLast() }
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        // The colon that ends the key is followed by a space or ends the line.
        guard
            let colon = line.indices.first(where: {
                line[$0] == UInt8(ascii: ":") && ($0 + 1 == line.endIndex || line[$0 + 1] == 32)
            }), colon > line.startIndex, !line[..<colon].contains(where: { $0 <= 32 || $0 == UInt8(ascii: "\"") })
        else {
            problems.append("line \(number): no key: \(String(decoding: line, as: UTF8.self))")
            return
        }
        let key = String(decoding: line[..<colon], as: UTF8.self)
        var rest = line[(colon + 1)...]
        while rest.first == 32 { rest.removeFirst() }
        guard let opening = rest.first else {
            problems.append("\(key): no sentence")
            return
        }
        guard let sentence = opening == UInt8(ascii: "\"") ? quoted(rest.dropFirst()) : plain(rest) else {
            problems.append("\(key): the sentence is not written as it should")
            return
        }
        if sentences.updateValue(sentence, forKey: key) != nil { problems.append("\(key): given twice") }
    }

    private func plain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        // What would mean something else to YAML.
        if "'|>&*!%@`[{".utf8.contains(bytes.first ?? 0) { return nil }
        guard let mark = bytes.indices.first(where: { bytes[$0] == UInt8(ascii: "#") && bytes[$0 - 1] == 32 }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var sentence = bytes[..<mark]
        while sentence.last == 32 { sentence.removeLast() }
        return String(decoding: sentence, as: UTF8.self)
    }

    private func quoted(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        var sentence: [UInt8] = []
        sentence.reserveCapacity(bytes.count)
        var escaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "n") where escaped: sentence.append(10)
            case UInt8(ascii: "\"") where escaped, UInt8(ascii: "\\") where escaped: sentence.append(byte)
            case _ where escaped: return nil
            case UInt8(ascii: "\\"):
                escaped = true
                continue
            case UInt8(ascii: "\""):
                let rest = bytes[(index + 1)...].drop { $0 == 32 }
                return rest.isEmpty || rest.first == UInt8(ascii: "#") ? String(decoding: sentence, as: UTF8.self) : nil
            default: sentence.append(byte)
            }
            escaped = false
        }
        return nil
    }
}
