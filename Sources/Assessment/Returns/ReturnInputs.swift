import Kernel
import Persistence
import Records
import Registry

/// What rules read of a return: its own figures, what the register says of the last day of its year, and what its lines
/// come to.
struct ReturnInputs: Sendable {
    let record: AnnualReturn
    let registeredMembers: Int?
    let productsValue: Money?
    let lendersBalance: Money?

    /// The values that formulas of rules can name, with their units.
    static let names: [String: FormulaType] = Instrument.figureNames.merging([
        "registered_members": .number(.person), "products_value": .number(.vnd), "lenders_balance": .number(.vnd),
    ]) { own, _ in own }

    /// `nil`: not known.
    subscript(name: String) -> FormulaValue? {
        switch name {
        case "registered_members": registeredMembers.map { .number(Rational(Int64($0))) }
        case "products_value": productsValue.map { .number(Rational($0.vnd)) }
        case "lenders_balance": lendersBalance.map { .number(Rational($0.vnd)) }
        default: record.formulaValue(name)
        }
    }
}

/// What stands around the returns of a year: those of the year before, the members by the register, the sums of lines.
struct ReturnSurroundings: Sendable {
    private let previous: [Cooperative.ID: AnnualReturn]
    private let members: [Cooperative.ID: (now: Int?, before: Int?)]
    private let products: [AnnualReturn.ID: Money]
    private let lenders: [AnnualReturn.ID: Money]

    /// `cooperatives`: whose; `nil`: everybody's. As many questions for one as for all.
    init(of year: Year, cooperatives: [Cooperative.ID]?, in db: Connection) throws {
        let whose = cooperatives.map { "cooperative_id IN (\(list: $0))" as SQL } ?? "1 = 1"
        previous = Dictionary(
            try AnnualReturn.list(where: "year = \(year.previous) AND \(whose)", in: db).map { ($0.cooperative, $0) },
            uniquingKeysWith: { first, _ in first })
        var members: [Cooperative.ID: (now: Int?, before: Int?)] = [:]
        let (end, endBefore) = (year.lastDay, year.previous.lastDay)
        try db.each(
            """
            SELECT cooperative_id, valid_from, members FROM registry_headcount
            WHERE \(whose) AND valid_from <= \(end) ORDER BY valid_from
            """
        ) { row in
            let (id, from, count): (Cooperative.ID, Day, Int?) = (try row[0], try row[1], try row[2])
            members[id, default: (nil, nil)].now = count
            if from <= endBefore { members[id, default: (nil, nil)].before = count }
        }
        self.members = members
        func sums(_ table: String, _ column: String) throws -> [AnnualReturn.ID: Money] {
            Dictionary(
                // A line without its amount makes the sum unknown.
                uniqueKeysWithValues: try db.all(
                    """
                    SELECT l.return_id, CAST(sum(\(described: "l.\(column)")) AS BIGINT)
                    FROM \(described: table) l JOIN assessment_return r ON r.id = l.return_id
                    WHERE r.year IN (\(year), \(year.previous)) AND \(whose)
                    GROUP BY l.return_id HAVING count(*) = count(\(described: "l.\(column)"))
                    """
                ) { (try $0[0], try $0[1]) })
        }
        products = try sums("assessment_return_product", "value_vnd")
        lenders = try sums("assessment_return_loan", "balance_vnd")
    }

    func inputs(of record: AnnualReturn) -> (now: ReturnInputs, previous: ReturnInputs?) {
        let counts = members[record.cooperative]
        func inputs(_ record: AnnualReturn, _ members: Int?) -> ReturnInputs {
            ReturnInputs(
                record: record, registeredMembers: members, productsValue: products[record.id],
                lendersBalance: lenders[record.id])
        }
        return (inputs(record, counts?.now), previous[record.cooperative].map { inputs($0, counts?.before) })
    }
}
