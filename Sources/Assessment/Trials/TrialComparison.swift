import Kernel

/// Two instruments tried on the same returns.
struct TrialComparison: Sendable {
    /// Where a return stands under one of them: its grade where both come to grades, else its points by tens.
    enum Place: Hashable, Sendable {
        case grade(Grade)
        case ten(Int)
        case undetermined
        case excluded
    }

    struct Difference: Sendable {
        /// Of the return, in their order.
        let member: Int
        let first: Trial.Result
        let second: Trial.Result

        /// `nil` where one of the two excludes it.
        var distance: Rational? {
            first.exclusion == nil && second.exclusion == nil ? second.known.minus(first.known) : nil
        }

        /// Excluded by one alone comes first, then what is certain, then where points are missing.
        fileprivate var rank: Int {
            guard first.exclusion == nil, second.exclusion == nil else { return 0 }
            return isCertain ? 1 : 2
        }
        var isCertain: Bool {
            [first, second].allSatisfy { $0.exclusion != nil || $0.isComputed }
        }
    }

    let first: Trial
    let second: Trial
    /// Whether both come to grades.
    let isOfGrades: Bool
    private var counts: [[Place]: Int] = [:]
    /// The largest first.
    private(set) var differences: [Difference] = []

    init(_ first: Trial, _ second: Trial) {
        (self.first, self.second) = (first, second)
        isOfGrades = first.grades && second.grades
        for (member, (one, other)) in zip(first.results, second.results).enumerated() {
            counts[[place(one, first), place(other, second)], default: 0] += 1
            guard
                (one.exclusion == nil) != (other.exclusion == nil) || one.known != other.known
                    || one.grade != other.grade
            else { continue }
            differences.append(Difference(member: member, first: one, second: other))
        }
        differences = differences.map { ($0, $0.rank, $0.distance?.magnitude ?? .zero) }
            .sorted { ($0.1, $1.2, $0.0.member) < ($1.1, $0.2, $1.0.member) }.map(\.0)
    }

    private func place(_ result: Trial.Result, _ trial: Trial) -> Place {
        if result.exclusion != nil { return .excluded }
        if isOfGrades { return result.grade.map { .grade($0) } ?? .undetermined }
        return result.isComputed ? .ten(trial.ten(of: result.known)) : .undetermined
    }

    func count(_ first: Place, _ second: Place) -> Int { counts[[first, second]] ?? 0 }

    /// The places under the first, and under the second; those that nobody is in are left out but for grades.
    var rows: [Place] { places(0) }
    var columns: [Place] { places(1) }

    private func places(_ side: Int) -> [Place] {
        let taken = Set(counts.keys.map { $0[side] })
        let scale: [Place] =
            isOfGrades
            ? Grade.allCases.map { .grade($0) }
            : taken.compactMap { if case .ten(let ten) = $0 { ten } else { nil } }.sorted().map { .ten($0) }
        return scale + [.undetermined, .excluded].filter(taken.contains)
    }
}
