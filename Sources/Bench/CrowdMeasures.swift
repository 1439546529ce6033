import Foundation
import Kernel
import Persistence
import Registry

/// Many officers at once: 64 connections that ask the served program for a list and for a record, beside a page that is
/// constant; then what a sign-in costs.
struct CrowdMeasures {
    let run: Run
    let port: Int
    let server: Child

    private static let clients = 64
    private static let password = "hoa%20sen%20th%C3%A1ng%20s%C3%A1u"

    /// Accounts of `hoptac demo`, by what they reach.
    private static let people = [
        ("administrator", "quantri@demo.vn"), ("province", "so@demo.vn"), ("commune", "xa@demo.vn"),
    ]

    func figures() async throws -> [Measured] {
        var figures: [Measured] = []
        var lists: [String: Wrk] = [:]
        let record = try await record()
        for (person, name) in Self.people {
            guard let caller = Caller(port: port) else { throw Failure(.unavailable, "bench.no-answer", [:]) }
            try caller.signIn(name, Self.password)
            let list = try caller.get("/cooperatives").length
            guard let (constant, bytes) = try await constant(length: list, caller.cookie) else { return [] }
            if person == "administrator" {
                figures.append(
                    Measured(
                        name: "constant page, signed in, \(Self.clients) clients", unit: .perSecond,
                        value: constant.perSecond, floor: bytes.perSecond, budget: .none))
            }
            for (page, path, budget) in [("list", "/cooperatives", 3.0), ("record", record, nil)] {
                guard let asked = try await ask(path, caller.cookie) else { return [] }
                if page == "list" { lists[person] = asked }
                let label = "\(page), \(Self.clients) clients, \(person)"
                figures += [
                    Measured(
                        name: label, unit: .perSecond, value: asked.perSecond, floor: constant.perSecond,
                        budget: run.engine == "sqlite" ? budget.map { .timesFloor($0) } ?? .none : .none),
                    Measured(
                        name: "\(label), half within", unit: .milliseconds, value: asked.median, floor: constant.median,
                        budget: .none),
                    Measured(
                        name: "\(label), 99 of 100 within", unit: .milliseconds, value: asked.slowest,
                        floor: constant.slowest, budget: .none),
                ]
            }
        }
        if let commune = lists["commune"], let province = lists["province"] {
            figures.append(
                Measured(
                    name: "list, commune officer to province", unit: .perSecond, value: commune.perSecond,
                    floor: province.perSecond, budget: .timesFloor(1.1)))
        }
        figures.append(
            Measured(
                name: "memory after \(Self.clients) clients", unit: .mebibytes, value: server.restingMiB, floor: nil,
                budget: .none))
        return figures + [try signIn()]
    }

    private func ask(_ path: String, _ cookie: String) async throws -> Wrk? {
        try await Wrk.ask(path, port: port, cookie: cookie, clients: Self.clients, output: "\(run.folder)/wrk.log")
    }

    /// A cooperative of the commune, which all of them reach.
    private func record() async throws -> String {
        let database = try await Database.open(run.filled)
        let id = try await database.read { db in
            try db.one(
                "SELECT min(c.id) FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: "25906", on: WallClock.system.today())))"
            ) { try $0[0] as Int64 }
        }
        await database.close()
        return "/cooperatives/\(id)"
    }

    /// A page of that length that asks only who is there, and the same bytes without a session.
    private func constant(length: Int, _ cookie: String) async throws -> (Wrk, Wrk)? {
        let port = port + 2_000
        let page = try Child(
            CommandLine.arguments[0], ["constant", run.filled, "\(port)", "\(length)"],
            output: "\(run.folder)/constant.log")
        defer { page.stop() }
        for _ in 0..<5_000 {
            if let caller = Caller(port: port), try caller.get("/bytes").status == 200 { break }
            usleep(1_000)
        }
        func ask(_ path: String, _ cookie: String) async throws -> Wrk? {
            try await Wrk.ask(
                path, port: port, cookie: cookie, clients: Self.clients, output: "\(run.folder)/wrk-constant.log")
        }
        guard let signedIn = try await ask("/constant", cookie), let bytes = try await ask("/bytes", "") else {
            return nil
        }
        return (signedIn, bytes)
    }

    /// What somebody waits for who signs in with the right password, beside nothing: the work is meant.
    private func signIn() throws -> Measured {
        let time = try Stopwatch.median(8) {
            try Caller(port: port)?.signIn(Self.people[0].1, Self.password)
        }
        return Measured(name: "sign-in", unit: .milliseconds, value: time, floor: nil, budget: .none)
    }
}
