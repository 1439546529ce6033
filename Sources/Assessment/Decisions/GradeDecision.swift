package import Kernel
import Persistence
package import Records
import Registry

/// The decision that recognises the grades of a round (quyết định công nhận kết quả xếp loại): its words while it is
/// prepared, its number and day once it is signed. What was signed stays as it was, as a file.
package struct GradeDecision: Record, Referenced {
    package var id: Identifier<GradeDecision> = 0
    package var version = 0
    package var round: AssessmentRound.ID = 0
    /// What it is about, as under its title.
    package var title = ""
    package var superior: String?
    package var issuer = ""
    /// `CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH`
    package var authority = ""
    /// After the number: `QĐ-UBND`.
    package var symbol = ""
    package var place = ""
    /// Each on a line of its own.
    package var grounds = ""
    package var recipients = ""
    package var signerTitle = ""
    package var signer = ""
    package var number: String?
    package var signedOn: Day?
    package var signedBy: Identifier<Account>?
    /// Of the signed document.
    package var file: Code?
    package init() {}

    package static let referenceName = "grade_decision"

    package static let description = Description<GradeDecision>(
        "grade_decision", table: "assessment_decision", frozen: \GradeDecision.mayBeChanged
    ) {
        Field("round", \.round, .listed)
        Field("title", \.title, .listed, .check(isOneLine))
        Field("superior", \.superior, .check(isOneLineOrNone))
        Field("issuer", \.issuer, .listed, .check(isOneLine))
        Field("authority", \.authority, .check(isOneLine))
        Field("symbol", \.symbol, .check(isOneLine))
        Field("place", \.place, .check(isOneLine))
        Field("grounds", \.grounds, .paragraph)
        Field("recipients", \.recipients, .paragraph)
        Field("signer_title", \.signerTitle, .paragraph)
        Field("signer", \.signer, .check(isOneLine))
        Field("number", \.number, .listed, .unasked)
        Field("signed_on", \.signedOn, .listed, .unasked)
        Field("signed_by", \.signedBy, .unasked, .unshown)
        Field("file", \.file, .unasked, .unshown)
    }

    var mayBeChanged: Verdict { signedOn == nil ? .meets : .fails("grade_decision.is-signed") }

    /// `15/QĐ-UBND`; a number below ten has a leading zero (decree 30/2020/NĐ-CP, annex I). Blank while it has none.
    var numberAndSymbol: String {
        guard let number else { return "……/\(symbol)" }
        return "\(number.count == 1 ? "0" : "")\(number)/\(symbol)"
    }

    package static let listing = Listing(
        "grade_decision", path: "grade-decisions", table: "assessment_decision", alias: "d",
        columns: [
            .init("title", "d.title", .text, order: "d.id", link: ("grade_decision", "id")),
            .init("year", "g.year", .year), .init("instrument", "i.name", .text),
            .init("number", "d.number", .text), .init("signed_on", "d.signed_on", .day),
        ],
        filters: [
            .init("year", .year) { year, _ in
                "d.round_id IN (SELECT g.id FROM assessment_grading g WHERE g.year = \(try Year(asked: year)))"
            }
        ], hasNames: false,
        joins: { _ in
            """
            JOIN assessment_grading g ON g.id = d.round_id
            JOIN assessment_instrument i ON i.id = g.instrument_id
            """
        }, exists: { _ in "1 = 1" })
}

private func isOneLine(_ text: String) -> Verdict {
    text.count <= 300 ? .meets : .fails("text.too-long", ["length": "\(text.count)", "limit": "300"])
}

private func isOneLineOrNone(_ text: String?) -> Verdict { text.map(isOneLine) ?? .meets }
