import Foundation
import Kernel
import Persistence
import Records
import Registry
import TestSupport
import Web

/// Measures what docs/performance.md promises, each figure beside its floor of the same run.
///
///     HopTacBench --hoptac PROGRAM [--long] [--engines sqlite,postgres] [--only rounds,exports]
///
/// Exit status 1 when a budget is missed.
@main enum HopTacBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "export" {
            return try await ExportMeasure.child(address: arguments[1], file: arguments[2])
        }
        if arguments.first == "constant" {
            return try await ConstantPage.serve(Array(arguments.dropFirst()))
        }
        func value(_ name: String) -> String? {
            arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
        }
        let parts = value("--only")?.split(separator: ",").map { Run.Part(rawValue: String($0)) } ?? Run.Part.allCases
        guard let hoptac = value("--hoptac"), !parts.contains(nil) else {
            let names = Run.Part.allCases.map(\.rawValue).joined(separator: ",")
            print("usage: HopTacBench --hoptac PROGRAM [--long] [--engines sqlite,postgres] [--only \(names)]")
            exit(2)
        }
        let isLong = arguments.contains("--long")
        var isKept = true
        for engine in (value("--engines") ?? "sqlite,postgres").split(separator: ",").map(String.init) {
            let folder = try TestFolder()
            defer { if !arguments.contains("--keep") { folder.remove() } }
            do {
                let run = try await Run(engine, hoptac: hoptac, folder: folder.path, isLong: isLong)
                isKept = try await run.measure(parts.compactMap(\.self)) && isKept
            } catch let failure as Failure {
                print("\(engine): \(failure.code) \(failure.details)")
                isKept = false
            }
        }
        exit(isKept ? 0 : 1)
    }

    static func texts(_ language: Language) -> Texts {
        let name = "Texts/\(language.rawValue).yaml"
        return Texts(
            language,
            sources: [Kernel.Embedded.text(name), Records.Embedded.text(name), Registry.Embedded.text(name)])
    }
}

/// All figures on one engine.
struct Run {
    let engine: String
    let hoptac: String
    let folder: String
    let isLong: Bool
    /// The generated register and an empty one with units.
    let filled: String
    let empty: String
    private let server: PostgresServer?

    init(_ engine: String, hoptac: String, folder: String, isLong: Bool) async throws {
        (self.engine, self.hoptac, self.folder, self.isLong) = (engine, hoptac, folder, isLong)
        if engine == "postgres" {
            let server = try await PostgresServer.start(isDurable: true)
            self.server = server
            filled = server.address(of: try await server.make(from: nil))
            empty = server.address(of: try await server.make(from: nil))
        } else {
            server = nil
            filled = "\(folder)/filled.sqlite"
            empty = "\(folder)/empty.sqlite"
        }
    }

    var count: Int { isLong ? 21_000 : 2_100 }

    /// Whether every budget is kept. Those of the large register bind with `--long` only.
    func measure(_ parts: [Part]) async throws -> Bool {
        let database = try await prepared(filled)
        let register = try await database.read { MadeRegister(count: count, gazetteer: try Gazetteer($0)) }
        let (seconds, _) = try await Stopwatch.seconds { try await database.write { try register.store(in: $0) } }
        // What the program does after an import.
        try await database.command("ANALYZE")
        print("\(engine): \(register.entries.count) cooperatives written in \(String(format: "%.1f", seconds)) s")
        await database.close()
        var figures: [Measured] = []
        for part in parts { figures += try await self.figures(of: part, register) }
        print(Measured.table(figures) + "\n")
        try await server?.stop()
        return figures.allSatisfy { $0.isKept ?? true }
    }

    /// What can be measured by itself.
    enum Part: String, CaseIterable { case reads, requests, writes, rounds, imports, exports }

    private func figures(of part: Part, _ register: MadeRegister) async throws -> [Measured] {
        switch part {
        case .reads:
            let database = try await Database.open(filled, readers: 8)
            let figures = try await ReadMeasures(database: database, isLong: isLong).figures()
            await database.close()
            return figures
        case .requests: return try await ServeMeasures(run: self).figures()
        case .writes: return try await WriteMeasures(run: self).figures()
        case .rounds: return try await RoundMeasures(run: self).figures()
        case .imports: return try await ImportMeasures(run: self, register: register).figures()
        case .exports: return try await ExportMeasure(run: self, rows: isLong ? 200_000 : 20_000).figures()
        }
    }

    /// A database with its tables and the carried units.
    func prepared(_ address: String) async throws -> Database {
        // The program itself makes its tables, so that what is measured is what it opens.
        _ = try await Child.run(hoptac, ["init", "--database", address], output: "\(folder)/init.log")
        let database = try await Database.open(address, readers: 8)
        _ = try await database.write { try UnitFiles.carried.load(into: $0) }
        return database
    }
}
