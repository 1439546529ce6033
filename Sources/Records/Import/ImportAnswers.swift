import Kernel
package import Persistence

/// What people answered to questions of earlier previews, kept for this year's and the next years' files. A question
/// is what was asked about: the subject's folded name, the column, the text of the cell.
package struct ImportAnswers: Sendable {
    private var answers: [String: String] = [:]

    package init() {}

    package init(of type: String, in db: Connection) throws {
        try db.each("SELECT question, answer FROM records_import_answer WHERE type = \(type)") { row in
            answers[try row[0]] = try row[1]
        }
    }

    package subscript(_ question: ImportQuestion) -> String? {
        get { answers[question.text] }
        set { answers[question.text] = newValue }
    }

    func store(_ answer: String, to question: ImportQuestion, type: String, by act: Act, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO records_import_answer (type, question, answer, answered_at, account_id)
            VALUES (\(type), \(question.text), \(answer), \(act.at), \(act.account))
            ON CONFLICT (type, question) DO UPDATE SET answer = excluded.answer,
                answered_at = excluded.answered_at, account_id = excluded.account_id
            """)
    }
}

/// Something only a person can decide. `column` is `nil` when the question is which stored subject the row means.
package struct ImportQuestion: Hashable, Sendable {
    let text: String

    package init(subject: String, column: String?, value: String) {
        text = [fold(subject), column ?? "", value].joined(separator: "|")
    }
}

/// The answers that concern one row.
struct RowAnswers: Sendable {
    let subject: String
    let answers: ImportAnswers

    func answer(to column: String?, _ value: String) -> String? {
        answers[ImportQuestion(subject: subject, column: column, value: value)]
    }
}
