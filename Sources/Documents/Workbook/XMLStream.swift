import Foundation
package import Kernel

/// A pull reader of the XML that office programs write, over any source of bytes.
///
/// Written by hand because a sheet has millions of elements: FoundationXML's `XMLParser` makes a dictionary of
/// attributes for each, reads an `InputStream` on its own thread of control and resolves entities. This one holds one
/// buffer, makes no object per element, can stop anywhere, and knows only what these files may contain: UTF-8, no
/// DOCTYPE (so no entity of its own and no expansion), the five named entities and numeric ones. Names are compared
/// without their prefix, which makes transitional and strict namespaces the same.
package struct XMLStream: ~Copyable {
    package enum Event { case start, end, done }

    /// The part's name, for messages.
    package let part: String
    private let source: (UnsafeMutableRawBufferPointer) throws -> Int
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var position = 0
    private var filled = 0
    private var base = 0
    private var isAtEnd = false

    // Offsets into `buffer`, valid until the next event.
    private var nameStart = 0
    private var nameEnd = 0
    private var attributes: [(name: Range<Int>, value: Range<Int>)] = []
    private var tokenStart = 0
    private var isSelfClosed = false
    private var hasPendingEnd = false

    // Qualified names of the open elements, one after another.
    private var open: [UInt8] = []
    private var openStarts: [Int] = []
    private var hasRoot = false

    private var isCapturing = false
    private var text: [UInt8] = []
    private var textLimit = Int.max

    /// Longest tag, with all its attributes. Excel's longest are a few kilobytes.
    private static let longestTag = 1_000_000
    private static let deepest = 100

    /// `read` fills the buffer it is given and answers how many bytes came; 0 at the end.
    package init(part: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) throws {
        self.part = part
        source = read
        capacity = 131_072
        buffer = .allocate(capacity: capacity)
        try skipDeclaration()
    }

    package init(_ entry: ZipEntryReader) throws {
        try self.init(part: entry.name) { try entry.read(into: $0) }
    }

    package init(part: String, bytes: [UInt8]) throws {
        var given = 0
        try self.init(part: part) { target in
            let count = min(target.count, bytes.count - given)
            bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[given..<given + count])) }
            given += count
            return count
        }
    }

    deinit { buffer.deallocate() }

    // MARK: - What the present element is

    package var depth: Int { openStarts.count }

    /// Whether the element of the last `start` or `end` has this local name.
    @inline(__always)
    package func isNamed(_ name: StaticString) -> Bool {
        nameEnd - nameStart == name.utf8CodeUnitCount
            && memcmp(buffer + nameStart, name.utf8Start, nameEnd - nameStart) == 0
    }

    /// The raw bytes of an attribute's value by its local name, nil when it is missing. Entities are not resolved.
    @inline(__always)
    package func withAttribute<T>(_ name: StaticString, _ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T?
    {
        for attribute in attributes where attribute.name.count == name.utf8CodeUnitCount {
            if memcmp(buffer + attribute.name.lowerBound, name.utf8Start, attribute.name.count) == 0 {
                return try body(
                    UnsafeBufferPointer(start: buffer + attribute.value.lowerBound, count: attribute.value.count))
            }
        }
        return nil
    }

    /// An attribute's value by its local name, entities resolved.
    package func attribute(_ name: StaticString) throws -> String? {
        guard let raw = withAttribute(name, { Array($0) }) else { return nil }
        var decoded: [UInt8] = []
        try raw.withUnsafeBufferPointer { try Self.decode($0, into: &decoded, part: part) }
        return String(validating: decoded, as: UTF8.self)
    }

    /// An attribute that is a whole number of at most nine digits.
    package func integer(_ name: StaticString) -> Int? {
        withAttribute(name) { digits in
            guard (1...9).contains(digits.count) else { return nil }
            var value = 0
            for digit in digits {
                guard digit &- 48 < 10 else { return nil }
                value = value * 10 + Int(digit &- 48)
            }
            return value
        } ?? nil
    }

    /// An attribute that says yes: `1`, `true` or `on`.
    package func flag(_ name: StaticString) -> Bool {
        withAttribute(name) {
            $0.elementsEqual("1".utf8) || $0.elementsEqual("true".utf8) || $0.elementsEqual("on".utf8)
        }
            ?? false
    }

    /// Where the last tag stands in the part, in bytes from its beginning. An element without content, `<a/>`, has the
    /// same place for its start and its end.
    package var range: Range<Int> { base + tokenStart..<base + position }
    package var hasNoContent: Bool { isSelfClosed }
    /// Where the name of the last start tag ends in the part: an attribute may be put in here.
    package var nameEndOffset: Int { base + nameEnd }
    /// The prefix of the last start tag with its colon, such as `x:`; empty for most files.
    package var prefix: String {
        String(
            decoding: UnsafeBufferPointer(start: buffer + tokenStart + 1, count: nameStart - tokenStart - 1),
            as: UTF8.self)
    }

    /// Where the value of an attribute of the last tag stands in the part, between its quotes.
    package func valueRange(of name: StaticString) -> Range<Int>? {
        for attribute in attributes where attribute.name.count == name.utf8CodeUnitCount {
            if memcmp(buffer + attribute.name.lowerBound, name.utf8Start, attribute.name.count) == 0 {
                return base + attribute.value.lowerBound..<base + attribute.value.upperBound
            }
        }
        return nil
    }

    // MARK: - Text

    /// Collects the text from here on, also within elements below. `limit` bytes are a failure.
    package mutating func beginText(limit: Int = .max) {
        isCapturing = true
        textLimit = limit
        text.removeAll(keepingCapacity: true)
    }

    /// The bytes collected; valid until the next `beginText`.
    package mutating func endText() -> [UInt8] {
        isCapturing = false
        return text
    }

    @inline(__always)
    package mutating func endText<T>(_ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T {
        isCapturing = false
        return try text.withUnsafeBufferPointer(body)
    }

    // MARK: - Reading on

    package func failure(_ reason: String) -> Failure {
        Failure(.invalid, "workbook.damaged-part", ["part": part, "reason": reason])
    }

    /// Passes over what is within the element just begun, to its end. Right after its `start` only.
    package mutating func skipElement() throws {
        let outside = depth - 1
        while try next() != .done { if depth == outside { return } }
    }

    /// Passes over the element just begun without looking at what is within, to its end: some ten times faster than
    /// `skipElement`. For elements that cannot hold one of their own name.
    package mutating func leapElement() throws {
        if hasPendingEnd {
            _ = try next()
            return
        }
        guard let start = openStarts.last else { return }
        let closing = [UInt8(ascii: "<"), UInt8(ascii: "/")] + open[start...]
        while true {
            guard let at = memchr(buffer + position, 60, filled - position) else {
                position = filled
                guard try refill() else { throw failure("end") }
                continue
            }
            position = buffer.distance(to: at.assumingMemoryBound(to: UInt8.self))
            if filled - position < closing.count {
                guard try refill() else { throw failure("end") }
                continue
            }
            if UnsafeBufferPointer(start: buffer + position, count: closing.count).elementsEqual(closing) {
                _ = try next()
                return
            }
            position += 1
        }
    }

    package mutating func next() throws -> Event {
        if hasPendingEnd {
            hasPendingEnd = false
            openStarts.removeLast()
            return .end
        }
        if let start = closedStart {
            open.removeSubrange(start...)
            closedStart = nil
        }
        while true {
            if position == filled, try !refill() {
                guard openStarts.isEmpty, hasRoot else { throw failure("end") }
                return .done
            }
            if buffer[position] != 60 {
                try passText()
                continue
            }
            guard try ensure(2) else { throw failure("end") }
            switch buffer[position + 1] {
            case UInt8(ascii: "/"):
                try readEndTag()
                return .end
            case UInt8(ascii: "!"): try readDeclaration()
            case UInt8(ascii: "?"): _ = try passThrough("?>", from: 2)
            default:
                try readStartTag()
                return .start
            }
        }
    }

    // The name of a closed element stays in `open` until the next event, for `isNamed` reads the buffer, not this.
    private var closedStart: Int?

    /// Moves what is not read yet to the front and reads more. False at the end of the source.
    private mutating func refill() throws -> Bool {
        if isAtEnd { return false }
        if position > 0 {
            memmove(buffer, buffer + position, filled - position)
            base += position
            filled -= position
            position = 0
        }
        if filled == capacity {
            guard capacity < Self.longestTag else { throw failure("long") }
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
            larger.update(from: buffer, count: filled)
            buffer.deallocate()
            (buffer, capacity) = (larger, capacity * 2)
        }
        let count = try source(UnsafeMutableRawBufferPointer(start: buffer + filled, count: capacity - filled))
        if count == 0 { isAtEnd = true }
        filled += count
        return count > 0
    }

    private mutating func ensure(_ count: Int) throws -> Bool {
        while filled - position < count { guard try refill() else { return false } }
        return true
    }

    private mutating func skipDeclaration() throws {
        _ = try ensure(4)
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
        if filled >= 2, buffer[0] >= 0xFE, buffer[1] >= 0xFE { throw failure("encoding") }
        guard try ensure(5), memcmp(buffer + position, "<?xml", 5) == 0 else { return }
        let declaration = try passThrough("?>", from: 2)
        let text = String(decoding: declaration, as: UTF8.self).lowercased()
        if text.contains("encoding"), !text.contains("utf-8"), !text.contains("us-ascii") { throw failure("encoding") }
    }

    /// Passes over everything up to and with `mark`, and answers what that was.
    @discardableResult
    private mutating func passThrough(_ mark: StaticString, from offset: Int) throws -> [UInt8] {
        var passed: [UInt8] = []
        let length = mark.utf8CodeUnitCount
        guard try ensure(offset + length) else { throw failure("end") }
        passed.append(contentsOf: UnsafeBufferPointer(start: buffer + position, count: offset))
        position += offset
        while true {
            guard try ensure(length) else { throw failure("end") }
            if memcmp(buffer + position, mark.utf8Start, length) == 0 {
                position += length
                return passed
            }
            if passed.count < 1_000 { passed.append(buffer[position]) }
            position += 1
        }
    }

    /// At `<!`: a comment or CDATA. A DOCTYPE never stands in these files and is how entities are made to explode.
    private mutating func readDeclaration() throws {
        _ = try ensure(9)
        let rest = filled - position
        if rest >= 4, memcmp(buffer + position, "<!--", 4) == 0 {
            try passThrough("-->", from: 4)
        } else if rest >= 9, memcmp(buffer + position, "<![CDATA[", 9) == 0, !openStarts.isEmpty {
            position += 9
            while true {
                guard try ensure(3) else { throw failure("end") }
                if memcmp(buffer + position, "]]>", 3) == 0 {
                    position += 3
                    return
                }
                if isCapturing { try append(buffer[position]) }
                position += 1
            }
        } else {
            throw Failure(.invalid, "workbook.doctype", ["part": part])
        }
    }

    private mutating func append(_ byte: UInt8) throws {
        guard text.count < textLimit else { throw Failure(.invalid, "workbook.cell-too-long", ["part": part]) }
        text.append(byte)
    }

    private mutating func passText() throws {
        var end = filled
        if let at = memchr(buffer + position, 60, filled - position) {
            end = buffer.distance(to: at.assumingMemoryBound(to: UInt8.self))
        } else if isCapturing, !isAtEnd {
            // An entity or a line end may be cut by the end of the buffer: leave it for the next round.
            var held = end
            while held > position, end - held < 12, buffer[held - 1] != 38 { held -= 1 }
            if held > position, buffer[held - 1] == 38, !(held..<end).contains(where: { buffer[$0] == 59 }) {
                end = held - 1
            } else if buffer[end - 1] == 13 {
                end -= 1
            }
            if end == position {
                _ = try refill()
                return
            }
        }
        let piece = UnsafeBufferPointer(start: buffer + position, count: end - position)
        if isCapturing {
            guard text.count + piece.count <= textLimit else {
                throw Failure(.invalid, "workbook.cell-too-long", ["part": part])
            }
            try Self.decode(piece, into: &text, part: part)
        } else if openStarts.isEmpty, piece.contains(where: { $0 > 32 }) {
            throw failure("text")
        }
        position = end
    }

    /// Resolves entities and makes line ends `\n`, as XML wants.
    private static func decode(_ raw: UnsafeBufferPointer<UInt8>, into text: inout [UInt8], part: String) throws {
        guard raw.contains(where: { $0 == 38 || $0 == 13 }) else {
            text.append(contentsOf: raw)
            return
        }
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            if byte == 13 {
                text.append(10)
                index += index + 1 < raw.count && raw[index + 1] == 10 ? 2 : 1
            } else if byte == 38 {
                let end = raw[index...].prefix(13).firstIndex(of: 59)
                guard let end, let scalar = scalar(of: raw[(index + 1)..<end]) else {
                    throw Failure(.invalid, "workbook.damaged-part", ["part": part, "reason": "entity"])
                }
                text.append(contentsOf: String(scalar).utf8)
                index = end + 1
            } else {
                text.append(byte)
                index += 1
            }
        }
    }

    private static func scalar(of entity: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
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
        value >= 32 || value == 9 || value == 10 || value == 13 ? Unicode.Scalar(value) : nil
    }

    private mutating func readEndTag() throws {
        guard let start = openStarts.popLast() else { throw failure("nesting") }
        let length = open.count - start
        guard try ensure(length + 3) else { throw failure("end") }
        while memchr(buffer + position, 62, filled - position) == nil {
            guard filled - position < Self.longestTag / 100, try refill() else { throw failure("end") }
        }
        let agrees = open.withUnsafeBytes {
            UnsafeRawBufferPointer(rebasing: $0[start...]).elementsEqual(
                UnsafeRawBufferPointer(start: buffer + position + 2, count: length))
        }
        guard agrees else { throw failure("nesting") }
        var end = position + 2 + length
        while isSpace(buffer[end]) { end += 1 }
        guard buffer[end] == 62 else { throw failure("nesting") }
        open.removeSubrange(start...)
        isSelfClosed = false
        tokenStart = position
        (nameStart, nameEnd) = (position + 2, position + 2 + length)
        position = end + 1
        trimPrefix()
    }

    private mutating func trimPrefix() {
        for index in nameStart..<nameEnd where buffer[index] == 58 {
            nameStart = index + 1
            return
        }
    }

    private mutating func readStartTag() throws {
        guard openStarts.count < Self.deepest else { throw Failure(.invalid, "workbook.nesting", ["part": part]) }
        guard !openStarts.isEmpty || !hasRoot else { throw failure("text") }
        while try !scanTag() { guard try refill() else { throw failure("end") } }
        hasRoot = true
        openStarts.append(open.count)
        open.append(contentsOf: UnsafeBufferPointer(start: buffer + nameStart, count: nameEnd - nameStart))
        hasPendingEnd = isSelfClosed
        if isSelfClosed { closedStart = openStarts.last }
        trimPrefix()
    }

    @inline(__always) private func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 10 || byte == 13 || byte == 9
    }

    /// Reads the start tag at `position`. False when the buffer ends before the tag does.
    private mutating func scanTag() throws -> Bool {
        let buffer = buffer
        let filled = filled
        var at = position + 1
        attributes.removeAll(keepingCapacity: true)
        func isName(_ byte: UInt8) -> Bool {
            byte > 62 || byte == 58 || (byte >= 45 && byte <= 57 && byte != 47)
        }
        let name = at
        while at < filled, isName(buffer[at]) { at += 1 }
        if at == filled { return false }
        let nameLimit = at
        guard at > name else { throw failure("tag") }
        while true {
            while at < filled, isSpace(buffer[at]) { at += 1 }
            if at == filled { return false }
            if buffer[at] == 62 {
                isSelfClosed = false
                break
            }
            if buffer[at] == 47 {
                if at + 1 == filled { return false }
                guard buffer[at + 1] == 62 else { throw failure("tag") }
                at += 1
                isSelfClosed = true
                break
            }
            var key = at
            while at < filled, isName(buffer[at]) {
                if buffer[at] == 58 { key = at + 1 }
                at += 1
            }
            if at == filled { return false }
            let keyEnd = at
            while at < filled, isSpace(buffer[at]) { at += 1 }
            if at == filled { return false }
            guard keyEnd > key, buffer[at] == 61 else { throw failure("tag") }
            at += 1
            while at < filled, isSpace(buffer[at]) { at += 1 }
            if at == filled { return false }
            let quote = buffer[at]
            guard quote == 34 || quote == 39 else { throw failure("tag") }
            at += 1
            let value = at
            while at < filled, buffer[at] != quote {
                if buffer[at] == 60 { throw failure("tag") }
                at += 1
            }
            if at == filled { return false }
            attributes.append((key..<keyEnd, value..<at))
            at += 1
        }
        (nameStart, nameEnd) = (name, nameLimit)
        tokenStart = position
        position = at + 1
        return true
    }
}
