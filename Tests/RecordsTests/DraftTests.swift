import Kernel
import Persistence
import Testing

@testable import Records

@Suite("What is typed into a form") struct DraftTests {
    private static let vocabulary = Vocabulary([], choices: [])

    private func draft(_ typed: [String: String], over base: Orchard = Orchard(), keeping: Set<String> = []) -> Draft<
        Orchard
    > {
        Draft(
            typed: typed, in: Orchard.description.fields, over: base, keeping: keeping, today: "2024-06-30",
            Self.vocabulary)
    }

    private var full: Orchard {
        var orchard = Orchard()
        orchard.name = "Vườn Lái Thiêu"
        orchard.phone = "0912345678"
        orchard.trees = 1250
        orchard.isOpen = true
        orchard.worth = Money(vnd: 500_000)
        orchard.debt = Money(vnd: 247_646_000_000)
        orchard.area = Area(squareMetres: 12_501)
        orchard.planted = "2018-03-15"
        orchard.founded = PartialDay("2018-03")
        orchard.soil = .basalt
        orchard.neighbour = 7
        return orchard
    }

    @Test("means the same when what a form shows is typed back") func roundTrip() {
        let fields = Orchard.description.fields
        var typed: [String: String] = [:]
        for field in fields { typed[field.name] = field.typed(full) }
        #expect(typed["debt"] == "247.646.000.000")
        #expect(typed["worth"] == "500.000")
        #expect(typed["area"] == "1,2501")
        #expect(typed["planted"] == "15/03/2018")
        #expect(typed["founded"] == "03/2018")
        let read = draft(typed)
        #expect(read.findings == [])
        for field in fields { #expect(field.stored(read.record) == field.stored(full), "\(field.name)") }
    }

    @Test("clears what may be blank and asks for what may not") func blank() {
        let read = draft([:], over: full)
        #expect(read.record.debt == nil)
        #expect(read.record.isOpen == false)
        #expect(Set(read.findings.compactMap(\.field)) == ["name", "trees", "worth", "planted", "fruit"])
        #expect(read.findings.allSatisfy { $0.code == "field.required" && !$0.mayBeKept })
    }

    @Test(
        "is refused at its field with the reason",
        arguments: [
            ("trees", "nhiều", "cell.not-a-number"), ("trees", "0", "field.out-of-range"),
            ("trees", "1,5", "cell.not-whole"),
            ("planted", "31/02/2020", "cell.impossible-date"), ("planted", "2020", "cell.day-needed"),
            ("founded", "07/2024", "cell.future-date"), ("fruit", "chuối", "field.unknown-choice"),
            ("neighbour", "vườn bên", "field.unknown-reference"), ("phone", "12", "cell.bad-phone"),
            ("name", "<b>Vườn</b>", "text.markup"), ("area", "12 kg", "cell.unit-mismatch"),
            ("debt", "9999999999999999999999", "cell.not-a-number"),
        ])
    func refused(field: String, text: String, code: String) {
        var typed: [String: String] = [:]
        for field in Orchard.description.fields { typed[field.name] = field.typed(full) }
        typed[field] = text
        let read = draft(typed)
        #expect(read.findings.map(\.field) == [field])
        #expect(read.findings.map(\.code) == [code])
    }

    @Test("that is doubtful is stored once a person says that it is meant so") func kept() {
        var typed: [String: String] = [:]
        for field in Orchard.description.fields { typed[field.name] = field.typed(full) }
        typed["name"] = "=SUM(A1)"
        #expect(draft(typed).findings.map(\.mayBeKept) == [true])
        #expect(draft(typed, keeping: ["name"]).isStorable)
        #expect(draft(typed, keeping: ["name"]).record.name == "=SUM(A1)")
    }

    @Test("contradicts itself in no single field") func rules() {
        var typed: [String: String] = [:]
        for field in Orchard.description.fields { typed[field.name] = field.typed(full) }
        typed["bearing"] = "1251"
        let read = draft(typed)
        #expect(read.findings.map(\.field) == [nil])
        #expect(read.findings.map(\.code) == ["orchard.more-bearing-than-trees"])
    }

    @Test("by a program is taken as it is stored, and only as that") func values() {
        let read = Draft(
            values: [
                "name": .text("Vườn"), "trees": .integer(3), "worth_vnd": .integer(5), "planted": .text("2020-01-02"),
                "area_m2": .null, "fruit": .text("durian"), "is_open": .integer(1),
            ], over: Orchard())
        #expect(read.findings == [])
        #expect(read.record.worth == Money(vnd: 5))
        #expect(read.record.isOpen)
        let wrong = Draft(
            values: [
                "name": .integer(3), "trees": .text("3"), "worth_vnd": .null, "planted": .text("02/01/2020"),
                "fruit": .text("banana"), "colour": .text("red"), "is_open": .integer(2),
            ], over: full)
        #expect(
            Dictionary(grouping: wrong.findings, by: \.code).mapValues { Set($0.compactMap(\.field)) } == [
                "field.no-such-field": ["colour"],
                "field.wrong-type": ["name", "trees", "worth", "planted", "fruit", "is_open"],
            ])
    }
}
