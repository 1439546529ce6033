import Documents
package import Kernel
package import Persistence

/// A record as somebody wants it to be, with what stands against storing it. Forms fill it with what people type, read
/// as the cells of a workbook are; programs with values as they are stored.
package struct Draft<R: Record>: Sendable {
    package struct Finding: Sendable, Equatable {
        /// `nil`: several fields together.
        package let field: String?
        package let code: String
        package let details: [String: String]
        /// Storable once a person has said that it is meant so.
        package let mayBeKept: Bool

        package init(field: String?, code: String, details: [String: String], mayBeKept: Bool) {
            self.field = field
            self.code = code
            self.details = details
            self.mayBeKept = mayBeKept
        }
    }

    package private(set) var record: R
    package private(set) var findings: [Finding] = []

    package var isStorable: Bool { findings.isEmpty }

    package func finding(_ field: Field<R>) -> Finding? { findings.first { $0.field == field.name } }

    /// What people typed into `fields` by their names; a name that is missing was left blank.
    /// `kept`: the fields whose doubtful values are meant so.
    package init(
        typed: [String: String], in fields: [Field<R>], over base: R, keeping kept: Set<String> = [], today: Day,
        _ vocabulary: Vocabulary
    ) {
        record = base
        for field in fields { read(typed[field.name] ?? "", field, kept.contains(field.name), today, vocabulary) }
        check()
    }

    /// Values as they are stored, by the columns' names. A name that is missing changes nothing.
    package init(values: [String: SQLValue], over base: R) {
        record = base
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let field = R.description.fields.first(where: { $0.column == name }) else {
                findings.append(
                    Finding(field: name, code: "field.no-such-field", details: ["field": name], mayBeKept: false))
                continue
            }
            if !field.accept(&record, value) { add(field, "field.wrong-type", [:]) }
        }
        check()
    }

    private mutating func read(
        _ typed: String, _ field: Field<R>, _ isKept: Bool, _ today: Day, _ vocabulary: Vocabulary
    ) {
        let text = CleanText(typed, lines: field.isParagraph).text
        guard !text.isEmpty else {
            if !field.clear(&record) { add(field, "field.required", [:]) }
            return
        }
        if field.reference != nil {
            guard let number = Int64(text), number > 0 else { return add(field, "field.unknown-reference", [:]) }
            return field.refer(&record, number)
        }
        if field.isParagraph || field.kind == .flag || isChoice(field) {
            let value: SQLValue = field.kind == .flag ? .integer(text == "1" ? 1 : 0) : .text(text)
            if field.accept(&record, value) { return }
        }
        var cell = CellReading(
            cell: Cell(.text(text)), place: Place(), title: "@\(R.description.key(field))",
            moneyUnit: .dong, year: nil, vocabulary: vocabulary,
            answers: RowAnswers(subject: "", answers: ImportAnswers()), column: field.name)
        let isRead = field.parse(&cell, &record, today)
        if let worst = cell.findings.max(by: { $0.severity < $1.severity }) {
            let mayBeKept = isRead && worst.severity < .question
            if worst.severity > .note, !(mayBeKept && isKept) {
                add(field, worst.code, worst.details, mayBeKept: mayBeKept)
            }
        } else if !isRead {
            add(field, "field.wrong-type", [:])
        }
    }

    private func isChoice(_ field: Field<R>) -> Bool { if case .choice = field.kind { true } else { false } }

    private mutating func check() {
        for (field, verdict) in R.description.problems(of: record) {
            guard case .fails(let code, let details) = verdict else { continue }
            guard let field else {
                findings.append(Finding(field: nil, code: code, details: details, mayBeKept: false))
                continue
            }
            // A value that has been refused is not missing as well.
            if finding(field) == nil { add(field, code, details) }
        }
    }

    /// Something else that stands against storing it. It takes the place of what was found about the field before.
    package mutating func refuse(_ field: Field<R>, _ code: String, _ details: [String: String] = [:]) {
        findings.removeAll { $0.field == field.name }
        add(field, code, details)
    }

    private mutating func add(
        _ field: Field<R>, _ code: String, _ details: [String: String], mayBeKept: Bool = false
    ) {
        var details = details
        details["field"] = "@\(R.description.key(field))"
        findings.append(Finding(field: field.name, code: code, details: details, mayBeKept: mayBeKept))
    }
}

extension Field {
    /// What a form shows of a stored value; typed back, it means the same.
    package func typed(_ record: R) -> String {
        switch (kind, stored(record)) {
        case (_, .null): ""
        case (.day, .text(let iso)), (.partialDay, .text(let iso)):
            PartialDay(iso).map { DateText.short($0, .vi) } ?? ""
        case (.money, .integer(let number)), (.integer, .integer(let number)): NumberText.grouped(number, .vi)
        case (.area, .integer(let squareMetres)):
            NumberText.hectares(Area(squareMetres: squareMetres), .vi).filter { $0 != "." }
        case (.hundredths, .integer(let count)): NumberText.shown(Hundredths(count).decimal, .vi).filter { $0 != "." }
        case (.reference, .integer(0)): ""
        case (_, .text(let text)): text
        case (_, .integer(let number)): String(number)
        case (_, .real), (_, .bytes): ""
        }
    }
}
