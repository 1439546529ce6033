import Access
import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Web

@testable import Registry

/// The Bình Dương sample, imported as a user would.
enum Sample {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/BinhDuong").standardizedFileURL

    static let migrations =
        jobMigrations + recordsMigrations + importUploadMigrations + unitMigrations + registryMigrations
        + accessMigrations + historyMigrations
        + attachmentMigrations + duplicateMigrations + savedViewMigrations + webMigrations
        + decreeMigrations
    static let clock = WallClock.standing(at: "2024-07-15")
    static let act = Act(at: clock.now(), origin: "import")

    static func texts() -> [Texts] {
        Language.allCases.map { language in
            let name = "Texts/\(language.rawValue).yaml"
            return Texts(
                language,
                sources: [Kernel.Embedded.text(name), Records.Embedded.text(name), Registry.Embedded.text(name)])
        }
    }

    static func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: file))) }

    static func run<Form: ImportForm>(_ form: Form.Type, _ file: String, asOf: Day? = nil) throws -> ImportRun<Form> {
        ImportRun(
            form, source: .init(name: file, bytes: try bytes(file)), asOf: asOf, texts: texts(),
            vocabulary: Vocabulary(texts(), choices: registryChoices), clock: clock)
    }

    /// A database with units, and with both workbooks when `isFilled`.
    @discardableResult static func with<T>(
        _ engine: TestEngine, isFilled: Bool = true, _ body: (Database) async throws -> T
    ) async throws -> T {
        try await TestDatabase.with(engine, migrations) { database in
            _ = try await database.write { try UnitFiles.carried.load(into: $0) }
            if isFilled {
                _ = try await run(CooperativeImport.self, "htx-2024-06.xlsx").apply(database, by: act)
                _ = try await run(GroupImport.self, "tht-2024-06.xlsx").apply(database, by: act)
            }
            return try await body(database)
        }
    }

    /// The rows of a file of true values, by column.
    static func rows(_ file: String) throws -> [[String: String]] {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        var lines = fields(of: text)
        let names = lines.removeFirst()
        return lines.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }

    /// RFC 4180, for the test's own reading.
    private static func fields(of text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var previous: Character?
        for character in text.replacing("\r\n", with: "\n") {
            switch character {
            case "\"":
                if isQuoted {
                    isQuoted = false
                } else {
                    if previous == "\"" { field.append("\"") }
                    isQuoted = true
                }
            case "," where !isQuoted:
                row.append(field)
                field = ""
            case "\n" where !isQuoted:
                rows.append(row + [field])
                row = []
                field = ""
            default: field.append(character)
            }
            previous = character
        }
        return rows
    }
}
