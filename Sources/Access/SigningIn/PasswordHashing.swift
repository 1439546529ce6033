import Foundation
import Kernel

/// Where passwords are hashed: apart from the threads that answer requests, and at most two at once, since each takes
/// 32 MiB and a tenth of a second or more.
package final class PasswordHashing: Sendable {
    private let queue: OperationQueue
    private let cost: Password.Cost
    /// What an unknown name is compared with, so that it takes as long as a known one.
    private let nobody: Password

    package init(_ cost: Password.Cost = .standard) {
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = 2
        self.cost = cost
        nobody = Password.nobodys(cost)
    }

    func hash(_ plain: String) async throws -> Password {
        let cost = cost
        return try await run { try Password(plain, cost) }
    }

    /// Whether `plain` is the stored password, and whether that was made with another cost than today's.
    func check(_ plain: String, against stored: String?) async throws -> (matches: Bool, isOutdated: Bool) {
        let password = stored.flatMap(Password.init(stored:))
        let compared = password ?? nobody
        // A password longer than any that was accepted is not worth the work.
        let matches = try await run { try compared.matches(String(plain.prefix(PasswordRules.most + 1))) }
        return (matches && password != nil, compared.cost != cost)
    }

    private func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result(catching: body)) }
        }
    }
}
