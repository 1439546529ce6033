import Foundation
import Kernel
import Persistence
import Records
import Registry

/// The program as it serves pages: how soon it answers, what it holds, how fast its pages are.
struct ServeMeasures {
    let run: Run

    private var list: String {
        let words = ReadMeasures.words.replacingOccurrences(of: " ", with: "+")
        return "/cooperatives?unit=\(ReadMeasures.unit)&kind=crop&q=\(words)&as_of=\(MadeRegister.asOf)"
    }

    private var record: String { "/cooperatives/1001?as_of=\(MadeRegister.asOf)" }

    func figures() async throws -> [Measured] {
        var figures: [Measured] = []
        // The third start is measured: the first ones bring the program into the machine's memory.
        var starts: [Double] = []
        _ = try await Child.run(
            run.hoptac, ["demo", "--database", run.filled], output: "\(run.folder)/demo.log")
        for attempt in 0..<4 {
            let port = 18_000 + Int(getpid() % 1_000) + attempt
            let (seconds, server) = try await Stopwatch.seconds { try await start(port) }
            defer { server.stop() }
            starts.append(seconds)
            guard attempt == 3 else { continue }
            figures.append(
                Measured(
                    name: "start to first page", unit: .milliseconds, value: starts.dropFirst().sorted()[1],
                    floor: try await bareStart(), budget: .value(0.1)))
            try await Task.sleep(for: .seconds(1))
            figures.append(
                Measured(
                    name: "memory at rest", unit: .mebibytes, value: server.restingMiB, floor: nil, budget: .value(50)))
            let database = try await Database.open(run.filled, readers: 8)
            figures += try await page("list page", list, port, database) { try ReadMeasures.listSQL($0) }
            figures += try await page("record page", record, port, database) { try Self.recordSQL($0) }
            figures.append(
                Measured(
                    name: "memory after that", unit: .mebibytes, value: server.restingMiB, floor: nil, budget: .none))
            await database.close()
            figures += try await CrowdMeasures(run: run, port: port, server: server).figures()
        }
        return figures
    }

    private func start(_ port: Int) async throws -> Child {
        let server = try Child(
            run.hoptac, ["serve", "--database", run.filled, "--port", "\(port)"], output: "\(run.folder)/serve.log")
        for _ in 0..<5_000 {
            if let caller = Caller(port: port), try caller.get("/sign-in").status == 200 { return server }
            usleep(1_000)
        }
        server.stop()
        throw Failure(
            .unavailable, "bench.no-server", ["said": try String(contentsOfFile: server.output, encoding: .utf8)])
    }

    /// The program started only to say its version.
    private func bareStart() async throws -> Double {
        try await Stopwatch.median(10) {
            _ = try await Child.run(run.hoptac, ["--version"], output: "\(run.folder)/version.log")
        }
    }

    /// A page through one connection and through eight, against its statements alone.
    private func page(
        _ name: String, _ path: String, _ port: Int, _ database: Database,
        _ sql: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> [Measured] {
        guard let caller = Caller(port: port) else { throw Failure(.unavailable, "bench.no-answer", ["path": path]) }
        try caller.signIn("quantri@demo.vn", "hoa%20sen%20th%C3%A1ng%20s%C3%A1u")
        let answer = try caller.get(path)
        guard answer.status == 200 else {
            throw Failure(.unavailable, "bench.no-page", ["path": path, "status": "\(answer.status)"])
        }
        let floor = try await database.read { db in try Stopwatch.median { try sql(db) } }
        let value = try Stopwatch.median { _ = try caller.get(path) }
        var figures = [
            Measured(name: name, unit: .milliseconds, value: value, floor: floor, budget: .value(0.001)),
            Measured(
                name: "\(name), to its SQL", unit: .milliseconds, value: value, floor: floor, budget: .timesFloor(2)),
        ]
        let rateFloor = try await Stopwatch.perSecond(tasks: 8) { try await database.read { try sql($0) } }
        let wrk = try await Wrk.ask(
            path, port: port, cookie: caller.cookie, clients: 8, output: "\(run.folder)/wrk.log")
        if let wrk {
            figures.append(
                Measured(
                    name: "\(name), 8 clients (\(answer.length / 1024) KiB)", unit: .perSecond, value: wrk.perSecond,
                    floor: rateFloor, budget: .value(2_500)))
        }
        return figures
    }

    /// What the page of a record must at least read: the record, its facts, officers and history.
    private static func recordSQL(_ db: Connection) throws {
        let id = 1001
        try db.run("SELECT * FROM registry_cooperative WHERE id = \(id)")
        for table in ["cooperative_status", "headcount", "charter_capital", "land_area", "officer"] {
            try db.run("\(described: "SELECT * FROM registry_\(table) WHERE cooperative_id = ")\(id)")
        }
        try db.run("SELECT * FROM records_change WHERE type = 'cooperative' AND record_id = \(id)")
    }
}
