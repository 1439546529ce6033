import Foundation
import Kernel
import Persistence
import Records
import TestSupport
import Testing

@testable import Registry

@Suite("The officers' workbooks") struct SampleImportTests {
    private static let kinds = ["crop": "crop", "livestock": "livestock", "mixed": "general"]

    @Test("give cooperatives equal to their true values, cell by cell", arguments: TestEngine.all)
    func cooperatives(engine: TestEngine) async throws {
        let expected = try Sample.rows("clean/cooperatives.csv")
        #expect(expected.count == 84)
        let found = try await Sample.with(engine) { database in
            try await database.read { db in try stored(db) }
        }
        #expect(found.count == 84)
        for row in expected {
            let code = try #require(row["tax_code"])
            let actual = try #require(found[code], "\(code)")
            let wanted: [String: String] = [
                "name": row["name"] ?? "", "tax_code": code, "established": row["established_date"] ?? "",
                "commune": row["commune_code"] ?? "", "district": row["district_code"] ?? "",
                "address": row["address"] ?? "", "kind": Self.kinds[row["kind_code"] ?? ""] ?? "",
                "status": row["status_code"] ?? "", "members": row["members"] ?? "",
                "women": row["women_members"] ?? "", "capital": row["charter_capital_vnd"] ?? "",
                "director": row["director_name"] ?? "", "phone": row["phone"] ?? "",
                "products": row["main_product"] ?? "",
                "area": (row["area_ha"]).flatMap { $0.isEmpty ? "" : squareMetres($0) } ?? "",
            ]
            #expect(actual == wanted, "\(row["name"] ?? "")")
        }
    }

    /// `120.5` ha in m².
    private func squareMetres(_ hectares: String) -> String {
        let parts = hectares.split(separator: ".")
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        return String(
            (Int(parts[0]) ?? 0) * 10_000 + (Int(fraction.padding(toLength: 4, withPad: "0", startingAt: 0)) ?? 0))
    }

    private func stored(_ db: Connection) throws -> [String: [String: String]] {
        let rows = try db.all(
            """
            SELECT c.name, c.tax_code, c.established, u.code, u.parent_code, c.address, c.kind, s.status,
                CAST(h.members AS TEXT), CAST(h.women AS TEXT), CAST(k.amount_vnd AS TEXT), o.name, c.phone,
                c.main_products, CAST(a.area_m2 AS TEXT)
            FROM registry_cooperative c JOIN registry_unit u ON u.id = c.unit_id
            LEFT JOIN registry_cooperative_status s ON s.cooperative_id = c.id
            LEFT JOIN registry_headcount h ON h.cooperative_id = c.id
            LEFT JOIN registry_charter_capital k ON k.cooperative_id = c.id
            LEFT JOIN registry_land_area a ON a.cooperative_id = c.id
            LEFT JOIN registry_officer o ON o.cooperative_id = c.id
            """
        ) { row in try (0..<15).map { try (row[$0] as String?) ?? "" } }
        let names = [
            "name", "tax_code", "established", "commune", "district", "address", "kind", "status", "members", "women",
            "capital", "director", "phone", "products", "area",
        ]
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[1], Dictionary(uniqueKeysWithValues: zip(names, $0))) })
    }

    @Test("give groups equal to their true values, cell by cell", arguments: TestEngine.all)
    func groups(engine: TestEngine) async throws {
        let founders = [
            "farmers": "farmers_union", "women": "womens_union", "veterans": "veterans_association",
            "youth": "youth_union",
        ]
        let expected = try Sample.rows("clean/groups.csv").map { row in
            [
                row["name"] ?? "", row["established_date"] ?? "", row["commune_code"] ?? "", row["leader_name"] ?? "",
                row["phone"] ?? "", row["members"] ?? "", row["women_members"] ?? "", row["field_code"] ?? "",
                founders[row["founder_code"] ?? ""] ?? "",
            ]
        }
        let found = try await Sample.with(engine) { database in
            try await database.read { db in
                try db.all(
                    """
                    SELECT g.name, g.established, u.code, g.leader, g.phone, CAST(h.members AS TEXT),
                        CAST(h.women AS TEXT), g.field, g.founder
                    FROM registry_group g JOIN registry_unit u ON u.id = g.unit_id
                    LEFT JOIN registry_group_headcount h ON h.group_id = g.id
                    """
                ) { row in try (0..<9).map { try (row[$0] as String?) ?? "" } }
            }
        }
        #expect(found.count == 180)
        #expect(Set(found) == Set(expected))
    }

    @Test("change nothing when they are imported again, and say so", arguments: TestEngine.all)
    func again(engine: TestEngine) async throws {
        try await Sample.with(engine) { database in
            let history = try await count("records_change", database)
            let again = try await Sample.run(CooperativeImport.self, "htx-2024-06.xlsx").apply(database, by: Sample.act)
            #expect(again.counts[.added] == 0)
            #expect(again.counts[.changed] == 0)
            #expect(again.counts[.unchanged] == 84)
            #expect(again.wasAppliedBefore)
            let groups = try await Sample.run(GroupImport.self, "tht-2024-06.xlsx").apply(database, by: Sample.act)
            #expect(groups.counts[.unchanged] == 180)
            #expect(try await count("records_change", database) == history)
        }
    }

    @Test("store in a preview nothing, and afterwards what the preview promised")
    func promise() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let run = try Sample.run(CooperativeImport.self, "htx-2024-06.xlsx")
            let preview = try await run.preview(database, by: Sample.act)
            #expect(preview.counts[.added] == 84)
            for table in ["registry_cooperative", "records_change", "records_file", "records_import"] {
                #expect(try await count(table, database) == 0)
            }
            let applied = try await run.apply(database, by: Sample.act, promised: preview.counts)
            #expect(applied.counts == preview.counts)
            #expect(try await count("records_file", database) == 1)
            #expect(try await count("records_import_row", database) == applied.rows.count)
            await #expect(throws: Failure(.conflict, "import.counts-differ")) {
                try await run.apply(database, by: Sample.act, promised: preview.counts)
            }
        }
    }

    @Test("have every total that shows less than its rows reported at its cell")
    func totals() async throws {
        let columns = ["members": "members", "women": "women", "capital": "charter_capital", "area": "land_area"]
        let expected = try Sample.rows("clean/misleading_subtotals.csv")
        #expect(expected.count == 13)
        try await Sample.with(.sqlite, isFilled: false) { database in
            let result = try await Sample.run(CooperativeImport.self, "htx-2024-06.xlsx").preview(
                database, by: Sample.act)
            let found = result.findings.filter { $0.code == "row.total-differs" }
            #expect(found.count == 13)
            for row in expected {
                let finding = try #require(
                    found.first { $0.place.sheet == row["sheet"] && $0.place.cell == row["cell"] }, "\(row)")
                #expect(finding.details["field"] == "@cooperative.\(columns[row["column"] ?? ""] ?? "")")
                #expect(plain(finding.details["shown"]) == row["shown"])
                #expect(plain(finding.details["true"]) == row["true"])
            }
        }
    }

    /// `48.870` and `603,8` as the expectations write them.
    private func plain(_ number: String?) -> String? {
        number?.replacing(".", with: "").replacing(",", with: ".")
    }

    private func count(_ table: String, _ database: Database) async throws -> Int {
        try await database.read { db in try db.one(SQL(described: "SELECT count(*) FROM \(table)")) { try $0[0] } }
    }
}

