import Kernel
package import Persistence

/// Keeps what people answer to the questions of a preview: `SHEET!L18=yes`, `SHEET!L18=1200`, `SHEET!12=new`.
package struct ImportAnswering: Sendable {
    let result: ImportResult

    package init(result: ImportResult) { self.result = result }

    package func store(_ answers: [String], by act: Act, in database: Database) async throws {
        let replies = try answers.map { text in
            guard let bang = text.lastIndex(of: "!"), let equals = text[bang...].firstIndex(of: "=") else {
                throw Failure(.usage, "import.bad-answer", ["text": text])
            }
            return (place: String(text[..<equals]), answer: String(text[text.index(after: equals)...]))
        }
        try await database.write { try store(replies, by: act, in: $0) }
    }

    /// `place`: `SHEET!L18` for a cell, `SHEET!12` for a row.
    package func store(_ replies: [(place: String, answer: String)], by act: Act, in db: Connection) throws {
        let questions = try replies.map { (try question(at: $0.place), $0.answer) }
        for (question, answer) in questions {
            try ImportAnswers().store(answer, to: question, type: result.type, by: act, in: db)
        }
    }

    private func question(at place: String) throws -> ImportQuestion {
        guard let bang = place.lastIndex(of: "!") else { throw Failure(.usage, "import.bad-answer", ["text": place]) }
        let sheet = place[..<bang]
        let cell = place[place.index(after: bang)...]
        let row = Int(cell.drop { $0.isLetter })
        let letters = cell.prefix { $0.isLetter }.uppercased()
        let asked = result.rows.first { $0.sheet == sheet && $0.row == row }
        let finding = asked?.findings.first {
            $0.isQuestion && ($0.place.columnLetters ?? "") == letters
        }
        guard let asked, let finding else { throw Failure(.usage, "import.nothing-asked", ["text": place]) }
        return finding.question(about: asked.title)
    }
}

extension Diagnostic {
    /// The code of what is stored as said unless a person decides otherwise.
    package static let nearMatch = "row.near-match"

    /// Whether a person may answer it.
    package var isQuestion: Bool { severity == .question || code == Self.nearMatch }

    /// What was asked: by `SheetReader` about a cell, by `ImportRun` about a row.
    func question(about subject: String) -> ImportQuestion {
        ImportQuestion(
            subject: subject, column: details["column"], value: details["raw"] ?? details["keys"] ?? "")
    }
}
