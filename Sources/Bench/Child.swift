import Foundation
import Kernel

/// A process that is measured from outside.
struct Child {
    let pid: pid_t
    /// What it prints goes there.
    let output: String

    init(_ program: String, _ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var texts = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, program, &actions, nil, &texts, environ)
        guard status == 0 else {
            throw Failure(
                .unavailable, "bench.no-child", ["program": program, "message": String(cString: strerror(status))])
        }
        self.pid = pid
        self.output = output
    }

    /// Waits for its end, looking at its memory meanwhile: what the system says of an ended process includes what its
    /// parent held when it began.
    func end() -> (status: Int32, peakMiB: Double) {
        var status: Int32 = 0
        var peak = 0.0
        while true {
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid || ended < 0 && errno != EINTR { break }
            peak = max(peak, mebibytes("VmHWM:"))
            usleep(1_000)
        }
        return ((status >> 8) & 0xFF, peak)
    }

    func stop() {
        kill(pid, SIGTERM)
        _ = end()
    }

    /// Memory that it holds now, MiB.
    var restingMiB: Double { mebibytes("VmRSS:") }

    private func mebibytes(_ name: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split { !$0.isNumber }.first).flatMap { Double($0) }.map { $0 / 1024 } ?? 0
    }

    /// Runs a program to its end. A status above 1 (findings) is a failure with what the program said.
    static func run(_ program: String, _ arguments: [String], output: String) async throws -> (
        seconds: Double, peakMiB: Double
    ) {
        let (seconds, ended) = try await Stopwatch.seconds {
            try Child(program, arguments, output: output).end()
        }
        guard ended.status <= 1 else {
            let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw Failure(.unavailable, "bench.child-failed", ["program": program, "said": String(said.suffix(1000))])
        }
        return (seconds, ended.peakMiB)
    }
}
