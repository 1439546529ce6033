import Kernel
import Testing

@testable import Assessment

@Suite("A scoring instrument") struct InstrumentTests {
    private static func shipped(_ name: String) throws -> Instrument {
        try Instrument(yaml: Assessment.Embedded.text("Data/instrument-\(name).yaml"))
    }

    private func record(_ change: (inout AnnualReturn) -> Void) -> AnnualReturn {
        var record = AnnualReturn()
        record.year = 2023
        change(&record)
        return record
    }

    private func points(_ scoring: Scoring, _ id: String) -> String {
        scoring.lines.first { $0.item.id == id }?.points?.shown ?? "undetermined"
    }

    /// Twelve cooperatives of criterion 1 of circular 09/2017, each on one side of an edge; scored by hand. Money in đồng.
    private static let cases:
        [(
            planned: Int64?, revenue: Int64?, net: Int64?, members: Int?, development: Int64?, reserve: Int64?,
            points: [String]
        )] = [
            (1_000_000_000, 999_999_999, 0, 10, 0, 0, ["0", "4", "0", "0", "0"]),
            (1_000_000_000, 1_000_000_000, 10, 10, 2, 0, ["4", "6", "2", "5", "0"]),
            (1_000_000_000, 1_199_999_999, 9_999_999, 10, 1_999_999, 499_999, ["4", "6", "2", "0", "0"]),
            (1_000_000_000, 1_200_000_000, 10_000_000, 10, 2_000_000, 500_000, ["8", "6", "4", "5", "5"]),
            (5_000_000_000, 4_999_999_999, 49_999_999, 10, 9_999_999, 2_500_000, ["0", "6", "4", "0", "5"]),
            (5_000_000_000, 5_000_000_000, 50_000_000, 10, 10_000_000, 2_499_999, ["4", "8", "7", "5", "0"]),
            (8_000_000_000, 9_999_999_999, 99_999_999, 10, nil, 5_000_000, ["8", "8", "7", "undetermined", "5"]),
            (8_000_000_000, 10_000_000_000, 100_000_000, 10, 20_000_000, nil, ["8", "10", "10", "5", "undetermined"]),
            (nil, 500_000_000, 30_000_000, 7, 6_000_000, 1_500_000, ["undetermined", "4", "4", "5", "5"]),
            (0, 500_000_000, -5, 7, 0, 0, ["undetermined", "4", "0", "0", "0"]),
            (100, nil, 7, nil, 2, 1, ["undetermined", "undetermined", "undetermined", "5", "5"]),
            (3_000_000_000, 3_600_000_000, 36_000_000, 12, 7_199_999, 1_800_000, ["8", "6", "4", "0", "5"]),
        ]

    @Test("scores criterion 1 of circular 09/2017 as by hand on both sides of every edge", arguments: cases.indices)
    func criterion(index: Int) throws {
        let row = Self.cases[index]
        let record = record {
            $0.revenuePlanned = row.planned.map { Money(vnd: $0) }
            $0.revenue = row.revenue.map { Money(vnd: $0) }
            $0.profitAfterTax = row.net.map { Money(vnd: $0) }
            $0.membersEnd = row.members
            $0.developmentFund = row.development.map { Money(vnd: $0) }
            $0.reserveFund = row.reserve.map { Money(vnd: $0) }
        }
        let scoring = Scoring(try Self.shipped("tt09-2017"), of: record, after: nil)
        #expect(["C1.1", "C1.2", "C1.3", "C1.4", "C1.5"].map { points(scoring, $0) } == row.points)
        #expect(throws: Failure.self) { try scoring.grade() }
    }

