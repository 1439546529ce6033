/// Whether letters can be one written Vietnamese syllable: a known beginning, a known rime, at most one tone, and that not
/// on the vowel that glides away (`ao`, `ui`).
enum Syllable {
    static func isPossible(_ text: String) -> Bool {
        var plain = String.UnicodeScalarView()
        var tones = 0
        var endsToned = false
        for scalar in text.unicodeScalars {
            guard let letter = Letter(scalar.value), scalar.value != 0xD0, scalar.value != 0xF0 else { return false }
            endsToned = letter.tone > 0
            if endsToned { tones += 1 }
            plain.append(Letters.shared.small[letter.place * 6])
        }
        guard tones <= 1 else { return false }
        let syllable = String(plain)
        return beginnings.contains { beginning in
            let rime = syllable.dropFirst(beginning.count)
            return syllable.hasPrefix(beginning) && rimes.contains(rime)
                && !(endsToned && glides.contains(rime.suffix(2)))
        }
    }

    private static let beginnings = [
        "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph",
        "qu", "r",
        "s", "t", "th", "tr", "v", "x",
    ]

    private static let glides: Set<Substring> = [
        "ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "ia", "iu", "oi", "ôi", "ơi", "ơu", "ua", "ui", "ưa", "ưi",
        "ưu", "yu",
    ]

    private static let rimes: Set<Substring> = Set(
        """
        a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm
        ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao
        oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
        u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt
        uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ynh
        """
        .split { $0 == " " || $0 == "\n" })
}
