import Foundation

/// Why a part's XML cannot be read.
struct MarkupFault: Error, Equatable {
    enum Reason: Equatable {
        case doctype, encoding, unfinished, nesting, tag, entity, character, tooDeep, contentOutsideRoot
        /// A name that stands twice among the attributes of an element.
        case repeatedAttribute(String)
    }
    var reason: Reason
    /// Bytes from the beginning of the part.
    var offset: Int

    var description: String { "\(reason) at byte \(offset)" }
}

/// Reads a part's XML into a tree. It knows what office programs write: UTF-8, no DOCTYPE, hence no entities but the
/// five named ones and numeric references, so that nothing can expand. Comments and processing instructions are
/// dropped, and so is blank text between elements that may hold no text.
struct MarkupReader {
    /// A document of Word nests some twenty deep; more than this is an attack on the stack.
    private static let deepest = 200

    private let bytes: [UInt8]
    private var position = 0
    private var open: [MarkupElement] = []
    private var root: MarkupElement?

    static func root(of bytes: [UInt8]) throws(MarkupFault) -> MarkupElement {
        var reader = MarkupReader(bytes: bytes)
        return try reader.readRoot()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ reason: MarkupFault.Reason) -> MarkupFault { MarkupFault(reason: reason, offset: position) }

    private mutating func readRoot() throws(MarkupFault) -> MarkupElement {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if let first = bytes.first, first >= 0xFE || first == 0 { throw fault(.encoding) }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                try readText()
            } else if starts("<!--") {
                position += 4
                _ = try passed("-->")
            } else if starts("<![CDATA[") {
                position += 9
                let range = try passed("]]>")
                try append(text(range, entities: false))
            } else if starts("<!") {
                throw fault(.doctype)
            } else if starts("<?") {
                try readInstruction()
            } else if starts("</") {
                try readEndTag()
            } else {
                try readStartTag()
            }
        }
        guard open.isEmpty, let root else { throw fault(.unfinished) }
        return root
    }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Passes over everything to the end of `mark`, and answers where what lies before it stands.
    private mutating func passed(_ mark: StaticString) throws(MarkupFault) -> Range<Int> {
        let start = position
        while position < bytes.count {
            if starts(mark) {
                defer { position += mark.utf8CodeUnitCount }
                return start..<position
            }
            position += 1
        }
        throw fault(.unfinished)
    }

    private mutating func readInstruction() throws(MarkupFault) {
        let isDeclaration = starts("<?xml ") || starts("<?xml\t") || starts("<?xml\n") || starts("<?xml\r")
        let range = try passed("?>")
        guard isDeclaration else { return }
        let text = String(decoding: bytes[range], as: UTF8.self).lowercased()
        if text.contains("encoding"), !text.contains("utf-8"), !text.contains("us-ascii") { throw fault(.encoding) }
    }

    private mutating func readText() throws(MarkupFault) {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        try append(text(start..<position, entities: true))
    }

    private mutating func append(_ text: String) throws(MarkupFault) {
        guard !open.isEmpty else {
            guard text.allSatisfy(\.isWhitespace) else { throw fault(.contentOutsideRoot) }
            return
        }
        guard !text.isEmpty else { return }
        open[open.count - 1].children.append(.text(text))
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private mutating func skipSpace() {
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    }

    private mutating func readName() throws(MarkupFault) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isLetter = byte >= 128 || (byte | 32 >= 97 && byte | 32 <= 122) || byte == 95
            let isLater = (byte >= 48 && byte <= 58) || byte == 45 || byte == 46
            guard isLetter || (isLater && position > start) else { break }
            position += 1
        }
        guard position > start, position < bytes.count,
            let name = String(validating: bytes[start..<position], as: UTF8.self)
        else { throw fault(.tag) }
        return name
    }

    private mutating func readEndTag() throws(MarkupFault) {
        position += 2
        let name = try readName()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { throw fault(.tag) }
        position += 1
        guard open.last?.name == name else { throw fault(.nesting) }
        close()
    }

    private mutating func close() {
        guard var element = open.popLast() else { return }
        // Blank text beside elements is layout of the file. Elements that hold text hold nothing else.
        if element.children.contains(where: { $0.element != nil }) {
            element.children.removeAll {
                if case .text(let text) = $0 { return text.allSatisfy(\.isWhitespace) }
                return false
            }
        }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(.element(element))
        }
    }

    private mutating func readStartTag() throws(MarkupFault) {
        guard open.count < Self.deepest else { throw fault(.tooDeep) }
        guard !open.isEmpty || root == nil else { throw fault(.contentOutsideRoot) }
        position += 1
        var element = MarkupElement(name: try readName())
        while true {
            let before = position
            skipSpace()
            guard position < bytes.count else { throw fault(.unfinished) }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                open.append(element)
                return
            }
            if starts("/>") {
                position += 2
                open.append(element)
                close()
                return
            }
            guard position > before else { throw fault(.tag) }
            let attribute = try readAttribute()
            guard element[attribute.name] == nil else { throw fault(.repeatedAttribute(attribute.name)) }
            element.attributes.append(attribute)
            // Looking for a repeated name is quadratic; no office program writes this many.
            guard element.attributes.count <= 500 else { throw fault(.tag) }
        }
    }

    private mutating func readAttribute() throws(MarkupFault) -> MarkupAttribute {
        let name = try readName()
        skipSpace()
        guard starts("=") else { throw fault(.tag) }
        position += 1
        skipSpace()
        guard position < bytes.count else { throw fault(.unfinished) }
        let quote = bytes[position]
        guard quote == 34 || quote == 39 else { throw fault(.tag) }
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote {
            guard bytes[position] != UInt8(ascii: "<") else { throw fault(.tag) }
            position += 1
        }
        guard position < bytes.count else { throw fault(.unfinished) }
        let value = try text(start..<position, entities: true)
        position += 1
        return MarkupAttribute(name: name, value: value)
    }

    private func text(_ range: Range<Int>, entities: Bool) throws(MarkupFault) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == 13 {
                decoded.append(10)
                index += index + 1 < range.upperBound && bytes[index + 1] == 10 ? 2 : 1
            } else if byte == UInt8(ascii: "&"), entities {
                guard let end = bytes[index..<min(index + 12, range.upperBound)].firstIndex(of: UInt8(ascii: ";")),
                    let scalar = Self.scalar(of: bytes[(index + 1)..<end])
                else { throw fault(.entity) }
                decoded.append(contentsOf: String(scalar).utf8)
                index = end + 1
            } else if byte < 32, byte != 9, byte != 10 {
                throw fault(.character)
            } else {
                decoded.append(byte)
                index += 1
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw fault(.encoding) }
        return text
    }

    private static func scalar(of entity: ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch String(decoding: entity, as: UTF8.self) {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case let name where name.hasPrefix("#x"): return UInt32(name.dropFirst(2), radix: 16).flatMap(allowed)
        case let name where name.hasPrefix("#"): return UInt32(name.dropFirst()).flatMap(allowed)
        default: return nil
        }
    }

    private static func allowed(_ value: UInt32) -> Unicode.Scalar? {
        guard let scalar = Unicode.Scalar(value), scalar.isAllowedInXML else { return nil }
        return scalar
    }
}

extension Unicode.Scalar {
    /// Whether XML 1.0 may hold it at all, even as a reference.
    var isAllowedInXML: Bool {
        (value >= 32 && value != 0xFFFE && value != 0xFFFF) || value == 9 || value == 10 || value == 13
    }
}
