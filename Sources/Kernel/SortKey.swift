import Foundation

/// A key whose plain byte order is Vietnamese alphabetical order, the same on SQLite (BINARY), PostgreSQL
/// (`COLLATE "C"`) and in memory. It follows ICU's collation `vi` with numbers by their value (`vi-u-kn`): the letters of
/// the whole text first (space < punctuation < digits < letters; ă â đ ê ô ơ ư letters of their own), then the tones
/// (ngang huyền hỏi ngã sắc nặng), then case (small before capital). Only printable ASCII, no space.
///
/// Form: `LETTERS [! TONES [! CAPITALS]]`. Tones and capitals say only where they stand: one byte is the distance from
/// the one before (nearer is greater) and the tone.
package func vietnameseSortKey(_ text: String) -> String {
    var text = text
    return text.withUTF8(plainSortKey) ?? generalSortKey(text)
}

/// The key of a person's name: given name (the last word), then family name (the first), then the names between.
package func personSortKey(_ name: String) -> String {
    let name = CleanText(name).text
    guard let last = name.utf8.lastIndex(of: 32), let first = name.utf8.firstIndex(of: 32) else {
        return vietnameseSortKey(name)
    }
    // A space is below every byte of a key, so that each part is compared as a whole.
    return vietnameseSortKey(String(name[last...])) + " " + vietnameseSortKey(String(name[..<first])) + " "
        + vietnameseSortKey(String(name[first..<last]))
}

// The bytes of the first level, in their order.
private let levelEnd: UInt8 = 0x21
private let space: UInt8 = 0x22
/// The order of CLDR's root collation.
private let signs = Array("_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~".utf8)
private let firstSign: UInt8 = 0x23
private let otherSign = firstSign + 31  // followed by four bytes of its number
private let dollar = firstSign + 32
private let firstNumber = firstSign + 33  // a number of one digit; two digits are the next …
private let longNumber = firstNumber + 9  // ten digits and more: two bytes of their count follow
private let beforeLetters = longNumber  // plus the letter's place in the alphabet
private let otherLetter = beforeLetters + 34  // followed by four bytes of its number

/// By ASCII code; 0 for what is no sign.
private let signWeights: [UInt8] = {
    var weights = [UInt8](repeating: 0, count: 128)
    for (index, sign) in signs.enumerated() { weights[Int(sign)] = firstSign + UInt8(index) }
    weights[36] = dollar
    return weights
}()

/// Where marks stand on the letters of a text, in bytes that compare as the marks themselves would: one byte per mark,
/// `0x22` for a stretch of `reach` letters without any.
private struct Marks {
    var bytes: UnsafeMutablePointer<UInt8>
    var count = 0
    private var distance = 0
    private let kinds: Int
    private let reach: Int

    init(_ bytes: UnsafeMutablePointer<UInt8>, kinds: Int) {
        self.bytes = bytes
        self.kinds = kinds
        reach = 92 / kinds
    }

    /// The next letter has mark `kind` (from 1), or 0: none.
    @inline(__always) mutating func add(_ kind: Int) {
        if kind == 0 {
            distance += 1
            return
        }
        while distance >= reach {
            bytes[count] = 0x22
            count += 1
            distance -= reach
        }
        bytes[count] = UInt8(0x22 + (reach - 1 - distance) * kinds + kind)
        count += 1
        distance = 0
    }
}

/// A key being written into memory that is large enough: `5 * n + 8` for letters, `2 * n + 8` each for marks.
private struct KeyWriting {
    var letters: UnsafeMutablePointer<UInt8>
    var count = 0
    var tones: Marks
    var capitals: Marks

    @inline(__always) mutating func put(_ byte: UInt8) {
        letters[count] = byte
        count += 1
    }

    @inline(__always) mutating func put(_ letter: Letter) {
        put(beforeLetters + UInt8(letter.place))
        tones.add(letter.tone)
        capitals.add(letter.isCapital ? 1 : 0)
    }

    mutating func putSign(_ byte: UInt8) {
        put(byte)
        tones.add(0)
        capitals.add(0)
    }

    /// The ASCII digits of a number without its leading zeros; at least one.
    mutating func put(number digits: some Collection<UInt8>) {
        if digits.count < 10 {
            put(firstNumber + UInt8(digits.count - 1))
        } else {
            put(longNumber)
            put(0x22 + UInt8(min(digits.count / 90, 90)))
            put(0x22 + UInt8(digits.count % 90))
        }
        for digit in digits { put(digit) }
        tones.add(0)
        capitals.add(0)
    }

