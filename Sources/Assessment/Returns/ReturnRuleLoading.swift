import Kernel
package import Persistence
package import Records
import Yams

extension ReturnRule {
    /// Those that come with the program and are not there yet. The number added.
    @discardableResult
    package static func loadShipped(by act: Act, in db: Connection) throws -> Int {
        let known = Set(try db.all("SELECT code FROM assessment_return_rule") { try $0[0] as String })
        let new = try shipped.filter { !known.contains($0.code) }
        return try db.insert(all: new, by: act).count
    }

    static var shipped: [ReturnRule] {
        get throws {
            try YAMLDecoder().decode([Line].self, from: Embedded.text("Data/return-rules.yaml")).map { try $0.rule }
        }
    }

    /// A line of the file.
    private struct Line: Decodable {
        let code: String
        let field: String
        let left: String
        let must_be: String
        let right: String
        let importance: String?
        let when_missing: String?
        let vi: String
        let en: String
        let blocks: Bool?

        var rule: ReturnRule {
            get throws {
                guard let comparison = ReturnComparison(rawValue: must_be),
                    let importance = ReturnImportance(rawValue: importance ?? "question"),
                    let gap = ReturnGap(rawValue: when_missing ?? "skip")
                else { throw Failure(.defect, "return_rule.unreadable", ["rule": code]) }
                var rule = ReturnRule()
                rule.code = code
                rule.field = FigureName(field)
                rule.left = left
                rule.comparison = comparison
                rule.right = right
                rule.importance = importance
                rule.whenMissing = gap
                rule.messageVi = vi
                rule.messageEn = en
                rule.blocks = blocks ?? false
                return rule
            }
        }
    }
}
