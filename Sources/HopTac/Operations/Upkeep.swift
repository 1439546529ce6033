import Access
import Kernel

/// What the server does beside answering: sends letters that are due, and takes out what has run out.
struct Upkeep: Sendable {
    let access: AccessControl
    let letters: LetterServer?

    func run() async {
        let texts = Language.allCases.map(Wiring.texts)
        var rounds = 0
        while !Task.isCancelled {
            if let letters { await attempt { _ = try await access.sendDue(through: letters, texts) } }
            if rounds % 720 == 0 { await attempt { try await access.sweep() } }
            rounds += 1
            try? await Task.sleep(for: .seconds(5))
        }
    }

    /// What fails is said, and tried again in the next round.
    private func attempt(_ work: () async throws -> Void) async {
        do { try await work() } catch is CancellationError {} catch {
            Message.write("hoptac: \(String(reflecting: error))")
        }
    }
}
