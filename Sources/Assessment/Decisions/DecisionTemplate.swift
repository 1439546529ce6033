import Documents
import Foundation
package import Kernel
import Persistence
package import Records

/// The Word template of decisions that the province gave in place of the shipped one. The last that was not withdrawn is
/// used; signed documents stay as they are.
package struct DecisionTemplate: Record {
    package var id: Identifier<DecisionTemplate> = 0
    package var version = 0
    /// Of the file.
    package var name = ""
    package var file: Code = ""
    package var givenOn: Day = .unset
    package var givenBy: Identifier<Account>?
    package var withdrawnOn: Day?
    package init() {}

    package static let description = Description<DecisionTemplate>(
        "decision_template", table: "assessment_template", frozen: \DecisionTemplate.changesBySteps
    ) {
        Field("name", \.name, .listed, .unasked)
        Field("file", \.file, .unasked, .unshown)
        Field("given_on", \.givenOn, .listed, .unasked)
        Field("given_by", \.givenBy, .unasked, .unshown)
        Field("withdrawn_on", \.withdrawnOn, .listed, .unasked)
    }

    var changesBySteps: Verdict { .fails("decision_template.by-steps") }

    /// Bytes of the largest one.
    static let largest = 2 * 1024 * 1024

    static func current(in db: Connection) throws -> DecisionTemplate? {
        try first(where: "withdrawn_on IS NULL ORDER BY id DESC", in: db)
    }

    /// The file that decisions are made from, and what it is called.
    static func file(in db: Connection) throws -> (name: String, bytes: [UInt8]) {
        guard let own = try current(in: db) else { return try ("quyet-dinh.docx", shipped()) }
        return (own.name, try StoredFile.content(own.file.text, in: db))
    }

    private static func shipped() throws -> [UInt8] {
        guard let file = Embedded.files.first(where: { $0.path == "Assets/decision.docx" }),
            let bytes = Data(base64Encoded: "\(file.content)")
        else { throw Failure(.defect, "report.no-template") }
        return [UInt8](bytes)
    }

    /// Takes a template into use that a sample decision can be made from.
    /// Throws `docx.*` for one that cannot be read, has an unknown tag or does not fit, `attachment.too-large`.
    @discardableResult
    static func give(_ bytes: [UInt8], named name: String, by act: Act, in db: Connection) throws -> DecisionTemplate {
        guard bytes.count <= largest else { throw Failure(.invalid, "attachment.too-large", ["limit": "2"]) }
        _ = try DocxTemplate(bytes: bytes).filled(DecisionDocument.sample.values)
        var template = DecisionTemplate()
        template.name = name
        template.file = Code(try StoredFile.keep(bytes, named: name, at: act.at, in: db))
        template.givenOn = act.at.day
        template.givenBy = act.account
        return try db.insert(template, by: act)
    }

    /// Goes back to the one before.
    func withdraw(by act: Act, in db: Connection) throws {
        var withdrawn = self
        withdrawn.withdrawnOn = act.at.day
        try db.reopen(withdrawn, from: self, by: act, action: .ended)
    }
}
