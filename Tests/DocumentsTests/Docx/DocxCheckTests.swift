import Documents
import Kernel
import Testing

@Suite("The structural check of documents") struct DocxCheckTests {
    @Test("finds nothing in a sound document") func sound() throws {
        let findings = try structuralFindings(of: SampleDocument.full.bytes())
        #expect(findings == [])
    }

    /// One way to break the sample, and a part of what must be said of it.
    struct Breakage: Sendable, CustomTestStringConvertible {
        var part = "word/document.xml"
        var old: String
        var new: String
        var finding: String
        var testDescription: String { finding }
    }

    static let breakages: [Breakage] = [
        // Parts
        Breakage(
            part: "[Content_Types].xml", old: "<Override PartName=\"/word/header1.xml\"",
            new: "<Override PartName=\"/word/x.xml\"",
            finding: "word/header1.xml: has no content type"),
        Breakage(
            part: "[Content_Types].xml", old: "/word/header1.xml", new: "/word/header9.xml",
            finding: "types word/header9.xml, which is missing"),
        Breakage(
            part: "[Content_Types].xml", old: "<Default ",
            new: "<Default Extension=\"rels\" ContentType=\"a/b\"/><Default ",
            finding: "types the ending rels twice"),
        Breakage(
            part: "word/_rels/document.xml.rels", old: "header1.xml", new: "header2.xml",
            finding: "rId1 leads to word/header2.xml, which is missing"),
        Breakage(
            part: "word/_rels/document.xml.rels", old: "rId1", new: "rId7",
            finding: "w:headerReference refers to rId1, which is no relationship"),
        Breakage(part: "_rels/.rels", old: "officeDocument\"", new: "other\"", finding: "names no main document"),
        // XML
        Breakage(old: "</w:tbl>", new: "", finding: "is not well-formed XML"),
        Breakage(old: "<w:document ", new: "<w:document xmlns:w=\"a\" ", finding: "repeatedAttribute(\"xmlns:w\")"),
        Breakage(
            old: "<w:body>", new: "<w:body xmlns:w=\"urn:other\">", finding: "declares the prefix w a second time"),
        Breakage(old: "<w:keepNext/>", new: "<x:keepNext/>", finding: "x:keepNext has an undeclared prefix"),
        Breakage(
            part: "word/header1.xml", old: "<w:hdr ", new: "<!DOCTYPE a><w:hdr ",
            finding: "not well-formed XML: doctype"),
        // Fields
        Breakage(old: "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", new: "", finding: "a field does not end"),
        Breakage(old: "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>", new: "", finding: "separate without begin"),
        Breakage(old: "<w:r><w:t>1</w:t></w:r>", new: "", finding: "a field has no cached result"),
        Breakage(old: "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>", new: "", finding: "no cached result"),
        Breakage(old: "<w:r><w:instrText> PAGE </w:instrText></w:r>", new: "", finding: "a field has no instruction"),
        // Tables
        Breakage(old: "<w:gridSpan w:val=\"2\"/>", new: "", finding: "row 3 of a table has 1 columns, its grid 2"),
        Breakage(old: "<w:gridBefore w:val=\"1\"/>", new: "", finding: "row 4 of a table has 1 columns"),
        Breakage(old: "<w:gridCol w:w=\"10\"/>", new: "", finding: "its grid 1"),
        Breakage(old: "<w:vMerge w:val=\"restart\"/>", new: "", finding: "row 2 of a table continues a merged cell"),
        Breakage(
            old: "<w:p/></w:tc></w:tr></w:tbl>", new: "</w:tc></w:tr></w:tbl>",
            finding: "a w:tc does not end with a paragraph"),
        Breakage(
            old: "<w:tblGrid><w:gridCol w:w=\"10\"/><w:gridCol w:w=\"10\"/></w:tblGrid>", new: "",
            finding: "a w:tbl has no w:tblGrid"),
        Breakage(
            old: "<w:tbl>", new: "<w:tbl><w:tblPr/><w:tblGrid/></w:tbl><w:tbl>", finding: "a w:tbl has no rows"),
        Breakage(old: "<w:tr><w:trPr><w:cantSplit", new: "<w:tr/><w:tr><w:trPr><w:cantSplit", finding: "has no cells"),
        // Order and place
        Breakage(
            old: "<w:keepNext/><w:jc w:val=\"center\"/>", new: "<w:jc w:val=\"center\"/><w:keepNext/>",
            finding: "w:keepNext comes after w:jc in w:pPr"),
        Breakage(
            old: "<w:b/><w:sz w:val=\"28\"/>", new: "<w:sz w:val=\"28\"/><w:b/>",
            finding: "w:b comes after w:sz in w:rPr"),
        Breakage(old: "<w:b/>", new: "<w:b/><w:b/>", finding: "w:b stands twice in w:rPr"),
        Breakage(old: "<w:b/>", new: "<w:jc/>", finding: "w:jc does not belong in w:rPr"),
        Breakage(
            old: "<w:tblLayout w:type=\"fixed\"/>", new: "<w:tblLayout w:type=\"fixed\"/><w:jc w:val=\"center\"/>",
            finding: "w:jc comes after w:tblLayout in w:tblPr"),
        Breakage(
            old: "<w:tcW w:w=\"10\" w:type=\"dxa\"/><w:vMerge w:val=\"restart\"/>",
            new: "<w:vMerge w:val=\"restart\"/><w:tcW w:w=\"10\" w:type=\"dxa\"/>",
            finding: "w:tcW comes after w:vMerge in w:tcPr"),
        Breakage(
            old: "<w:cantSplit/>", new: "<w:ins/><w:cantSplit/>", finding: "w:cantSplit comes after w:ins in w:trPr"),
        Breakage(
            old: "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>", new: "<w:titlePg/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            finding: "w:pgSz comes after w:titlePg in w:sectPr"),
        Breakage(
            old: "<w:bookmarkEnd w:id=\"1\"/></w:p>", new: "<w:bookmarkEnd w:id=\"1\"/><w:pPr/></w:p>",
            finding: "w:pPr does not come first in w:p"),
        Breakage(old: "<w:t>Báo cáo</w:t></w:r>", new: "<w:t>Báo cáo</w:t><w:p/></w:r>", finding: "w:p stands in w:r"),
        Breakage(old: "<w:tbl>", new: "<w:p><w:tbl><w:tr/></w:tbl></w:p><w:tbl>", finding: "w:tbl stands in w:p"),
        Breakage(old: "<w:t>Báo cáo</w:t></w:r>", new: "</w:r><w:t>Báo cáo</w:t>", finding: "w:t stands in w:p"),
        Breakage(old: "</w:sectPr>", new: "</w:sectPr><w:p/>", finding: "w:body has content after its w:sectPr"),
        Breakage(
            part: "word/header1.xml", old: SampleDocument.paragraph("Trang"), new: "", finding: "w:hdr has no paragraph"
        ),
        // Identifiers
        Breakage(old: "<wp:docPr id=\"2\"", new: "<wp:docPr id=\"1\"", finding: "two drawings have the id 1"),
        Breakage(
            old: "<w:bookmarkEnd w:id=\"1\"/>",
            new: "<w:bookmarkStart w:id=\"1\" w:name=\"b\"/><w:bookmarkEnd w:id=\"1\"/>",
            finding: "two bookmarks have the id 1"),
        Breakage(
            old: "<w:bookmarkEnd w:id=\"1\"/>",
            new: "<w:bookmarkEnd w:id=\"1\"/><w:bookmarkStart w:id=\"2\" w:name=\"Top\"/><w:bookmarkEnd w:id=\"2\"/>",
            finding: "two bookmarks have the name Top"),
        Breakage(old: "<w:bookmarkEnd w:id=\"1\"/>", new: "", finding: "the bookmark 1 has one end only"),
    ]

    @Test("finds what was broken", arguments: breakages) func broken(breakage: Breakage) throws {
        let document = try SampleDocument.full.with(breakage.part, breakage.old, breakage.new)
        let findings = try structuralFindings(of: document.bytes())
        #expect(findings.contains { $0.contains(breakage.finding) }, "\(findings)")
    }

    @Test("finds a part that nothing refers to") func orphans() throws {
        let document = SampleDocument.full.with(new: "word/notes.rels", "<a/>").with(
            new: "word/_rels/x.xml.rels", "<a/>")
        let findings = try structuralFindings(of: document.bytes())
        #expect(findings.contains("word/_rels/x.xml.rels: belongs to no part of the document"))
        #expect(findings.contains("word/notes.rels: belongs to no part of the document"))
    }

    @Test("refuses what is no archive") func noArchive() {
        let failure = #expect(throws: Failure.self) { try structuralFindings(of: Array("Báo cáo".utf8)) }
        #expect(failure?.code == "docx.damaged")
    }
}
