import Foundation

/// Text as search compares it: without diacritics and case, đ as d, single spaces. `Đường Đỗ Đức Dục` is
/// `duong do duc duc`. NFKC, lower case, đ to d, NFD, no U+0300…036F, spaces collapsed and trimmed; invisible
/// characters dropped.
package func fold(_ text: String) -> String {
    var text = text
    return text.withUTF8(foldedPlainly) ?? foldedGenerally(text)
}

/// Text as unique names compare it: lower case **with** its diacritics, tone marks in one place (`hòa` is `hoà`), single
/// spaces. `Thanh An` and `Thạnh An` stay two places.
package func toned(_ text: String) -> String {
    var text = text
    return text.withUTF8(tonedPlainly) ?? tonePlaced(CleanText(text).text.lowercased())
}

/// `toned` of ASCII and composed Vietnamese letters; `nil` at the first scalar that needs the general rules.
private func tonedPlainly(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var isPlain = true
    // Moving a tone may need a byte more: òe is three bytes, oè too, but ùy is three and uỳ four.
    let small = Letters.shared.small
    let toned = String(unsafeUninitializedCapacity: bytes.count * 2) { output in
        var index = 0
        var count = 0
        var pendingSpace = false
        // The letter before, and where it begins.
        var (lastPlace, lastTone, lastStart) = (0, 0, 0)
        func put(_ scalar: Unicode.Scalar) {
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                output[count] = byte
                count += 1
            }
        }
        while index < bytes.count {
            let scalar = nextScalar(bytes, &index)
            if isSpace(scalar) {
                pendingSpace = count > 0
                lastPlace = 0
                continue
            }
            if pendingSpace {
                output[count] = 32
                count += 1
                pendingSpace = false
            }
            if let letter = Letter(scalar) {
                let (place, tone) = (letter.place, letter.tone)
                if tone == 0, lastTone > 0, movesTone(from: lastPlace, to: place) {
                    count = lastStart
                    put(small[lastPlace * 6])
                    lastStart = count
                    put(small[place * 6 + lastTone])
                } else {
                    lastStart = count
                    put(small[place * 6 + tone])
                    lastTone = tone
                }
                lastPlace = place
            } else if scalar > 32, scalar < 127 {
                output[count] = UInt8(scalar)
                count += 1
                lastPlace = 0
            } else {
                isPlain = false
                return 0
            }
        }
        return count
    }
    return isPlain ? toned : nil
}

/// `oa`, `oe`, `uy`, by the letters' places in the alphabet.
@inline(__always) private func movesTone(from first: Int, to second: Int) -> Bool {
    switch (first, second) {
    case (19, 1), (19, 8), (27, 32): true
    default: false
    }
}

/// The small-letter text with the tone of `oa`, `oe`, `uy` on the second vowel, where old and new spelling differ:
/// `hòa` becomes `hoà`, `thủy` `thuỷ`.
package func tonePlaced(_ text: String) -> String {
    var placed: [Unicode.Scalar] = []
    var moved = false
    placed.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        if let before = placed.last.flatMap({ Letter($0.value) }), before.tone != 0, !before.isCapital,
            let letter = Letter(scalar.value), letter.tone == 0, !letter.isCapital,
            movesTone(from: before.place, to: letter.place)
        {
            placed[placed.count - 1] = Letters.shared.small[before.place * 6]
            placed.append(Letters.shared.small[letter.place * 6 + before.tone])
            moved = true
            continue
        }
        placed.append(scalar)
    }
    guard moved else { return text }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: placed)
    return String(result)
}

/// Folds ASCII and composed Vietnamese letters; `nil` at the first scalar that needs the general rules.
private func foldedPlainly(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var isPlain = true
    let folded = String(unsafeUninitializedCapacity: bytes.count) { output in
        var index = 0
        var count = 0
        var pendingSpace = false
        while index < bytes.count {
            let scalar = nextScalar(bytes, &index)
            let byte: UInt8
            if let letter = Letter(scalar) {
                byte = letter.base
            } else if scalar > 32, scalar < 127 {
                byte = UInt8(scalar)
            } else if isSpace(scalar) {
                pendingSpace = count > 0
                continue
            } else {
                isPlain = false
                return 0
            }
            if pendingSpace {
                output[count] = 32
                count += 1
                pendingSpace = false
            }
            output[count] = byte
            count += 1
        }
        return count
    }
    return isPlain ? folded : nil
}

private func foldedGenerally(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    var pendingSpace = false
    // Lower case once more after decomposition: İ and its like leave a mark behind.
    let scalars = text.precomposedStringWithCompatibilityMapping.lowercased().decomposedStringWithCanonicalMapping
        .unicodeScalars
    for scalar in scalars {
        if isSpace(scalar.value) {
            pendingSpace = !folded.isEmpty
            continue
        }
        if (0x300...0x36F).contains(scalar.value) || isInvisible(scalar.value) { continue }
        if pendingSpace { folded.append(" ") }
        pendingSpace = false
        folded.append(Letter(scalar.value).map { Unicode.Scalar($0.base) } ?? scalar)
    }
    return String(folded)
}
