import Foundation
package import Kernel
package import Persistence
package import Records

/// A sheet of points in its column: JSON without what is not known. Written by hand, since a round writes one for each
/// of its cases and Foundation's encoder takes twenty times as long.
extension ScoreSheet: Records.Column {
    package static var storage: Storage { .text }
    package static var kind: ValueKind { .text }
    package static func parse(_ cell: inout CellReading, today: Day) -> ScoreSheet? { nil }

    package var sqlValue: SQLValue {
        var text = JSONText()
        text.add("exclusion", known: exclusion?.json)
        text.add("lines", raw: array(lines.map(\.json)))
        text.add("openRules", raw: array(openRules.map(\.json)))
        text.add("override", known: override?.json)
        text.add("returnVersion", known: returnVersion)
        return .text(text.object)
    }

    package init(_ row: Row, at index: Int) throws {
        guard let sheet = Self.taking(.text(try row.text(index))) else {
            throw row.unexpected(index, wanted: "sheet of points")
        }
        self = sheet
    }

    package static func taking(_ value: SQLValue) -> ScoreSheet? {
        guard case .text(let text) = value else { return nil }
        return try? JSONDecoder().decode(ScoreSheet.self, from: Data(text.utf8))
    }
}

extension ScoreSheet.Line {
    fileprivate var json: String {
        var text = JSONText()
        text.add("answer", quoted: answer)
        text.add("band", known: band)
        text.add("by", known: by)
        text.add("inputs", raw: array(inputs.map(\.json)))
        text.add("item", quoted: item)
        text.add("level", quoted: level?.rawValue)
        text.add("points", known: points?.count)
        text.add("reason", quoted: reason)
        return text.object
    }
}

extension ScoreSheet.Input {
    fileprivate var json: String {
        var text = JSONText()
        text.add("name", quoted: name)
        text.add("value", quoted: value)
        return text.object
    }
}

extension ScoreSheet.Rule {
    fileprivate var json: String {
        var text = JSONText()
        text.add("inputs", raw: array(inputs.map(\.json)))
        text.add("name", quoted: name)
        return text.object
    }
}

extension ScoreSheet.Override {
    fileprivate var json: String {
        var text = JSONText()
        text.add("grade", quoted: grade)
        text.add("rule", raw: rule.json)
        return text.object
    }
}

private func array(_ parts: [String]) -> String { "[\(parts.joined(separator: ","))]" }

extension JSONText {
    fileprivate mutating func add(_ name: String, known value: (some CustomStringConvertible)?) {
        if let value { add(name, raw: value.description) }
    }

    fileprivate mutating func add(_ name: String, quoted value: String?) {
        if let value { add(name, raw: JSONText.quoted(value)) }
    }
}

extension Hundredths: Decodable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int64.self))
    }
}
