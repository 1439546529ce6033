import Kernel
import Testing

@testable import Registry

extension Gazetteer {
    /// The carried units without a database, numbered in their order.
    static let carried: Gazetteer = {
        let files = UnitFiles.carried
        let units = UnitTable(text: files.units, file: "").units().0.map(\.value)
        let successions = UnitTable(text: files.successors, file: "").successions().0.map(\.value)
        return Gazetteer(units.enumerated().map { $1.with(id: Unit.ID(Int64($0 + 1))) }, successions)
    }()

    /// The version of a code on a day, for tests that know that there is one.
    func known(_ code: String, _ day: Day) throws -> Unit { try #require(unit(code, on: day)) }
}

/// The same numbers on every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    mutating func day(in years: ClosedRange<Int>) -> Day {
        let year = Int.random(in: years, using: &self)
        return Day(year: year, month: .random(in: 1...12, using: &self), day: .random(in: 1...28, using: &self))
            ?? .unset
    }
}
