import Documents
import Foundation

/// Workbooks for tests: the samples of the project, and small ones written out here.
enum WorkbookFixture {
    static let samples = [
        "htx-2024-06.xlsx", "htx-2024-06-broken.xlsx", "tht-2024-06.xlsx", "returns-2023.xlsx", "returns-2024.xlsx",
    ]

    static func path(_ sample: String) -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appending(path: "Examples/BinhDuong/\(sample)").path
    }

    static func bytes(_ sample: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(sample))))
    }

    static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// A workbook of one sheet whose `<sheetData>` holds `rows`. `parts` replace or join the usual ones; an empty one
    /// is left out.
    static func workbook(
        _ rows: String = "", before: String = "", after: String = "", strings: String? = nil, styles: String? = nil,
        date1904: Bool = false, parts: [(String, String)] = []
    ) throws -> [UInt8] {
        let package = "http://schemas.openxmlformats.org/package/2006/relationships"
        var all: [(String, String)] = [
            ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            (
                "_rels/.rels",
                "<Relationships xmlns=\"\(package)\"><Relationship Id=\"r1\" Type=\"\(office)/officeDocument\" "
                    + "Target=\"xl/workbook.xml\"/></Relationships>"
            ),
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><workbookPr date1904=\"\(date1904 ? 1 : 0)\"/><sheets>"
                    + "<sheet name=\"Một\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"\(package)\">"
                    + "<Relationship Id=\"r1\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                    + "<Relationship Id=\"r2\" Type=\"\(office)/styles\" Target=\"/xl/styles.xml\"/>"
                    + "<Relationship Id=\"r3\" Type=\"\(office)/sharedStrings\" Target=\"./sharedStrings.xml\"/>"
                    + "</Relationships>"
            ),
            (
                "xl/worksheets/sheet1.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"\(main)\">\(before)"
                    + "<sheetData>\(rows)</sheetData>\(after)</worksheet>"
            ),
        ]
        if let strings { all.append(("xl/sharedStrings.xml", "<sst xmlns=\"\(main)\">\(strings)</sst>")) }
        if let styles { all.append(("xl/styles.xml", "<styleSheet xmlns=\"\(main)\">\(styles)</styleSheet>")) }
        for (name, text) in parts {
            all.removeAll { $0.0 == name }
            if !text.isEmpty { all.append((name, text)) }
        }
        var zip = ZipWriter()
        for (name, text) in all { zip.add(name, text) }
        return try zip.finish()
    }

    /// The cells of the first row of such a workbook.
    static func cells(_ cells: String, strings: String? = nil, styles: String? = nil, date1904: Bool = false) throws
        -> [Cell]
    {
        let bytes = try workbook("<row>\(cells)</row>", strings: strings, styles: styles, date1904: date1904)
        return try Workbook.open(bytes: bytes).rows(sheet: 0).first?.cells ?? []
    }

    /// Fonts Calibri and .VnTime; looks by number: 0 plain, 1 day, 2 `code`, 3 .VnTime.
    static func styles(_ code: String = "General") -> String {
        """
        <numFmts count="1"><numFmt numFmtId="164" formatCode="\(code)"/></numFmts>
        <fonts count="2"><font><name val="Calibri"/></font><font><name val=".VnTime"/></font></fonts>
        <fills count="1"><fill><patternFill/></fill></fills>
        <cellXfs count="4"><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="164" fontId="0"/>\
        <xf numFmtId="0" fontId="1"/></cellXfs>
        """
    }
}
