import Foundation
import Kernel
import Testing
import Web

@Suite("The texts of the web part") struct TextsTests {
    @Test("are well formed and the same in both languages") func languages() {
        let vietnamese = texts(.vi)
        let english = texts(.en)
        #expect(vietnamese.problems.isEmpty)
        #expect(english.problems.isEmpty)
        #expect(vietnamese.keys == english.keys)
    }

    @Test("say of every kind of failure what it is and what to do", arguments: Language.allCases)
    func failures(language: Language) {
        let kinds: [Failure.Kind] = [
            .usage, .forbidden, .missing, .conflict, .invalid, .refused, .defect, .unavailable,
        ]
        for kind in kinds {
            #expect(texts(language).has("failure.\(kind).title"), "\(kind)")
            #expect(texts(language).has("failure.\(kind).advice"), "\(kind)")
        }
        for section in NavigationSection.allCases { #expect(texts(language).has("navigation.\(section.rawValue)")) }
    }

    private func texts(_ language: Language) -> Texts {
        let file = Web.Embedded.files.first { $0.path == "Texts/\(language.rawValue).yaml" }
        return Texts(language, sources: [file.map { "\($0.content)" } ?? ""])
    }
}

@Suite("The style sheet") struct StyleTests {
    /// WCAG 2.2, 1.4.3 and 1.4.11: 4.5 to 1 for text, 3 to 1 for what shows where a control is.
    @Test(
        "has enough contrast in light and dark",
        arguments: [
            ("ink", "ground", 4.5), ("ink", "sheet", 4.5), ("muted", "ground", 4.5), ("muted", "sheet", 4.5),
            ("muted", "accent-ground", 4.5), ("accent", "ground", 4.5), ("accent", "sheet", 4.5),
            ("accent", "accent-ground", 4.5), ("ink", "accent-ground", 4.5), ("on-accent", "accent", 4.5),
            ("warn", "warn-ground", 4.5), ("ink", "warn-ground", 4.5), ("accent", "warn-ground", 4.5),
            ("bad", "bad-ground", 4.5), ("ink", "bad-ground", 4.5), ("bad", "sheet", 4.5),
            ("accent", "bad-ground", 4.5),
            ("edge", "sheet", 3), ("edge", "ground", 3),
        ] as [(String, String, Double)])
    func contrast(text: String, ground: String, least: Double) throws {
        let file = try #require(Web.Embedded.files.first { $0.path == "Assets/site.css" })
        let parts = "\(file.content)".components(separatedBy: "@media screen and (prefers-color-scheme: dark)")
        for scheme in [parts[0], parts[1].components(separatedBy: "/* Ground */")[0]] {
            let (a, b) = (try luminance(text, in: scheme), try luminance(ground, in: scheme))
            #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= least)
        }
    }

    private func luminance(_ token: String, in scheme: String) throws -> Double {
        let match = try #require(
            scheme.firstMatch(of: try Regex("--\(token): #([0-9a-f]{6})", as: (Substring, Substring).self)))
        let number = try #require(Int(match.1, radix: 16))
        func linear(_ channel: Int) -> Double {
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(number >> 16) + 0.7152 * linear(number >> 8 & 255) + 0.0722 * linear(number & 255)
    }
}
