import Kernel
package import Persistence

/// Keeps what people answer to the questions of a preview: `SHEET!L18=yes`, `SHEET!L18=1200`, `SHEET!12=new`.
package struct ImportAnswering: Sendable {
    let result: ImportResult

    package init(result: ImportResult) { self.result = result }

    package func store(_ answers: [String], by act: Act, in database: Database) async throws {
        let stored = try answers.map(parse)
        try await database.write { db in
            for (question, answer) in stored {
                try ImportAnswers().store(answer, to: question, type: result.type, by: act, in: db)
            }
        }
    }

    private func parse(_ text: String) throws -> (ImportQuestion, String) {
        guard let bang = text.lastIndex(of: "!"), let equals = text[bang...].firstIndex(of: "=") else {
            throw Failure(.usage, "import.bad-answer", ["text": text])
        }
        let sheet = String(text[..<bang])
        let place = text[text.index(after: bang)..<equals]
        let answer = String(text[text.index(after: equals)...])
        let row = Int(place.drop { $0.isLetter })
        let letters = place.prefix { $0.isLetter }.uppercased()
        let asked = result.rows.first { $0.sheet == sheet && $0.row == row }
        let finding = asked?.findings.first {
            $0.severity == .question && ($0.place.columnLetters ?? "") == letters
        }
        guard let asked, let finding else { throw Failure(.usage, "import.nothing-asked", ["text": text]) }
        return (finding.question(about: asked.title), answer)
    }
}

extension Diagnostic {
    /// What was asked: by `SheetReader` about a cell, by `ImportRun` about a row.
    func question(about subject: String) -> ImportQuestion {
        ImportQuestion(
            subject: subject, column: details["column"], value: details["raw"] ?? details["keys"] ?? "")
    }
}
