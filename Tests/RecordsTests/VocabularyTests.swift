import Kernel
import Testing

@testable import Records

@Suite("The wordings of a choice") struct VocabularyTests {
    private static let wordings: [(String, Fruit?)] = [
        ("Sầu riêng", .durian), ("SẦU RIÊNG", .durian), ("sau rieng", .durian), (" Sầu  riêng. ", .durian),
        ("sr", .durian),
        ("Sầu riêng Ri6", .durian), ("Durian", .durian), ("Pomelo", .pomelo), ("Bưởi", .pomelo), ("Bưởi da xanh", nil),
        ("star_apple", nil), ("Vú-sữa", .starApple), ("", nil), ("Xoài", nil),
    ]

    @Test("are known in both languages, whatever their capitals and marks", arguments: wordings)
    func wording(text: String, fruit: Fruit?) {
        #expect(OrchardForm.vocabulary.value(of: Fruit.self, in: text) == fruit)
    }

    @Test("belong to their own choice only") func other() {
        #expect(OrchardForm.vocabulary.value(of: Soil.self, in: "Bưởi") == nil)
    }
}