@Suite("A workbook full of faults") struct BrokenWorkbookTests {
    /// The code under which each fault is reported.
    private static let codes = [
        "unknown_commune": "unit.unknown-in-district", "future_founding_date": "cell.future-date",
        "negative_capital": "charter_capital.negative",
        "members_below_minimum": "cooperative.below-minimum-changing", "members_not_numeric": "cell.not-a-number",
        "women_exceed_members": "headcount.women-exceed-members",
        "duplicate_tax_code_other_name": "row.contradicts-earlier", "duplicate_cooperative": "row.same-again",
        "tax_code_check_digit": "cell.tax-code-check-digit", "unknown_kind": "cooperative.unknown-kind",
        "capital_unit_1000x": "charter_capital.implausible", "excel_error_ref": "cell.excel-error",
        "formula_with_cached_value": "cell.formula", "formula_without_cached_value": "cell.formula-without-result",
        "impossible_date": "cell.impossible-date", "name_too_long": "text.too-long",
        "script_tag_in_name": "text.markup", "formula_injection_text": "text.like-a-formula",
        "empty_name": "cell.required", "blank_row": "row.blank", "hidden_row": "row.hidden",
        "unknown_status": "cooperative.unknown-status", "bad_phone": "cell.bad-phone",
        "ambiguous_commune": "unit.ambiguous", "commune_in_other_district": "unit.other-district",
        "unknown_grade": "cooperative.unknown-grade",
        "grade_contradicts_status": "cooperative.grade-contradicts-status",
        "ocop_star_out_of_range": "cooperative.ocop-stars", "legacy_font_encoding": "cell.legacy-encoding",
        "group_in_cooperative_list": "cooperative.is-a-group", "hidden_column": "column.hidden",
        "subtotal_mismatch": "row.total-differs", "header_missing": "sheet.no-header",
        "subheader_missing": "column.second-row-missing", "date_two_digit_year": "cell.two-digit-year",
        "date_as_serial_number": "cell.date-as-number", "ambiguous_decimal_separator": "cell.ambiguous-number",
        "capital_in_words": "cell.not-a-number", "tax_code_scientific": "cell.tax-code-scientific",
        "zero_width_character": "cell.invisible-characters",
    ]

