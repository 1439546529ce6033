import Kernel
package import Persistence
package import Records
import Registry

// The steps of a return: submitted, sent back, accepted, opened again. Each is a change with its row of history.

extension AnnualReturn {
    /// The cooperative says that it is complete. Throws `annual_return.empty`, `annual_return.blocked` with what a rule
    /// does not let pass, and `annual_return.unexplained` where what looks wrong has no explanation.
    @discardableResult
    package func submit(onBehalf: Bool, by act: Act, in db: Connection) throws -> AnnualReturn {
        try require(state.isOpen, "submit")
        guard revenue != nil else { throw Failure(.refused, "annual_return.empty") }
        let asked = try unblocked(in: db).filter(\.isAsked)
        if !asked.isEmpty, explanation == nil {
            throw Failure(.refused, "annual_return.unexplained", ["count": "\(asked.count)"])
        }
        var submitted = self
        submitted.state = .submitted
        submitted.isOnBehalf = onBehalf
        submitted.submittedOn = submittedOn ?? act.at.day
        submitted.remarks = nil
        return try db.update(submitted, from: self, by: act)
    }

    /// The office wants something changed, and says what. Throws `annual_return.no-remarks`.
    @discardableResult
    package func sendBack(_ remarks: String, by act: Act, in db: Connection) throws -> AnnualReturn {
        try require(state == .submitted, "send-back")
        return try reopened(remarks, by: act, in: db)
    }

    /// The office takes the figures as they are: they count in the province's figures. Throws `annual_return.blocked`.
    @discardableResult
    package func accept(by act: Act, in db: Connection) throws -> AnnualReturn {
        try require(state == .submitted, "accept")
        _ = try unblocked(in: db)
        var accepted = self
        accepted.state = .accepted
        accepted.acceptedOn = act.at.day
        return try db.reopen(accepted, from: self, by: act, action: .changed)
    }

    /// What was accepted turned out to be wrong: it is corrected, and what stood before stays in the history.
    @discardableResult
    package func correct(_ remarks: String, by act: Act, in db: Connection) throws -> AnnualReturn {
        try require(state == .accepted, "correct")
        return try reopened(remarks, by: act, in: db)
    }

    private func reopened(_ remarks: String, by act: Act, in db: Connection) throws -> AnnualReturn {
        guard !remarks.isEmpty else { throw Failure(.invalid, "annual_return.no-remarks") }
        var open = self
        open.state = .returned
        open.remarks = remarks
        open.acceptedOn = nil
        return try db.reopen(open, from: self, by: act, action: .corrected)
    }

    /// What the rules find. Throws `annual_return.blocked` with the first that no explanation helps.
    private func unblocked(in db: Connection) throws -> [ReturnCheck.Finding] {
        let findings = try ReturnCheck.findings(of: self, in: db)
        if let first = findings.first(where: \.blocks) {
            throw Failure(.refused, "annual_return.blocked", first.details)
        }
        return findings
    }

    private func require(_ isAllowed: Bool, _ step: String) throws {
        guard isAllowed else {
            throw Failure(
                .refused, "annual_return.not-now",
                ["step": "@annual_return.step-\(step)", "state": "@\(state.textKey)"])
        }
    }

    /// The return of the same cooperative for the year before, where there is one.
    func previous(in db: Connection) throws -> AnnualReturn? {
        try AnnualReturn.first(where: "cooperative_id = \(cooperative) AND year = \(year.previous)", in: db)
    }
}
