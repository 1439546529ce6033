import Documents
import Kernel
import Testing

@Suite("A Word template") struct DocxTemplateTests {
    static let values: [String: TemplateValue] = [
        "place": .text("tỉnh Bình Dương"), "cooperatives": .text("84"), "cooperatives.crop": .text("18"),
        "none": .text(""),
        "yes": .flag(true), "no": .flag(false), "empty": .list([]),
        "head": .group(["place": .text("Bình Dương"), "a.b": .text("ab")]),
        "rows": .list([["name": .text("Bàu Bàng")], ["name": .text("Phú Giáo")]]),
        "nested": .list([
            ["title": .text("I"), "rows": .list([["name": .text("một")]])], ["title": .text("II"), "rows": .list([])],
        ]),
    ]

    private func lines(_ body: String, _ values: [String: TemplateValue] = values) throws -> [String] {
        let template = try DocxTemplate(bytes: SampleDocument(body: body).bytes())
        return try SampleDocument.lines(of: template.filled(values))
    }

    private func refusal(_ body: String, _ values: [String: TemplateValue] = values) -> Failure? {
        #expect(throws: Failure.self) { try lines(body, values) }
    }

    private let p = SampleDocument.paragraph
    private func run(_ text: String, _ properties: String = "") -> String { SampleDocument.run(text, properties) }

