import Kernel
import Records

/// What a level says of an item otherwise than the level before, and why.
package struct ScoreAmendment: Sendable {
    let item: String
    let points: Hundredths
    let reason: String
}

extension ScoreSheet {
    /// The sheet of the next level. Points as before need no reason and are no change.
    /// Throws `assessment_case.not-in-scale`, `assessment_case.no-reason`.
    func amended(
        _ amendments: [ScoreAmendment], at level: Level, by act: Act, _ instrument: Instrument
    ) throws -> ScoreSheet {
        var sheet = self
        for (index, line) in lines.enumerated() {
            guard let amendment = amendments.first(where: { $0.item == line.item }), amendment.points != line.points
            else { continue }
            guard let item = instrument.items.first(where: { $0.id == line.item }), item.gives(amendment.points) else {
                throw Failure(.invalid, "assessment_case.not-in-scale", ["id": line.item])
            }
            guard !amendment.reason.isEmpty else {
                throw Failure(.invalid, "assessment_case.no-reason", ["id": line.item])
            }
            sheet.lines[index].points = amendment.points
            sheet.lines[index].reason = amendment.reason
            sheet.lines[index].level = level
            sheet.lines[index].by = act.account?.number
            sheet.lines[index].band = nil
        }
        return sheet
    }

    /// Throws `scoring.undetermined` while an item has no points.
    func requireWhole() throws {
        guard undetermined.isEmpty else {
            throw Failure(.refused, "scoring.undetermined", ["ids": undetermined.joined(separator: ", ")])
        }
    }
}

extension Instrument.Item {
    /// Whether these points can come of the item at all: those of one of its steps, or any up to the maximum where it has
    /// none.
    func gives(_ points: Hundredths) -> Bool {
        guard let number = Rational(points.count).divided(by: 100), number >= .zero else { return false }
        let steps: [Rational]? =
            switch rule {
            case .bands(_, let bands)? where isWhole: bands.map(\.points)
            case .condition(_, let yes, let no)?: [yes, no]
            case .choice(let answers)? where isWhole: answers.map(\.points)
            default: nil
            }
        if let steps { return steps.contains { $0.rounded(places: 2).flatMap { Hundredths($0) } == points } }
        return maximum.map { number <= $0 } ?? false
    }
}

extension Instrument.Rule {
    /// Whether a person answers it.
    var isAnswered: Bool {
        switch self {
        case .choice, .byPerson: true
        case .bands, .condition, .share: false
        }
    }
}
