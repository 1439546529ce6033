import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("An upgrade") struct UpgradeTests {
    /// Makes a database look as if its last step were still to come. That step then finds its tables there and fails.
    private func takeBackLastStep(_ address: String) async throws {
        let database = try await Database.open(address)
        try await database.write { db in
            let last: (part: String, number: Int) = try db.one(
                "SELECT part, number FROM persistence_migration WHERE part = 'registry' ORDER BY number DESC LIMIT 1"
            ) { (try $0[0], try $0[1]) }
            try db.run("DELETE FROM persistence_migration WHERE part = \(last.part) AND number = \(last.number)")
        }
        await database.close()
    }

    @Test("that fails leaves the database as it was, on its own", arguments: TestEngine.all)
    func takenBack(engine: TestEngine) async throws {
        try await TestDatabase.withAddress(engine) { address in
            try await Program.with { hoptac in
                func run(_ arguments: String...) async throws -> Program.Ending {
                    try await hoptac(arguments + ["--database", address])
                }
                #expect(try await run("init").status == 0)
                #expect(try await run("units", "load").status == 0)
                let list = "\(Program.examples)/tht-2024-06.xlsx"
                #expect(try await run("import", list, "--type", "group", "--apply").status == 0)
                try await takeBackLastStep(address)
                #expect(try await run("list", "group").error.hasSuffix("[database.older]\n"))
                for _ in 1...2 {
                    let upgrade = try await run("upgrade")
                    #expect(upgrade.status == 3)
                    #expect(upgrade.error.hasSuffix("[upgrade.taken-back]\n"), "\(upgrade.error)")
                }
                let database = try await Database.open(address)
                let groups: Int = try await database.read { db in
                    try db.one("SELECT count(*) FROM registry_group") { try $0[0] }
                }
                #expect(groups == 180)
                await database.close()
                if engine == .sqlite {
                    let folder = URL(fileURLWithPath: address).deletingLastPathComponent()
                    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                    #expect(!left.contains { $0.hasSuffix(".backup") }, "\(left)")
                }
            }
        }
    }

    /// A file of each released schema that has migrations of its own; `bin/keep-schema` makes them.
    private static let kept = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Databases")
    private static let released = ["0.1.0"]

    @Test("brings a database of every released schema to this one", arguments: TestEngine.all, released)
    func kept(engine: TestEngine, version: String) async throws {
        try await TestDatabase.withAddress(engine) { address in
            try await Program.with { hoptac in
                func run(_ arguments: String...) async throws -> Program.Ending {
                    try await hoptac(arguments + ["--database", address])
                }
                let file = Self.kept.appending(path: version).path
                let filled = try await hoptac.shell(
                    engine == .sqlite
                        ? "cp '\(file).sqlite' '\(address)'"
                        : "psql -q -v ON_ERROR_STOP=1 -d '\(address)' -f '\(file).sql'")
                #expect(filled.status == 0, "\(filled.error)")
                let upgrade = try await run("upgrade")
                #expect(upgrade.status == 0, "\(upgrade.error)")
                #expect(try await run("check").status == 0)
                let list = try await run("list", "cooperative", "--as-of", "2024-06-30", "--json").objects()
                #expect(list.map { $0["name"] as? String } == ["HTX Giữ Lại Hai", "HTX Giữ Lại Một"])
                #expect(list.map { $0["members"] as? Int } == [9, 20])
                #expect(list.map { $0["charter_capital"] as? Int } == [300_000_000, 1_250_500_000])
                let later = try await run(
                    "list", "cooperative", "--as-of", "2024-12-31", "--search", "giu lai mot", "--json")
                #expect(try later.objects().map { $0["members"] as? Int } == [22])
                #expect(try await run("list", "group", "--as-of", "2024-06-30", "--json").objects().count == 1)
                #expect(try await run("history", "cooperative", "1", "--json").objects().count == 1)
                let source = Self.kept.appending(path: "Source/cooperatives-2024-06.xlsx").path
                let again = try await run("import", source, "--apply", "--json").object()
                #expect(again["added"] as? Int == 0)
                #expect(again["changed"] as? Int == 0)
            }
        }
    }

    @Test("leaves alone what is no database of HopTac, or none at all")
    func foreign() async throws {
        try await Program.with { hoptac in
            let other = hoptac.folder.path + "/other.sqlite"
            let database = try await Database.open(other)
            try await database.write { db in try db.run("CREATE TABLE letters (text TEXT)") }
            await database.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: other))
            for arguments in [["upgrade"], ["init"], ["list", "group"], ["units", "load"]] {
                let ending = try await hoptac(arguments + ["--database", other])
                #expect(ending.status == 3)
                #expect(ending.error.hasSuffix("[database.foreign]\n"), "\(arguments) \(ending.error)")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)

            let none = try await hoptac("upgrade", "--database", "none.sqlite")
            #expect(none.status == 3)
            #expect(none.error.hasSuffix("[database.missing]\n"))
            #expect(!FileManager.default.fileExists(atPath: hoptac.folder.path + "/none.sqlite"))
        }
    }
}