    @Test("prints values, whole names before parts of them")
    func names() throws {
        #expect(
            try lines(p("{{place}} có {{ cooperatives }} HTX, {{cooperatives.crop}}")) == [
                "tỉnh Bình Dương có 84 HTX, 18"
            ])
        #expect(try lines(p("{{head.place}} {{head.a.b}}")) == ["Bình Dương ab"])
        #expect(try lines(p("{{#head}}{{place}}, {{cooperatives}}{{/head}}{{! lời nhắc }}.")) == ["Bình Dương, 84."])
    }

    @Test("reads tags that an editor has cut, and keeps the formatting of the first piece")
    func cutTags() throws {
        let bold = "<w:rPr><w:b/></w:rPr>"
        let language = "<w:rPr><w:lang w:val=\"vi-VN\"/></w:rPr>"
        let body = """
            <w:p w:rsidR="00AB12CD">\(run("Có {", bold))<w:proofErr w:type="spellStart"/>\(run("{coop"))\
            <w:bookmarkStart w:id="4" w:name="_GoBack"/><w:bookmarkEnd w:id="4"/>\
            <w:smartTag w:element="place"><w:smartTagPr/>\(run("eratives.", language))</w:smartTag>\
            <w:r w:rsidRPr="00112233"><w:lastRenderedPageBreak/><w:t>crop</w:t></w:r>\
            \(run("}"))<w:proofErr w:type="spellEnd"/>\(run("} HTX"))</w:p>
            """
        let template = try DocxTemplate(bytes: SampleDocument(body: body).bytes())
        #expect(template.tags == ["cooperatives.crop"])
        let written = try SampleDocument.body(of: template.filled(Self.values))
        #expect(written.contains("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Có 18</w:t></w:r>"))
        #expect(written.contains("<w:t xml:space=\"preserve\"> HTX</w:t>"))
        #expect(!written.contains("rsid"))
    }

    @Test("escapes what it prints") func escaping() throws {
        let value = "<b>&amp; \"A\" {{place}}\u{0}\u{1B}\u{FFFE}\n'b'"
        let printed = try lines(p("[{{x}}]"), ["x": .text(value)])
        #expect(printed == ["[&lt;b&gt;&amp;amp; \"A\" {{place}}⏎'b']"])
    }

    @Test("keeps letters beside tags that would join a brace") func combiningMarks() throws {
        #expect(try lines(p("e\u{301}{{place}}\u{302}x{ { }")) == ["e\u{301}tỉnh Bình Dương\u{302}x{ { }"])
    }

    @Test("shows text of a section, or hides it") func inlineSections() throws {
        let text =
            "a{{#yes}}b{{/yes}}{{^yes}}c{{/yes}}{{#no}}d{{/no}}{{^no}}e{{/no}}{{#none}}f{{/none}}{{^none}}g{{/none}}"
        #expect(try lines(p(text)) == ["abeg"])
        #expect(
            try lines(p("{{#rows}}{{name}}{{^last}}; {{/last}}{{#last}}.{{/last}}{{/rows}}")) == ["Bàu Bàng; Phú Giáo."]
        )
        #expect(
            try lines("<w:p>\(run("{{#rows}}"))\(run("{{name}}", "<w:rPr><w:b/></w:rPr>"))\(run(",{{/rows}}"))</w:p>")
                .count == 1)
    }

    @Test("repeats the paragraphs between tags in paragraphs of their own") func paragraphs() throws {
        let body =
            p("{{#nested}}") + p("{{title}}") + p("{{#rows}}") + p("- {{name}}") + p("{{/rows}}")
            + p("{{^rows}}") + p("không có") + p("{{/rows}} {{/nested}}") + p("hết")
        #expect(try lines(body) == ["I", "- một", "II", "không có", "hết"])
    }

    @Test("repeats the row in whose cells a section begins and ends") func rows() throws {
        let table = SampleDocument.table(
            columns: 2, SampleDocument.row(p("Đơn vị"), p("HTX")),
            SampleDocument.row(p("{{#rows}}{{name}}"), p("{{cooperatives}}{{/rows}}")),
            SampleDocument.row(p("Cộng"), p("{{cooperatives}}")))
        #expect(try lines(table) == ["Đơn vị|HTX", "Bàu Bàng|84", "Phú Giáo|84", "Cộng|84"])
    }

    @Test("repeats the rows between tags in rows of their own, and paragraphs within a cell") func ownRows() throws {
        let table = SampleDocument.table(
            columns: 2, SampleDocument.row(p("{{#rows}}"), p("")), SampleDocument.row(p("{{name}}"), p("a")),
            SampleDocument.row(p("b"), p("c")), SampleDocument.row(p("{{/rows}}"), "<w:p/>"),
            SampleDocument.row(
                p("{{#rows}}") + p("{{name}}") + p("{{/rows}}"), p("{{#empty}}") + p("x") + p("{{/empty}}")))
        #expect(try lines(table) == ["Bàu Bàng|a", "b|c", "Phú Giáo|a", "b|c", "Bàu Bàng", "Phú Giáo|"])
    }

    @Test("leaves a table away that has no rows left") func emptyTable() throws {
        let table = SampleDocument.table(
            columns: 1, SampleDocument.row(p("{{#empty}}{{name}}{{/empty}} {{#rows}}")),
            SampleDocument.row(p("{{/rows}}")))
        #expect(try lines(table + p("sau")).last == "sau")
        let all = SampleDocument.table(columns: 2, SampleDocument.row(p("{{#empty}}{{name}}"), p("{{/empty}}")))
        #expect(try lines(all + p("sau")) == ["sau"])
    }

    @Test("fills headers too, and gives repeated drawings and bookmarks identities of their own") func identities()
        throws
    {
        let drawing = "<w:r><w:drawing><wp:inline><wp:docPr id=\"7\" name=\"a\"/></wp:inline></w:drawing></w:r>"
        let body =
            p("{{#rows}}")
            + "<w:p><w:bookmarkStart w:id=\"3\" w:name=\"x\"/>\(drawing)<w:bookmarkEnd w:id=\"3\"/></w:p>"
            + p("{{/rows}}")
        let template = try DocxTemplate(bytes: SampleDocument(body: body, header: p("{{place}}")).bytes())
        #expect(template.tags == ["rows", "place"])
        let filled = try template.filled(Self.values)
        let written = try SampleDocument.body(of: filled)
        #expect(written.contains("id=\"7\"") && written.contains("id=\"8\""))
        #expect(written.matches(of: /w:name="x"/).count == 1)
        let header = String(decoding: try ZipReader.open(bytes: filled).bytes(of: "word/header1.xml"), as: UTF8.self)
        #expect(header.contains(">tỉnh Bình Dương<"))
    }

    @Test("gives equal bytes for equal values") func determinism() throws {
        let template = try DocxTemplate(bytes: SampleDocument(body: p("{{#rows}}{{name}}{{/rows}}{{place}}")).bytes())
        #expect(try template.filled(Self.values) == template.filled(Self.values))
    }

    @Test(
        "refuses a tag without a value, also within sections",
        arguments: [
            ("{{plaec}}", "{{plaec}}"), ("{{#rows}}{{nam}}{{/rows}}", "{{nam}}"), ("{{#no}}{{x}}{{/no}}", "{{x}}"),
            ("{{^rows}}{{y}}{{/rows}}", "{{y}}"), ("{{#z}}a{{/z}}", "{{#z}}"), ("{{head.nowhere}}", "{{head.nowhere}}"),
        ])
    func unknown(text: String, tag: String) {
        let failure = refusal(p(text))
        #expect(failure == Failure(.invalid, "docx.unknown-tag", ["tag": tag, "part": "word/document.xml"]))
    }

    @Test("refuses to print a list, a group or a flag", arguments: ["{{rows}}", "{{head}}", "{{yes}}"])
    func wrongKind(text: String) { #expect(refusal(p(text))?.code == "docx.tag-kind") }

    @Test(
        "refuses tags that are none",
        arguments: ["{{", "{{a", "{{}}", "{{{a}}}", "{{>a}}", "{{&a}}", "{{=<% %>=}}", "{{a b(c)}}", "{{#}}", "{{.}}"])
    func badTag(text: String) {
        let written = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        #expect(refusal(p(written))?.code == "docx.bad-tag")
    }

    @Test("refuses sections that do not fit") func sections() {
        #expect(refusal(p("{{#rows}}") + p("a"))?.code == "docx.section-unclosed")
        #expect(refusal(p("a") + p("{{/rows}}"))?.code == "docx.section-unopened")
        #expect(refusal(p("{{#rows}}{{#yes}}{{/rows}}{{/yes}}"))?.code == "docx.section-crosses")
        #expect(refusal(p("a {{#rows}}") + p("b{{/rows}}"))?.code == "docx.section-placement")
        let table = SampleDocument.table(columns: 1, SampleDocument.row(p("a {{#rows}}")))
        #expect(refusal(table + p("{{/rows}}"))?.code == "docx.section-unclosed")
        let twice = SampleDocument.table(
            columns: 3, SampleDocument.row(p("{{#rows}}a"), p("{{/rows}}{{#nested}}b"), p("{{/nested}}")))
        #expect(refusal(twice)?.code == "docx.section-crosses")
    }

    @Test("refuses files that are no sound document") func hostileFiles() throws {
        func code(_ bytes: [UInt8]) -> String? {
            #expect(throws: Failure.self) { try DocxTemplate(bytes: bytes) }?.code
        }
        let good = SampleDocument(body: p("a"))
        let bytes = try good.bytes()
        #expect(code([]) == "docx.damaged")
        #expect(code(Array("PK rác".utf8)) == "docx.damaged")
        #expect(code(Array(bytes.dropLast(40))) == "docx.damaged")
        #expect(code([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]) == "docx.password")
        #expect(
            code(try good.with("word/document.xml", "<w:document", "<!DOCTYPE x [<!ENTITY a 'b'>]><w:document").bytes())
                == "docx.doctype")
        #expect(code(try good.with("word/document.xml", "wordprocessingml/2006", "other").bytes()) == "docx.strict")
        #expect(
            code(try good.with("_rels/.rels", "word/document.xml", "word/header1.xml").bytes()) == "docx.not-a-document"
        )
        var text = ZipWriter()
        text.add("a.txt", "a")
        #expect(code(try text.finish()) == "docx.not-a-document")
        #expect(code(try good.with(new: "word/vbaProject.bin", "x").bytes()) == "docx.macros")
        let deep = String(repeating: "<w:ins>", count: 100_000)
        #expect(code(try SampleDocument(body: deep).bytes()) == "docx.damaged-part")
        #expect(
            code(try SampleDocument(body: "<w:p><w:pPr><w:jc/><w:keepNext/></w:pPr></w:p>").bytes())
                == "docx.template-structure")
    }

    /// Cuts, doubles and swaps pieces of a template, always the same ones.
    @Test("that is broken anywhere is refused or filled, never a crash") func mutations() throws {
        let body =
            p("{{#rows}}") + p("{{name}}, {{place}}") + p("{{/rows}}")
            + SampleDocument.table(columns: 2, SampleDocument.row(p("{{#rows}}{{name}}"), p("{{place}}{{/rows}}")))
        let good = try SampleDocument.full.with("word/document.xml", "<w:body>", "<w:body>\(body)")
        var state: UInt64 = 5346
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var outcomes: [String: Int] = [:]
        for _ in 0..<400 {
            var broken = good
            let part = random(broken.parts.count)
            // At angle brackets and braces, half of the time, so that many a part stays well-formed.
            var bytes = Array(broken.parts[part].text.utf8)
            let marks = bytes.indices.filter { bytes[$0] == 60 || bytes[$0] == 123 }
            func place() -> Int { random(2) == 0 ? marks[random(marks.count)] : random(bytes.count) }
            let (a, b) = (place(), place())
            let range = min(a, b)..<min(max(a, b), min(a, b) + 200)
            if random(2) == 0 {
                bytes.removeSubrange(range)
            } else {
                bytes.insert(contentsOf: bytes[range], at: place())
            }
            broken.parts[part].text = String(decoding: bytes, as: UTF8.self)
            do {
                let filled = try DocxTemplate(bytes: broken.bytes()).filled(Self.values)
                #expect(try structuralFindings(of: filled) == [])
                outcomes["filled", default: 0] += 1
            } catch let failure as Failure {
                #expect(failure.kind == .invalid, "\(failure)")
                outcomes["refused", default: 0] += 1
            }
        }
        #expect(outcomes["refused", default: 0] > 100 && outcomes["filled", default: 0] > 5, "\(outcomes)")
    }
}
