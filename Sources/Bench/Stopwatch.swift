/// How long things take.
enum Stopwatch {
    /// Seconds of one run.
    static func seconds<T>(_ body: () async throws -> T) async rethrows -> (Double, T) {
        let begin = ContinuousClock.now
        let value = try await body()
        return ((ContinuousClock.now - begin) / .seconds(1), value)
    }

    /// The median of many runs, in seconds, after some that do not count.
    static func median(_ runs: Int = 500, _ body: () async throws -> Void) async rethrows -> Double {
        for _ in 0..<min(20, runs) { try await body() }
        var times: [Double] = []
        for _ in 0..<runs { times.append(try await seconds(body).0) }
        return times.sorted()[runs / 2]
    }

    /// The same without waiting, inside a transaction.
    static func median(_ runs: Int = 500, now body: () throws -> Void) rethrows -> Double {
        for _ in 0..<min(20, runs) { try body() }
        var times: [Double] = []
        for _ in 0..<runs {
            let begin = ContinuousClock.now
            try body()
            times.append((ContinuousClock.now - begin) / .seconds(1))
        }
        return times.sorted()[runs / 2]
    }

    /// Runs a second when `tasks` run side by side.
    static func perSecond(
        tasks: Int, seconds: Double = 2, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Double {
        let begin = ContinuousClock.now
        let end = begin + .seconds(seconds)
        let runs = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var runs = 0
                    while ContinuousClock.now < end {
                        try await body()
                        runs += 1
                    }
                    return runs
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(runs) / ((ContinuousClock.now - begin) / .seconds(1))
    }
}
