package import Kernel
package import Persistence
package import Records
import Registry

/// A part of a return that stands on a line of its own, such as a product. It is written as long as the return is open.
protocol ReturnLine: Record {
    var annualReturn: AnnualReturn.ID { get set }
}

extension ReturnLine {
    static func requireOpen(_ before: Self?, _ after: Self?, _ act: Act, in db: Connection) throws {
        for id in Set([before, after].compactMap(\.?.annualReturn)) {
            let record = try AnnualReturn.find(id, in: db)
            if case .fails(let code, let details) = record.mayBeChanged { throw Failure(.invalid, code, details) }
            try ReturnRound.requireOpen(record.year, record.cooperative, on: act.at.day, in: db)
        }
    }
}

/// What a cooperative produced in the year, by product.
package struct ReturnProduct: ReturnLine {
    package var id: Identifier<ReturnProduct> = 0
    package var version = 0
    package var annualReturn: AnnualReturn.ID = 0
    package var product = ""
    package var area: Area?
    package var quantity: Hundredths?
    /// What the quantity counts: tonnes, head, litres.
    package var measure: String?
    package var value: Money?
    package init() {}

    package static let description = Description<ReturnProduct>(
        "return_product", table: "assessment_return_product", rules: [\.saysWhatItCounts],
        sortKey: { vietnameseSortKey($0.product) }, guarding: { try requireOpen($0, $1, $2, in: $3) }
    ) {
        Field("return", \.annualReturn)
        Field("product", \.product, .listed, .searched, .check(isOneLine))
        Field("area", \.area, .listed)
        Field("quantity", \.quantity, .listed, .check(isNotNegative))
        Field("measure", \.measure, .listed)
        Field("value", \.value, .listed, .check(isNotNegative))
    }

    var saysWhatItCounts: Verdict {
        quantity == nil || measure != nil ? .meets : .fails("return_product.no-measure")
    }

    package static let listing = Listing(
        "return_product", path: "return-products", table: "assessment_return_product", alias: "p",
        columns: [
            .init("product", "p.product", .text, order: "p.sort_key", link: ("annual_return", "return_id")),
            .init("area", "p.area_m2", .area), .init("quantity", "p.quantity_hundredths", .hundredths),
            .init("measure", "p.measure", .text), .init("value", "p.value_vnd", .money),
        ] + columnsOfReturn, filters: filtersOfReturn("p"), joins: { joinsOfReturn("p", $0) }, exists: { _ in "1 = 1" })
}

/// What a cooperative owed at the end of the year, by lender.
package struct ReturnLoan: ReturnLine {
    package var id: Identifier<ReturnLoan> = 0
    package var version = 0
    package var annualReturn: AnnualReturn.ID = 0
    package var lender = ""
    package var balance: Money?
    package var dueOn: Day?
    package init() {}

    package static let description = Description<ReturnLoan>(
        "return_loan", table: "assessment_return_loan", sortKey: { vietnameseSortKey($0.lender) },
        guarding: { try requireOpen($0, $1, $2, in: $3) }
    ) {
        Field("return", \.annualReturn)
        Field("lender", \.lender, .listed, .searched, .check(isOneLine))
        Field("balance", \.balance, .listed, .check(isNotNegative))
        Field("due_on", \.dueOn, .listed)
    }

    package static let listing = Listing(
        "return_loan", path: "return-loans", table: "assessment_return_loan", alias: "l",
        columns: [
            .init("lender", "l.lender", .text, order: "l.sort_key", link: ("annual_return", "return_id")),
            .init("balance", "l.balance_vnd", .money), .init("due_on", "l.due_on", .day),
        ] + columnsOfReturn, filters: filtersOfReturn("l"), joins: { joinsOfReturn("l", $0) }, exists: { _ in "1 = 1" })
}

private let columnsOfReturn: [Listing.Column] = [
    .init("cooperative", "c.name", .text), .init("unit", Cooperative.unitName, .text), .init("year", "r.year", .year),
    .init("return_id", "r.id", .integer, hiddenOnPages: true),
]

private func filtersOfReturn(_ alias: String) -> [Listing.Filter] {
    [
        .init("unit", .code) { code, day in
            """
            \(described: alias).return_id IN (SELECT a.id FROM assessment_return a
            JOIN registry_cooperative c ON c.id = a.cooperative_id WHERE c.unit_id IN (\(units(under: code, on: day))))
            """
        },
        .init("year", .year) { year, _ in
            """
            \(described: alias).return_id IN (SELECT a.id FROM assessment_return a WHERE a.year = \(try Year(asked: year)))
            """
        },
    ]
}

private func joinsOfReturn(_ alias: String, _ day: Day) -> SQL {
    """
    JOIN assessment_return r ON r.id = \(described: alias).return_id
    JOIN registry_cooperative c ON c.id = r.cooperative_id
    \(writtenUnit(of: "c.unit_id", on: day))
    """
}

private func isOneLine(_ name: String) -> Verdict {
    name.count <= 200 ? .meets : .fails("text.too-long", ["length": "\(name.count)", "limit": "200"])
}

private func isNotNegative(_ quantity: Hundredths?) -> Verdict {
    quantity.map { $0 < .zero } ?? false ? .fails("annual_return.negative") : .meets
}

private func isNotNegative(_ money: Money?) -> Verdict {
    money.map { $0 < .zero } ?? false ? .fails("annual_return.negative") : .meets
}

// The rows of a list of lines name the cooperative; the year is that of the list.
extension AnnualReturn: Referenced {
    package static let referenceName = "annual_return"
    package static func referenceColumns(of field: String) -> [String] {
        Cooperative.referenceColumns(of: "cooperative")
    }
    package static func finder(of field: String, asOf: Day, in db: Connection) throws -> ReferenceFinder {
        let cooperatives = try Cooperative.finder(of: "cooperative", asOf: asOf, in: db)
        let lock = try ReturnLock(Year(asOf.year), in: db)
        let returns = Dictionary(
            try list(where: "year = \(asOf.year)", in: db).map { ($0.cooperative.number, $0) },
            uniquingKeysWith: { first, _ in first })
        return ReferenceFinder { words, row in
            guard let cooperative = cooperatives(words, &row) else { return nil }
            guard let record = returns[cooperative] else {
                row.find(.error, "return_line.no-return", in: "cooperative", ["year": "\(asOf.year)"])
                return nil
            }
            if case .fails(let code, let details) = record.mayBeChanged {
                row.find(.error, code, in: "cooperative", details)
            } else if lock.holds(record.cooperative, on: row.context.today) {
                row.find(.error, "annual_return.locked", in: "cooperative", ["year": "\(asOf.year)"])
            }
            return record.id.number
        }
    }
}
