import Kernel
import Records
import Yams

/// On which grounds a cooperative ends, read from `Data/dissolution-grounds.yaml`.
struct DissolutionLaw: Sendable {
    struct Ground: Sendable, Decodable {
        let ground: String
        let months: Int?
        let shown_by: String?
    }

    private struct File: Decodable {
        let act: String
        let from: String
        let grounds: [Ground]
    }

    /// `nil` where the file cannot be read; a test proves that it can.
    let basis: LegalBasis?
    let grounds: [Ground]

    static let shipped = (try? DissolutionLaw(yaml: Embedded.text("Data/dissolution-grounds.yaml"))) ?? DissolutionLaw()

    private init() {
        basis = nil
        grounds = []
    }

    init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        basis = Day(file.from).map { LegalBasis(act: file.act, from: $0) }
        grounds = file.grounds
    }

    /// The last day on which a state that the register shows since a day is no ground yet; `nil` where the register
    /// cannot show it.
    func graceEnds(_ ground: DissolutionGround, since: Day) -> Day? {
        guard let rule = grounds.first(where: { $0.ground == ground.rawValue }), rule.shown_by != nil,
            let months = rule.months
        else { return nil }
        return since.adding(months: months)
    }
}
