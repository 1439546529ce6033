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
            do {
                if let letters { _ = try await access.sendDue(through: letters, texts) }
                if rounds % 720 == 0 { try await access.sweep() }
            } catch  where !(error is CancellationError) { Message.write("hoptac: \(String(reflecting: error))") } catch
            {}
            rounds += 1
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
