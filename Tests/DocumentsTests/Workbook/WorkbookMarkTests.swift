import Documents
import Kernel
import Testing

@Suite("A workbook with marks") struct WorkbookMarkTests {
    static let marks = [
        WorkbookMark(sheet: 0, row: 8, column: 5, severity: .error, message: "Không có xã <này>"),
        WorkbookMark(sheet: 0, row: 8, column: 8, severity: .warning, message: "Lĩnh vực lạ"),
        WorkbookMark(sheet: 0, row: 12, severity: .question, message: "Cả dòng"),
        WorkbookMark(sheet: 0, row: 3, column: 2, severity: .error, message: "Dòng trống"),
        WorkbookMark(sheet: 3, row: 60, severity: .error, message: "Sau cùng"),
    ]
    static let column = ReasonColumn(title: "Lý do", headerRows: [0: 4, 3: 4])

    static func marked(_ removing: [Int: Set<Int>] = [:]) throws -> (before: Workbook, after: Workbook, bytes: [UInt8])
    {
        let original = try WorkbookFixture.bytes("htx-2024-06-broken.xlsx")
        let bytes = try Workbook.annotated(workbook: original, marks: marks, reasonColumn: column, removing: removing)
        return (try Workbook.open(bytes: original), try Workbook.open(bytes: bytes), bytes)
    }

    @Test("says behind its last column what is wrong, and keeps all else") func reasons() throws {
        let (before, after, _) = try Self.marked()
        let rows = try after.rows(sheet: 0)
        func reason(_ row: Int) -> CellValue? { rows.first { $0.number == row }?[column: 20].value }
        #expect(reason(4) == .text("Lý do"))
        #expect(reason(8) == .text("E: Không có xã <này>\nH: Lĩnh vực lạ"))
        #expect(reason(12) == .text("Cả dòng"))
        #expect(reason(3) == .text("B: Dòng trống"))
        #expect(try after.rows(sheet: 3).last?.number == 60)
        for row in try before.rows(sheet: 0) {
            let same = try #require(rows.first { $0.number == row.number })
            #expect(Array(same.cells.prefix(row.cells.count)) == row.cells)
            #expect(same.isHidden == row.isHidden)
        }
        #expect(try after.outline(of: 0) == before.outline(of: 0))
    }

    @Test("keeps every other part as it was to the byte") func otherParts() throws {
        let original = try ZipReader.open(bytes: WorkbookFixture.bytes("htx-2024-06-broken.xlsx"))
        let marked = try ZipReader.open(bytes: Self.marked().bytes)
        for name in ["xl/worksheets/sheet2.xml", "xl/theme/theme1.xml", "xl/workbook.xml", "docProps/core.xml"] {
            #expect(try original.bytes(of: name) == marked.bytes(of: name))
        }
    }

    @Test("colours the cells by severity over their own look, and comments them") func looks() throws {
        let zip = try ZipReader.open(bytes: Self.marked().bytes)
        let styles = String(decoding: try zip.bytes(of: "xl/styles.xml"), as: UTF8.self)
        #expect(styles.contains("<fills count=\"6\">"))
        #expect(styles.contains("<fgColor rgb=\"FFFFC7CE\"/>"))
        #expect(
            styles.contains("<xf numFmtId=\"0\" fontId=\"4\" fillId=\"5\" borderId=\"1\"")
                || styles.contains("fillId=\"5\""))
        let comments = String(decoding: try zip.bytes(of: "xl/commentsHopTac1.xml"), as: UTF8.self)
        #expect(
            comments.contains(
                "<comment ref=\"E8\" authorId=\"0\"><text><r><t xml:space=\"preserve\">Không có xã &lt;này&gt;"))
        let sheet = String(decoding: try zip.bytes(of: "xl/worksheets/sheet1.xml"), as: UTF8.self)
        #expect(sheet.contains("r:id=\"rIdHopTacDrawing\"/></worksheet>"))
    }

    @Test("uses the same column when it is marked again") func again() throws {
        let once = try Self.marked().bytes
        let twice = try Workbook.annotated(workbook: once, marks: Self.marks, reasonColumn: Self.column)
        #expect(try Workbook.open(bytes: twice).rows(sheet: 0) == Workbook.open(bytes: once).rows(sheet: 0))
    }

    @Test("is left with the bad rows only, where that is asked for") func onlyBad() throws {
        let (_, after, _) = try Self.marked([0: Set(6...40)])
        let rows = try after.rows(sheet: 0)
        #expect(rows.map(\.number) == [1, 2, 3, 4, 5, 8, 12])
        #expect(try after.outline(of: 0).merged.count == 19)
    }

    @Test("writes out a shared formula whose first cell is gone") func sharedFormula() throws {
        let bytes = try WorkbookFixture.workbook(
            """
            <row r="1"><c r="A1"><v>1</v></c></row>\
            <row r="2"><c r="B2"><f t="shared" ref="B2:B3" si="0">A2&lt;1</f><v>1</v></c></row>\
            <row r="3"><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>
            """)
        let mark = WorkbookMark(sheet: 0, row: 3, column: 2, severity: .error, message: "x")
        let marked = try Workbook.annotated(
            workbook: bytes, marks: [mark], reasonColumn: ReasonColumn(title: "R", headerRows: [0: 1]),
            removing: [0: [2, 3]])
        let rows = try Workbook.open(bytes: marked).rows(sheet: 0)
        #expect(rows.map(\.number) == [1, 3])
        #expect(rows[1].cells == [.blank, Cell(.number(2, literal: "2"), formula: "A3<1"), Cell(.text("B: x"))])
    }
}
