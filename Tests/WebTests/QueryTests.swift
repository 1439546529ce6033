import Kernel
import Testing
import Web

@Suite("A question in an address") struct QueryTests {
    @Test("is read with its order, without what was left blank") func reading() throws {
        let query = try Query(parsing: "q=c%C3%A2y+b%C6%B0%E1%BB%9Fi&unit=&kind=crop&kind=animal&flag&=x")
        #expect(query.items == [.init("q", "cây bưởi"), .init("kind", "crop"), .init("kind", "animal")])
        #expect(query["q"] == "cây bưởi")
        #expect(query["unit"] == nil)
        #expect(query.all("kind") == ["crop", "animal"])
    }

    @Test("comes back the same from its text", arguments: ["cây bưởi", "a&b=c#d?e/f+g", "100 %", "“ngoặc”", "🌾"])
    func roundTrip(value: String) throws {
        let query = Query([.init("q", value), .init(value, "1")])
        #expect(try Query(parsing: query.text) == query)
        #expect(query.text.utf8.allSatisfy { $0 > 32 && $0 < 127 })
    }

    @Test(
        "is refused where it cannot be read",
        arguments: ["q=%", "q=%4", "q=%zz", "q=%FF", "q=%C3", "%C3%28=x", "q=%00", "q=%ED%A0%80"])
    func unreadable(text: String) {
        #expect(throws: Failure(.usage, "query.unreadable")) { try Query(parsing: text) }
    }

    @Test("is refused with more names than any page has") func long() {
        let text = (0...64).map { "a\($0)=1" }.joined(separator: "&")
        #expect(throws: Failure(.usage, "query.too-long")) { try Query(parsing: text) }
    }

    @Test("builds the links beside it") func links() throws {
        let query = try Query(parsing: "q=x&sort=name&after=12&sort=kind")
        #expect(query.with("sort", "-name").link("/a") == "/a?q=x&sort=-name&after=12")
        #expect(query.with("unit", "721").without("after", "sort").link("/a") == "/a?q=x&unit=721")
        #expect(query.with("q", "").text == "sort=name&after=12&sort=kind")
        #expect(query.only("q").text == "q=x")
        #expect(Query().link("/a") == "/a")
        #expect(Query([.init("q", "\"<")]).carried().description.contains("value=\"&quot;&lt;\""))
    }

    @Test("says how a list is ordered") func sorting() {
        #expect(Sorting(parsing: "-members") == Sorting("members", isDescending: true))
        #expect(Sorting(parsing: "") == nil)
        #expect(Sorting(parsing: "-") == nil)
        let query = Query([.init("sort", "name"), .init("after", "9")])
        let head = sortableHead("Tên", by: "name", Sorting("name"), query, "/c").description
        #expect(head.contains("aria-sort=\"ascending\""))
        #expect(head.contains("href=\"/c?sort=-name\""))
    }
}
