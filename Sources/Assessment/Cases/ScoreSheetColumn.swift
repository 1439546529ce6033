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
        .text(
            object([
                "exclusion": exclusion?.json, "lines": array(lines.map(\.json)),
                "openRules": array(openRules.map(\.json)), "override": override?.json,
                "returnVersion": returnVersion.map(String.init),
            ]))
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
        object([
            "answer": quoted(answer), "band": band.map(String.init), "by": by.map { String($0) },
            "inputs": array(inputs.map(\.json)), "item": quoted(item), "level": quoted(level?.rawValue),
            "points": points.map { String($0.count) }, "reason": quoted(reason),
        ])
    }
}

extension ScoreSheet.Input {
    fileprivate var json: String { object(["name": quoted(name), "value": quoted(value)]) }
}

extension ScoreSheet.Rule {
    fileprivate var json: String { object(["inputs": array(inputs.map(\.json)), "name": quoted(name)]) }
}

extension ScoreSheet.Override {
    fileprivate var json: String { object(["grade": quoted(grade), "rule": rule.json]) }
}

/// Members with their JSON; what is `nil` is left out.
private func object(_ members: KeyValuePairs<String, String?>) -> String {
    var text = JSONText()
    for (name, json) in members { if let json { text.add(name, raw: json) } }
    return text.object
}

private func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

private func quoted(_ text: String?) -> String? { text.map(JSONText.quoted) }

extension Hundredths: Decodable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int64.self))
    }
}
