import Kernel
import Testing

@Suite("Text of an old encoding") struct LegacyTextTests {
    @Test(
        "is found and converted",
        arguments: [
            ("Hîp t¸c x· N«ng nghiÖp T©n Phó", .tcvn3, "Hợp tác xã Nông nghiệp Tân Phú"),
            ("Th\u{AD}êng T©n, Th\u{AD}îng §øc", .tcvn3, "Thường Tân, Thượng Đức"),
            ("Hôïp taùc xaõ Noâng nghieäp Taân Phuù", .vni, "Hợp tác xã Nông nghiệp Tân Phú"),
            ("HÔÏP TAÙC XAÕ ÑOÂNG HOØA", .vni, "HỢP TÁC XÃ ĐÔNG HÒA"),
            ("Nguyeãn Thò Ñaøo", .vni, "Nguyễn Thị Đào"), ("Trång trät", .tcvn3, "Trồng trọt"), ("Hîp", .tcvn3, "Hợp"),
        ] as [(String, LegacyText.Encoding, String)])
    func found(text: String, encoding: LegacyText.Encoding, converted: String) {
        let guess = LegacyText.guess(text)
        #expect(guess?.encoding == encoding)
        #expect(guess?.converted == converted)
    }

    @Test(
        "is not seen in Unicode, in ASCII or in other languages",
        arguments: [
            "Hợp tác xã Nông nghiệp Tân Phú", "Hà Nam", "Tân Bình", "Công ty", "HTX Tan Phu", "", "Ổi", "Đông Hòa",
            "Trà Vinh có mùa",
            "café crème brûlée à la française", "où est la gare ?", "Société générale", "naïve señor",
            "Müller & Söhne GmbH",
            "Grüße aus Köln", "São Paulo", "Ô môi, cá, tôm", "© 2024 Công ty", "25 °C ± 2", "«Tan Phu»", "5 µm",
            "10 m² × 3 m³", "½ ha",
            "Rau · Cam", "S = 31·N1 + 29·N2", "Île-de-France", "à", "raï", "Loïc", "maïs", "thé", "日本語 é",
        ])
    func notSeen(text: String) { #expect(LegacyText.guess(text) == nil, "\(LegacyText.guess(text)?.converted ?? "")") }

    @Test("has every letter, there and back", arguments: LegacyText.Encoding.allCases)
    func everyLetter(encoding: LegacyText.Encoding) {
        let small = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
        let byLetter = Dictionary(
            LegacyText.letters(of: encoding).map { ($0.letter, $0.legacy) }, uniquingKeysWith: { first, _ in first })
        // TCVN3 has no capitals with tones: its capital fonts draw the small letters.
        let letters = encoding == .tcvn3 ? small + "ĂÂĐÊÔƠƯ" : small + small.uppercased()
        #expect(byLetter.count == (encoding == .tcvn3 ? 67 + 7 : 134))
        for letter in letters.map(String.init) {
            guard let legacy = byLetter[letter] else {
                Issue.record("\(letter) is missing")
                continue
            }
            #expect(LegacyText.converted(legacy, from: encoding) == letter)
        }
    }

    @Test("is one code per letter: no two letters are written alike", arguments: LegacyText.Encoding.allCases)
    func oneToOne(encoding: LegacyText.Encoding) {
        let letters = LegacyText.letters(of: encoding)
        #expect(Set(letters.map(\.legacy)).count == letters.count)
    }

    @Test("keeps its soft hyphens and eths when it is cleaned") func cleaned() {
        let clean = CleanText("  X·  Th\u{AD}êng T©n,  thÐ chÊp ")
        #expect(clean.removed.isEmpty)
        #expect(LegacyText.guess(clean.text)?.converted == "Xã Thường Tân, thé chấp")
    }
}
