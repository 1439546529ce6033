import Foundation
import Persistence
import Testing

@testable import Records

@Suite("JSON written as text") struct JSONTextTests {
    @Test("says of every character what was in the text, and keeps those that end a line out of scripts")
    func characters() throws {
        let scalars = (0...0x2100).compactMap(Unicode.Scalar.init) + ["\u{1F33E}"]
        for scalar in scalars {
            for text in ["\(scalar)", "Đồng \(scalar) Tháp\(scalar)\(scalar)"] {
                let quoted = JSONText.quoted(text)
                let read = try JSONSerialization.jsonObject(with: Data(quoted.utf8), options: .fragmentsAllowed)
                #expect((read as? String).map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
            }
        }
        #expect(
            JSONText.quoted("a\"b\\c\n\r\t\u{1}\u{1F}\u{2028}\u{2029}\u{2027}") == #"""
                "a\"b\\c\n\r\t\u0001\u001f\u2028\u2029\#u{2027}"
                """#)
    }

    @Test("is an object with each value of a row, blank ones too") func values() {
        var text = JSONText()
        #expect(text.isEmpty && text.object == "{}")
        text.add("a", .null)
        text.add("b", .integer(-5))
        text.add("c\"", .text("Đ"))
        text.add("d", .bytes([1, 2, 3]))
        text.add("e", raw: "[1]")
        #expect(!text.isEmpty)
        #expect(text.object == #"{"a":null,"b":-5,"c\"":"Đ","d":3,"e":[1]}"#)
    }
}
