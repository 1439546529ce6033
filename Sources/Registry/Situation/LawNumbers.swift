package import Kernel
package import Records
import Yams

/// The numbers that legal acts fix, read from `Data/law.yaml`, each with the day from which it holds.
package struct LawNumbers: Sendable {
    package struct Minimum: Sendable, Decodable {
        let from: String
        package let members: Int
        package let act: String
    }

    package struct ScaleBound: Sendable, Decodable {
        package let name: String
        package let members: Int
        let revenue_vnd: Int64
        let capital_vnd: Int64

        /// Members and (revenue or capital); `nil` while that cannot be told.
        func isReached(by inputs: ScaleClass.Inputs) -> Bool? {
            guard let officialMembers = inputs.officialMembers else { return nil }
            guard officialMembers >= members else { return false }
            let revenue = inputs.revenue.map { $0.vnd >= revenue_vnd }
            let capital = inputs.totalCapital.map { $0.vnd >= capital_vnd }
            if revenue == true || capital == true { return true }
            return revenue == nil || capital == nil ? nil : false
        }
    }

    package struct ScaleRule: Sendable, Decodable {
        let from: String
        let act: String
        /// From the highest class down.
        package let classes: [ScaleBound]

        package var basis: LegalBasis? { Day(from).map { LegalBasis(act: act, from: $0) } }
        /// The official members without which no class above micro can be reached.
        package var leastMembers: Int? { classes.map(\.members).min() }
    }

    /// Posts that one person must not hold together.
    package struct IncompatiblePosts: Sendable, Decodable {
        let from: String
        package let act: String
        package let post: [String]
        package let not_with: [String]
    }

    private struct File: Decodable {
        let minimum_members: [Minimum]
        let minimum_cooperatives_of_union: [Minimum]
        let incompatible_posts: [IncompatiblePosts]
        let scale_classes: [ScaleRule]
    }

    private let minima: [Minimum]
    private let unionMinima: [Minimum]
    private let posts: [IncompatiblePosts]
    private let scales: [ScaleRule]

    /// The file in the executable. A build whose file cannot be read knows no numbers; a test proves that it can.
    package static let shipped = (try? LawNumbers(yaml: Embedded.text("Data/law.yaml"))) ?? LawNumbers()

    private init() {
        minima = []
        unionMinima = []
        posts = []
        scales = []
    }

    package init(yaml: String) throws {
        let file = try YAMLDecoder().decode(File.self, from: yaml)
        minima = file.minimum_members.sorted { $0.from < $1.from }
        unionMinima = file.minimum_cooperatives_of_union.sorted { $0.from < $1.from }
        posts = file.incompatible_posts.sorted { $0.from < $1.from }
        scales = file.scale_classes.sorted { $0.from < $1.from }
    }

    /// The smallest number of cooperatives in a union, and the act.
    package func minimumOfUnion(on day: Day) -> Minimum? { unionMinima.last { $0.from <= day.description } }
    package func incompatiblePosts(on day: Day) -> [IncompatiblePosts] { posts.filter { $0.from <= day.description } }

    /// The smallest number of members that the law of a day allows, and the act.
    package func minimumMembers(on day: Day) -> Minimum? { minima.last { $0.from <= day.description } }
    /// The minimum that comes after a day's, so that a message can say both.
    package func nextMinimum(after day: Day) -> Minimum? { minima.first { $0.from > day.description } }

    /// The bounds of the scale classes. Before the decree there were none: its first serve, so that a report of an
    /// earlier day can be compared, and its `basis` lets whoever shows the classes say that it was not in force.
    package func scaleRule(on day: Day) -> ScaleRule? { scales.last { $0.from <= day.description } ?? scales.first }
    package func scaleBounds(on day: Day) -> [ScaleBound] { scaleRule(on: day)?.classes ?? [] }
}