    @Test(
        "has each fault reported at its cell, with its severity, in both languages, and nothing of a refused row stored"
    )
    func faults() async throws {
        let expected = try Sample.rows("htx-2024-06-broken.expected.csv")
        #expect(expected.count == 40)
        try await Sample.with(.sqlite, isFilled: false) { database in
            let run = try Sample.run(CooperativeImport.self, "htx-2024-06-broken.xlsx", asOf: "2024-06-30")
            let result = try await run.apply(database, by: Sample.act)
            var unexplained = result.diagnostics.filter { $0.severity > .note }
            for row in expected {
                let fault = try #require(row["fault"])
                let place = Place(sheet: row["sheet"], row: Int(row["row"] ?? ""), column: nil)
                let finding = try #require(
                    result.diagnostics.first {
                        $0.code == Self.codes[fault] && $0.place.sheet == place.sheet && $0.place.row == place.row
                            && ($0.place.columnLetters ?? "") == row["column"]
                    }, "\(fault)")
                // A question is a warning that waits for an answer.
                let severity = finding.severity == .question ? .warning : finding.severity
                #expect(severity.rawValue == row["severity"], "\(fault)")
                for t in Sample.texts() {
                    let message = t(finding.code, finding.details)
                    #expect(!message.contains("⟦") && !message.contains("{") && !message.contains("@"), "\(message)")
                }
                unexplained.removeAll { $0 == finding }
                let fate = result.rows.first { $0.sheet == place.sheet && $0.row == place.row }?.fate
                if row["severity"] == "error", row["fault"] != "header_missing", row["fault"] != "subheader_missing" {
                    #expect(fate == .refused, "\(fault)")
                }
            }
            // The merged heading over the director lost its second row too.
            #expect(unexplained.map(\.place.cell) == ["N3"])
            for control in [6, 7, 38, 39] {
                let row = try #require(result.rows.first { $0.sheet == "Danh sách HTX" && $0.row == control })
                #expect(row.findings.filter { $0.severity > .note } == [])
                #expect(row.fate == .added)
            }
            let stored: Int = try await database.read { db in
                try db.one("SELECT count(*) FROM registry_cooperative") { try $0[0] }
            }
            #expect(stored == result.count(.added))
            let unsaved: Int = try await database.read { db in
                try db.one(
                    """
                    SELECT count(*) FROM registry_cooperative WHERE name LIKE '%script%' OR name = 'HTX Nông nghiệp Bình Minh'
                    OR name = 'HTX Nông nghiệp Hưng Thịnh'
                    """
                ) { try $0[0] }
            }
            #expect(unsaved == 0)
        }
    }

    @Test("stores a doubtful value once a person has confirmed it, and does not ask again")
    func answer() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            let run = try Sample.run(CooperativeImport.self, "htx-2024-06-broken.xlsx", asOf: "2024-06-30")
            let preview = try await run.preview(database, by: Sample.act)
            #expect(preview.count(.asked) == 2)
            try await ImportAnswering(result: preview).store(
                ["Bổ sung!L5=1250", "Danh sách HTX!L18=1200"], by: Sample.act, in: database)
            let result = try await run.apply(database, by: Sample.act)
            #expect(result.count(.asked) == 0)
            let other: Int = try await database.read { db in
                try db.one(
                    """
                    SELECT k.amount_vnd FROM registry_charter_capital k JOIN registry_cooperative c
                    ON c.id = k.cooperative_id WHERE c.name = 'HTX Nông nghiệp Hưng Thịnh'
                    """
                ) { try $0[0] }
            }
            #expect(other == 1_200_000_000)
            let capital: Int = try await database.read { db in
                try db.one(
                    """
                    SELECT k.amount_vnd FROM registry_charter_capital k JOIN registry_cooperative c
                    ON c.id = k.cooperative_id WHERE c.name = 'HTX Nông nghiệp Đồng Ổi'
                    """
                ) { try $0[0] }
            }
            #expect(capital == 1_250_000_000)
            await #expect(throws: Failure.self) {
                try await ImportAnswering(result: preview).store(["Bổ sung!B3=yes"], by: Sample.act, in: database)
            }
        }
    }

    @Test("is refused without a day, since it does not say of which day its figures are") func day() async throws {
        try await Sample.with(.sqlite, isFilled: false) { database in
            await #expect(throws: Failure(.usage, "import.no-day")) {
                try await Sample.run(CooperativeImport.self, "htx-2024-06-broken.xlsx").preview(
                    database, by: Sample.act)
            }
        }
    }
}