    @Test("that is not whole says what is not known, and never grades") func incomplete() throws {
        let instrument = try Self.shipped("tt09-2017")
        let gaps = instrument.gaps.map { "\($0.details["id"] ?? "") \($0.code)" }
        #expect(
            gaps == [
                "C2 instrument.no-maximum", "C2 instrument.items-unknown", "C2.1 instrument.steps-unknown",
                "C3 instrument.no-maximum", "C3 instrument.items-unknown", "C4 instrument.no-maximum",
                "C4 instrument.items-unknown", "C5 instrument.no-maximum", "C5 instrument.items-unknown",
                "C6 instrument.no-maximum", "C6 instrument.items-unknown",
            ])
        let failure = #expect(throws: Failure.self) {
            try Scoring(instrument, of: record { $0.revenue = 1 }, after: nil).grade()
        }
        #expect(failure?.code == "scoring.incomplete")
        #expect(failure?.details["ids"] == "C2, C2.1, C3, C4, C5, C6")
        #expect(try !Self.shipped("tt01-2020").gaps.isEmpty)
    }

    @Test("that is whole grades once every item has points, and a sanction decides whatever they are") func whole()
        throws
    {
        let instrument = try Self.shipped("training")
        #expect(instrument.gaps.isEmpty)
        let previous = record { $0.revenue = 4_000_000_000 }
        let now = record {
            $0.revenue = 5_000_000_000
            $0.profit = 500_000_000
            $0.revenueContracts = 1_250_000_000
            $0.isSanctioned = false
        }
        let open = Scoring(instrument, of: now, after: previous)
        #expect(throws: Failure(.refused, "scoring.undetermined", ["ids": "T2.2, T2.3"])) { try open.grade() }
        let answers = ["T2.2": "late", "T2.3": "12.5"]
        let scoring = Scoring(instrument, of: now, after: previous, answers: answers)
        // 20 + 20 + a quarter of 20 + 10 + 5 + 12,5
        #expect(scoring.total?.shown == "72,5")
        #expect(try scoring.grade() == .fair)
        #expect(
            try Scoring(instrument, of: now, after: previous, answers: ["T2.2": "in_time", "T2.3": "20"]).grade()
                == .good)
        let sanctioned = record {
            $0.revenue = now.revenue
            $0.profit = now.profit
            $0.revenueContracts = now.revenueContracts
            $0.isSanctioned = true
        }
        #expect(try Scoring(instrument, of: sanctioned, after: previous, answers: answers).grade() == .weak)
        var dated = Assessment.Embedded.text("Data/instrument-training.yaml")
        dated += "\nyears: {from: 2024}\n"
        #expect(throws: Failure(.refused, "scoring.other-years", ["instrument": "BÀI TẬP"])) {
            try Scoring(Instrument(yaml: dated), of: now, after: previous, answers: answers).grade()
        }
        // Without the year before nobody can tell whether revenue rose.
        #expect(points(Scoring(instrument, of: now, after: nil, answers: answers), "T2.1") == "undetermined")
        for bad in ["20.01", "-1", "x"] {
            #expect(points(Scoring(instrument, of: now, after: nil, answers: ["T2.3": bad]), "T2.3") == "undetermined")
        }
    }

    @Test("adds up points as they are shown, however awkward the shares") func shares() throws {
        let items = (1...6).map { "{id: A\($0), name: a, max: 10, formula: revenue_other / revenue, share: true}" }
        let instrument = try Instrument(
            yaml: """
                code: T
                max_total: 60
                criteria: [{id: A, name: a, max: 60, items: [\(items.joined(separator: ", "))]}]
                grades: [{grade: good, from: 5}, {grade: weak, from: 0}]
                """)
        let scoring = Scoring(
            instrument,
            of: record {
                $0.revenue = 9_999_999_999_971
                $0.revenueOther = 3_333_333_333_323
            }, after: nil)
        // A third of 10 is shown as 3,33; six of them are 19,98.
        #expect(scoring.lines.allSatisfy { $0.points?.shown == "3,33" })
        #expect(scoring.total?.shown == "19,98")
    }

    @Test("tells how far the next step is") func next() throws {
        let scoring = Scoring(try Self.shipped("training"), of: record { $0.revenue = 900_000_000 }, after: nil)
        let line = try #require(scoring.lines.first { $0.item.id == "T1.1" })
        #expect(line.next?.distance == 100_000_000 && line.next?.gain == 7)
        let best = Scoring(try Self.shipped("training"), of: record { $0.revenue = 5_000_000_000 }, after: nil)
        #expect(best.lines[0].next == nil)
    }

    @Test("shows gaps and overlaps of its steps, and sums that differ") func faults() throws {
        func codes(_ bands: String, max: String = "10") throws -> [String] {
            try Instrument(
                yaml: """
                    code: T
                    max_total: 10
                    criteria:
                      - id: A
                        name: a
                        max: 10
                        items: [{id: A1, name: a, max: \(max), formula: revenue, bands: [\(bands)]}]
                    grades: [{grade: good, from: 5}, {grade: weak, from: 0}]
                    """
            ).gaps.map(\.code)
        }
        #expect(try codes("{below: 5, points: 0}, {from: 5, points: 10}").isEmpty)
        #expect(try codes("{below: 5, points: 0}, {above: 5, points: 10}") == ["instrument.bands-open"])
        #expect(try codes("{upto: 5, points: 0}, {from: 5, points: 10}") == ["instrument.bands-open"])
        #expect(try codes("{from: 0, below: 5, points: 0}, {from: 5, points: 10}") == ["instrument.bands-open"])
        #expect(
            try codes("{below: 5, points: 0}, {from: 5, points: 9}", max: "9") == ["instrument.sum-differs"])
        #expect(try codes("{below: 5, points: 0}, {from: 5, points: 9}") == ["instrument.steps-differ"])
    }

    @Test(
        "is refused with the place of what is wrong",
        arguments: [
            ("criteria: [", "instrument.unreadable"),
            ("code: T\ncriteria: []\ngrades: [{grade: best, from: 0}]", "instrument.unknown-grade"),
            (
                "code: T\ncriteria: [{id: A, name: a, items: [{id: A, name: b}]}]\ngrades: []", "instrument.twice"
            ),
            (
                "code: T\ncriteria: [{id: A, name: a, items: [{id: A1, name: b, formula: revenu / 2}]}]\ngrades: []",
                "instrument.formula"
            ),
            (
                "code: T\ncriteria: [{id: A, name: a, items: [{id: A1, name: b, formula: revenue, share: true}]}]\ngrades: []",
                "instrument.no-share"
            ),
            (
                "code: T\ncriteria: []\ngrades: []\noverrides: [{when: revenue, grade: weak, name: n}]",
                "instrument.no-condition"
            ),
            ("code: T\nmax_total: viel\ncriteria: []\ngrades: []", "instrument.formula"),
        ])
    func unreadable(text: String, code: String) {
        let failure = #expect(throws: Failure.self) { try Instrument(yaml: text) }
        #expect(failure?.code == code)
    }
}

extension Rational {
    fileprivate var shown: String { shown(.vi) }
}
