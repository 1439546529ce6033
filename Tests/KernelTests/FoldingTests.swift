import Foundation
import Kernel
import Testing

@Suite("Folding") struct FoldingTests {
    @Test("drops diacritics and case, composed or decomposed", arguments: VietnameseVectors.shared.fold)
    func vectors(pair: VietnameseVectors.Fold) {
        #expect(fold(pair.in) == pair.out)
        #expect(fold(pair.in.decomposedStringWithCanonicalMapping) == pair.out)
        if let decomposed = pair.in_nfd { #expect(fold(decomposed) == pair.out) }
    }

    @Test(
        "follows the general rules outside the Vietnamese letters",
        arguments: [
            ("Ｆｕｌｌ　width ①", "full width 1"), ("Crème  brûlée\tÑ", "creme brulee n"),
            ("zero\u{200B}width", "zerowidth"),
            ("ﬁle 10 m²", "file 10 m2"), ("đại học – \u{A0}Đ", "dai hoc – d"), ("", ""), (" \n ", ""),
            ("日本 HTX", "日本 htx"), ("DVNN (số 3)", "dvnn (so 3)"), ("İ", "i"),
        ])
    func general(text: String, folded: String) { #expect(fold(text) == folded) }

    @Test("gives the same for every letter by table and by Unicode's own rules") func table() {
        for code in Array(0x41...0x5A) + Array(0x61...0x7A) + Array(0xC0...0x24F) + Array(0x1EA0...0x1EF9) {
            guard let scalar = Unicode.Scalar(UInt32(code)), ![0xD0, 0xF0, 0x110, 0x111].contains(code) else {
                continue
            }
            let byRule = String(
                String.UnicodeScalarView(
                    String(scalar).precomposedStringWithCompatibilityMapping.lowercased()
                        .decomposedStringWithCanonicalMapping.unicodeScalars.filter {
                            !(0x300...0x36F).contains($0.value)
                        }))
            #expect(fold(String(scalar)) == byRule.trimmingCharacters(in: .whitespaces), "U+\(String(code, radix: 16))")
        }
    }

    @Test("keeps the diacritics for unique names, with the tone in one place") func tones() {
        for pair in VietnameseVectors.shared.tone_placement_variants { #expect(toned(pair[0]) == toned(pair[1])) }
        for pair in VietnameseVectors.shared.y_i_variants_not_folded { #expect(toned(pair[0]) != toned(pair[1])) }
        #expect(toned("Thanh An") != toned("Thạnh An"))
        #expect(toned("  HÒA  BÌNH ") == "hoà bình")
        #expect(toned("Hòa".decomposedStringWithCanonicalMapping) == "hoà")
        #expect(tonePlaced("thủy thuỷ quý mùa của khỏe") == "thuỷ thuỷ quý mùa của khoẻ")
    }
}

@Suite("Clean text") struct CleanTextTests {
    @Test("is composed", arguments: VietnameseVectors.shared.nfc_equal) func composed(pair: [String]) {
        let forms = pair.map { Array(CleanText($0).text.unicodeScalars) }
        #expect(forms[0] == forms[1])
        #expect(forms[0] == Array(pair[0].precomposedStringWithCanonicalMapping.unicodeScalars))
    }

    @Test("has single spaces and no ends") func spaces() {
        #expect(CleanText("  HTX  Rau\u{A0}an\ttoàn\r\nAn Tây ").text == "HTX Rau an toàn An Tây")
        #expect(CleanText("").text == "")
        #expect(CleanText(" \n").text == "")
        #expect(CleanText("a\r\nb\n\n\n\nc  d\n", lines: true).text == "a\nb\n\nc d")
    }

    @Test("says which invisible characters it lost") func invisible() {
        let clean = CleanText("HTX\u{200B} Nông\u{202E} nghiệp\u{FEFF} Sơn Hà\u{7}")
        #expect(clean.text == "HTX Nông nghiệp Sơn Hà")
        #expect(clean.removed == ["\u{200B}", "\u{202E}", "\u{FEFF}", "\u{7}"])
        #expect(CleanText("soft\u{AD}hyphen").removed == ["\u{AD}"])
        #expect(CleanText("Hợp tác xã – “Tân Phú” … 50 ₫").removed == [])
    }

    @Test("has đ where eth was typed") func eth() {
        #expect(CleanText("Ðông Hòa ðẹp").text == "Đông Hòa đẹp")
    }
}
