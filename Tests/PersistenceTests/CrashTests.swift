import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("A killed process") struct CrashTests {
    private static let migrations = [
        Migration(
            part: "crash", number: 1, title: "Pairs",
            "CREATE TABLE crash_half (id {id}, pair BIGINT NOT NULL, half TEXT NOT NULL, padding {bytes} NOT NULL)")
    ]

    /// `HOPTAC_CRASH_ROUNDS`: how often to kill, 5 where it is not set.
    private static let rounds = ProcessInfo.processInfo.environment["HOPTAC_CRASH_ROUNDS"].flatMap(Int.init) ?? 5

    @Test("loses nothing that it had reported, and leaves nothing half-written", arguments: TestEngine.all)
    func kills(engine: TestEngine) async throws {
        switch engine {
        case .sqlite:
            try await TestDatabase.withAddress(.sqlite, Self.migrations) { address in
                try await rounds(address) { _ in }
            }
        case .postgres:
            // A server of its own that waits for the disk, and that is ended like the writer every fifth time.
            let server = try await PostgresServer.start(isDurable: true)
            do {
                let name = try await server.make(from: nil)
                let address = server.address(of: name)
                let database = try await Database.open(address)
                try await database.migrate(Self.migrations)
                await database.close()
                try await rounds(address) { round in if round % 5 == 4 { try await server.crash() } }
            } catch {
                try? await server.stop()
                throw error
            }
            try await server.stop()
        }
    }

    private func rounds(_ address: String, after: (Int) async throws -> Void) async throws {
        var committed = 0
        for round in 0..<Self.rounds {
            // Between 1 and 60 ms, spread by the golden ratio: the same in every run, however many rounds.
            let delay = 1000 + UInt32(59_000 * (Double(round) * 0.618_034).truncatingRemainder(dividingBy: 1))
            // Numbers of its own: PostgreSQL may finish a commit of a killed writer while the next one has begun.
            let reported = try await killedWriter(
                address, from: round * 1_000_000, whileOpening: round % 5 == 3, delay: delay)
            try await after(round)
            let database = try await Database.open(address)
            let pairs = try await database.read { db in
                try db.all("SELECT pair, count(*), min(half), max(half) FROM crash_half GROUP BY pair ORDER BY pair") {
                    row in
                    (try row[0] as Int, try row[1] as Int, try row[2] as String, try row[3] as String)
                }
            }
            let kept = Set(pairs.map(\.0))
            #expect(reported.allSatisfy { kept.contains($0) }, "round \(round) lost something")
            let broken = pairs.filter { !($0.1 == 2 && $0.2 == "left" && $0.3 == "right") }
            #expect(broken.isEmpty, "round \(round) left \(broken)")
            #expect(pairs.count >= committed + reported.count, "round \(round) lost something older")
            if database.engine == .sqlite {
                #expect(try await database.read { db in try db.one("PRAGMA integrity_check") { try $0[0] } } == "ok")
            }
            await database.close()
            committed = pairs.count
        }
        #expect(committed > 0)
    }

    /// What a writer said it had committed before it was killed: `delay` µs after its first report, or
    /// after it was started when it is to die while opening.
    private func killedWriter(_ address: String, from first: Int, whileOpening: Bool, delay: UInt32) async throws
        -> [Int]
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "CrashWriter")
        process.arguments = [address, "\(first)"]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let pid = process.processIdentifier
        let text = await withCheckedContinuation { continuation in
            DispatchQueue(label: "writer").async {
                let file = output.fileHandleForReading
                var text = whileOpening ? Data() : file.availableData
                usleep(delay)
                kill(pid, SIGKILL)
                text += file.readDataToEndOfFile()
                continuation.resume(returning: text)
            }
        }
        process.waitUntilExit()
        // The last line may lack its end.
        return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .compactMap { Int($0) }
    }
}
