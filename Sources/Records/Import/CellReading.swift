package import Documents
package import Kernel

/// One cell being read into an entry: the cell, what its column says, and the findings so far. Each method reads the
/// cell as one type of value; what cannot be read is `nil` and has left a finding.
package struct CellReading {
    package let cell: Cell
    package let place: Place
    /// The text key of the column's name, for messages: `@cooperative.members`.
    package let title: String
    /// The unit that the heading or the sheet gives for money.
    package let moneyUnit: MoneyUnit?
    /// The unit that the heading gives for areas.
    package let areaUnit: AreaUnit?
    /// The year that the heading names.
    package let year: Int?
    let vocabulary: Vocabulary
    /// What people answered to earlier questions about this row.
    let answers: RowAnswers
    let column: String
    package private(set) var findings: [Diagnostic] = []
    /// The cell holds something, and it is not certain what.
    package private(set) var isOpen = false

    init(
        cell: Cell, place: Place, title: String, moneyUnit: MoneyUnit?, areaUnit: AreaUnit? = nil, year: Int?,
        vocabulary: Vocabulary,
        answers: RowAnswers, column: String
    ) {
        self.cell = cell
        self.place = place
        self.title = title
        self.moneyUnit = moneyUnit
        self.areaUnit = areaUnit
        self.year = year
        self.vocabulary = vocabulary
        self.answers = answers
        self.column = column
    }

    package mutating func find(_ severity: Diagnostic.Severity, _ code: String, _ details: [String: String] = [:]) {
        var details = details
        details["field"] = details["field"] ?? title
        details["value"] = details["value"] ?? raw
        if severity == .question {
            details["column"] = column
            details["raw"] = raw
        }
        findings.append(Diagnostic(severity, code, at: place, details))
        if severity >= .question { isOpen = true }
    }

    /// The cell as a person sees it.
    package var raw: String {
        switch cell.value {
        case .empty: ""
        case .text(let text): text
        case .number(let number, let literal):
            NumberText.decimal(literal: literal).map { NumberText.shown($0, .vi) } ?? String(number)
        case .day(let day, _): DateText.short(PartialDay(day), .vi)
        case .bool(let flag): flag ? "TRUE" : "FALSE"
        case .error(let error): error
        }
    }

    /// The cell's content with what must be said about it said. `nil`: blank, or nothing that can be used.
    private mutating func content() -> CellValue? {
        if let formula = cell.formula {
            if case .empty = cell.value {
                find(.error, "cell.formula-without-result", ["formula": formula])
                return nil
            }
            if case .error = cell.value {} else { find(.warning, "cell.formula", ["formula": formula]) }
        }
        switch cell.value {
        case .empty: return nil
        case .error(let error):
            find(.error, "cell.excel-error", ["value": error])
            return nil
        case .text(let text):
            let clean = CleanText(text)
            if !clean.removed.isEmpty {
                let codes = Set(
                    clean.removed.map { "U+" + String($0.value, radix: 16, uppercase: true).leftPadded(to: 4) })
                find(.warning, "cell.invisible-characters", ["characters": codes.sorted().joined(separator: ", ")])
            }
            return clean.text.isEmpty ? nil : .text(clean.text)
        default: return cell.value
        }
    }

    // MARK: Text

    /// One line of text. Old encodings are refused with the text they probably mean, markup is refused.
    package mutating func text(limit: Int = 255) -> String? {
        switch content() {
        case .text(let text): return checked(text, limit)
        case .number(_, let literal): return literal
        case .day(let day, _): return DateText.short(PartialDay(day), .vi)
        case .bool(let flag): return flag ? "TRUE" : "FALSE"
        case .empty, .error, nil: return nil
        }
    }

    private mutating func checked(_ text: String, _ limit: Int) -> String? {
        if let old = LegacyText.guess(text) {
            find(
                .error, "cell.legacy-encoding",
                ["encoding": old.encoding.rawValue.uppercased(), "proposal": old.converted])
            return nil
        }
        if text.utf8.count > limit, text.count > limit {
            find(.error, "text.too-long", ["length": "\(text.count)", "limit": "\(limit)"])
            return nil
        }
        if text.hasMarkup {
            find(.error, "text.markup")
            return nil
        }
        if let first = text.first, "=+@".contains(first), text.count > 1 { find(.warning, "text.like-a-formula") }
        return text
    }

    /// What something is called: text without the signs of markup.
    package mutating func name() -> String? {
        guard let text = text() else { return nil }
        if text.contains("<") || text.contains(">") {
            find(.error, "text.markup")
            return nil
        }
        return text
    }

    /// A person's name: title dropped (`Ông`, `Bà`), capitals put right.
    package mutating func person() -> String? {
        guard let text = text(limit: 120) else { return nil }
        var words = text.split(separator: " ").map(String.init)
        if words.count > 2, ["ong", "ba", "anh", "chi"].contains(fold(words[0]).filter { $0 != "." }) {
            words.removeFirst()
        }
        let name = words.joined(separator: " ")
        guard name == name.uppercased(), name != name.lowercased() else { return name }
        return words.map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " ")
    }

    // MARK: Numbers

    /// A whole number of things or persons.
    package mutating func count() -> Int? {
        guard let (number, unit) = decimal(problem: "cell.not-a-number") else { return nil }
        guard unit == nil else {
            find(.error, "cell.unit-mismatch")
            return nil
        }
        guard let whole = number.scaled(toInteger: 1).flatMap({ Int(exactly: $0) }) else {
            find(.error, "cell.not-whole")
            return nil
        }
        if whole < 0 {
            find(.error, "cell.negative")
            return nil
        }
        return whole
    }

    /// A number of at most two decimals.
    package mutating func hundredths() -> Hundredths? {
        guard let (number, unit) = decimal(problem: "cell.not-a-number") else { return nil }
        guard unit == nil else {
            find(.error, "cell.unit-mismatch")
            return nil
        }
        guard let hundredths = Hundredths(number) else {
            find(.error, "cell.not-hundredths")
            return nil
        }
        return hundredths
    }

    /// Money: the cell's own unit, or the column's.
    package mutating func money() -> Money? {
        guard let (number, unit) = decimal(problem: "cell.not-a-number") else { return nil }
        return money(number, unit)
    }

    /// What a person answered in place of a doubtful amount, in its own unit or the column's.
    package mutating func answeredMoney() -> Money? {
        guard let answer = answers.answer(to: column, raw),
            case .number(let number, let unit) = NumberText.parse(answer)
        else { return nil }
        return money(number, unit)
    }

    private mutating func money(_ number: ExactDecimal, _ unit: MeasureUnit?) -> Money? {
        let factor: Int64
        switch unit {
        case .money(let own): factor = own
        case nil where moneyUnit != nil: factor = moneyUnit!.rawValue
        case nil:
            find(.error, "cell.no-money-unit")
            return nil
        default:
            find(.error, "cell.unit-mismatch")
            return nil
        }
        guard let vnd = number.scaled(toInteger: factor) else {
            find(.error, "cell.not-whole-dong")
            return nil
        }
        return Money(vnd: vnd)
    }

    /// An area: the cell's own unit, or the column's, or hectares where neither says any.
    package mutating func area() -> Area? {
        guard let (number, unit) = decimal(problem: "cell.not-a-number") else { return nil }
        let factor: Int64
        switch unit {
        case .hectare: factor = 10_000
        case .squareMetre: factor = 1
        case nil:
            guard let own = (areaUnit ?? .hectare).squareMetres else {
                find(.error, "cell.no-area-unit")
                return nil
            }
            factor = own
        default:
            find(.error, "cell.unit-mismatch")
            return nil
        }
        guard let squareMetres = number.scaled(toInteger: factor) else {
            find(.error, "cell.not-whole-square-metres")
            return nil
        }
        return Area(squareMetres: squareMetres)
    }

    private mutating func decimal(problem: String) -> (number: ExactDecimal, unit: MeasureUnit?)? {
        switch content() {
        case .number(_, let literal):
            guard let number = NumberText.decimal(literal: literal) else { break }
            return (number, nil)
        case .text(let text):
            switch NumberText.parse(text) {
            case .number(let number, let unit): return (number, unit)
            case .ambiguous(let first, let second):
                return answered(
                    first, "cell.ambiguous-number",
                    ["first": NumberText.shown(first, .vi), "second": NumberText.shown(second, .vi)])
            case .unreadable: break
            }
        case .empty, nil: return nil
        case .day, .bool, .error: break
        }
        find(.error, problem)
        return nil
    }

    /// Asks a person, unless one has answered: `yes` takes what was understood, anything else is read in its place.
    private mutating func answered(
        _ understood: ExactDecimal, _ code: String, _ details: [String: String]
    ) -> (number: ExactDecimal, unit: MeasureUnit?)? {
        let answer = answers.answer(to: column, raw)
        if answer == "yes" { return (understood, nil) }
        if let answer, case .number(let number, let unit) = NumberText.parse(answer) { return (number, unit) }
        find(.question, code, details)
        return nil
    }

    /// Whether a person has confirmed a doubtful value of this cell; asks otherwise.
    package mutating func confirmed(_ code: String, _ details: [String: String]) -> Bool {
        if answers.answer(to: column, raw) == "yes" { return true }
        find(.question, code, details)
        return false
    }

    // MARK: Dates

    /// A date as exactly as the cell tells it, not after `latest`.
    package mutating func date(notAfter latest: Day) -> PartialDay? {
        guard let date = readDate() else { return nil }
        if date.earliest > latest {
            find(.error, "cell.future-date", ["date": DateText.short(date, .vi)])
            return nil
        }
        return date
    }

    private mutating func readDate() -> PartialDay? {
        switch content() {
        case .day(let day, _): return PartialDay(day)
        case .number(let number, let literal):
            if let year = Int(literal), let date = PartialDay(year: year), (1900...2100).contains(year) { return date }
            if number == number.rounded(), (3_000...73_050).contains(number), let day = Day(excelSerial: Int(number)) {
                find(.warning, "cell.date-as-number", ["date": DateText.short(PartialDay(day), .vi), "value": literal])
                return PartialDay(day)
            }
        case .text(let text):
            switch DateText.parse(text) {
            case .date(let date, let isTwoDigitYear):
                if isTwoDigitYear {
                    find(.warning, "cell.two-digit-year", ["date": DateText.short(date, .vi)])
                }
                return date
            case .impossible:
                find(.error, "cell.impossible-date")
                return nil
            case .unreadable:
                if let serial = Int(text), (3_000...73_050).contains(serial), let day = Day(excelSerial: serial) {
                    find(.warning, "cell.date-as-number", ["date": DateText.short(PartialDay(day), .vi)])
                    return PartialDay(day)
                }
            }
        case .empty, nil: return nil
        case .bool, .error: break
        }
        find(.error, "cell.not-a-date")
        return nil
    }

    // MARK: Codes and choices

    /// A tax code. One with a wrong check digit is kept with a warning; one that lost digits is refused.
    package mutating func taxCode() -> String? {
        let text: String
        switch content() {
        case .number(_, let literal): text = literal
        case .text(let own): text = own
        case nil: return nil
        default:
            find(.error, "cell.bad-tax-code")
            return nil
        }
        switch TaxCode.check(text) {
        case .valid(let code): return code
        case .wrongCheckDigit(let code):
            find(.warning, "cell.tax-code-check-digit", ["value": code])
            return code
        case .malformed:
            find(
                .error, text.uppercased().contains("E+") ? "cell.tax-code-scientific" : "cell.bad-tax-code",
                ["value": text])
            return nil
        }
    }

    /// A phone number. One that cannot be a number is left out with a warning: it must not cost the row.
    package mutating func phone() -> String? {
        let text: String
        switch content() {
        case .number(_, let literal): text = literal
        case .text(let own): text = own
        case nil: return nil
        default: text = raw
        }
        if let number = Phone.parse(text) { return number }
        find(.warning, "cell.bad-phone", ["value": text])
        return nil
    }

    /// One of an enumeration's values, by any of its wordings.
    package mutating func choice<C: Choice>(_ type: C.Type, problem: String) -> C? {
        guard let text = text() else { return nil }
        if let value = vocabulary.value(of: C.self, in: text) { return value }
        find(.error, problem, ["choices": "@\(C.key).choices"])
        return nil
    }
}

extension String {
    /// A tag or a script address: text that a browser could take for more than text.
    var hasMarkup: Bool {
        // Nearly every text has neither sign, and looking at bytes is quick.
        guard utf8.contains(UInt8(ascii: "<")), let open = firstIndex(of: "<") else {
            return utf8.contains(UInt8(ascii: ":")) && lowercased().contains("javascript:")
        }
        let next = index(after: open)
        return next < endIndex && (self[next].isLetter || "/!?".contains(self[next])) || contains(">")
    }

    func leftPadded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
