import Foundation
import Kernel
import Testing

@Suite("The sort key") struct SortKeyTests {
    private func sorted(_ words: [String], by key: (String) -> String) -> [String] {
        words.reversed().map { (Array(key($0).utf8), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }

    @Test(
        "puts words into ICU's order",
        arguments: [
            VietnameseVectors.shared.sort.alphabet, VietnameseVectors.shared.sort.tones,
            VietnameseVectors.shared.sort.words, VietnameseVectors.shared.sort.places,
            ["ba ba", "bà ba", "ba bể", "bà bể"], ["hoa", "Hoa", "HOA", "hoà"],
            ["Phường 2", "Phường 02A", "Phường 10", "Phường 100", "Phường An"],
            ["9", "10", "1234567890", "12345678901"],
            ["an", "ạn", "án a", "An B", "anh"],
            ["măng", "măng cụt", "măng-cụt", "măng1", "măngc"],
            [
                "_", "-", ",", ";", ":", "!", "?", ".", "'", "\"", "(", ")", "[", "]", "{", "}", "@", "*", "/", "\\",
                "&", "#",
            ]
                + ["%", "`", "^", "+", "<", "=", ">", "|", "~", "$", "0", "a"],
            ["o", "ó", "ọ", "ö", "oa", "ô", "z", "日本"],
            [
                String(repeating: "a", count: 39) + "á",
                String(repeating: "a", count: 20) + "á" + String(repeating: "a", count: 19),
            ],
        ])
    func order(words: [String]) {
        #expect(sorted(words, by: vietnameseSortKey) == words)
        let decomposed = words.map(\.decomposedStringWithCanonicalMapping)
        #expect(decomposed.map(vietnameseSortKey) == words.map(vietnameseSortKey))
    }

    @Test("of a person goes by given name, family name, names between") func persons() {
        let names = VietnameseVectors.shared.person_name_sort.sorted
        #expect(sorted(names, by: personSortKey) == names)
        let more = ["An", "Lê An", "Lê Anh An", "Lê Văn An", "Phạm An", "Lê Hoa", "An Hoà", "Hoà"]
        #expect(
            sorted(more, by: personSortKey) == [
                "An", "Lê An", "Lê Anh An", "Lê Văn An", "Phạm An", "Lê Hoa", "Hoà", "An Hoà",
            ])
    }

    @Test("is printable ASCII") func bytes() {
        for text in ["Hợp tác xã Ổi (số 12) – 日本 ₫ ü", "\"\\_^", ""] {
            #expect(vietnameseSortKey(text).utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }

    @Test("ignores spaces at the ends, doubled and invisible characters") func spaces() {
        #expect(vietnameseSortKey("  Bàu   Bàng\u{200B} ") == vietnameseSortKey("Bàu Bàng"))
    }
}