    /// A scalar that has no weight of its own, by its number: 24 bits in four bytes.
    mutating func put(other scalar: Unicode.Scalar, isLetter: Bool) {
        put(isLetter ? otherLetter : otherSign)
        for shift in [18, 12, 6, 0] { put(UInt8(0x22 + (scalar.value >> UInt32(shift) & 63))) }
        tones.add(0)
        capitals.add(0)
    }

    func key() -> String {
        let (toned, capital) = (tones.count, capitals.count)
        return String(unsafeUninitializedCapacity: count + toned + capital + 2) { output in
            var length = 0
            func append(_ bytes: UnsafeMutablePointer<UInt8>, _ size: Int) {
                for index in 0..<size { output[length + index] = bytes[index] }
                length += size
            }
            func end() {
                output[length] = levelEnd
                length += 1
            }
            append(letters, count)
            if toned + capital > 0 { end() }
            append(tones.bytes, toned)
            if capital > 0 { end() }
            append(capitals.bytes, capital)
            return length
        }
    }

    static func withRoom(for size: Int, _ body: (inout KeyWriting) -> Bool) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 9 * size + 24) { memory in
            guard let start = memory.baseAddress else { return "" }
            var writing = KeyWriting(
                letters: start, tones: Marks(start + 5 * size + 8, kinds: 6),
                capitals: Marks(start + 7 * size + 16, kinds: 1))
            return body(&writing) ? writing.key() : nil
        }
    }
}

/// The key of ASCII and composed Vietnamese letters; `nil` at the first scalar that needs the general rules.
private func plainSortKey(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    KeyWriting.withRoom(for: bytes.count) { writing in
        var index = 0
        var pendingSpace = false
        while index < bytes.count {
            let start = index
            let scalar = nextScalar(bytes, &index)
            if isSpace(scalar) {
                pendingSpace = writing.count > 0
                continue
            }
            if pendingSpace { writing.putSign(space) }
            pendingSpace = false
            if let letter = Letter(scalar) {
                writing.put(letter)
            } else if scalar >= 48, scalar < 58 {
                while index < bytes.count, bytes[index] >= 48, bytes[index] < 58 { index += 1 }
                var first = start
                while first < index - 1, bytes[first] == 48 { first += 1 }
                writing.put(number: bytes[first..<index])
            } else if scalar < 128, signWeights[Int(scalar)] != 0 {
                writing.putSign(signWeights[Int(scalar)])
            } else {
                return false
            }
        }
        return true
    }
}

private func generalSortKey(_ text: String) -> String {
    let scalars = Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
    let written = KeyWriting.withRoom(for: text.utf8.count + scalars.count) { writing in
        var index = 0
        var pendingSpace = false
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if isSpace(scalar.value) {
                pendingSpace = writing.count > 0
                continue
            }
            if isInvisible(scalar.value) || (0x300...0x36F).contains(scalar.value) { continue }
            if pendingSpace { writing.putSign(space) }
            pendingSpace = false
            if let letter = Letter(scalar.value) {
                writing.put(letter)
            } else if (48..<58).contains(scalar.value) {
                var digits = [UInt8(scalar.value)]
                while index < scalars.count, (48..<58).contains(scalars[index].value) {
                    digits.append(UInt8(scalars[index].value))
                    index += 1
                }
                let significant = digits.drop { $0 == 48 }
                writing.put(number: significant.isEmpty ? [48] : significant)
            } else if let sign = asciiSign(scalar) {
                writing.putSign(signWeights[Int(sign)])
            } else if let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first,
                let letter = Letter(base.value)
            {
                // ç, é of other languages, ü: the letter, after its Vietnamese tones.
                writing.put(beforeLetters + UInt8(letter.place))
                writing.tones.add(Letter.foreignTone)
                writing.capitals.add(letter.isCapital ? 1 : 0)
            } else {
                writing.put(other: scalar, isLetter: scalar.properties.isAlphabetic)
            }
        }
        return true
    }
    return written ?? ""
}

/// ASCII signs, and the typographic dashes and quotation marks as the sign of the keyboard.
private func asciiSign(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x2010...0x2015, 0x2212: UInt8(ascii: "-")
    case 0x2018...0x201B: UInt8(ascii: "'")
    case 0x201C...0x201F, 0xAB, 0xBB: UInt8(ascii: "\"")
    case 0..<128 where signWeights[Int(scalar.value)] != 0: UInt8(scalar.value)
    default: nil
    }
}
