import Kernel

// Which stored subject a row means, and what becomes of rows that repeat others.

extension ImportRun {
    /// Exactly the same row again is skipped; a row that contradicts an earlier one is refused.
    func judge(_ row: inout ImportedRow, against twin: ImportedRow, isSame: Bool, column: Int?) {
        row.fate = isSame ? .skipped : .refused
        row.findings.append(
            Diagnostic(
                isSame ? .warning : .error, isSame ? "row.same-again" : "row.contradicts-earlier",
                at: Place(sheet: row.sheet, row: row.row, column: column),
                ["title": row.title, "row": "\(twin.row)", "sheet": twin.sheet, "other": twin.title]))
    }

    /// `.added` and `.unchanged` stand for 'new' and 'known' until the store has compared.
    func match(
        _ row: inout ImportedRow, _ keys: [MatchKey], _ index: MatchIndex, _ answers: ImportAnswers, _ title: String,
        near: [Int64]
    ) {
        switch index.find(keys) {
        case .none: propose(near, for: &row, keys, answers, title)
        case .one(let subject, _):
            row.subject = subject
            row.fate = .unchanged
        case .several(let subjects, let rule):
            let asked = keys.map(\.value).joined(separator: " ")
            let question = ImportQuestion(subject: title, column: nil, value: asked)
            if let answer = answers[question], answer == "new" {
                row.fate = .added
            } else if let answer = answers[question].flatMap({ Int64($0) }), subjects.contains(answer) {
                row.subject = answer
                row.fate = .unchanged
            } else {
                row.fate = .asked
                row.findings.append(
                    Diagnostic(
                        .question, "row.several-matches", at: Place(sheet: row.sheet, row: row.row),
                        [
                            "title": title, "keys": asked, "rule": "@match.\(rule.rawValue)",
                            "subjects": subjects.map(String.init).joined(separator: ", "),
                        ]))
            }
        }
    }

    /// A new record, unless a person said that it is one of those with nearly its name.
    private func propose(
        _ near: [Int64], for row: inout ImportedRow, _ keys: [MatchKey], _ answers: ImportAnswers, _ title: String
    ) {
        row.fate = .added
        guard !near.isEmpty else { return }
        let asked = keys.map(\.value).joined(separator: " ")
        let answer = answers[ImportQuestion(subject: title, column: nil, value: asked)]
        if let subject = answer.flatMap({ Int64($0) }), near.contains(subject) {
            row.subject = subject
            row.fate = .unchanged
        } else if answer != "new" {
            row.findings.append(
                Diagnostic(
                    .warning, Diagnostic.nearMatch, at: Place(sheet: row.sheet, row: row.row),
                    ["title": title, "keys": asked, "subjects": near.map(String.init).joined(separator: ", ")]))
        }
    }
}
