import Kernel
import Testing
import Web

@Suite("Markup") struct HTMLTests {
    @Test(
        "shows an interpolated text as the text it is",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("A & B", "A &amp; B"), ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"), ("", ""), ("Tân Mỹ", "Tân Mỹ"),
            ("&&", "&amp;&amp;"), ("a<", "a&lt;"), ("<a", "&lt;a"),
        ])
    func escaping(text: String, shown: String) {
        #expect(("<b title=\"\(text)\">\(text)</b>" as HTML).description == "<b title=\"\(shown)\">\(shown)</b>")
        #expect(("\(text[...])" as HTML).description == shown)
    }

    @Test("takes in other markup, leaves out what is absent and repeats over rows") func composition() {
        let name: HTML = "<i>\("a<b")</i>"
        let absent: HTML? = nil
        let list: HTML = "<ul>\(["x", "<y>"], { "<li>\($0)</li>" })\(absent)\(name as HTML?)</ul>"
        #expect(list.description == "<ul><li>x</li><li>&lt;y&gt;</li><i>a&lt;b</i></ul>")
        #expect([name, name].joined(separator: " ").description == "<i>a&lt;b</i> <i>a&lt;b</i>")
        #expect([HTML]().joined() == .empty)
    }

    @Test("prints numbers, truths and identifiers") func values() {
        let id: Identifier<Account> = 7
        #expect(("\(id) \(-12) \(Int64.max) \(true)" as HTML).description == "7 -12 9223372036854775807 true")
    }

    @Test("writes an attribute only where it has a value") func attributes() {
        let none: String? = nil
        let markup: HTML = "<a\(attribute: "title", "\"q\"")\(attribute: "rel", none)\(attribute: "hidden", if: true)>"
        #expect(markup.description == "<a title=\"&quot;q&quot;\" hidden>")
    }

    @Test(
        "keeps a bar within its frame", arguments: [(0, 10, 0), (5, 10, 500), (20, 10, 1000), (-3, 10, 0), (1, 0, 0)])
    func bars(part: Int64, whole: Int64, width: Int) {
        #expect(bar(part, of: whole).description.contains("<rect width=\"\(width)\""))
    }
}
