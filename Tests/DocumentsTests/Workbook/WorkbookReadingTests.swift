import Documents
import Kernel
import Testing

@Suite("A workbook") struct WorkbookReadingTests {
    @Test("gives every kind of cell") func kinds() throws {
        let cells = try WorkbookFixture.cells(
            """
            <c t="s"><v>0</v></c><c t="inlineStr"><is><t xml:space="preserve"> A &amp; B&#x1EA1; </t></is></c>\
            <c><v>1250.50</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c s="1"><v>42000.5</v></c>\
            <c t="d"><v>2015-11-16T08:30:00</v></c><c t="str"><f>A1&amp;"x"</f><v>ax</v></c><c><f>10+5</f><v/></c>\
            <c s="1"/><c><v>12,5</v></c><c t="str"><v></v></c>
            """, strings: "<si><t>một</t></si>", styles: WorkbookFixture.styles())
        #expect(
            cells == [
                Cell(.text("một")), Cell(.text(" A & Bạ ")), Cell(.number(1250.5, literal: "1250.50")),
                Cell(.bool(true)),
                Cell(.error("#REF!")), Cell(.day("2014-12-27", seconds: 43_200)),
                Cell(.day("2015-11-16", seconds: 30_600)),
                Cell(.text("ax"), formula: "A1&\"x\""), Cell(.empty, formula: "10+5"), .blank, Cell(.text("12,5")),
                Cell(.text("")),
            ])
    }

    @Test("joins the runs of a text, leaves its pronunciation out and tells an old font") func richText() throws {
        let cells = try WorkbookFixture.cells(
            "<c t=\"s\"><v>0</v></c><c t=\"s\" s=\"3\"><v>1</v></c><c s=\"3\"><v>1</v></c>",
            strings: """
                <si><r><t>Hợp </t></r><r><rPr><rFont val="VNI-Times"/></rPr><t>tác</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>\
                <si><t>x_x000D_&#10;y_x005F_x0041_ _x12_<![CDATA[<z>]]></t></si>
                """, styles: WorkbookFixture.styles())
        #expect(cells[0] == Cell(.text("Hợp tác"), legacyFont: "VNI-Times"))
        #expect(cells[1] == Cell(.text("x\r\ny_x0041_ _x12_<z>"), legacyFont: ".VnTime"))
        #expect(cells[2].legacyFont == ".VnTime")
    }

    @Test(
        "takes a number for a day only where its format shows one",
        arguments: [
            ("dd/mm/yyyy", true), ("[$-42A]d/m/yyyy;@", true), ("&quot;ngày&quot; dd &quot;tháng&quot; mm", true),
            ("mm/yyyy", true), ("mmm", true), ("yyyy", true), ("dd\\-mm\\-yyyy h:mm", true),
            ("[$-1010000]yyyy/mm/dd;@", true),
            ("[h]:mm:ss", false), ("h:mm", false), ("mm:ss.0", false), ("#,##0 &quot;đồng/năm d&quot;", false),
            ("General", false),
            ("[Red]0.00", false), ("#,##0\\ [$₫-42A]", false), ("0_d", false), ("@", false),
            ("#,##0;[Red]\\-#,##0", false),
        ])
    func formats(code: String, isDay: Bool) throws {
        let cells = try WorkbookFixture.cells("<c s=\"2\"><v>42000</v></c>", styles: WorkbookFixture.styles(code))
        let expected = isDay ? CellValue.day("2014-12-27", seconds: 0) : .number(42_000, literal: "42000")
        #expect(cells[0].value == expected)
    }

    @Test(
        "counts days from 1900, with the 29 February that never was, or from 1904",
        arguments: [
            (false, "1", "1900-01-01"), (false, "59", "1900-02-28"), (false, "60", nil), (false, "61", "1900-03-01"),
            (false, "45473", "2024-06-30"), (false, "2958465", "9999-12-31"), (false, "2958466", nil),
            (false, "0", nil),
            (false, "-1", nil), (true, "0", "1904-01-01"), (true, "44011", "2024-06-30"),
            (false, "45472.999999", "2024-06-30"),
        ] as [(Bool, String, String?)])
    func serials(from1904: Bool, serial: String, day: String?) throws {
        let cells = try WorkbookFixture.cells(
            "<c s=\"1\"><v>\(serial)</v></c>", styles: WorkbookFixture.styles(), date1904: from1904)
        let read: Day? = if case .day(let day, seconds: 0) = cells[0].value { day } else { nil }
        #expect(read == day.flatMap { Day($0) })
    }

    @Test("finds sparse cells where they stand and passes over rows without content") func sparse() throws {
        let bytes = try WorkbookFixture.workbook(
            """
            <row r="3" hidden="1"><c r="C3"><v>1</v></c><c/><c r="F3"><v>2</v></c></row><row r="4"/>
            <row r="5"><c r="A5" s="9"/></row><row><c r="B9"><v>3</v></c></row><row><c><v>4</v></c></row>
            """)
        let rows = try Workbook.open(bytes: bytes).rows(sheet: 0)
        #expect(rows.map(\.number) == [3, 9, 10])
        #expect(rows.map(\.isHidden) == [true, false, false])
        #expect(rows[0].cells.count == 6)
        #expect(rows[0][column: 6].value == .number(2, literal: "2"))
        #expect(rows[0][column: 4] == .blank)
    }

    @Test("gives shared formulas as if they were copied") func sharedFormulas() throws {
        let bytes = try WorkbookFixture.workbook(
            """
            <row r="2"><c r="B2"><f t="shared" ref="B2:B3" si="0">A2*$A$1+SUM(A$1:A2)&amp;"A2"&amp;'T A2'!A2</f><v>1</v></c></row>
            <row r="3"><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>
            """)
        let rows = try Workbook.open(bytes: bytes).rows(sheet: 0)
        #expect(rows[1][column: 2].formula == "A3*$A$1+SUM(A$1:A3)&\"A2\"&'T A2'!A3")
    }

    @Test("tells hidden columns and merged cells, with and without reading the rows") func outline() throws {
        let bytes = try WorkbookFixture.workbook(
            "<row><c><v>1</v></c></row>", before: "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols>",
            after: "<mergeCells><mergeCell ref=\"A1:C2\"/><mergeCell ref=\"$\"/></mergeCells>")
        let workbook = try Workbook.open(bytes: bytes)
        let outline = SheetOutline(
            name: "Một", hiddenColumns: [2, 3], merged: [MergedRange(rows: 1...2, columns: 1...3)])
        #expect(try workbook.outline(of: 0) == outline)
        #expect(try workbook.read(sheet: 0) { _ in } == outline)
    }

    @Test("is the same in the strict form, with prefixes and a byte order mark") func strict() throws {
        let sheet =
            "\u{FEFF}<?xml version='1.0' encoding='utf-8'?><!-- --><x:worksheet xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'>"
            + "<x:sheetData><x:row r='1'><x:c r='A1'><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        let bytes = try WorkbookFixture.workbook(parts: [("xl/worksheets/sheet1.xml", sheet)])
        #expect(try Workbook.open(bytes: bytes).rows(sheet: 0)[0].cells == [Cell(.number(7, literal: "7"))])
    }

    @Test("stops when its reader has enough") func stop() throws {
        struct Enough: Error {}
        let workbook = try Workbook.open(WorkbookFixture.path("tht-2024-06.xlsx"))
        var count = 0
        #expect(throws: Enough.self) {
            try workbook.read(sheet: 0) { _ in
                count += 1
                if count == 3 { throw Enough() }
            }
        }
        #expect(count == 3)
    }

    @Test("reads the sample with broken rows, its formulas, its hidden row and column") func brokenSample() throws {
        let workbook = try Workbook.open(WorkbookFixture.path("htx-2024-06-broken.xlsx"))
        #expect(workbook.sheets.map(\.name) == ["Danh sách HTX", "Mất tiêu đề", "Tiêu đề thiếu", "Bổ sung"])
        let outline = try workbook.outline(of: 0)
        #expect(outline.hiddenColumns == [18])
        #expect(outline.merged.count == 19)
        let rows = Dictionary(uniqueKeysWithValues: try workbook.rows(sheet: 0).map { ($0.number, $0) })
        #expect(rows[20]?[column: 10] == Cell(.number(20, literal: "20"), formula: "12+8"))
        #expect(rows[21]?[column: 10] == Cell(.empty, formula: "10+5"))
        #expect(rows[19]?[column: 12] == Cell(.error("#REF!"), formula: "#REF!*1000"))
        #expect(rows[25]?[column: 7].value == .text("=HYPERLINK(\"http://example.invalid/\",\"Ấp 3\")"))
        #expect(rows.values.filter(\.isHidden).map(\.number) == [28])
    }

    @Test(
        "reads every sheet of the samples",
        arguments: [
            ("htx-2024-06.xlsx", 9, 1858), ("htx-2024-06-broken.xlsx", 4, 778), ("tht-2024-06.xlsx", 1, 1991),
            ("returns-2023.xlsx", 1, 701), ("returns-2024.xlsx", 2, 784),
        ])
    func samples(name: String, sheets: Int, cells: Int) throws {
        let workbook = try Workbook.open(WorkbookFixture.path(name))
        #expect(workbook.sheets.count == sheets)
        let rows = try workbook.sheets.indices.flatMap { try workbook.rows(sheet: $0) }
        #expect(
            rows.reduce(0) { $0 + $1.cells.count { $0 != .blank && ($0.value != .empty || $0.formula != nil) } }
                == cells)
    }
}
