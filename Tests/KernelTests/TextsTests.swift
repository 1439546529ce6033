import Kernel
import Testing

@Suite("The texts") struct TextsTests {
    let texts = Texts(
        .vi,
        sources: [
            """
            # Chú thích
            cooperative.name: Tên HTX

            year: Năm: {year}
            quoted: "Dòng một\\nDòng \\"hai\\" \\\\ # không phải chú thích"  # chú thích
            plain: Một câu # chú thích
            told: "{field} của {owner}: {other}"
            """,
            "empty: \"\"\r\nlast: Cuối\r",
        ])

    @Test("are read from key and sentence, plain or in quotes") func read() {
        #expect(texts.problems == [])
        #expect(texts["cooperative.name"] == "Tên HTX")
        #expect(texts["year"] == "Năm: {year}")
        #expect(texts["quoted"] == "Dòng một\nDòng \"hai\" \\ # không phải chú thích")
        #expect(texts["plain"] == "Một câu")
        #expect(texts["empty"] == "")
        #expect(texts["last"] == "Cuối")
        #expect(texts.keys == ["cooperative.name", "empty", "last", "plain", "quoted", "told", "year"])
    }

    @Test("show a missing key as what it is") func missing() {
        #expect(texts["nothing"] == "⟦nothing⟧")
        #expect(!texts.has("nothing"))
        #expect(texts.has("year"))
    }

    @Test("fill placeholders; a detail with @ is a text itself") func details() {
        #expect(texts("year", ["year": "2024"]) == "Năm: 2024")
        #expect(
            texts("told", ["field": "@cooperative.name", "owner": "{field}", "unused": "x"])
                == "Tên HTX của {field}: {other}")
        #expect(texts("told", ["field": "@no.such.key", "owner": "a"]) == "@no.such.key của a: {other}")
        #expect(texts("plain", ["year": "2024"]) == "Một câu")
    }

    @Test(
        "say what could not be read",
        arguments: [
            ("a: 1\na: 2", "a: given twice"), ("a:", "a: no sentence"), ("no key", "line 1: no key: no key"),
            ("x: 1\n  a: b", "line 2: no key:   a: b"), ("a: \"open", "a: the sentence is not written as it should"),
            ("a: |", "a: the sentence is not written as it should"),
            ("a: \"b\" c", "a: the sentence is not written as it should"),
        ])
    func problems(source: String, problem: String) {
        #expect(Texts(.en, sources: [source]).problems == [problem])
    }

    @Test("of this part have the same keys in both languages") func languages() {
        func source(_ path: String) -> [String] {
            Embedded.files.filter { $0.path == path }.map { String(describing: $0.content) }
        }
        let vi = Texts(.vi, sources: source("Texts/vi.yaml"))
        let en = Texts(.en, sources: source("Texts/en.yaml"))
        #expect(vi.problems + en.problems == [])
        #expect(vi.keys == en.keys)
        #expect(!vi.keys.isEmpty)
    }
}
