import Documents
package import Kernel
package import Persistence
package import Records

/// What a row of an officers' list of cooperatives says.
package struct CooperativeEntry: Sendable, Equatable {
    var name = ""
    var taxCode: String?
    var registrationNumber: String?
    var established: PartialDay?
    var communeText: String?
    var districtText: String?
    var unit: Unit.ID?
    var address: String?
    var kind: CooperativeKind?
    var status: StatusChoice?
    var statusText: String?
    var members: Int?
    var women: Int?
    var poorHouseholds: Int?
    var charterCapital: Money?
    var landArea: Area?
    var director: String?
    var phone: String?
    var mainProducts: String?
    var grade: RecordedGrade?
    var gradeYear: Int?
}

/// Reads lists of cooperatives as districts send them.
package enum CooperativeImport: ImportForm {
    package typealias Entry = CooperativeEntry

    package struct Context: Sendable {
        package let gazetteer: Gazetteer
        let asOf: Day
        let today: Day
        let law: LawNumbers
    }

    package static let name = "cooperative"
    package static var table: String { Cooperative.description.table }
    package static func entry() -> CooperativeEntry { CooperativeEntry() }
    package static func context(asOf: Day, clock: WallClock, in db: Connection) throws -> Context {
        Context(gazetteer: try Gazetteer(db), asOf: asOf, today: clock.today(), law: .shipped)
    }

    package static let columns: [ImportColumn<CooperativeEntry, Context>] = [
        ImportColumn("name", required: true) { cell, entry, _ in
            guard let name = cell.name() else { return }
            let folded = fold(name)
            if folded.hasPrefix("to hop tac") || folded.hasPrefix("tht ") {
                cell.find(.error, "cooperative.is-a-group")
            }
            entry.name = name
        },
        ImportColumn("tax_code") { cell, entry, _ in entry.taxCode = cell.taxCode() },
        ImportColumn("registration_number") { cell, entry, _ in entry.registrationNumber = cell.text(limit: 40) },
        ImportColumn("established") { cell, entry, context in entry.established = cell.date(notAfter: context.today) },
        ImportColumn("commune") { cell, entry, _ in entry.communeText = cell.text() },
        ImportColumn("district") { cell, entry, _ in entry.districtText = cell.text() },
        ImportColumn("address") { cell, entry, _ in entry.address = cell.text() },
        ImportColumn("kind", kind: CooperativeKind.kind) { cell, entry, _ in
            entry.kind = cell.choice(CooperativeKind.self, problem: "cooperative.unknown-kind")
        },
        ImportColumn("status", kind: StatusChoice.kind) { cell, entry, _ in
            entry.status = cell.choice(StatusChoice.self, problem: "cooperative.unknown-status")
            entry.statusText = cell.raw
        },
        ImportColumn("members", kind: .integer, summed: { $0.members.map(Int64.init) }) { cell, entry, _ in
            entry.members = cell.count()
        },
        ImportColumn("women", kind: .integer, summed: { $0.women.map(Int64.init) }) { cell, entry, _ in
            entry.women = cell.count()
        },
        ImportColumn("poor_households", kind: .integer, summed: { $0.poorHouseholds.map(Int64.init) }) {
            cell, entry, _ in
            entry.poorHouseholds = cell.count()
        },
        ImportColumn("charter_capital", kind: .money, summed: { $0.charterCapital?.vnd }) { cell, entry, _ in
            entry.charterCapital = charterCapital(&cell)
        },
        ImportColumn("director") { cell, entry, _ in entry.director = cell.person() },
        ImportColumn("phone") { cell, entry, _ in entry.phone = cell.phone() },
        ImportColumn("main_products") { cell, entry, _ in entry.mainProducts = cell.text() },
        ImportColumn("land_area", kind: .area, summed: { $0.landArea?.squareMetres }) { cell, entry, _ in
            guard let area = cell.area() else { return }
            if area < .zero { cell.find(.error, "cell.negative") } else { entry.landArea = area }
        },
        // Read to be checked; they are kept by the parts of the system that come for them.
        ImportColumn("ocop") { cell, _, _ in checkStars(&cell) },
        ImportColumn("grade", kind: RecordedGrade.kind) { cell, entry, _ in
            entry.grade = cell.choice(RecordedGrade.self, problem: "cooperative.unknown-grade")
            entry.gradeYear = cell.year
        },
    ]

    /// More than this is asked about: a thousand billion đồng in one cooperative is a slip of the unit.
    private static let implausibleCapital: Money = 1_000_000_000_000

    private static func charterCapital(_ cell: inout CellReading) -> Money? {
        guard let amount = cell.money() else { return nil }
        if amount < .zero {
            cell.find(.error, "charter_capital.negative", ["amount": NumberText.millions(amount, .vi)])
            return nil
        }
        guard amount >= implausibleCapital else { return amount }
        if let answer = cell.answeredMoney(), answer >= .zero { return answer }
        let perhaps = Money(vnd: amount.vnd / 1000)
        let details = ["amount": NumberText.millions(amount, .vi), "perhaps": NumberText.millions(perhaps, .vi)]
        return cell.confirmed("charter_capital.implausible", details) ? amount : nil
    }

    /// `Sầu riêng (6 sao)`, `Bưởi: 4*`: OCOP ranks run from 1 to 5 stars (Decision 148/QĐ-TTg).
    private static func checkStars(_ cell: inout CellReading) {
        guard let text = cell.text(limit: 2000) else { return }
        for match in text.matches(of: /(\d+)\s*(?:sao|\*)/) {
            guard let stars = Int(match.1), !(1...5).contains(stars) else { continue }
            cell.find(.error, "cooperative.ocop-stars", ["stars": "\(stars)"])
        }
    }

    package static func title(of entry: CooperativeEntry) -> String { entry.name }

    package static func neighbourhood(of entry: CooperativeEntry) -> (name: String, unit: Int64)? {
        entry.name.isEmpty ? nil : entry.unit.map { (entry.name, $0.number) }
    }

    package static func keys(of entry: CooperativeEntry) -> [MatchKey] {
        var keys: [MatchKey] = []
        if let taxCode = entry.taxCode { keys.append(MatchKey(.taxCode, taxCode)) }
        if let number = entry.registrationNumber { keys.append(MatchKey(.registration, number)) }
        if !entry.name.isEmpty, let unit = entry.unit { keys.append(nameKey(entry.name, unit)) }
        return keys
    }

    static func nameKey(_ name: String, _ unit: Unit.ID) -> MatchKey {
        MatchKey(.nameAndUnit, "\(BusinessName(name).exact) @ \(unit)")
    }

    package static func index(_ context: Context, in db: Connection) throws -> MatchIndex {
        var index = MatchIndex()
        var units = ListedUnits(context.gazetteer, on: context.asOf)
        try db.each(
            "SELECT COALESCE(merged_into_id, id), tax_code, registration_number, name, unit_id FROM registry_cooperative"
        ) { row in
            let id: Int64 = try row[0]
            if let taxCode: String = try row[1] { index.add(MatchKey(.taxCode, taxCode), id) }
            if let number: String = try row[2] { index.add(MatchKey(.registration, number), id) }
            index.add(id, try row[3], in: units.units(of: try row[4]))
        }
        return index
    }
}

/// A grade as a list gives it, or why there is none. Circular 09/2017/TT-BNNPTNT.
package enum RecordedGrade: String, Choice {
    case good, fair, average, weak
    case notAssessedNew = "not_assessed_new"
    case notAssessedStopped = "not_assessed_stopped"
    case notAssessedNoRevenue = "not_assessed_no_revenue"
    case notAssessed = "not_assessed"
    package static let key = "recorded_grade"

    var isGraded: Bool { [.good, .fair, .average, .weak].contains(self) }
}
