import Kernel
import Testing

@Suite("Any text") struct HostileTextTests {
    /// A fixed sequence, so that a failure can be repeated.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64 = 20_241_124
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 11 ^ state << 40
        }
    }

    @Test("is cleaned, folded, sorted and read without harm, and cleaning twice changes nothing") func random() {
        var random = Sequence()
        let pieces: [Unicode.Scalar] =
            Array("aAâđĐộỞuyoaòỷ09., -/()\n\t\r_\\\"'%&÷ß".unicodeScalars)
            + [
                "\u{0}", "\u{200B}", "\u{AD}", "\u{301}", "\u{323}", "\u{302}", "\u{31B}", "\u{D0}", "\u{F0}",
                "\u{FB01}", "\u{1F600}",
            ]
            + [
                "\u{10FFFF}", "\u{130}", "\u{AC00}", "\u{2028}", "\u{FDFA}", "\u{E9}", "\u{FF11}", "\u{660}",
                "\u{2164}",
            ]
        for _ in 0..<4_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                scalars.append(pieces.randomElement(using: &random) ?? "a")
            }
            let text = String(scalars)
            let clean = CleanText(text).text
            #expect(
                Array(CleanText(clean).text.unicodeScalars) == Array(clean.unicodeScalars), "\(text.debugDescription)")
            #expect(fold(clean) == fold(text), "\(text.debugDescription)")
            #expect(toned(toned(text)) == toned(text), "\(text.debugDescription)")
            #expect(vietnameseSortKey(text).utf8.allSatisfy { (0x21...0x7E).contains($0) })
            _ = personSortKey(text)
            _ = NumberText.parse(text)
            _ = NumberText.decimal(literal: text)
            _ = DateText.parse(text)
            _ = DateText.cutOff(in: "đến " + text)
            _ = BusinessName(text)
            _ = LegacyText.guess(text)
            _ = TaxCode.check(text)
            _ = Phone.parse(text)
            _ = Texts(.vi, sources: [text])("key", ["a": "@b"])
        }
    }

    @Test("of great length is no trouble") func long() {
        let text = String(repeating: "Hợp tác xã 12.345,6 ", count: 20_000)
        #expect(fold(text).utf8.count == 20_000 * 20 - 1)
        #expect(!vietnameseSortKey(text).isEmpty)
        #expect(NumberText.parse(String(repeating: "9", count: 100_000)) == .unreadable)
        #expect(DateText.parse(String(repeating: "1/", count: 100_000)) == .unreadable)
        #expect(NumberText.parse(String(repeating: "1.", count: 100_000)) == .unreadable)
    }
}
