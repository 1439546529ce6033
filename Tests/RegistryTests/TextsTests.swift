import Foundation
import Kernel
import Records
import Testing
import Web

@testable import Registry

/// Every sentence of every part, as the code asks for it.
@Suite("The texts") struct TextsTests {
    private static let parts = [
        "Kernel", "Persistence", "Documents", "Records", "Access", "Registry", "Assessment", "Web", "HopTac",
    ]
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources").standardizedFileURL

    private func source(_ part: String, _ language: Language) throws -> String {
        try String(
            contentsOf: Self.sources.appending(path: "\(part)/Texts/\(language.rawValue).yaml"), encoding: .utf8)
    }

    private func all(_ language: Language) throws -> Texts {
        Texts(language, sources: try Self.parts.map { try source($0, language) })
    }

    @Test("are well formed and the same in both languages, part by part", arguments: parts)
    func languages(part: String) throws {
        let (vietnamese, english) = (
            Texts(.vi, sources: [try source(part, .vi)]), Texts(.en, sources: [try source(part, .en)])
        )
        #expect(vietnamese.problems == [])
        #expect(english.problems == [])
        // Other wordings that workbooks use are as many as a language has.
        func keys(_ t: Texts) -> Set<String> { Set(t.keys.filter { !$0.hasSuffix(".aliases") }) }
        #expect(keys(vietnamese).symmetricDifference(keys(english)) == [])
    }

    @Test("are given once, and fill the same placeholders in both languages") func together() throws {
        let (vietnamese, english) = (try all(.vi), try all(.en))
        #expect(vietnamese.problems == [])
        #expect(english.problems == [])
        for key in vietnamese.keys where english.has(key) && !key.hasSuffix(".aliases") {
            #expect(placeholders(vietnamese[key]) == placeholders(english[key]), "\(key)")
        }
    }

    private func placeholders(_ sentence: String) -> Set<String> {
        Set(sentence.matches(of: /\{([a-z_]+)\}/).map { String($0.1) })
    }

    @Test("have every key that the code asks for") func used() throws {
        let t = try all(.vi)
        let files = try #require(
            FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)?
                .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" && !$0.path.contains("/Bench/") })
        #expect(files.count > 100)
        var asked = 0
        for file in files {
            let code = try String(contentsOf: file, encoding: .utf8)
            for match in code.matches(of: Self.uses) where !match.1.contains("\\(") {
                asked += 1
                #expect(t.has(String(match.1)), "\(match.1) in \(file.lastPathComponent)")
            }
        }
        #expect(asked > 200)
    }

    /// `Failure(.kind, "code"`, `find(.severity, "code"`, `Diagnostic(.severity, "code"`, `.fails("code"`, `t["key"]`,
    /// `t("key"`, `problem: "code"`, `skip("code"`.
    nonisolated(unsafe) private static let uses =
        /(?:Failure\(\s*\.\w+,\s*|find\(\s*\.\w+,\s*|Diagnostic\(\s*\.\w+,\s*|\.fails\(\s*|\bt\[|\bt\(\s*|problem:\s*|skip\(\s*)"([^"]+)"/

    @Test("name every record type, its fields, its choices, its import columns, the lists and the figures")
    func derived() throws {
        for language in Language.allCases {
            let t = try all(language)
            func expect(_ key: String) { #expect(t.has(key), "\(key) in \(language)") }
            func choice(_ kind: ValueKind) {
                guard case .choice(let key, let values) = kind else { return }
                for value in values { expect("\(key).\(value)") }
                expect("\(key).choices")
            }
            func record<R: Record>(_ type: R.Type) {
                expect("type.\(R.description.name)")
                for field in R.description.fields {
                    expect(R.description.key(field))
                    choice(field.kind)
                }
                for column in RecordImport<R>.columns { expect("\(R.description.name).\(column.name)") }
            }
            for type in registryRecords { record(type) }
            for column in CooperativeImport.columns { expect("cooperative.\(column.name)") }
            for column in GroupImport.columns { expect("group.\(column.name)") }
            for listing in [Cooperative.listing, Group.listing, CooperativeUnion.listing, Officer.listing] {
                expect("\(listing.type).plural")
                for column in listing.columns {
                    expect("\(listing.type).\(column.name)")
                    choice(column.kind)
                }
            }
            for (key, values) in registryChoices { for value in values { expect("\(key).\(value)") } }
            for figure in ReportSection.register.populations.flatMap(\.figures) { expect("figure.\(figure.id)") }
        }
    }
}
