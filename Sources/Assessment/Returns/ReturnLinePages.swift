import Access
import Hummingbird
import Kernel
import Persistence
import Records
import Registry
import Web

extension AssessmentPages {
    /// The forms of the lines of a return, under its address. A line that should not be there is taken out; its history
    /// stays.
    func registerLines(in site: inout Site) {
        // A line belongs to a return, and is added there.
        for path in ["return-products", "return-loans"] {
            site.get("/\(path)/new", may: .holders(.edit, "annual_return")) { _, _ in Response.seeOther("/returns") }
        }
        register(ReturnProduct.self, "products", in: &site)
        register(ReturnLoan.self, "loans", in: &site)
    }

    private func register<L: ReturnLine>(_ type: L.Type, _ word: String, in site: inout Site) {
        let pages = pages
        RecordForms<L>(
            "returns/:id/\(word)", owner: .init("return", AnnualReturn.self), pickers: pages.pickers,
            database: pages.database, vocabulary: pages.vocabulary
        ) { "/returns/\($0.annualReturn)" }.register(in: &site)
        let name = L.description.name
        site.post("/returns/:id/\(word)/:part/remove", may: .holders(.edit, name)) { request, context -> Response in
            let form = try await request.form()
            let (viewer, act) = (try context.viewer, try context.act())
            let (id, part) = (try context.id("id") as AnnualReturn.ID, try context.id("part") as Identifier<L>)
            try await pages.database.write { db in
                try viewer.require(.edit, part, in: db)
                let line = try L.find(part, in: db)
                guard line.annualReturn == id else { throw Failure(.missing, "page.missing") }
                guard form["version"] == "\(line.version)" else {
                    throw Failure(.conflict, "record.changed-meanwhile", ["type": "@type.\(name)", "id": "\(part)"])
                }
                try db.withdraw([line], by: act)
            }
            return .seeOther("/returns/\(id)?done=saved")
        }
    }
}

/// The lines of a return with their sums, each beside the return's own figure.
struct ReturnLines: Sendable {
    let record: AnnualReturn
    let products: [ReturnProduct]
    let loans: [ReturnLoan]
    let mayEdit: Bool

    init(of record: AnnualReturn, mayEdit: Bool, in db: Connection) throws {
        self.record = record
        self.mayEdit = mayEdit && record.state.isOpen
        products = try ReturnProduct.list(where: "return_id = \(record.id) ORDER BY sort_key, id", in: db)
        loans = try ReturnLoan.list(where: "return_id = \(record.id) ORDER BY sort_key, id", in: db)
    }

    func html(_ t: Texts) -> HTML {
        """
        \(section("products", products, ["product", "area", "quantity", "value"], t) { product in
            [
                product.product, product.area.map { "\(NumberText.hectares($0, t.language)) ha" },
                product.quantity.map { "\(NumberText.shown($0.decimal, t.language)) \(product.measure ?? "")" },
                product.value.map { NumberText.millions($0, t.language) },
            ]
        })\(sum("production_value", products.map(\.value), record.productionValue, t))
        \(section("loans", loans, ["lender", "due_on", "balance"], t) { loan in
            [
                loan.lender, loan.dueOn.map { DateText.short($0, t.language) },
                loan.balance.map { NumberText.millions($0, t.language) },
            ]
        })\(sum("loans", loans.map(\.balance), record.loans, t))
        """
    }

    private func section<L: ReturnLine>(
        _ word: String, _ lines: [L], _ columns: [String], _ t: Texts, _ cells: (L) -> [String?]
    ) -> HTML? {
        guard mayEdit || !lines.isEmpty else { return nil }
        let (type, address) = (L.description.name, "/returns/\(record.id)/\(word)")
        let labels = columns.map { t["\(type).\($0)"] }
        func cell(_ index: Int, _ text: String?) -> HTML {
            """
            <td\(attribute: "class", index == 0 ? nil : "number")\(attribute: "data-label", index == 0 ? nil : labels[index])>\
            \(text ?? t["value.unknown"])</td>
            """
        }
        func row(_ line: L) -> HTML {
            let actions: HTML = """
                <td><a class="small no-print" href="\(address)/\(line.id)/edit">\(t["form.change"])\
                <span class="unseen"> \(cells(line)[0] ?? "")</span></a> \
                \(postButton("\(address)/\(line.id)/remove", t["returns.remove-line"], carrying: [("version", "\(line.version)")]))</td>
                """
            return """
                <tr>\(Array(cells(line).enumerated()), { cell($0.offset, $0.element) })\(mayEdit ? actions : nil)</tr>
                """
        }
        let head: HTML = """
            \(Array(labels.enumerated()), { columnHead($0.element, isNumber: $0.offset > 0) })\(mayEdit ? "<td></td>" as HTML : nil)
            """
        let add = linkButton(t("form.new", ["type": t.inSentence("type.\(type)")]), "\(address)/new")
        return """
            <section class="sheet">\(lines.isEmpty
                ? "<h2>\(t["\(type).plural"])</h2>\(emptyState(t["returns.no-lines"]))"
                : table(t["\(type).plural"], head: head, rows: "\(lines, row)"))\(mayEdit ? add : nil)</section>
            """
    }

    /// The sum is known where every line has its amount.
    private func sum(_ field: String, _ amounts: [Money?], _ figure: Money?, _ t: Texts) -> HTML? {
        guard !amounts.isEmpty else { return nil }
        let known = amounts.compactMap(\.self)
        func say(_ money: Money?) -> String {
            money.map { "\(NumberText.millions($0, t.language)) \(t["unit.million"])" } ?? t["value.unknown"]
        }
        let details = [
            "sum": say(known.count == amounts.count ? known.reduce(.zero, +) : nil), "known": "\(known.count)",
            "all": "\(amounts.count)", "field": "@annual_return.\(field)", "figure": say(figure),
        ]
        return "<p class=\"small\">\(t("returns.sum-of-lines", details))</p>"
    }
}
