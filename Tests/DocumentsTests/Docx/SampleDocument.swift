import Documents
import Kernel

/// A small sound document with everything the check looks at, to be filled or broken.
struct SampleDocument {
    var parts: [(name: String, text: String)]

    static let namespaces = """
        xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" \
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" \
        xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
        """
    private static let types = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

    init(body: String, header: String = paragraph("Trang")) {
        parts = [
            (
                "[Content_Types].xml",
                """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
                <Override PartName="/word/document.xml" ContentType="\(Self.types)document.main+xml"/>\
                <Override PartName="/word/header1.xml" ContentType="\(Self.types)header+xml"/></Types>
                """
            ),
            ("_rels/.rels", Self.relationships([("rId1", "officeDocument", "word/document.xml")])),
            (
                "word/document.xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <w:document \(Self.namespaces)><w:body>\(body)<w:sectPr><w:headerReference w:type="default" r:id="rId1"/>\
                <w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>
                """
            ),
            ("word/_rels/document.xml.rels", Self.relationships([("rId1", "header", "header1.xml")])),
            ("word/header1.xml", "<w:hdr \(Self.namespaces)>\(header)</w:hdr>"),
        ]
    }

    static func relationships(_ entries: [(id: String, type: String, target: String)]) -> String {
        let lines = entries.map {
            #"<Relationship Id="\#($0.id)" Type="\#(office)\#($0.type)" Target="\#($0.target)"/>"#
        }
        return """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\(lines.joined())\
            </Relationships>
            """
    }

    /// The document with everything in it.
    static let full = SampleDocument(
        body: """
            <w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:bookmarkStart w:id="1" w:name="top"/>\
            <w:r><w:rPr><w:b/><w:sz w:val="28"/></w:rPr><w:t>Báo cáo</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>\
            <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>\
            <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>\
            <w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>\
            <w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="a"/></wp:inline></w:drawing></w:r>\
            <w:r><w:drawing><wp:inline><wp:docPr id="2" name="b"/></wp:inline></w:drawing></w:r></w:p>\
            <w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/></w:tblPr>\
            <w:tblGrid><w:gridCol w:w="10"/><w:gridCol w:w="10"/></w:tblGrid>\
            <w:tr><w:trPr><w:cantSplit/></w:trPr>\
            <w:tc><w:tcPr><w:tcW w:w="10" w:type="dxa"/><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc>\
            <w:tc><w:p/></w:tc></w:tr>\
            <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>\
            <w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr>\
            <w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>
            """)

    static func paragraph(_ text: String) -> String { "<w:p>\(run(text))</w:p>" }
    static func run(_ text: String, _ properties: String = "") -> String {
        "<w:r>\(properties)<w:t xml:space=\"preserve\">\(text)</w:t></w:r>"
    }
    static func row(_ cells: String...) -> String {
        "<w:tr>" + cells.map { "<w:tc><w:tcPr><w:tcW w:w=\"10\" w:type=\"dxa\"/></w:tcPr>\($0)</w:tc>" }.joined()
            + "</w:tr>"
    }
    static func table(columns: Int, _ rows: String...) -> String {
        let grid = String(repeating: "<w:gridCol w:w=\"10\"/>", count: columns)
        return "<w:tbl><w:tblPr/><w:tblGrid>\(grid)</w:tblGrid>\(rows.joined())</w:tbl>"
    }

    func bytes() throws -> [UInt8] {
        var writer = ZipWriter()
        for part in parts { writer.add(part.name, part.text) }
        return try writer.finish()
    }

    /// The document with `old` in one of its parts replaced. Fails where `old` does not stand.
    func with(_ part: String, _ old: String, _ new: String) throws -> SampleDocument {
        var copy = self
        guard let index = parts.firstIndex(where: { $0.name == part }), parts[index].text.contains(old) else {
            throw Failure(.usage, "test.nothing-to-replace", ["part": part, "text": old])
        }
        copy.parts[index].text = parts[index].text.replacing(old, with: new, maxReplacements: 1)
        return copy
    }

    func with(new name: String, _ text: String) -> SampleDocument {
        var copy = self
        copy.parts.append((name, text))
        return copy
    }

    /// The body of a written document, without its last `w:sectPr`.
    static func body(of bytes: [UInt8]) throws -> String {
        let text = String(decoding: try ZipReader.open(bytes: bytes).bytes(of: "word/document.xml"), as: UTF8.self)
        let start = text.firstRange(of: "<w:body>")?.upperBound ?? text.startIndex
        let end = text.firstRange(of: "<w:sectPr>")?.lowerBound ?? text.endIndex
        return String(text[start..<end])
    }

    /// The lines of a written document: one for each paragraph, `|` between cells.
    static func lines(of bytes: [UInt8]) throws -> [String] {
        try body(of: bytes).replacing("</w:p></w:tc><w:tc>", with: "|").replacing("<w:br/>", with: "⏎")
            .replacing("<w:p/>", with: "</w:p>").components(of: "</w:p>")
            .map { $0.replacing(/<[^>]*>/, with: "") }
    }
}

extension String {
    fileprivate func components(of mark: String) -> [String] {
        var parts = split(separator: mark, omittingEmptySubsequences: false).map(String.init)
        parts.removeLast()
        return parts
    }
}
