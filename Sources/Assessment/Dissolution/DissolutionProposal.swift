package import Kernel
package import Persistence
package import Records
package import Registry

/// That a cooperative which does not work is to be dissolved, and how far that has come. Plan 5346/KH-UBND, Part 3; Law
/// 17/2023/QH15, Arts. 96–103.
package struct DissolutionProposal: Record {
    package var id: Identifier<DissolutionProposal> = 0
    package var version = 0
    package var cooperative: Cooperative.ID = 0
    package var ground = DissolutionGround.stopped
    /// What the matter is. Not `reason`: that is of each change.
    package var explanation = ""
    package var proposedOn: Day = .unset
    package var step = DissolutionStep.proposed
    /// When the step was taken; of the first that is the day of the proposal.
    package var stepOn: Day?
    package init() {}

    package static let description = Description<DissolutionProposal>(
        "dissolution_proposal", table: "assessment_dissolution", rules: [\.isInOrder],
        frozen: \DissolutionProposal.mayBeChanged
    ) {
        Field("cooperative", \.cooperative, .listed)
        Field("ground", \.ground, .listed)
        Field("explanation", \.explanation, .paragraph)
        Field("proposed_on", \.proposedOn, .listed)
        Field("step", \.step, .listed, .unasked)
        Field("step_on", \.stepOn, .listed, .unasked)
    }

    var isInOrder: Verdict {
        guard let stepOn, stepOn < proposedOn else { return .meets }
        return .fails("dissolution_proposal.too-early", ["date": DateText.short(proposedOn, .vi)])
    }

    var mayBeChanged: Verdict { step.isOpen ? .meets : .fails("dissolution_proposal.is-\(step.rawValue)") }

    /// Throws `dissolution_proposal.one-open` where the cooperative has another one that is not over.
    static let requireOnly: @Sendable (DissolutionProposal, Connection) throws -> Void = { new, db in
        let isThere = try first(where: "cooperative_id = \(new.cooperative) AND \(isOpen)", in: db) != nil
        if isThere { throw Failure(.invalid, "dissolution_proposal.one-open") }
    }

    static let isOpen: SQL = "step NOT IN ('dissolved', 'withdrawn')"
}

/// On what ground; the law's own are in `Data/dissolution-grounds.yaml`.
package enum DissolutionGround: String, Choice {
    case stopped
    case belowMinimum = "below_minimum"
    case noMeeting = "no_meeting"
    case noReport = "no_report"
    case voluntary
    case falseFile = "false_file"
    case foreignLimit = "foreign_limit"
    case contributionLimit = "contribution_limit"
    case court
    package static let key = "dissolution_ground"
}

/// How far a dissolution has come, in order; a proposal can be withdrawn at any step but the last.
package enum DissolutionStep: String, Choice {
    case proposed, notified
    case resolvedByMeeting = "resolved_by_meeting"
    case debtsSettled = "debts_settled"
    case filed, dissolved, withdrawn
    package static let key = "dissolution_step"

    var isOpen: Bool { self != .dissolved && self != .withdrawn }

    var next: DissolutionStep? {
        switch self {
        case .proposed: .notified
        case .notified: .resolvedByMeeting
        case .resolvedByMeeting: .debtsSettled
        case .debtsSettled: .filed
        case .filed: .dissolved
        case .dissolved, .withdrawn: nil
        }
    }
}

// The steps. Each is a change with its row of history.

extension DissolutionProposal {
    /// The next step, taken on a day. Throws `dissolution_proposal.not-now` where that is not the next one.
    @discardableResult
    package func advance(
        to next: DissolutionStep, on day: Day, by act: Act, in db: Connection
    ) throws -> DissolutionProposal {
        guard step.next == next else {
            throw Failure(
                .refused, "dissolution_proposal.not-now", ["step": "@\(next.textKey)", "state": "@\(step.textKey)"])
        }
        return try taken(next, on: day, by: act, in: db)
    }

    /// The proposal is given up. Why stands in the history. Throws `dissolution_proposal.no-reason`.
    @discardableResult
    package func withdraw(on day: Day, by act: Act, in db: Connection) throws -> DissolutionProposal {
        try mayBeChanged.required()
        guard act.reason?.isEmpty == false else { throw Failure(.invalid, "dissolution_proposal.no-reason") }
        return try taken(.withdrawn, on: day, by: act, in: db)
    }

    private func taken(
        _ step: DissolutionStep, on day: Day, by act: Act, in db: Connection
    ) throws -> DissolutionProposal {
        let last = stepOn ?? proposedOn
        if day < last {
            throw Failure(.invalid, "dissolution_proposal.too-early", ["date": DateText.short(last, .vi)])
        }
        if day > act.at.day { throw Failure(.invalid, "dissolution_proposal.ahead") }
        var proposal = self
        proposal.step = step
        proposal.stepOn = day
        return try db.update(proposal, from: self, by: act, action: step.isOpen ? .changed : .ended)
    }
}

extension DissolutionProposal {
    /// The proposals that were made by a day, as far as they have come since.
    package static let listing = Listing(
        "dissolution_proposal", path: "dissolution-proposals", table: "assessment_dissolution", alias: "p",
        columns: [
            .init("cooperative", "c.name", .text, order: "p.sort_key", link: ("dissolution_proposal", "id")),
            .init("cooperative_id", "c.id", .integer, hiddenOnPages: true),
            .init("tax_code", "c.tax_code", .code, hiddenOnPages: true),
            .init("unit", Cooperative.unitName, .text), .init("ground", "p.ground", DissolutionGround.kind),
            .init("proposed_on", "p.proposed_on", .day, order: "p.proposed_on"),
            .init("step", "p.step", DissolutionStep.kind), .init("step_on", "p.step_on", .day),
            .init("explanation", "p.explanation", .text, hiddenOnPages: true),
        ],
        filters: [
            .init("unit", .code) { code, day in
                """
                p.cooperative_id IN (SELECT c.id FROM registry_cooperative c WHERE c.unit_id IN (\(units(under: code, on: day))))
                """
            },
            .init("ground", DissolutionGround.kind) { value, _ in
                "p.ground = \(try known(value, DissolutionGround.self).rawValue)"
            },
            .init("step", DissolutionStep.kind) { value, _ in
                "p.step = \(try known(value, DissolutionStep.self).rawValue)"
            },
        ],
        named: ("registry_cooperative", by: "cooperative_id"),
        joins: { day in
            """
            JOIN registry_cooperative c ON c.id = p.cooperative_id
            \(writtenUnit(of: "c.unit_id", on: day))
            """
        }, exists: { day in "p.proposed_on <= \(day)" })
}
